"""Runs as a queue: one at a time per store, the stores side by side; how one starts, goes on and ends."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from common.errors import CounterfoilError, NotFound, Refused, TryLater
from common.stores import StoreState
from common.sync import ANY_HOUR, Run, RunKind, RunState
from daemon.bigcommerce.errors import StoreUnauthorized
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import runs, stores
from daemon.db.database import Database, is_of_the_disk
from daemon.db.runs import RunRow
from daemon.disk import NoRoom
from daemon.ingest.phases import OVERLAP_S
from daemon.ingest.quiet import Hours
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.ingest.run_pages import Halted, Means, OutsideQuietHours, RunPages
from daemon.ingest.writing import Writing
from daemon.waiting import rung

log = logging.getLogger(__name__)

# A store that does not answer is asked again after this long; the run keeps its place.
_TRY_AGAIN_S = 30.0

_TOLD_EVERY_S = 0.1


class Runner:
    """Starts runs and works through them."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        writing: Writing,
        *,
        bus: Bus,
        clock: Clock,
        quiet: Hours = lambda: None,
        try_again_s: float = _TRY_AGAIN_S,
    ) -> None:
        self._database = database
        self._registry = registry
        self._bus = bus
        self._clock = clock
        self._means = Means(database, writing, clock, quiet)
        self._try_again_s = try_again_s
        self._at_work: dict[int, RunPages] = {}
        self._busy: set[int] = set()
        self._bell = asyncio.Event()
        self._told_at = float("-inf")

    async def start(
        self, store_hash: str, kind: RunKind, *, since: int | None = None, quiet_hours: str | None = None
    ) -> Run:
        """A new run, queued; *since* (the store's clock) None = it reads from where the last one left off.

        *quiet_hours* None = a historical one keeps to those the daemon is set to.

        Raises NotFound, or Refused when the store has a run under way or cannot be read.
        """
        store = self._registry.demand(store_hash)
        if not store.is_working:
            raise not_to_be_read(store)
        for run in await self._database.read(runs.open_runs):
            if run.store_id == store.row.id and (run.kind is kind or not self._stands_still(run)):
                raise _under_way(store_hash, run)
        run_id = await self._database.write(lambda conn: self._insert(conn, store, kind, since, quiet_hours))
        log.info("run queued", extra={"run": run_id, "store": store_hash, "kind": kind})
        self._bell.set()
        return await self.show(run_id)

    async def show(self, run_id: int) -> Run:
        """Raises NotFound."""
        run = await self._database.read(lambda conn: runs.wire_run(conn, run_id))
        if run is None:
            raise NotFound(f"There is no run {run_id}.", remedy="See `counterfoil runs list`.")
        return self.measured(run)

    async def pause(self, run_id: int) -> Run:
        """The run, which keeps its place until it is resumed. Raises NotFound, or Refused when it is over."""
        return await self._turn(run_id, runs.pause)

    async def resume(self, run_id: int) -> Run:
        """The run, queued where it was paused. Raises NotFound, or Refused when it is over."""
        return await self._turn(run_id, runs.resume)

    async def cancel(self, run_id: int) -> Run:
        """The run, ended; what it brought stays. Raises NotFound, or Refused when it is over."""
        return await self._turn(run_id, partial(runs.cancel, now=self._clock.now()))

    async def cancel_all(self, store_id: int) -> None:
        """Ends the store's open runs."""
        for row in await self._database.read(runs.open_runs):
            if row.store_id == store_id:
                with suppress(Refused):  # it ended by itself meanwhile
                    await self.cancel(row.id)

    def make_way(self, store_id: int) -> None:
        """Has the store's run at work stop after its page; it goes on by itself once the store may be read."""
        for pages in self._at_work.values():
            if pages.store_id == store_id:
                pages.halt()

    def wake(self) -> None:
        """Tells that a store may be read again."""
        self._bell.set()

    async def _turn(self, run_id: int, step: Callable[[sqlite3.Connection, int], None]) -> Run:
        run = await self.show(run_id)
        if run.state.is_over:
            raise Refused(
                f"Run {run_id} is over: it is {run.state}.",
                remedy=f"Start a new one: counterfoil sync {run.store}.",
            )
        await self._database.write(lambda conn: step(conn, run_id))
        turned = await self.show(run_id)
        if turned.state in (RunState.PAUSED, RunState.CANCELLED) and (pages := self._at_work.get(run_id)):
            pages.halt()
        self._bell.set()
        self._bus.run(turned)
        return turned

    def measured(self, run: Run) -> Run:
        """*run* with the hours it keeps to, and the rate and ETA of its phase."""
        run = run.model_copy(update={"quiet_hours": self._hours_of(run)})
        pages = self._at_work.get(run.id)
        if run.phase is None or pages is None:
            return run
        return run.model_copy(update={"phase": pages.measured(run.phase)})

    def _hours_of(self, run: Run) -> str:
        if run.kind is not RunKind.HISTORICAL:
            return ANY_HOUR
        return run.quiet_hours or (quiet.setting if (quiet := self._means.quiet()) else ANY_HOUR)

    async def run(self) -> None:
        """Works until cancelled; open runs of an earlier life go on where they were."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._bell.clear()
                for row in sorted(await self._database.read(runs.open_runs), key=self._waits_for_quiet):
                    store = self._registry.with_id(row.store_id)
                    if store is not None and store.is_working and self._may_start(row):
                        self._busy.add(row.store_id)
                        group.create_task(self._work(store, row.id), name=f"run-{row.id}")
                await rung(self._bell, within_s=self._try_again_s)

    def _insert(
        self,
        conn: sqlite3.Connection,
        store: ConnectedStore,
        kind: RunKind,
        since: int | None,
        quiet_hours: str | None,
    ) -> int:
        since = since_of(conn, store, kind) if since is None else since - OVERLAP_S
        now = self._clock.now()
        return runs.insert_run(conn, store.row.id, kind, since=since, now=now, quiet_hours=quiet_hours)

    def _may_start(self, row: RunRow) -> bool:
        return _wants_work(row) and row.store_id not in self._busy

    def _stands_still(self, row: RunRow) -> bool:
        """Whether other runs of the store need not wait for it."""
        return row.state is RunState.PAUSED or self._waits_for_quiet(row)

    def _waits_for_quiet(self, row: RunRow) -> bool:
        """Whether the run stands still until its hours come; others of the store go before it."""
        quiet = self._means.quiet_of(row)
        return quiet is not None and not quiet.holds(self._clock.now())

    async def _work(self, store: ConnectedStore, run_id: int) -> None:
        makes_way = False
        try:
            # The list it was taken from may be older than the end of the run's last attempt.
            row = await self._database.read(partial(runs.run_row, run_id=run_id))
            makes_way = row is None or not _wants_work(row) or await self._attempt(store, row)
        except Halted:
            await self._database.write(lambda conn: runs.wait_again(conn, run_id, error=""))
            await self._tell(run_id, always=True)
            makes_way = True
        except sqlite3.OperationalError as error:  # nothing can be written now, not even that the run stands still
            if not is_of_the_disk(error):
                raise
            log.exception("run stands still: the database cannot be written", extra={"run": run_id})
        finally:
            self._at_work.pop(run_id, None)
            self._busy.discard(store.row.id)
            if makes_way:
                self._bell.set()  # another run of the store may be waiting

    async def _attempt(self, store: ConnectedStore, row: RunRow) -> bool:
        """Reads on and tells whether the run is over; if not, it is taken up again by itself. Raises Halted."""
        pages = self._at_work[row.id] = RunPages(
            self._means,
            store,
            row,
            on_page=partial(self._tell, row.id),
            on_missing_scope=partial(self._registry.note_missing_scope, store),
        )
        try:
            await pages.read()
        except Halted:
            raise
        except (OutsideQuietHours, NoRoom) as error:
            return await self._stand_still(row, error)
        except TryLater as error:
            await self._registry.note_unavailable(store, error.message)
            return await self._stand_still(row, error)
        except StoreUnauthorized as error:
            await self._registry.note_refused(store, error.message)
            return await self._finish(row, RunState.FAILED, str(error))
        except CounterfoilError as error:
            return await self._finish(row, RunState.FAILED, str(error))
        except Exception as error:  # a boundary: the run fails with its reason, the others go on
            if is_of_the_disk(error):
                raise
            log.exception("run failed", extra={"run": row.id})
            return await self._finish(row, RunState.FAILED, f"A fault in Counterfoil: {error!r}. See the daemon's log.")
        await self._registry.note_reachable(store)
        return await self._finish(row, RunState.DONE, "")

    async def _stand_still(self, row: RunRow, error: TryLater) -> bool:
        """The store cannot be read, or nothing be written, now. The run keeps its place."""
        await self._database.write(lambda conn: runs.wait_again(conn, row.id, error=error.message))
        await self._tell(row.id, always=True)
        return False

    async def _finish(self, row: RunRow, state: RunState, error: str) -> bool:
        now = self._clock.now()

        def unit(conn: sqlite3.Connection) -> None:
            is_done = runs.finish(conn, row.id, state, error=error, now=now) and state is RunState.DONE
            if is_done and row.kind is not RunKind.SWEEP:  # a sweep reads no list of what changed
                stores.set_synced(conn, row.store_id, until=runs.proven_until(conn, row.id), now=now)

        await self._database.write(unit)
        log.info("run over", extra={"run": row.id, "state": state, "error": error})
        await self._tell(row.id, always=True)
        return True

    async def _tell(self, run_id: int, *, always: bool = False) -> None:
        """Tells how far the run is, at most ten times a second."""
        now = self._clock.monotonic()
        if always or now - self._told_at >= _TOLD_EVERY_S:
            self._told_at = now
            with suppress(NotFound):  # its store was erased meanwhile
                self._bus.run(await self.show(run_id))


def since_of(conn: sqlite3.Connection, store: ConnectedStore, kind: RunKind) -> int | None:
    """What a run that starts now reads from, by the store's clock; None = from the store's beginning."""
    row = stores.store_with_hash(conn, store.hash)
    if kind in (RunKind.HISTORICAL, RunKind.SWEEP) or row is None:
        return None
    return (row.synced_until or store.transport.store_time(row.connected_at)) - OVERLAP_S


def _wants_work(row: RunRow) -> bool:
    return row.state in (RunState.QUEUED, RunState.RUNNING)


def not_to_be_read(store: ConnectedStore) -> Refused:
    """What is said of a store from which nothing can be fetched now."""
    ways = {
        StoreState.PAUSED: f"Resume it first: counterfoil store resume {store.hash}.",
        StoreState.DELETED: f"Connect it again first: counterfoil store add {store.hash} --token-file FILE.",
    }
    reconnect = f"Reconnect it first: counterfoil store reconnect {store.hash} --token-file FILE."
    why = f": {store.row.state_reason}" if store.row.state_reason else "."
    state = "must be reconnected" if store.row.state is StoreState.NEEDS_RECONNECT else f"is {store.row.state}"
    return Refused(f"The store {store.hash} {state}{why}", remedy=ways.get(store.row.state, reconnect))


def _under_way(store_hash: str, run: RunRow) -> Refused:
    if run.state is RunState.PAUSED:
        return Refused(
            f"A run of {store_hash} is paused (run {run.id}, {run.kind}).",
            remedy=f"Go on with it: counterfoil runs resume {run.id}; or end it: counterfoil runs cancel {run.id}.",
        )
    return Refused(
        f"A run of {store_hash} is under way (run {run.id}, {run.kind}).",
        remedy="Follow it with `counterfoil runs list`; then start anew.",
    )
