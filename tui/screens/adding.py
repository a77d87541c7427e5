"""How a further store is connected: by the form, or by the app's link, which is waited for."""

from functools import partial

from textual.app import App, ComposeResult
from textual.containers import Vertical

from common.connecting import Connecting
from common.errors import CounterfoilError
from common.stores import StoreDetail
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.drawing.guide import install_lines
from tui.keymap import with_keys
from tui.screens.choice import Choice, Option
from tui.screens.copying import LinkWanted
from tui.screens.foot import foot
from tui.screens.stacked import Dialog
from tui.screens.store_form import StoreForm
from tui.session import RowsChanged, Session
from tui.widgets.form import FormMessage
from tui.widgets.lines_view import LinesView

_BY_TOKEN, _BY_APP = "token", "app"

_WAYS = (
    Option(_BY_TOKEN, "With a token", "of an API account that the store's owner makes"),
    Option(_BY_APP, "By the app", "installed in the store by its link"),
)


async def choose_way(app: App[None], session: Session) -> Dialog[StoreDetail | None] | None:
    """The screen that connects a store; there is a choice only where an app is set up. None = none is wanted."""
    try:
        needs = await session.ask(session.client.connecting)
    except CounterfoilError:
        return StoreForm(session)  # it says itself what is wrong, once it is sent
    if not needs.app.link:
        return StoreForm(session)
    chosen = await app.push_screen_wait(Choice("Connect a store", _WAYS))
    if chosen is None:
        return None
    return StoreForm(session) if chosen == _BY_TOKEN else AppLinkScreen(session, needs)


class AppLinkScreen(Dialog[StoreDetail | None]):
    """Gives the store in which the app was installed; None when it is closed before."""

    BINDINGS = bindings(Place.LINK)

    def __init__(self, session: Session, needs: Connecting) -> None:
        super().__init__()
        self._session = session
        self._needs = needs

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="link") as dialog:
            dialog.border_title = "Connect a store by the app"
            dialog.border_subtitle = foot(with_keys("{link.copy} copy link · {link.cancel} cancel"))
            yield LinesView(id="link")
            yield FormMessage()

    def on_mount(self) -> None:
        view = self.query_one(LinesView)
        view.show(partial(install_lines, self._needs.app))
        view.focus()

    def on_lines_view_opened(self, _: LinesView.Opened) -> None:
        self.action_copy()

    def action_copy(self) -> None:
        self.post_message(LinkWanted(self._needs.app.link, self._tell))

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.run_worker(self._look(), group="look", exclusive=True)

    async def _look(self) -> None:
        """Whether the app was installed since, and what became of it."""
        try:
            needs = await self._session.ask(self._session.client.connecting)
            last, before = needs.last_install, self._needs.last_install
            if last is None or last == before:
                return
            self._needs = needs
            if last.error:
                self._tell(Told(f"The install of store-{last.store} failed: {last.error}", is_error=True))
                return
            self.dismiss(await self._session.ask(partial(self._session.client.store, last.store)))
        except CounterfoilError as error:
            self._tell(Told(str(error), is_error=True))

    def _tell(self, told: Told) -> None:
        self.query_one(FormMessage).told = told

    def action_back(self) -> None:
        self.dismiss(None)
