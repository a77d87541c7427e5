"""A form for a setting that is a date, or none."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from common.errors import Invalid
from common.store_settings import SettingRow, setting_named, value_in
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.widgets.form import FieldLabel, FormMessage


class DateForm(ModalScreen[str | None]):
    """Gives the date as it is kept, None when it is closed without one."""

    BINDINGS = bindings(Place.DIALOG)
    AUTO_FOCUS = "#date"

    def __init__(self, row: SettingRow) -> None:
        super().__init__()
        self._row = row

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form") as dialog:
            dialog.border_title = Content(self._row.name)
            dialog.border_subtitle = "⏎ set · Esc cancel"
            yield FieldLabel("Date", "like 2024-01-31, or none")
            yield Input(self._row.value, id="date", compact=True)
            yield FormMessage()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self.action_send()

    def action_send(self) -> None:
        try:
            self.dismiss(value_in(setting_named(self._row.name), self.query_one("#date", Input).value))
        except Invalid as error:
            self.query_one(FormMessage).told = Told(str(error), is_error=True)

    def action_cancel(self) -> None:
        self.dismiss(None)
