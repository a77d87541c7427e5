"""The form that connects a store."""

from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from common.errors import CounterfoilError
from common.stores import StoreAdd, StoreDetail
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.session import Session
from tui.store_request import BadField, StoreFields, store_request
from tui.widgets.form import FieldLabel, FormMessage


class StoreForm(ModalScreen[StoreDetail | None]):
    """Gives the store that was connected, None when the form is closed without one."""

    BINDINGS = bindings(Place.DIALOG)
    AUTO_FOCUS = "#store"

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._is_busy = False

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form") as dialog:
            dialog.border_title = "Connect a store"
            dialog.border_subtitle = "⏎ connect · Tab next · Esc cancel"
            yield FieldLabel("Store", "hash, or address of its control panel or API")
            yield Input(id="store", compact=True)
            yield FieldLabel("Token", "access token of a store-level API account; not shown")
            yield Input(id="token", password=True, compact=True)
            yield FieldLabel("or token file", "path of a file that holds the token")
            yield Input(id="token_file", compact=True)
            yield FieldLabel("Name", "how you call the store; optional")
            yield Input(id="name", compact=True)
            yield FieldLabel("Client secret", "checks the signature of deliveries; optional, not shown")
            yield Input(id="client_secret", password=True, compact=True)
            yield FormMessage()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self.action_send()

    def on_input_changed(self, _: Input.Changed) -> None:
        self.query_one(FormMessage).told = Told()

    def action_send(self) -> None:
        if self._is_busy:
            return
        try:
            wanted = store_request(self._fields())
        except BadField as error:
            self.query_one(f"#{error.field}", Input).focus()
            self._refused(error)
        else:
            self._connect(wanted)

    def _fields(self) -> StoreFields:
        typed = {name: self.query_one(f"#{name}", Input).value for name in StoreFields.__slots__}
        return StoreFields(**typed)

    def _connect(self, wanted: StoreAdd) -> None:
        self._is_busy = True
        self.query_one(FormMessage).told = Told("Asking the store what the token may read…")
        self.run_worker(self._connected(wanted), group="connect", exclusive=True)

    async def _connected(self, wanted: StoreAdd) -> None:
        try:
            store = await self.session.ask(partial(self.session.client.add_store, wanted))
        except CounterfoilError as error:
            self._refused(error)
        else:
            self.dismiss(store)
        finally:
            self._is_busy = False

    def _refused(self, error: CounterfoilError) -> None:
        self.query_one(FormMessage).told = Told(str(error), is_error=True)

    def action_cancel(self) -> None:
        self.dismiss(None)
