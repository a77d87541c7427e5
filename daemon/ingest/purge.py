"""Erasing stores in the background: piece by piece beside all other work, and on from there after a restart."""

import asyncio
import logging
import sqlite3
from zoneinfo import ZoneInfo

from common.events import What
from common.stores import StoreState
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import purge, stores
from daemon.db.database import Database
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.segments import fits, membership
from daemon.segments.membership import Why
from daemon.waiting import rung

log = logging.getLogger(__name__)

# An order takes its lines, raw body and history along.
_ROWS_A_TRANSACTION = 250

_TRY_AGAIN_S = 30.0


class Purger:
    """Erases the stores that were asked to be erased."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        *,
        bus: Bus,
        clock: Clock,
        zone: ZoneInfo,
        rows_a_transaction: int = _ROWS_A_TRANSACTION,
    ) -> None:
        self._database = database
        self._registry = registry
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self._rows_a_transaction = rows_a_transaction
        self._bell = asyncio.Event()

    async def ask(self, store: ConnectedStore) -> None:
        """Has a deleted store erased. From now on nothing of it is written."""
        now = self._clock.now()

        def unit(conn: sqlite3.Connection) -> None:
            stores.ask_for_purge(conn, store.row.id, now=now)
            stores.turn(conn, store.row.id, {StoreState.DELETED}, StoreState.DELETED, "Its data is being erased.")

        await self._database.write(unit)
        await self._registry.reload(store.hash)
        self._bus.changed(What.STORE, store.hash, [store.hash], origin="")
        self._bell.set()

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            self._bell.clear()
            try:
                for store_id, store_hash in await self._database.read(purge.purges_under_way):
                    await self._erase(store_id, store_hash)
            except sqlite3.Error:  # a full disk, as a rule: what is left to erase is still asked for
                log.exception("purge stopped")
            await rung(self._bell, within_s=_TRY_AGAIN_S)

    async def _erase(self, store_id: int, store_hash: str) -> None:
        moment = fits.Clock(self._clock.now(), self._zone)
        while (erased := await self._database.write(lambda conn: self._some(conn, store_id, moment))).rows:
            self._bus.changed(What.CONTACT, "", sorted(erased.contacts), origin="")
        self._registry.drop(store_id)
        self._bus.changed(What.STORE, store_hash, [store_hash], origin="")
        log.info("store erased", extra={"store": store_hash})

    def _some(self, conn: sqlite3.Connection, store_id: int, moment: fits.Clock) -> purge.Erased:
        """One piece; the store's own row goes in the transaction that finds nothing else left."""
        erased = purge.erase_some(conn, store_id, limit=self._rows_a_transaction)
        membership.settle(conn, erased.contacts, moment, Why.MANUAL)
        if not erased.rows:
            purge.erase_store(conn, store_id)
        return erased
