"""From the inbox to rows: gathers what deliveries named, fetches each thing once, and has it applied.

A pending row of the inbox is its own lease. One process works the inbox, one worker a store's part of it, and a
worker begins the next pass when all fetches of the last one are over: so nothing is worked twice at once, what was
claimed when the process died is pending still, and there is no claim that could outlive its holder. Every fetch ends,
since it has a limit of time; a thing that hangs is put off like one that fails.
"""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncGenerator, Iterable, Sequence
from contextlib import aclosing
from functools import partial

from common.errors import CounterfoilError, TryLater
from daemon.bigcommerce.errors import MissingScope, StoreUnauthorized
from daemon.clock import Clock
from daemon.db import deliveries
from daemon.db.database import Database, is_of_the_disk
from daemon.db.deliveries import Dirty
from daemon.ingest.fetch import Errand, errands, fetch
from daemon.ingest.inbox_news import InboxNews
from daemon.ingest.outcome import Outcome
from daemon.ingest.patience import Patience
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.ingest.traces import trace
from daemon.ingest.writing import Writing
from daemon.records import Origin
from daemon.slices import slices
from daemon.waiting import rung

log = logging.getLogger(__name__)

# One action in a store comes as several deliveries within a moment; waiting for it makes them one fetch.
SETTLE_S = 0.15

# An order changed in one go is named by two or three deliveries: these are some pages of the list of orders.
_DUE_AT_ONCE = 2000
_LOOK_AGAIN_S = 30.0

# In an outage many deliveries name one thing; the next one must not wait for its answer until all are put off.
_PUT_OFF_AT_ONCE = 100

# Waits between the attempts at a thing that cannot be had now: 5 s, 10 s … 10 min, and up to a quarter more.
_FIRST_RETRY_S = 5
_LAST_RETRY_S = 600
_SPREAD = 0.25
_MAX_DOUBLINGS = 10

# Beyond the time a fetch may take: to write what it brought, and to wait for the next thing that is due.
_MOVES_WITHIN_S = 60.0

# One failing request is no outage.
_ATTEMPTS_BEFORE_UNAVAILABLE = 2

# After this many refusals of the same request nothing but a person can help.
_MAX_REFUSALS = 8


class Pump:
    """One worker per store, so that a slow store holds up nobody else's changes."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        writing: Writing,
        clock: Clock,
        news: InboxNews,
        *,
        patience: Patience,
    ) -> None:
        self._database = database
        self._registry = registry
        self._writing = writing
        self._clock = clock
        self._news = news
        self._patience = patience
        self._bells: dict[int, asyncio.Event] = {}
        self._moved_at: dict[int, float] = {}
        self._workers: asyncio.TaskGroup | None = None

    async def run(self) -> None:
        """Works until cancelled. What was being fetched then is fetched again after the next start."""
        async with asyncio.TaskGroup() as workers:
            self._workers = workers
            self.wake_all()
            await asyncio.Event().wait()

    def wake(self, store_id: int) -> None:
        """Tells that there may be work for the store."""
        if store_id not in self._bells:
            if self._workers is None:
                return  # not started yet; the start looks at every store
            self._bells[store_id] = asyncio.Event()
            self._workers.create_task(self._work(store_id), name=f"pump-{store_id}")
        self._bells[store_id].set()

    def wake_all(self) -> None:
        """Tells that what had to wait may go on."""
        for store in self._registry:
            self.wake(store.row.id)

    @property
    def stands_still(self) -> bool:
        """Whether a store's worker has neither slept nor brought anything for longer than any of its steps may take."""
        longest_s = self._patience.fetch_within_s + _MOVES_WITHIN_S
        return any(self._clock.monotonic() - at > longest_s for at in self._moved_at.values())

    def _note_move(self, store_id: int) -> None:
        self._moved_at[store_id] = self._clock.monotonic()

    async def _work(self, store_id: int) -> None:
        """Until the store is no longer held, as when its connection did not come about."""
        bell = self._bells[store_id]
        while (store := self._registry.with_id(store_id)) is not None:
            self._note_move(store_id)
            await rung(bell, within_s=await self._idle_s(store))
            bell.clear()
            try:
                await self._empty_inbox(store_id)
            except Exception:  # a boundary: one bad pass must not end the store's worker
                log.exception("inbox pass failed", extra={"store_id": store_id})
                await asyncio.sleep(_FIRST_RETRY_S)
        del self._bells[store_id], self._moved_at[store_id]

    async def _idle_s(self, store: ConnectedStore) -> float:
        """How long to sleep unless woken: until the next delivery is due."""
        if self._working(store.row.id) is None:
            return _LOOK_AGAIN_S
        due_at = await self._database.read(lambda conn: deliveries.next_due_at(conn, store.row.id))
        return _LOOK_AGAIN_S if due_at is None else min(_LOOK_AGAIN_S, max(0.0, due_at - self._clock.now()))

    async def _empty_inbox(self, store_id: int) -> None:
        """Works until nothing is due. While the store may not be called its deliveries stay where they are."""
        while self._working(store_id):
            self._note_move(store_id)
            await asyncio.sleep(SETTLE_S)
            store = self._working(store_id)
            if store is None:  # it was paused meanwhile
                return
            await self._wake_strayed(store)
            due = partial(deliveries.due_resources, store_id=store_id, now=self._clock.now(), limit=_DUE_AT_ONCE)
            dirty = await self._database.read(due)
            if not dirty:
                return
            await self._run_errands(store, errands(dirty))

    def _working(self, store_id: int) -> ConnectedStore | None:
        """The store, if it may be called now, and what it says be written."""
        store = self._registry.with_id(store_id)
        return store if store is not None and store.is_working and self._writing.has_room else None

    async def _wake_strayed(self, store: ConnectedStore) -> None:
        """Makes due what no retry would put off so far: it came before our clock was set back."""
        now = self._clock.now()
        latest = now + retry_after_s(_MAX_DOUBLINGS, jitter=1.0)
        last = await self._database.read(lambda conn: deliveries.last_due_at(conn, store.row.id))
        if last is not None and last > latest:
            await self._database.write(
                lambda conn: deliveries.wake_store(conn, store.row.id, now=now, later_than=latest)
            )

    async def _run_errands(self, store: ConnectedStore, some: Iterable[Errand]) -> None:
        async with asyncio.TaskGroup() as group:
            for errand in some:
                group.create_task(self._run_errand(store, errand))

    async def _run_errand(self, store: ConnectedStore, errand: Errand) -> None:
        singly: tuple[Dirty, ...] = ()
        try:
            async with aclosing(fetch(self._database, store, errand, now=self._clock.now())) as outcomes:
                while (outcome := await self._next(outcomes)) is not None:
                    self._note_move(store.row.id)
                    await self._registry.note_reachable(store)
                    await self._apply(store, outcome)
                    singly += outcome.singly
        except StoreUnauthorized as error:
            await self._registry.note_refused(store, error.message)
            await self._postpone(errand.resources, error.message)
        except TryLater as error:
            if any(dirty.attempts >= _ATTEMPTS_BEFORE_UNAVAILABLE for dirty in errand.resources):
                await self._registry.note_unavailable(store, error.message)
            await self._postpone(errand.resources, error.message)
        except MissingScope as error:
            await self._registry.note_missing_scope(store, error)
            await self._refused(errand.resources, error)
        except CounterfoilError as error:
            await self._refused(errand.resources, error)
        except Exception as error:  # a boundary: one thing we stumble over must not hold up the others
            if is_of_the_disk(error):
                raise  # nothing can be written now, whatever it is: the whole pass is tried again
            log.exception("errand failed", extra={"kind": errand.kind, "resources": len(errand.resources)})
            if len(errand.resources) > 1:
                singly = errand.resources
            else:
                await self._refused(errand.resources, _fault(error))
        self._note_move(store.row.id)
        self._news.note(store.hash)
        await self._run_errands(store, [Errand(dirty.kind, (dirty,)) for dirty in singly])

    async def _next(self, outcomes: AsyncGenerator[Outcome, None]) -> Outcome | None:
        """The next page of an errand; None = it was the last. Raises TryLater when it does not come in time."""
        within_s = self._patience.fetch_within_s
        try:
            async with asyncio.timeout(within_s):
                return await anext(outcomes, None)
        except TimeoutError as error:
            raise TryLater(f"The store did not bring it within {within_s:g} s.") from error

    async def _apply(self, store: ConnectedStore, outcome: Outcome) -> None:
        now = self._clock.now()
        if outcome.is_store_described:
            await self._registry.reload(store.hash)
        await self._writing.write(
            store,
            outcome.batch,
            origin=Origin.LIVE,
            fetched_at_ms=outcome.fetched_at_ms,
            along=lambda conn, applied: deliveries.settle(
                conn,
                outcome.settled,
                now=now,
                changed=partial(trace, applied=applied, is_alone=outcome.is_for_one),
                fetched_at_ms=outcome.fetched_at_ms,
            ),
        )
        for dirty, why in outcome.unreadable:
            await self._bury(dirty, why)
        await self._postpone(outcome.not_there_yet, "The store does not show it yet.")

    async def _refused(self, resources: Sequence[Dirty], error: CounterfoilError) -> None:
        """A refusal may be about one thing: it is tried again at growing intervals, then left to a person.

        A missing scope is about the token: those deliveries wait until it may read them.
        """
        for dirty in resources:
            if dirty.attempts + 1 < _MAX_REFUSALS or isinstance(error, MissingScope):
                await self._postpone([dirty], error.message)
            else:
                await self._bury(dirty, str(error))

    async def _bury(self, dirty: Dirty, why: str) -> None:
        log.warning("delivery is dead", extra={"kind": dirty.kind, "id": dirty.resource_id, "why": why})
        await self._database.write(partial(deliveries.bury, dirty=dirty, now=self._clock.now(), error=why))

    async def _postpone(self, resources: Sequence[Dirty], why: str) -> None:
        if not resources:
            return
        now = self._clock.now()
        jitter = self._patience.jitter()  # one for all of them: what was fetched together is fetched together again

        def unit(conn: sqlite3.Connection, some: Sequence[Dirty]) -> None:
            for dirty in some:
                due_at = now + retry_after_s(dirty.attempts, jitter=jitter)
                deliveries.postpone(conn, dirty, now=now, due_at=due_at, error=why)

        for some in slices(resources, _PUT_OFF_AT_ONCE):
            await self._database.write(partial(unit, some=some))


def retry_after_s(attempts: int, *, jitter: float) -> int:
    """How long to wait after *attempts* earlier failures; *jitter* (0 to 1) adds up to a quarter."""
    return int(min(_LAST_RETRY_S, _FIRST_RETRY_S * 2 ** min(attempts, _MAX_DOUBLINGS)) * (1 + _SPREAD * jitter))


def _fault(error: Exception) -> CounterfoilError:
    return CounterfoilError(
        f"A fault in Counterfoil: {error!r}.", remedy="See the daemon's log; after an update, replay the delivery."
    )
