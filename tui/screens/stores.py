"""Stores and runs: what is connected, what is being read, what has been read."""

from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Resize

from common.sales import StoreSales
from common.stores import StoreDetail, StoreState, StoreSummary
from common.sync import Run, RunQuery, RunState
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.line import Role
from tui.drawing.notices import NO_STORES
from tui.drawing.run import run_lines
from tui.drawing.store import RunTarget, StoreTarget, overview_lines, store_lines
from tui.format import cut
from tui.keymap import shown
from tui.screens.detail import RunScreen, StoreScreen, store_and_sales
from tui.screens.endings import is_run_to_end, is_store_to_end
from tui.screens.framed import SIDE_BY_SIDE_FROM, Framed
from tui.screens.settings import SettingsScreen
from tui.screens.store_form import ReconnectForm, StoreForm
from tui.session import RowsChanged, RunsMoved, Session, StoresRead
from tui.taking import Taken
from tui.widgets.lines_view import LinesView


class StoresScreen(Framed):
    MODE = "stores"
    PLACES = (Place.STORES, Place.LINES)
    BINDINGS = bindings(Place.STORES)
    AGES_S = 10

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._runs: dict[int, Run] = {}
        self._stores: list[StoreSummary] = []

    def body(self) -> ComposeResult:
        with Horizontal(id="content"):
            yield LinesView(id="overview")
            yield LinesView(id="detail")

    @property
    def overview(self) -> LinesView:
        return self.query_one("#overview", LinesView)

    @property
    def detail(self) -> LinesView:
        return self.query_one("#detail", LinesView)

    @property
    def is_side_by_side(self) -> bool:
        return self.size.width >= SIDE_BY_SIDE_FROM

    @property
    def sync_store(self) -> str:
        """The store under the cursor, or the one whose run is."""
        match self.overview.target:
            case StoreTarget(store_hash):
                return store_hash
            case RunTarget(run_id) if run_id in self._runs:
                return self._runs[run_id].store
        return ""

    @property
    def can_go_back(self) -> bool:
        return self.focused is self.detail

    def focus_content(self) -> None:
        self.overview.focus()

    def show_ages(self) -> None:
        if self._stores:
            self._draw_overview()

    def read(self) -> None:
        self.ask_again(self._look, self._looked, group="overview")

    async def _look(self) -> tuple[list[StoreSummary], list[Run]]:
        stores = await self.session.client.stores()
        runs = await self.session.client.runs(RunQuery())
        return stores.stores, runs.runs

    def _looked(self, found: tuple[list[StoreSummary], list[Run]]) -> None:
        self._stores, runs = found
        self._runs = {run.id: run for run in runs}
        if self._stores:
            self._draw_overview()
            self.stand_back()
            self._show_detail()
        else:
            self.stand_in(NO_STORES)

    def _draw_overview(self) -> None:
        newest_first = sorted(self._runs.values(), key=lambda run: -run.id)
        self.overview.show(partial(overview_lines, self._stores, newest_first, self.session.now()))

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read()

    def on_stores_read(self, message: StoresRead) -> None:
        self.read()

    def on_runs_moved(self, message: RunsMoved) -> None:
        is_over = any(run.state.is_over for run in message.runs)
        self._runs |= {run.id: run for run in message.runs}
        self._draw_overview()
        self._show_detail()
        if is_over:
            self.read()

    def on_resize(self, _: Resize) -> None:
        self.detail.display = self.is_side_by_side
        if not self.is_side_by_side and self.focused is self.detail:
            self.overview.focus()
        self._show_detail()

    def on_lines_view_highlighted(self, message: LinesView.Highlighted) -> None:
        if message.view is self.overview:
            self._show_detail()

    def _show_detail(self) -> None:
        if not self.is_side_by_side:
            return
        match self.overview.target:
            case StoreTarget(store_hash):
                self.ask(partial(store_and_sales, self.session.client, store_hash), self._show_store, group="detail")
            case RunTarget(run_id) if run_id in self._runs:
                self._show_run(self._runs[run_id])

    def _show_store(self, found: tuple[StoreDetail, StoreSales]) -> None:
        self.detail.show(partial(store_lines, *found, self.session.now()))

    def _show_run(self, run: Run) -> None:
        name = self.session.store_name(run.store)
        self.detail.show(partial(run_lines, run, name, self.session.now()))

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        if self.is_side_by_side:
            self.detail.focus()
            return
        match message.target:
            case StoreTarget(store_hash):
                self.app.push_screen(StoreScreen(self.session, store_hash))
            case RunTarget(run_id):
                self.app.push_screen(RunScreen(self.session, run_id))

    def action_back(self) -> None:
        self.overview.focus()

    def action_switch_pane(self) -> None:
        if self.is_side_by_side and self.focused is self.overview:
            self.detail.focus()
        else:
            self.overview.focus()

    def action_add_store(self) -> None:
        if why := self.why_not("store.add"):
            self.say(why, Role.WARN)
        else:
            self.app.push_screen(StoreForm(self.session), self._added)

    def action_hold(self) -> None:
        """Pauses what is under the cursor; what is paused goes on."""
        client, run = self.session.client, self._run_here
        if why := self.why_not("store.hold"):
            self.say(why, Role.WARN)
        elif run is not None:
            call = client.resume_run if run.state is RunState.PAUSED else client.pause_run
            self.ask(partial(call, run.id), self._run_turned, group="turn")
        elif store := self._store_here:
            change = client.resume_store if store.state is StoreState.PAUSED else client.pause_store
            self.ask(partial(change, store.hash), self._store_turned, group="turn")

    def action_end(self) -> None:
        """Cancels the run, or deletes the store, under the cursor."""
        if why := self.why_not("store.end"):
            self.say(why, Role.WARN)
        else:
            self.run_worker(self._end(), group="end", exclusive=True)

    async def _end(self) -> None:
        client, run, store = self.session.client, self._run_here, self._store_here
        if run is not None and run.state.is_over:
            self.say(f"Run {run.id} is over: it is {run.state}.", Role.WARN)
        elif run is not None and await is_run_to_end(self.app, run, self.session.store_name(run.store)):
            self.ask(partial(client.cancel_run, run.id), self._run_turned, group="turn")
        elif run is None and store and await is_store_to_end(self.app, store.name or store.hash):
            self.ask(partial(client.delete_store, store.hash), self._store_turned, group="turn")

    def action_reconnect(self) -> None:
        """Asks for another token of the store under the cursor."""
        if why := self.why_not("store.reconnect"):
            self.say(why, Role.WARN)
        elif self.sync_store:
            self.app.push_screen(ReconnectForm(self.session, self.sync_store), self._reconnected)

    def action_settings(self) -> None:
        """Opens what the store under the cursor is set to."""
        if why := self.why_not("store.settings"):
            self.say(why, Role.WARN)
        elif self.sync_store:
            self.app.push_screen(SettingsScreen(self.session, self.sync_store))

    def taken(self) -> Taken | None:
        client, now = self.session.client, self.session.now()
        if (run := self._run_here) is not None:
            name = self.session.store_name(run.store)
            return partial(taking.run, run, name, now, partial(client.run, run.id))
        if (store := self._store_here) is not None:
            return partial(taking.store, store, now, partial(client.store, store.hash))
        return None

    @property
    def _run_here(self) -> Run | None:
        target = self.overview.target
        return self._runs.get(target.id) if isinstance(target, RunTarget) else None

    @property
    def _store_here(self) -> StoreSummary | None:
        target = self.overview.target
        wanted = target.hash if isinstance(target, StoreTarget) else ""
        return next((store for store in self._stores if store.hash == wanted), None)

    def _run_turned(self, run: Run) -> None:
        self.read()
        self.say(f"Run {run.id} is {run.state}.", Role.GOOD)

    def _store_turned(self, store: StoreDetail) -> None:
        self.read()
        self.say(f"{cut(store.name or store.hash, 30)} is {store.state}. {store.state_reason}".strip(), Role.GOOD)

    def _reconnected(self, store: StoreDetail | None) -> None:
        if store is not None:
            self.read()
            self.say(f"Reconnected {cut(store.name or store.hash, 30)}. What it missed is being read.", Role.GOOD)

    def _added(self, store: StoreDetail | None) -> None:
        if store is not None:
            self.read()
            self.say(f"Connected store-{store.hash}. Press {shown('sync')} to read what it already has.", Role.GOOD)
