"""Choosing a tag or a list: what there is, searched by typing, or the name of a new one."""

from dataclasses import replace
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from common.edits import MAX_LABEL, label_typed
from common.errors import CounterfoilError
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.drawing.labels import LabelRow, label_lines, list_rows, no_label_lines, tag_rows
from tui.drawing.line import Line, Role, Span, line
from tui.keymap import with_keys
from tui.screens.foot import foot
from tui.screens.stacked import Dialog
from tui.session import Session
from tui.widgets.form import FormMessage
from tui.widgets.lines_view import LinesView
from tui.widgets.text_line import TextLine


class LabelPicker(Dialog[str | None]):
    """Gives a name, None when it is closed without one. *noun* is "tag" or "list"."""

    BINDINGS = bindings(Place.PICKER)
    AUTO_FOCUS = "#word"

    def __init__(self, session: Session, title: str, noun: str) -> None:
        super().__init__()
        self._session = session
        self._title = title
        self._noun = noun
        self._rows: list[LabelRow] | None = None

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="tall") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = foot(with_keys("type to search or name · ↑↓ · ⏎ choose · {picker.cancel} cancel"))
            yield TextLine(id="word", placeholder=f"{self._noun}, or a new one", max_length=MAX_LABEL)
            yield LinesView(id="labels", opens_at_once=True)
            yield FormMessage()

    def on_mount(self) -> None:
        self.query_one(LinesView).show(_loading)
        self.run_worker(self._read(), group="labels", exclusive=True)

    async def _read(self) -> None:
        try:
            rows = await self._session.ask(self._asked)
        except CounterfoilError as error:
            self.query_one(LinesView).show(partial(no_label_lines, self._session.shown_text(str(error))))
        else:
            self._rows = [replace(row, seen=self._session.shown_text(row.name)) for row in rows]
            self._draw()

    async def _asked(self) -> list[LabelRow]:
        if self._noun == "tag":
            return tag_rows(await self._session.client.tags())
        return list_rows(await self._session.client.lists())

    def on_input_changed(self, _: Input.Changed) -> None:
        self.query_one(FormMessage).told = Told()
        self._draw()

    def _draw(self) -> None:
        if self._rows is not None:
            typed = self.query_one(Input).value
            self.query_one(LinesView).show(partial(label_lines, self._rows, typed, self._noun), from_top=True)

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self.query_one(LinesView).opened()

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        name = str(message.target)
        try:
            self.dismiss(name if self._is_known(name) else label_typed(name))
        except CounterfoilError as error:
            self.query_one(FormMessage).told = Told(str(error), is_error=True)

    def _is_known(self, name: str) -> bool:
        return any(row.name == name for row in self._rows or ())

    def action_step(self, step: int) -> None:
        self.query_one(LinesView).action_move(step)

    def action_leaf(self, direction: int) -> None:
        self.query_one(LinesView).action_turn(direction)

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_back(self) -> None:
        self.dismiss(None)


def _loading(_: int) -> list[Line]:
    return [line(Span("Loading…", Role.MUTED))]
