"""Keeps the stores' hooks alive: looks at them every hour, sets right what is not, and has read what was missed."""

import logging
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from common.errors import CounterfoilError, StoreRefused, TryLater
from common.events import What
from common.sync import RunKind
from common.times import DAY_S, HOUR_S, MINUTE_S
from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.concurrently import all_of
from daemon.bigcommerce.deliveries import HOOK_TROUBLE
from daemon.bigcommerce.errors import StoreUnauthorized
from daemon.bigcommerce.hooks import Ensured, Fault, HookRecord, delete_hooks, faults_of, is_ours, mended_hooks
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import hook_watch, stores
from daemon.db.database import Database
from daemon.db.hook_watch import KnownHook, Watch
from daemon.db.stores import StoreRow
from daemon.ingest.connect import HOOK_KEY_HEADER, hook_destination, hook_states
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.ingest.run import Runner
from daemon.settings import PublicSettings

log = logging.getLogger(__name__)

LOOK_EVERY_S = HOUR_S
_TRY_AGAIN_S = MINUTE_S
_SETTLE_S = MINUTE_S  # a hook that was just made may take this long to fire
_IDLE_AFTER_S = 80 * DAY_S  # the store switches off what it took for unused for 90 days


@dataclass(frozen=True, slots=True)
class _Seen:
    """A store and its hooks as our tables have them. *watch* None = they were never seen alive."""

    row: StoreRow
    watch: Watch | None
    hooks: Sequence[KnownHook]

    @property
    def calls(self) -> int:
        return self.watch.calls if self.watch else 0

    def known_until(self, store: ConnectedStore) -> int:
        """Before this moment of the store's clock nothing can be missing: all was read, or all hooks were alive."""
        alive_at = store.transport.store_time(self.watch.alive_at if self.watch else self.row.connected_at)
        return min(self.row.synced_until or alive_at, alive_at)


@dataclass(frozen=True, slots=True)
class _Wanted:
    destination: str
    headers: dict[str, str]
    former_headers: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What is wrong at the store: *faults* by scope, and hooks of ours that point at a place we have left."""

    faults: list[tuple[str, Fault]]
    former: list[HookRecord]

    @property
    def losing(self) -> list[tuple[str, Fault]]:
        return [(scope, fault) for scope, fault in self.faults if fault.loses_deliveries]


class Guardian:
    """Looks after the hooks of the stores that want them. What is due is told from the tables; at a start, all are."""

    def __init__(
        self, database: Database, registry: Registry, runner: Runner, public: PublicSettings, *, bus: Bus, clock: Clock
    ) -> None:
        self._database = database
        self._registry = registry
        self._runner = runner
        self._public = public
        self._bus = bus
        self._clock = clock
        self._unseen = {store.row.id for store in registry}
        self._failed_at: dict[int, int] = {}

    async def watch(self) -> None:
        """Looks at the hooks that are due, and starts the runs that are owed for what was missed."""
        if self._public.url:
            await all_of(self._watch(store) for store in self._registry if store.is_working and store.row.wants_hooks)

    async def _watch(self, store: ConnectedStore) -> None:
        seen = await self._database.read(lambda conn: _seen(conn, store.hash))
        if seen is not None and seen.row.hook_key == store.row.hook_key and self._is_due(store, seen):
            await self._try_look(store, seen)
        await self._start_owed(store)

    def _is_due(self, store: ConnectedStore, seen: _Seen) -> bool:
        now = self._clock.now()
        failed_at = self._failed_at.get(store.row.id)
        if not seen.hooks or (failed_at is not None and 0 <= now - failed_at < _TRY_AGAIN_S):
            return False  # without rows it is being connected at this moment
        if store.row.id in self._unseen or seen.watch is None or seen.watch.calls:
            return True
        return not 0 <= now - seen.watch.looked_at < LOOK_EVERY_S

    async def _try_look(self, store: ConnectedStore, seen: _Seen) -> None:
        now = self._clock.now()
        try:
            await self._look(store, seen, now)
        except TryLater as error:
            self._failed_at[store.row.id] = now
            await self._registry.note_unavailable(store, error.message)
            return
        except StoreUnauthorized as error:
            await self._registry.note_refused(store, error.message)
            return
        except StoreRefused as error:
            why = error.message
            await self._database.write(
                lambda conn: hook_watch.note_looked(
                    conn, store.row.id, now=now, is_alive=False, calls=seen.calls, refused=why
                )
            )
            log.warning("hooks refused", extra={"store": store.hash, "why": why})
        self._unseen.discard(store.row.id)
        self._failed_at.pop(store.row.id, None)

    async def _look(self, store: ConnectedStore, seen: _Seen, now: int) -> None:
        """Compares what the store lists with what should be there. All well costs one request and no more."""
        former = {HOOK_KEY_HEADER: store.former_hook_key} if store.former_hook_key else None
        wanted = _Wanted(hook_destination(self._public, store.hash), {HOOK_KEY_HEADER: store.hook_key}, former)
        idle = {hook.hook_id for hook in seen.hooks if hook.hook_id and now - hook.used_at > _IDLE_AFTER_S}
        listed = await store.api(Priority.LIVE).hooks()
        await self._registry.note_reachable(store)
        faults = faults_of(
            listed,
            destination=wanted.destination,
            headers=wanted.headers,
            former_headers=wanted.former_headers,
            idle=idle,
        )
        found = _Found(faults, _former(listed, seen, wanted))
        ensured = Ensured(tuple(hook for hook in listed if is_ours(hook, wanted.destination)), {})
        if found.faults or found.former:
            ensured = await self._repair(store, seen, found, wanted, idle)
        await self._keep(store, seen, found, ensured, now)

    async def _repair(
        self, store: ConnectedStore, seen: _Seen, found: _Found, wanted: _Wanted, idle: Collection[int]
    ) -> Ensured:
        """Sets the hooks right. That a run is owed is written first: a repair that breaks off must not hide the gap."""
        alive = {hook.scope for hook in seen.hooks if hook.is_alive}
        if any(scope in alive for scope, _ in found.losing):
            await self._database.write(
                lambda conn: hook_watch.owe_run(
                    conn, store.row.id, since=seen.known_until(store), due_at=self._clock.now()
                )
            )
        api = store.api(Priority.LIVE)
        await delete_hooks(api, found.former)
        return await mended_hooks(api, destination=wanted.destination, headers=wanted.headers, idle=idle)

    async def _keep(self, store: ConnectedStore, seen: _Seen, found: _Found, ensured: Ensured, now: int) -> None:
        """Writes down how the hooks are now, and what was set right."""
        mended = [(scope, fault) for scope, fault in found.losing if scope not in ensured.refused]
        touched = {scope for scope, _ in found.faults}
        states = hook_states(ensured.alive, hook_destination(self._public, store.hash), touched=touched)
        refused = "; ".join(
            sorted({error.message for scope, error in ensured.refused.items() if scope != HOOK_TROUBLE})
        )
        done_at = self._clock.now()

        def unit(conn: sqlite3.Connection) -> None:
            hook_watch.put_hooks(conn, store.row.id, states, now=now)
            hook_watch.note_looked(
                conn, store.row.id, now=now, is_alive=bool(ensured.alive), calls=seen.calls, refused=refused
            )
            if mended:
                hook_watch.note_repaired(conn, store.row.id, _summary(mended), now=done_at)
                hook_watch.owe_run(conn, store.row.id, since=seen.known_until(store), due_at=done_at)

        await self._database.write(unit)
        if touched or found.former:
            log.warning("hooks repaired", extra={"store": store.hash, "found": _summary(found.faults)})
            self._bus.changed(What.STORE, store.hash, [store.hash], origin="")

    async def _start_owed(self, store: ConnectedStore) -> None:
        """Starts the run that reads what was missed; while another run of the store is under way it stays owed."""
        watch = await self._database.read(lambda conn: hook_watch.watch(conn, store.row.id))
        now = self._clock.now()
        if watch is None or watch.gap_since is None or 0 < (watch.gap_due_at or 0) - now <= _SETTLE_S:
            return
        try:
            await self._runner.start(store.hash, RunKind.MANUAL, since=watch.gap_since)
        except CounterfoilError as error:
            log.debug("owed run waits", extra={"store": store.hash, "why": error.message})
            return
        repaired_at = watch.repaired_at

        def unit(conn: sqlite3.Connection) -> None:
            hook_watch.run_started(conn, store.row.id)
            if repaired_at is not None and 0 <= now - repaired_at < _SETTLE_S:
                since = store.transport.store_time(repaired_at)
                hook_watch.owe_run(conn, store.row.id, since=since, due_at=repaired_at + _SETTLE_S)

        await self._database.write(unit)


def _seen(conn: sqlite3.Connection, store_hash: str) -> _Seen | None:
    row = stores.store_with_hash(conn, store_hash)
    return None if row is None else _Seen(row, hook_watch.watch(conn, row.id), hook_watch.known_hooks(conn, row.id))


def _former(listed: Iterable[HookRecord], seen: _Seen, wanted: _Wanted) -> list[HookRecord]:
    """Hooks of ours that do not point at us: from before our address changed, or pointed elsewhere by somebody."""
    ids = {hook.hook_id for hook in seen.hooks}
    places = {hook.destination for hook in seen.hooks}
    elsewhere = [hook for hook in listed if not is_ours(hook, wanted.destination)]
    return [
        hook
        for hook in elsewhere
        if hook.hook_id in ids or hook.destination in places or wanted.headers[HOOK_KEY_HEADER] in hook.headers.values()
    ]


def _summary(faults: Iterable[tuple[str, Fault]]) -> str:
    """ "2 missing, 1 switched off"."""
    counts = Counter(fault for _, fault in faults)
    return ", ".join(f"{counts[fault]} {fault}" for fault in Fault if counts[fault])
