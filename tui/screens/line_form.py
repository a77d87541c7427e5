"""A form of one line: what is typed is checked before it is taken."""

from collections.abc import Callable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from common.errors import CounterfoilError
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.keymap import with_keys
from tui.screens.foot import foot
from tui.screens.stacked import Dialog
from tui.widgets.form import FieldLabel, FormMessage
from tui.widgets.text_line import TextLine


class LineForm(Dialog[str | None]):
    """Gives what *check* makes of the line, None when it is closed without one.

    *check* raises CounterfoilError with what is wrong about it.
    """

    BINDINGS = bindings(Place.DIALOG)
    AUTO_FOCUS = "#line"

    def __init__(self, title: str, label: str, hint: str, check: Callable[[str], str], *, value: str = "") -> None:
        super().__init__()
        self._title = title
        self._label = label
        self._hint = hint
        self._check = check
        self._value = value

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = foot(with_keys("⏎ go on · {dialog.cancel} cancel"))
            yield FieldLabel(self._label, self._hint)
            yield TextLine(self._value, id="line", select_on_focus=False)
            yield FormMessage()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self.action_send()

    def action_send(self) -> None:
        try:
            self.dismiss(self._check(self.query_one("#line", Input).value))
        except CounterfoilError as error:
            self.query_one(FormMessage).told = Told(str(error), is_error=True)

    def action_cancel(self) -> None:
        self.dismiss(None)
