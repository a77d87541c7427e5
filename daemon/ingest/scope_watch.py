"""Permissions that a token lacks are tried again: a store may be opened, or an account's rights be given back."""

from common.errors import CounterfoilError
from common.times import HOUR_S
from daemon.bigcommerce.budget import Priority
from daemon.clock import Clock
from daemon.db import deliveries, stores
from daemon.db.database import Database
from daemon.ingest.pump import Pump
from daemon.ingest.registry import ConnectedStore, Registry

_TRY_EVERY_S = HOUR_S


class ScopeWatch:
    """What is due is told from when each permission was last tried."""

    def __init__(self, database: Database, registry: Registry, pump: Pump, clock: Clock) -> None:
        self._database = database
        self._registry = registry
        self._pump = pump
        self._clock = clock

    async def try_missing(self) -> None:
        """Asks the stores for what their tokens could not read an hour ago."""
        for store in self._registry:
            if store.is_working:
                await self._try(store)

    async def _try(self, store: ConnectedStore) -> None:
        now = self._clock.now()
        before = now - _TRY_EVERY_S
        missing = await self._database.read(
            lambda conn: stores.scopes_to_try(conn, store.row.id, before=before, now=now)
        )
        if not missing:
            return
        try:
            grants = await store.api(Priority.LIVE).probe_scopes(missing)
        except CounterfoilError:  # whoever else asks notes that; it stays due
            return
        is_news = [await self._registry.note_granted(store, one.scope, is_granted=one.granted) for one in grants]
        if any(is_news):
            await self._database.write(lambda conn: deliveries.wake_store(conn, store.row.id, now=now))
            self._pump.wake(store.row.id)
