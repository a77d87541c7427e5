"""A small menu: one of several options, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from tui.bindings import Place, bindings
from tui.drawing.line import Line, Role, Span, line, wrapped
from tui.keymap import with_keys
from tui.screens.foot import foot
from tui.screens.stacked import Dialog
from tui.widgets.lines_view import LinesView


@dataclass(frozen=True, slots=True)
class Option:
    """*value* is what choosing it gives; *note* explains it below."""

    value: str
    title: str
    note: str = ""


class Choice(Dialog[str | None]):
    """Gives the value of the option chosen, None when it is closed without one."""

    BINDINGS = bindings(Place.CHOICE)

    def __init__(self, title: str, options: Sequence[Option], *, chosen: str = "", lead: str = "") -> None:
        super().__init__()
        self._title = title
        self._options = options
        self._chosen = chosen
        self._lead = lead

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = foot(with_keys("{open} choose · {choice.cancel} cancel"))
            yield LinesView(id="options", opens_at_once=True)

    def on_mount(self) -> None:
        self._draw()
        self.query_one(LinesView).focus()

    def lead(self, text: str, options: Sequence[Option] | None = None) -> None:
        """Says *text* above the options from now on, and these, of the same values, are told as *options* do."""
        self._lead = text
        self._options = options or self._options
        if self.is_mounted:
            self._draw()
            self._fit()

    def _draw(self) -> None:
        self.query_one(LinesView).show(partial(option_lines, self._lead, self._options, self._chosen))

    def on_resize(self) -> None:
        self._fit()

    def _fit(self) -> None:
        width = min(self.size.width - 4, 60) - 1  # the cursor has a cell of its own
        lines = option_lines(self._lead, self._options, self._chosen, width)
        self.query_one("#dialog").styles.height = min(len(lines) + 2, self.size.height - 2)

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        self.dismiss(str(message.target))

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_back(self) -> None:
        self.dismiss(None)


def option_lines(lead: str, options: Sequence[Option], chosen: str, width: int) -> list[Line]:
    about, *facts = lead.splitlines() or [""]
    lines = [*wrapped(about, width, Role.MUTED), *(one for fact in facts for one in wrapped(fact, width))]
    for option in options:
        sign = Span("● " if option.value == chosen else "  ", Role.ACCENT)
        lines.append(line(sign, option.title, target=option.value))
        lines += [line("    ", *note.spans) for note in wrapped(option.note, width - 4, Role.MUTED)]
    return lines
