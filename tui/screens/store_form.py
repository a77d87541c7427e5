"""The forms that connect a store, and give one another token."""

from collections.abc import Awaitable, Callable
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from common.errors import CounterfoilError
from common.stores import StoreDetail, StoreReconnect
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.format import cut
from tui.keymap import with_keys
from tui.screens.foot import foot
from tui.screens.stacked import Dialog
from tui.session import Session
from tui.store_request import BadField, StoreFields, store_request
from tui.widgets.form import FieldLabel, FormMessage
from tui.widgets.text_line import TextLine


class StoreForm(Dialog[StoreDetail | None]):
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
            dialog.border_subtitle = foot(with_keys("⏎ connect · {dialog.next} next · {dialog.cancel} cancel"))
            yield FieldLabel("Store", "hash, or address of its control panel or API")
            yield TextLine(id="store")
            yield FieldLabel("Token", "of a store-level API account; not shown")
            yield TextLine(id="token", password=True)
            yield FieldLabel("or token file", "path of a file that holds the token")
            yield TextLine(id="token_file")
            yield FieldLabel("Name", "how you call the store; optional")
            yield TextLine(id="name")
            yield FieldLabel("Client secret", "checks signatures; optional, not shown")
            yield TextLine(id="client_secret", password=True)
            yield FormMessage()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self.action_send()

    def on_input_changed(self, _: Input.Changed) -> None:
        self.query_one(FormMessage).told = Told()

    def action_send(self) -> None:
        if self._is_busy:
            return
        try:
            call = self.request()
        except BadField as error:
            self.query_one(f"#{error.field}", Input).focus()
            self._refused(error)
        else:
            self._connect(call)

    def request(self) -> Callable[[], Awaitable[StoreDetail]]:
        """What is asked of the daemon. Raises BadField for the first field that is wrong."""
        return partial(self.session.client.add_store, store_request(self._fields()))

    def _fields(self, **given: str) -> StoreFields:
        asked = [name for name in StoreFields.__slots__ if name not in given]
        return StoreFields(**given, **{name: self.query_one(f"#{name}", Input).value for name in asked})

    def _connect(self, call: Callable[[], Awaitable[StoreDetail]]) -> None:
        self._is_busy = True
        self.query_one(FormMessage).told = Told("Asking the store what the token may read…")
        self.run_worker(self._connected(call), group="connect", exclusive=True)

    async def _connected(self, call: Callable[[], Awaitable[StoreDetail]]) -> None:
        try:
            store = await self.session.ask(call)
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


class ReconnectForm(StoreForm):
    """Gives the store that was reconnected, None when the form is closed without it."""

    AUTO_FOCUS = "#token"

    def __init__(self, session: Session, store_hash: str) -> None:
        super().__init__(session)
        self._store_hash = store_hash

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="form") as dialog:
            dialog.border_title = Content(f"Reconnect {cut(self.session.store_name(self._store_hash), 30)}")
            dialog.border_subtitle = foot(with_keys("⏎ reconnect · {dialog.next} next · {dialog.cancel} cancel"))
            yield FieldLabel("Token", "of the new API account; not shown")
            yield TextLine(id="token", password=True)
            yield FieldLabel("or token file", "path of a file that holds the token")
            yield TextLine(id="token_file")
            yield FieldLabel("Client secret", "of the same account; optional, not shown")
            yield TextLine(id="client_secret", password=True)
            yield FormMessage()

    def request(self) -> Callable[[], Awaitable[StoreDetail]]:
        wanted = store_request(self._fields(store=self._store_hash, name=""))
        secrets = StoreReconnect(token=wanted.token, client_secret=wanted.client_secret)
        return partial(self.session.client.reconnect_store, self._store_hash, secrets)
