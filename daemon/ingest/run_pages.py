"""One run at work: phase by phase and page by page, each page stored together with the run's place."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from common.errors import StoreRefused, TryLater
from common.sync import PhaseProgress, RunKind
from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.errors import AbsentInStore, MissingScope
from daemon.clock import Clock
from daemon.db import runs
from daemon.db.database import Database
from daemon.db.runs import RunRow, Step
from daemon.ingest.apply import Applied
from daemon.ingest.apply_orders import is_wanted
from daemon.ingest.lull import Lull
from daemon.ingest.meter import Meter
from daemon.ingest.phases import phases_of
from daemon.ingest.portion import Phase, Place, Portion, Reading
from daemon.ingest.quiet import Hours, QuietHours
from daemon.ingest.registry import ConnectedStore
from daemon.ingest.store_rules import StoreRules, rules_of
from daemon.ingest.writing import Writing
from daemon.records import Kind, Origin, Unreadable
from daemon.waiting import stopped


class Halted(Exception):
    """The run was paused, ended, or has to make way: it stops between two pages."""


class OutsideQuietHours(TryLater):
    """The run may only work in the quiet hours, and these are over."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a run works with. *quiet* gives the daemon's hours for historical runs."""

    database: Database
    writing: Writing
    clock: Clock
    quiet: Hours

    def quiet_of(self, row: RunRow) -> QuietHours | None:
        """The hours in which that run may work: its own, else the daemon's."""
        if row.kind is not RunKind.HISTORICAL:
            return None
        return self.quiet() if row.quiet_hours is None else QuietHours.of(row.quiet_hours)


@dataclass(frozen=True, slots=True)
class _At:
    """Where a run is: its phase, the one after it, the place within, and how many rows of the phase are through."""

    phase: str
    following: str
    place: Place = field(default_factory=dict)
    done: int = 0

    def after(self, portion: Portion) -> "_At":
        return replace(self, place=portion.next or {}, done=self.done + portion.rows)


class RunPages:
    """The pages of the run *row*, from where it stands to its end. *on_page* is awaited after each one,
    *on_missing_scope* when a part of the store may not be read."""

    def __init__(
        self,
        means: Means,
        store: ConnectedStore,
        row: RunRow,
        *,
        on_page: Callable[[], Awaitable[None]],
        on_missing_scope: Callable[[MissingScope], Awaitable[None]],
    ) -> None:
        self._means = means
        self._store = store
        self._row = row
        self._on_page = on_page
        self._on_missing_scope = on_missing_scope
        self._lull = Lull()
        api = StoreApi(store.transport, Priority.BACKGROUND, before_reading=self._lull.wait)
        self._reading = Reading(means.database, store, api, row.since)
        self._meter: Meter | None = None
        self._halt = asyncio.Event()

    @property
    def store_id(self) -> int:
        return self._row.store_id

    def halt(self) -> None:
        """Has `read` end by Halted once the page being written is on the disk; one being fetched is let go."""
        self._halt.set()

    def measured(self, progress: PhaseProgress) -> PhaseProgress:
        """*progress* with the rate and ETA of its phase, if that is the one being read."""
        if self._meter is None or self._meter.phase != progress.name:
            return progress
        return self._meter.measured(progress)

    async def read(self) -> None:
        """Reads what is left of the run. Raises Halted, OutsideQuietHours, NoRoom, or what the store's API raises."""
        row, phases = self._row, phases_of(self._row.kind)
        names = [*phases, runs.END]
        started = names.index(row.phase) if row.phase in names else 0
        for name, following in zip(names[started:], names[started + 1 :], strict=False):
            at = _At(name, following, row.cursor, row.phase_done) if name == row.phase else _At(name, following)
            self._meter = Meter(name, at.done, at=self._means.clock.monotonic())
            try:
                await self._read_phase(phases[name], at, self._meter)
            except MissingScope as error:
                await self._on_missing_scope(error)
                await self._skip_phase(name, error)
            except AbsentInStore as error:
                await self._skip_phase(name, error)

    async def _read_phase(self, phase: Phase, at: _At, meter: Meter) -> None:
        """Reads the phase from where it is *at*. While a portion is being written the next one is on its way."""
        ahead = asyncio.create_task(self._portion(phase, at.place))
        try:
            while True:
                portion, requests = await self._unless_halted(ahead)
                at = at.after(portion)
                if portion.next is not None and not portion.is_needed_by_next:
                    ahead = asyncio.create_task(self._portion(phase, portion.next))
                await self._write(at, portion, requests)
                if portion.next is not None and portion.is_needed_by_next:
                    ahead = asyncio.create_task(self._portion(phase, portion.next))
                meter.mark(at.done, at=self._means.clock.monotonic())
                await self._on_page()
                if portion.next is None:
                    return
        finally:
            await stopped(ahead)

    async def _unless_halted(self, ahead: "asyncio.Task[tuple[Portion, int]]") -> tuple[Portion, int]:
        """What *ahead* brings. Raises Halted as soon as it is asked for, however long the store takes to answer."""
        halt = asyncio.create_task(self._halt.wait())
        try:
            await asyncio.wait({ahead, halt}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await stopped(halt)
        if self._halt.is_set():
            raise Halted
        return await ahead

    async def _portion(self, phase: Phase, place: Place) -> tuple[Portion, int]:
        """One portion and the requests it cost."""
        self._stop_outside_quiet_hours()
        self._means.writing.demand_room()
        before = self._reading.api.requests
        portion = await phase(self._reading, place)
        return portion, self._reading.api.requests - before

    def _stop_outside_quiet_hours(self) -> None:
        quiet = self._means.quiet_of(self._row)
        if quiet and not quiet.holds(self._means.clock.now()):
            raise OutsideQuietHours(f"Waits for the quiet hours, {quiet}.")

    async def _write(self, at: _At, portion: Portion, requests: int) -> None:
        """Rows and place in one transaction: a run that dies here is either before this page or after it."""
        row, now = self._row, self._means.clock.now()
        is_over = portion.next is None

        def along(conn: sqlite3.Connection, applied: Applied) -> None:
            if not runs.begin(conn, row.id, synced_until=portion.server_time or now, now=now):
                raise Halted
            step = Step(
                phase=at.following if is_over else at.phase,
                cursor=portion.next or {},
                phase_done=0 if is_over else at.done,
                phase_total=None if is_over else portion.total,
                requests=requests,
                changed=applied.count,
                **_counts(at.phase, portion, rules_of(conn, self._store.row.id)),
            )
            runs.advance(conn, row.id, step)
            runs.add_skipped(conn, row.id, portion.unreadable)

        with self._lull.writing() as on_rows:
            await self._means.writing.write(
                self._store,
                portion.batch,
                origin=Origin.HISTORICAL if row.kind is RunKind.HISTORICAL else Origin.MANUAL,
                fetched_at_ms=portion.fetched_at_ms,
                along=along,
                on_rows=on_rows,
            )

    async def _skip_phase(self, name: str, error: StoreRefused) -> None:
        """Without the right to read a part, or a store that has no such part, the others are read all the same."""
        thing = Unreadable(Kind.STORE, name, str(error))
        await self._means.database.write(lambda conn: runs.add_skipped(conn, self._row.id, [thing]))


def _counts(phase: str, portion: Portion, rules: StoreRules) -> dict[str, int]:
    """What a portion of *phase* adds to the run's counts. What was fetched along with it is not counted."""
    batch = portion.batch
    match phase:
        case "customers" if batch.orders:  # recent orders, shown before the list goes on: both are read again in turn
            return {}
        case "products":
            return {"products": len(batch.products)}
        case "open carts":
            return {"carts": len(batch.carts)}
        case "customers":
            return {"customers": len(batch.customers)}
        case "orders" | "carts" | "open orders":
            wanted = [order for order in batch.orders if is_wanted(order, rules)]
            carts = sum(order.is_incomplete for order in wanted)
            return {"carts": carts, "orders": len(wanted) - carts + portion.unchanged}
        case _:
            return {}
