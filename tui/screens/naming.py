"""Segments are given names: a new one, a copy, another name. What the daemon refuses is told where it is typed."""

from collections.abc import Awaitable, Callable, Collection
from functools import partial

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from common.errors import CounterfoilError
from common.segments.answers import MAX_NAME, SegmentDetail
from common.segments.names import name_of_copy, name_typed
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.format import cut
from tui.keymap import with_keys
from tui.screens.foot import foot
from tui.screens.stacked import Dialog
from tui.session import Session
from tui.widgets.form import FieldLabel, FormMessage
from tui.widgets.text_line import TextLine

_LONGEST_TITLE = 30


class NameForm(Dialog[SegmentDetail | None]):
    """Gives what *send* makes of the name, None when it is closed without. A name that is refused can be mended."""

    BINDINGS = bindings(Place.DIALOG)
    AUTO_FOCUS = "#name"

    def __init__(
        self, session: Session, title: str, send: Callable[[str], Awaitable[SegmentDetail]], *, name: str = ""
    ) -> None:
        super().__init__()
        self._session = session
        self._title = title
        self._send = send
        self._name_given = name

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = foot(with_keys("⏎ save · {dialog.cancel} cancel"))
            yield FieldLabel("Name", f"at most {MAX_NAME} characters")
            yield TextLine(self._name_given, id="name", select_on_focus=False)
            yield FormMessage()

    def on_input_changed(self, _: Input.Changed) -> None:
        self._say("")

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self.action_send()

    def action_send(self) -> None:
        self.run_worker(self._sent(), group="send", exclusive=True)

    async def _sent(self) -> None:
        try:
            name = name_typed(self.query_one("#name", Input).value)
            self.dismiss(await self._session.ask(partial(self._send, name)))
        except CounterfoilError as error:
            self._say(str(error))

    def _say(self, fault: str) -> None:
        self.query_one(FormMessage).told = Told(fault, is_error=bool(fault))

    def action_cancel(self) -> None:
        self.dismiss(None)


async def saved_anew(
    app: App[None], session: Session, rule: str, *, name: str = "", title: str = "Save the segment"
) -> SegmentDetail | None:
    """A new segment of *rule* under a name that is asked for, *name* to begin with."""

    async def send(wanted: str) -> SegmentDetail:
        return await session.client.save_segment(wanted, rule, revision=0)

    return await app.push_screen_wait(NameForm(session, title, send, name=name))


async def duplicated(
    app: App[None], session: Session, name: str, rule: str, *, taken: Collection[str] = ()
) -> SegmentDetail | None:
    """A new segment of *rule*, called as a copy of the segment *name* unless a person wants it otherwise."""
    title = f"Duplicate {cut(name, _LONGEST_TITLE)}"
    return await saved_anew(app, session, rule, name=name_of_copy(name, taken), title=title)


async def renamed(app: App[None], session: Session, name: str) -> SegmentDetail | None:
    """The segment *name* under another one; those that refer to it follow."""
    title = f"Rename {cut(name, _LONGEST_TITLE)}"
    send = partial(session.client.rename_segment, name)
    return await app.push_screen_wait(NameForm(session, title, send, name=name))
