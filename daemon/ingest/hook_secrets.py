"""The secret by which a store's deliveries are believed: replaced without one of them being turned away.

While it is being replaced both are good. The store's hooks are given the new one as they are looked at next, and a day
after it the former one is forgotten, once no hook carries it any more. All of that stands in the store's row, so that
it goes on wherever the daemon was stopped.
"""

import logging
import math
import sqlite3
from functools import partial

from common.errors import Refused
from common.events import What
from common.stores import StoreState
from common.times import DAY_S
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import hook_watch, stores
from daemon.db.database import Database
from daemon.db.stores import StoreRow
from daemon.ingest.connect import deleted_already
from daemon.ingest.registry import Registry
from daemon.vault import Vault, new_hook_key

log = logging.getLogger(__name__)

FORMER_FOR_S = DAY_S
"""How long the former secret stays good: the store sends again what failed, for longer than any outage of an hour."""


class HookSecrets:
    """Replaces the secrets of stores' hooks."""

    def __init__(self, database: Database, registry: Registry, vault: Vault, *, bus: Bus, clock: Clock) -> None:
        self._database = database
        self._registry = registry
        self._vault = vault
        self._bus = bus
        self._clock = clock

    async def rotate(self, store_hash: str) -> None:
        """Gives the store's hooks another secret. Raises NotFound, or Refused while the last one is not done with."""
        store = self._registry.demand(store_hash)
        if store.row.state is StoreState.DELETED:
            raise deleted_already(store)
        if not store.row.wants_hooks:
            raise Refused(
                f"The store {store_hash} has no webhooks here, so no secret either.",
                remedy="It is asked by catch-up runs. Connect it with webhooks to be called by it.",
            )
        sealed, now = self._vault.seal(new_hook_key()), self._clock.now()

        def unit(conn: sqlite3.Connection) -> None:
            if not stores.rotate_hook_key(conn, store.row.id, sealed, now=now):
                raise _under_way(store.row)
            hook_watch.call_for_look(conn, store.row.id)

        await self._database.write(unit)
        await self._told(store_hash)
        log.info("hook secret replaced", extra={"store": store_hash})

    async def forget_former(self) -> None:
        """Forgets the secrets that no hook carries any more and whose time is over."""
        before = self._clock.now() - FORMER_FOR_S
        for store in [one for one in self._registry if (one.row.hook_key_rotated_at or math.inf) <= before]:
            unit = partial(stores.forget_former_hook_key, store_id=store.row.id, rotated_before=before)
            if await self._database.write(unit):
                await self._told(store.hash)
                log.info("former hook secret forgotten", extra={"store": store.hash})

    async def _told(self, store_hash: str) -> None:
        await self._registry.reload(store_hash)
        self._bus.changed(What.STORE, store_hash, [store_hash], origin="")


def _under_way(row: StoreRow) -> Refused:
    return Refused(
        f"The secret of {row.hash} is being replaced already: the former one is good for a day, and until every "
        "webhook carries the new one.",
        remedy=f"Look at it by `counterfoil store show {row.hash}`, and try again after that.",
    )
