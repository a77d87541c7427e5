"""Runs: a store read from its beginning, or since the last time, page by page, resumable after every page."""

import asyncio
import contextlib
import logging
import sqlite3
from dataclasses import dataclass, field, replace
from functools import partial

from common.errors import CounterfoilError, NotFound, Refused, StoreRefused, TryLater
from common.sync import Run, RunKind, RunState
from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.errors import AbsentInStore, MissingScope, StoreUnauthorized, StoreUnavailable
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import runs, stores
from daemon.db.database import Database
from daemon.db.runs import RunRow, Step
from daemon.ingest.apply import Applied, Batch
from daemon.ingest.meter import Meter
from daemon.ingest.phases import OVERLAP_S, Phase, Place, Portion, Reading, phases_of
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.ingest.writing import Writing
from daemon.records import Kind, Origin, Unreadable

log = logging.getLogger(__name__)

PAGE_ROWS = 250
_MIN_PAGE_ROWS = 25

# A store that does not answer is asked again after this long; the run keeps its place.
_TRY_AGAIN_S = 30.0

_TOLD_EVERY_S = 0.1


@dataclass(slots=True)
class _Pace:
    """What is known of a run only while it runs."""

    page_rows: int = PAGE_ROWS
    meter: Meter | None = None
    told_at: float = field(default=float("-inf"))


@dataclass(frozen=True, slots=True)
class _At:
    """Where a run is: its phase, the one after it, the place within, and how many rows of the phase are through."""

    phase: str
    following: str
    place: Place = field(default_factory=dict)
    done: int = 0

    def after(self, portion: Portion) -> "_At":
        return replace(self, place=portion.next or {}, done=self.done + portion.rows)


class Runner:
    """Starts runs and works through them: one at a time per store, the stores side by side."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        writing: Writing,
        *,
        bus: Bus,
        clock: Clock,
        try_again_s: float = _TRY_AGAIN_S,
    ) -> None:
        self._database = database
        self._registry = registry
        self._writing = writing
        self._bus = bus
        self._clock = clock
        self._try_again_s = try_again_s
        self._paces: dict[int, _Pace] = {}
        self._bell = asyncio.Event()
        self._busy: set[int] = set()

    async def start(self, store_hash: str, kind: RunKind) -> Run:
        """A new run, queued. Raises NotFound or Refused when the store has one open already or cannot be read."""
        store = self._registry.demand(store_hash)
        if not store.is_working:
            raise Refused(
                f"The store {store_hash} is {store.row.state}: {store.row.state_reason}", remedy="Reconnect it first."
            )
        open_runs = await self._database.read(runs.open_runs)
        if any(run.store_id == store.row.id for run in open_runs):
            raise Refused(
                f"A run of {store_hash} is under way.",
                remedy="Follow it with `counterfoil runs list`; then start anew.",
            )
        run_id = await self._database.write(lambda conn: self._insert(conn, store, kind))
        self._bell.set()
        return await self.show(run_id)

    def _insert(self, conn: sqlite3.Connection, store: ConnectedStore, kind: RunKind) -> int:
        row = stores.store_with_hash(conn, store.hash)
        since = None
        if kind is not RunKind.HISTORICAL and row is not None:
            since = (row.synced_until or row.connected_at) - OVERLAP_S
        return runs.insert_run(conn, store.row.id, kind, since=since, now=self._clock.now())

    async def show(self, run_id: int) -> Run:
        """Raises NotFound."""
        run = await self._database.read(lambda conn: runs.wire_run(conn, run_id))
        if run is None:
            raise NotFound(f"There is no run {run_id}.", remedy="See `counterfoil runs list`.")
        return self.measured(run)

    def measured(self, run: Run) -> Run:
        """*run* with the rate and ETA of its phase."""
        pace = self._paces.get(run.id)
        if run.phase is None or pace is None or pace.meter is None or pace.meter.phase != run.phase.name:
            return run
        return run.model_copy(update={"phase": pace.meter.measured(run.phase)})

    async def run(self) -> None:
        """Works until cancelled; open runs of an earlier life go on where they were."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._bell.clear()
                for row in await self._database.read(runs.open_runs):
                    store = self._registry.with_id(row.store_id)
                    if store is not None and store.is_working and self._may_start(row):
                        self._busy.add(row.store_id)
                        group.create_task(self._work(store, row), name=f"run-{row.id}")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._bell.wait(), timeout=self._try_again_s)

    def _may_start(self, row: RunRow) -> bool:
        return row.state is not RunState.PAUSED and row.store_id not in self._busy

    async def _work(self, store: ConnectedStore, row: RunRow) -> None:
        pace = self._paces.setdefault(row.id, _Pace())
        try:
            # The list it was taken from may be older than the end of the run's last attempt.
            row = await self._database.read(partial(runs.run_row, run_id=row.id))
            if not row.state.is_over:
                await self._read_store(store, row, pace)
        except StoreUnauthorized as error:
            await self._registry.note_refused(store, error.message)
            await self._finish(row, RunState.FAILED, str(error))
        except TryLater as error:
            await self._stand_still(store, row, error)
        except CounterfoilError as error:
            await self._finish(row, RunState.FAILED, str(error))
        except Exception as error:  # a boundary: the run fails with its reason, the others go on
            log.exception("run failed", extra={"run": row.id})
            await self._finish(row, RunState.FAILED, f"A fault in Counterfoil: {error!r}. See the daemon's log.")
        finally:
            self._busy.discard(row.store_id)

    async def _read_store(self, store: ConnectedStore, row: RunRow, pace: _Pace) -> None:
        phases = phases_of(row.kind)
        names = [*phases, runs.END]
        started = names.index(row.phase) if row.phase in names else 0
        for name, following in zip(names[started:], names[started + 1 :], strict=False):
            at = _At(name, following, row.cursor, row.phase_done) if name == row.phase else _At(name, following)
            pace.meter = Meter(name, at.done, at=self._clock.monotonic())
            try:
                await self._read_phase(store, row, pace, phases[name], at)
            except (MissingScope, AbsentInStore) as error:
                await self._skip_phase(row, name, error)
        await self._registry.note_reachable(store)
        await self._finish(row, RunState.DONE, "")

    async def _read_phase(self, store: ConnectedStore, row: RunRow, pace: _Pace, phase: Phase, at: "_At") -> None:
        """Reads the phase from where it is *at*. While a portion is being written the next one is on its way."""
        ahead = asyncio.create_task(self._portion(store, row, pace, phase, at.place))
        try:
            while True:
                portion, requests = await ahead
                if portion.next is not None:
                    ahead = asyncio.create_task(self._portion(store, row, pace, phase, portion.next))
                at = at.after(portion)
                await self._write(store, row, at, portion, requests)
                if pace.meter is not None:
                    pace.meter.mark(at.done, at=self._clock.monotonic())
                await self._tell(row.id, pace)
                if portion.next is None:
                    return
        finally:
            ahead.cancel()
            with contextlib.suppress(asyncio.CancelledError, CounterfoilError):
                await ahead

    async def _portion(
        self, store: ConnectedStore, row: RunRow, pace: _Pace, phase: Phase, place: Place
    ) -> tuple[Portion, int]:
        """One portion and the requests it cost. A store that chokes on a page is asked for smaller ones."""
        api = store.api(Priority.BACKGROUND)
        while True:
            reading = Reading(self._database, store, api, row.since, pace.page_rows)
            try:
                return await phase(reading, place), api.requests
            except StoreUnavailable as error:
                if not error.is_overloaded or pace.page_rows <= _MIN_PAGE_ROWS:
                    raise
                pace.page_rows = max(_MIN_PAGE_ROWS, pace.page_rows // 2)
                log.info("page halved", extra={"run": row.id, "rows": pace.page_rows})

    async def _write(self, store: ConnectedStore, row: RunRow, at: "_At", portion: Portion, requests: int) -> None:
        """Rows and place in one transaction: a run that dies here is either before this page or after it."""
        now = self._clock.now()
        counts = _counts(at.phase, portion.batch)
        is_over = portion.next is None

        def along(conn: sqlite3.Connection, applied: Applied) -> None:
            runs.begin(conn, row.id, synced_until=portion.server_time or now, now=now)
            step = Step(
                phase=at.following if is_over else at.phase,
                cursor=portion.next or {},
                phase_done=0 if is_over else at.done,
                phase_total=None if is_over else portion.total,
                requests=requests,
                changed=applied.count,
                **counts,
            )
            runs.advance(conn, row.id, step)
            runs.add_skipped(conn, row.id, portion.unreadable)

        origin = Origin.HISTORICAL if row.kind is RunKind.HISTORICAL else Origin.MANUAL
        await self._writing.write(store, portion.batch, origin=origin, fetched_at_ms=portion.fetched_at_ms, along=along)

    async def _skip_phase(self, row: RunRow, name: str, error: StoreRefused) -> None:
        """Without the right to read a part, or a store that has no such part, the others are read all the same."""
        thing = Unreadable(Kind.STORE, name, str(error))
        await self._database.write(lambda conn: runs.add_skipped(conn, row.id, [thing]))

    async def _stand_still(self, store: ConnectedStore, row: RunRow, error: TryLater) -> None:
        """The store cannot be read now. The run keeps its place and is taken up again by itself."""
        await self._registry.note_unavailable(store, error.message)
        await self._database.write(lambda conn: runs.wait_again(conn, row.id, error=error.message))
        await self._tell(row.id, self._paces[row.id], always=True)

    async def _finish(self, row: RunRow, state: RunState, error: str) -> None:
        now = self._clock.now()

        def unit(conn: sqlite3.Connection) -> None:
            runs.finish(conn, row.id, state, error=error, now=now)
            if state is RunState.DONE:
                stores.set_synced(conn, row.store_id, until=runs.proven_until(conn, row.id), now=now)

        await self._database.write(unit)
        pace = self._paces.pop(row.id)
        log.info("run over", extra={"run": row.id, "state": state, "error": error})
        await self._tell(row.id, pace, always=True)
        self._bell.set()  # another run of the store may be waiting

    async def _tell(self, run_id: int, pace: _Pace, *, always: bool = False) -> None:
        """Tells how far the run is, at most ten times a second."""
        now = self._clock.monotonic()
        if always or now - pace.told_at >= _TOLD_EVERY_S:
            pace.told_at = now
            self._bus.run(await self.show(run_id))


def _counts(phase: str, batch: Batch) -> dict[str, int]:
    """What a portion of *phase* adds to the run's counts. What was fetched along with it is not counted."""
    match phase:
        case "products":
            return {"products": len(batch.products)}
        case "customers":
            return {"customers": len(batch.customers)}
        case "orders" | "carts":
            of_customers = [order for order in batch.orders if order.customer_id]
            carts = sum(order.is_incomplete for order in of_customers)
            return {"carts": carts, "orders": len(of_customers) - carts}
        case _:
            return {}
