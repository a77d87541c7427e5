"""What an operator may do to a connected store: hold it, go on, give it another token, delete it, have it erased."""

import asyncio
import logging

from common.errors import CounterfoilError, Invalid, Refused
from common.stores import StoreAdd, StoreReconnect, StoreState
from common.sync import RunKind
from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.hooks import remove_hooks
from daemon.clock import Clock
from daemon.db import deliveries, runs, stores
from daemon.db.database import Database
from daemon.ingest.connect import Connector, deleted_already
from daemon.ingest.pump import Pump
from daemon.ingest.purge import Purger
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.ingest.run import Runner

log = logging.getLogger(__name__)

# A store that is to be deleted may be gone for good: its hooks are not waited for longer.
_HOOKS_WITHIN_S = 15.0

_ALIVE = frozenset(StoreState) - {StoreState.DELETED}


class Lifecycle:
    """Turns stores from one state into another, with the work that follows from it."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        connector: Connector,
        pump: Pump,
        runner: Runner,
        purger: Purger,
        clock: Clock,
    ) -> None:
        self._database = database
        self._registry = registry
        self._connector = connector
        self._pump = pump
        self._runner = runner
        self._purger = purger
        self._clock = clock

    async def connect(self, wanted: StoreAdd) -> ConnectedStore:
        """See `Connector.connect`. A store that comes back reads what it missed."""
        store = await self._connector.connect(wanted)
        if store.row.synced_until is not None:
            await self._catch_up(store)
        return store

    async def pause(self, store_hash: str) -> None:
        """Nothing is fetched from the store any more; its deliveries are kept, its runs wait.

        Raises NotFound, or Refused for a deleted store.
        """
        store = self._alive(store_hash)
        await self._registry.turn(store, _ALIVE - {StoreState.PAUSED}, StoreState.PAUSED)
        self._runner.make_way(store.row.id)

    async def resume(self, store_hash: str) -> None:
        """What waited goes on. Raises NotFound, or Refused for a store that needs more than that."""
        store = self._alive(store_hash)
        if store.row.state is StoreState.NEEDS_RECONNECT:
            raise Refused(
                f"The store {store_hash} refuses our token: {store.row.state_reason}",
                remedy=f"Give it another one: counterfoil store reconnect {store_hash} --token-file FILE.",
            )
        if await self._registry.turn(store, {StoreState.PAUSED}, StoreState.CONNECTED):
            now = self._clock.now()
            await self._database.write(lambda conn: deliveries.wake_store(conn, store.row.id, now=now))
            self._go_on(store)

    async def reconnect(self, store_hash: str, wanted: StoreReconnect) -> None:
        """See `Connector.reconnect`. A manual run then reads what was missed.

        When the store's history broke off, a historical one reads it all: no other run would come to what is older.
        """
        store = await self._connector.reconnect(store_hash, wanted)
        self._runner.make_way(store.row.id)  # the run at work still holds the former token
        await self._catch_up(store)

    async def park(self, store_hash: str, reason: str) -> None:
        """The store's token is gone: what is there stays, and what comes is kept, until it has another one."""
        store = self._alive(store_hash)
        await self._registry.turn(store, _ALIVE - {StoreState.NEEDS_RECONNECT}, StoreState.NEEDS_RECONNECT, reason)
        self._runner.make_way(store.row.id)

    async def delete(self, store_hash: str) -> None:
        """Ends all work for the store and removes its hooks there; its data stays.

        That the hooks could not be removed keeps nothing from happening: it is told as the state's reason. Raises
        NotFound, or Refused when it is deleted already.
        """
        store = self._alive(store_hash)
        await self._registry.turn(store, _ALIVE, StoreState.DELETED, "Its webhooks are being removed.")
        await self._runner.cancel_all(store.row.id)
        now = self._clock.now()
        why = "The store was deleted before this was fetched."
        await self._database.write(lambda conn: deliveries.let_go(conn, store.row.id, now=now, why=why))
        reason = await self._without_hooks(store)
        await self._registry.turn(store, {StoreState.DELETED}, StoreState.DELETED, reason)
        log.info("store deleted", extra={"store": store_hash})

    async def purge(self, store_hash: str, *, confirm: str) -> None:
        """Begins to erase everything of the store, which is deleted first. Raises NotFound or Invalid."""
        store = self._registry.demand(store_hash)
        if confirm != store_hash:
            raise Invalid(
                f"{confirm!r} is not the hash of the store to erase.", remedy=f"Type {store_hash} to erase it."
            )
        if store.row.state is not StoreState.DELETED:
            await self.delete(store_hash)
        await self._purger.ask(store)

    def _alive(self, store_hash: str) -> ConnectedStore:
        store = self._registry.demand(store_hash)
        if store.row.state is StoreState.DELETED:
            raise deleted_already(store)
        return store

    def _go_on(self, store: ConnectedStore) -> None:
        self._pump.wake(store.row.id)
        self._runner.wake()

    async def _catch_up(self, store: ConnectedStore) -> None:
        self._go_on(store)
        is_broken_off = await self._database.read(lambda conn: runs.is_history_broken_off(conn, store.row.id))
        try:
            await self._runner.start(store.hash, RunKind.HISTORICAL if is_broken_off else RunKind.MANUAL)
        except Refused as error:  # a run is under way already: that one will do
            log.info("manual run left out", extra={"store": store.hash, "why": error.message})

    async def _without_hooks(self, store: ConnectedStore) -> str:
        """Removes the store's hooks; the reason to show for the deleted store."""
        try:
            async with asyncio.timeout(_HOOKS_WITHIN_S):
                await self._remove_hooks(store)
        except CounterfoilError as error:
            return _hooks_left(error.message)
        except TimeoutError:
            return _hooks_left("it does not answer.")
        return "Nothing is fetched from it any more; what was synced stays until it is purged."

    async def _remove_hooks(self, store: ConnectedStore) -> None:
        for destination in await self._database.read(lambda conn: stores.hook_destinations(conn, store.row.id)):
            await remove_hooks(store.api(Priority.LIVE), destination=destination)
        await self._database.write(lambda conn: stores.forget_hooks(conn, store.row.id))


def _hooks_left(why: str) -> str:
    return (
        f"Its webhooks could not be removed in the store: {why} What they send is refused; "
        "deleting the API account in the store's control panel ends them."
    )
