"""Stores and runs: what is connected, what is being read, what has been read."""

from functools import partial

from common.sales import StoreSales
from common.stores import StoreDetail, StoreSummary
from common.sync import Run, RunQuery
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.line import Role
from tui.drawing.notices import NO_STORES
from tui.drawing.run import run_lines
from tui.drawing.store import OlderTarget, RunTarget, StoreTarget, overview_lines, store_lines
from tui.keymap import shown
from tui.screens.adding import choose_way
from tui.screens.beside import OverviewBeside
from tui.screens.detail import RunScreen, StoreScreen, store_and_sales
from tui.screens.store_keys import StoreKeys
from tui.session import RowsChanged, RunsMoved, Session, StoresRead
from tui.taking import Taken
from tui.widgets.lines_view import LinesView

_RUNS, _MOST_RUNS = 50, 1000  # shown at first, and at most


class StoresScreen(StoreKeys, OverviewBeside):
    MODE = "stores"
    PLACES = (Place.STORES, Place.STORE, Place.LINES)
    BINDINGS = bindings(Place.STORES, Place.STORE)
    AGES_S = 10

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._runs: dict[int, Run] = {}
        self._stores: list[StoreSummary] = []
        self._most_runs = _RUNS

    @property
    def sync_store(self) -> str:
        """The store under the cursor, or the one whose run is."""
        match self.overview.target:
            case StoreTarget(store_hash):
                return store_hash
            case RunTarget(run_id) if run_id in self._runs:
                return self._runs[run_id].store
        return ""

    def show_ages(self) -> None:
        if self._stores:
            self._draw_overview()

    def read(self) -> None:
        self.ask_again(self._look, self._looked, group="overview")

    async def _look(self) -> tuple[list[StoreSummary], list[Run]]:
        stores = await self.session.client.stores()
        runs = await self.session.client.runs(RunQuery(limit=self._most_runs))
        return stores.stores, runs.runs

    def _looked(self, found: tuple[list[StoreSummary], list[Run]]) -> None:
        self._stores, runs = found
        self._runs = {run.id: run for run in runs}
        if self._stores:
            self._draw_overview()
            self.stand_back()
            self.read_detail()
        else:
            self.stand_in(NO_STORES)

    def _draw_overview(self) -> None:
        newest_first = sorted(self._runs.values(), key=lambda run: -run.id)
        has_older = self._most_runs <= len(newest_first) < _MOST_RUNS
        self.overview.show(partial(overview_lines, self._stores, newest_first, self.session.now(), has_older=has_older))

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read()

    def on_stores_read(self, message: StoresRead) -> None:
        self.read()

    def on_runs_moved(self, message: RunsMoved) -> None:
        is_over = any(run.state.is_over for run in message.runs)
        self._runs |= {run.id: run for run in message.runs}
        self._draw_overview()
        self.read_detail()
        if is_over:
            self.read()

    def read_detail(self) -> None:
        if not self.is_side_by_side:
            return
        match self.overview.target:
            case StoreTarget(store_hash):
                ask = partial(store_and_sales, self.session.client, store_hash)
                self.ask_beside(self.overview.target, ask, self._show_store)
            case RunTarget(run_id) if run_id in self._runs:
                self._beside = self.overview.target
                self._show_run(self._runs[run_id])

    def _show_store(self, found: tuple[StoreDetail, StoreSales]) -> None:
        self.detail_pane.show(partial(store_lines, *found, self.session.now()))

    def _show_run(self, run: Run) -> None:
        name = self.session.store_name(run.store)
        self.detail_pane.show(partial(run_lines, run, name, self.session.now()))

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        if isinstance(message.target, OlderTarget):
            self._most_runs = min(4 * self._most_runs, _MOST_RUNS)
            self.read()
            return
        if self.is_side_by_side:
            self.detail_pane.focus()
            return
        match message.target:
            case StoreTarget(store_hash):
                self.open_over(StoreScreen(self.session, store_hash))
            case RunTarget(run_id):
                self.open_over(RunScreen(self.session, run_id))

    def action_add_store(self) -> None:
        """Opens the guide for the first store; for others the form, or the app's link where there is one."""
        if self.can("store.add"):
            self.run_worker(self._add_store(), group="add", exclusive=True)

    async def _add_store(self) -> None:
        if not self._stores:
            await self.run_action("app.guide")
        elif (way := await choose_way(self.app, self.session)) is not None:
            self.open_over(way, self._added)

    def taken(self) -> Taken | None:
        client, now = self.session.client, self.session.now()
        if (run := self.run_here) is not None:
            name = self.session.store_name(run.store)
            return partial(taking.run, run, name, now, partial(client.run, run.id))
        if (store := self.store_here) is not None:
            return partial(taking.store, store, now, partial(client.store, store.hash))
        return None

    @property
    def run_here(self) -> Run | None:
        target = self.overview.target
        return self._runs.get(target.id) if isinstance(target, RunTarget) else None

    @property
    def store_here(self) -> StoreSummary | None:
        target = self.overview.target
        wanted = target.hash if isinstance(target, StoreTarget) else ""
        return next((store for store in self._stores if store.hash == wanted), None)

    def _added(self, store: StoreDetail | None) -> None:
        if store is not None:
            self.read()
            self.say(f"Connected store-{store.hash}. Press {shown('sync')} to read what it already has.", Role.GOOD)
