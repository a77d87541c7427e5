"""Settings: what is in force and where it comes from; a store's own settings one Enter away."""

from functools import partial

from textual.app import ComposeResult

from common.daemon_settings import SettingsInForce
from common.reloading import Reloaded
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.in_force import SettingTarget, in_force_lines, reloaded_words
from tui.drawing.line import Role
from tui.drawing.store import StoreTarget
from tui.own_settings import own_settings
from tui.screens.audit import AuditScreen
from tui.screens.framed import Framed
from tui.screens.settings import SettingsScreen
from tui.session import Session, StoresRead
from tui.taking import Taken
from tui.widgets.lines_view import LinesView


class InForceScreen(Framed):
    MODE = "settings"
    PLACES = (Place.SETTINGS, Place.LINES)
    BINDINGS = bindings(Place.SETTINGS)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._found: SettingsInForce | None = None

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def read(self) -> None:
        self.ask_again(self.session.client.settings, self._shown, group="settings")

    def on_stores_read(self, message: StoresRead) -> None:
        super().on_stores_read(message)
        self._draw()

    def _shown(self, found: SettingsInForce) -> None:
        self._found = found
        self._draw()
        self.stand_back()

    def _draw(self) -> None:
        if self._found is not None:
            own = own_settings(self.session.prefers, self.session.client.socket)
            lines = partial(in_force_lines, self._found, self.session.stores, own)
            self.query_one(LinesView).show(lines)

    def action_audit(self) -> None:
        self.app.push_screen(AuditScreen(self.session))

    def action_load_anew(self) -> None:
        if self.can("daemon.reload"):
            self.ask(self.session.client.reload, self._loaded, group="reload")

    def _loaded(self, done: Reloaded) -> None:
        self.read()
        self.say(reloaded_words(done), Role.WARN if done.waiting else Role.GOOD)

    def taken(self) -> Taken | None:
        """The setting or the store the cursor is on."""
        client, found = self.session.client, self._found
        match self.query_one(LinesView).target:
            case StoreTarget(store_hash):
                for store in (one for one in self.session.stores if one.hash == store_hash):
                    return partial(taking.store, store, self.session.now(), partial(client.store, store_hash))
            case SettingTarget(name):
                return partial(taking.in_force, found, name, client.settings) if found else None
        return partial(taking.in_force, found, "", client.settings) if found else None

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        match message.target:
            case StoreTarget(store_hash):
                self.open_over(SettingsScreen(self.session, store_hash))
            case SettingTarget(_, how):
                self.say(how or "The command line sets it: see `counterfoil --help`.", Role.MUTED)
