"""One store, or one run, on the whole screen."""

from functools import partial
from typing import ClassVar

from textual.app import ComposeResult

from common.client import ApiClient
from common.sales import StoreSales
from common.stores import StoreDetail
from common.sync import Run
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.run import run_lines
from tui.drawing.store import store_lines
from tui.screens.store_keys import StoreKeys
from tui.session import RowsChanged, RunsMoved, Session
from tui.taking import Taken
from tui.widgets.lines_view import LinesView


class OneStore(StoreKeys):
    """A page about one store."""

    MODE = "stores"
    PLACES: ClassVar[tuple[Place, ...]] = (Place.LINES,)

    def __init__(self, session: Session, store_hash: str) -> None:
        super().__init__(session)
        self.store_hash = store_hash

    @property
    def sync_store(self) -> str:
        return self.store_hash

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read()


async def store_and_sales(client: ApiClient, store_hash: str) -> tuple[StoreDetail, StoreSales]:
    """The store, and what it sold in the last twelve months."""
    return await client.store(store_hash), await client.store_sales(store_hash, months=12)


class StoreScreen(OneStore):
    PLACES = (Place.STORE, Place.LINES)
    BINDINGS = bindings(Place.STORE)
    AGES_S = 10

    def __init__(self, session: Session, store_hash: str) -> None:
        super().__init__(session, store_hash)
        self._found: tuple[StoreDetail, StoreSales] | None = None

    def read(self) -> None:
        self.ask_again(partial(store_and_sales, self.session.client, self.store_hash), self._shown, group="store")

    def taken(self) -> Taken | None:
        ask = partial(self.session.client.store, self.store_hash)
        return partial(taking.store_page, self._found[0], ask) if self._found else None

    def _shown(self, found: tuple[StoreDetail, StoreSales]) -> None:
        self._found = found
        self.query_one(LinesView).show(partial(store_lines, *found, self.session.now()))
        self.stand_back()

    @property
    def store_here(self) -> StoreDetail | None:
        return self._found[0] if self._found else None

    def show_ages(self) -> None:
        if self._found is not None:
            self._shown(self._found)


class RunScreen(StoreKeys):
    MODE = "stores"
    PLACES = (Place.STORE, Place.LINES)
    BINDINGS = bindings(Place.STORE)
    AGES_S = 10

    def __init__(self, session: Session, run_id: int) -> None:
        super().__init__(session)
        self._run_id = run_id
        self._run: Run | None = None

    @property
    def sync_store(self) -> str:
        return self._run.store if self._run else ""

    @property
    def run_here(self) -> Run | None:
        return self._run

    def idle_keys(self) -> set[str]:
        is_over = self._run is not None and self._run.state.is_over
        return super().idle_keys() | ({"store.hold", "store.end"} if is_over else set())

    def show_ages(self) -> None:
        if self._run is not None:
            self._shown(self._run)

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def read(self) -> None:
        self.ask_again(self._ask, self._shown, group="run")

    async def _ask(self) -> Run:
        return await self.session.client.run(self._run_id)

    def taken(self) -> Taken | None:
        return partial(taking.run_page, self._run, self._ask) if self._run else None

    def _shown(self, run: Run) -> None:
        self._run = run
        name = self.session.store_name(run.store)
        self.query_one(LinesView).show(partial(run_lines, run, name, self.session.now()))
        self.stand_back()

    def on_runs_moved(self, message: RunsMoved) -> None:
        for run in message.runs:
            if run.id == self._run_id:
                self._shown(run)
