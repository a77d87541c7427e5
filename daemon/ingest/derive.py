"""What follows from a change of a store's settings, done piece by piece beside all other work.

What is left to do stands in a table together with how far it is, and each piece commits with its place: a daemon that
is killed goes on where it was, and one that is done leaves what a database that always had the setting would hold.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo

from common.errors import CounterfoilError
from common.events import What
from common.sync import RunKind
from daemon.bigcommerce.statuses import status_of
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import consents, orders, people, purge, store_settings, totals
from daemon.db.database import Database
from daemon.db.store_settings import Derivation
from daemon.disk import DiskWatch, NoRoom, Room
from daemon.ingest import memberships
from daemon.ingest.apply_people import GUEST_TAG, settle_consent
from daemon.ingest.changes import Changes, StoreKey
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.ingest.run import Runner
from daemon.ingest.store_rules import rules_of
from daemon.records import Cause, Origin
from daemon.waiting import rung

log = logging.getLogger(__name__)

_ROWS_A_TRANSACTION = 500
_TRY_AGAIN_S = 5.0

# What erases goes on while there is little room left.
_MAKE_ROOM = frozenset({"guests"})

Piece = Callable[[sqlite3.Connection, StoreKey, Derivation, Cause, Changes], int | None]
"""Does the next rows of a derivation and gives the place it came to; None = it is done."""


class Deriver:
    """Works off what changes of settings have left to do."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        runner: Runner,
        *,
        disk: DiskWatch,
        bus: Bus,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        self._database = database
        self._registry = registry
        self._runner = runner
        self._disk = disk
        self._bus = bus
        self._clock = clock
        self._zone = zone
        self._bell = asyncio.Event()

    def wake(self) -> None:
        """Tells that there may be something to do."""
        self._bell.set()

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            self._bell.clear()
            try:
                for left in await self._database.read(store_settings.derivations):
                    await self._work_off(left)
            except sqlite3.Error:  # a full disk, as a rule: what is left stands in its table
                log.exception("derivation stopped")
            await rung(self._bell, within_s=_TRY_AGAIN_S)

    async def _work_off(self, left: Derivation) -> None:
        store = self._registry.with_id(left.store_id)
        if store is None or store.row.purge_asked_at is not None:
            return
        if left.what == "history":
            await self._start_history(store, left)
            return
        current: Derivation | None = left
        try:
            while current is not None:
                current = await self._step(store, current)
        except NoRoom as short:
            log.debug("derivation waits", extra={"store": store.hash, "what": left.what, "why": short.message})
            return
        self._bus.changed(What.STORE, store.hash, [store.hash], origin="")

    async def _start_history(self, store: ConnectedStore, left: Derivation) -> None:
        """Has everything read once more; while another run of the store is under way it stays owed."""
        try:
            await self._runner.start(store.hash, RunKind.HISTORICAL)
        except CounterfoilError as error:
            log.debug("owed run waits", extra={"store": store.hash, "why": error.message})
            return
        await self._database.write(lambda conn: store_settings.come_to(conn, left, None))

    async def _step(self, store: ConnectedStore, left: Derivation) -> Derivation | None:
        """One piece; what is left after it, None = nothing. Raises NoRoom for one that would take some."""
        if left.what not in _MAKE_ROOM:
            self._disk.demand(Room.AMPLE)
        cause = Cause(origin=Origin.MANUAL, now=self._clock.now(), fetched_at_ms=self._clock.now_ms())
        changes = Changes()

        def unit(conn: sqlite3.Connection) -> int | None:
            if not store_settings.is_asked_for(conn, left):  # the setting was changed back meanwhile
                return None
            key = replace(store.key, rules=rules_of(conn, store.row.id))
            place = _PIECES[left.what](conn, key, left, cause, changes)
            totals.refresh_totals(conn, changes.contacts_with_new_totals)
            memberships.settle(conn, changes, cause, self._zone)
            store_settings.come_to(conn, left, place)
            return place

        place = await self._database.write(unit)
        for what, ids in changes.as_ids().items():
            self._bus.changed(what, store.hash, ids, origin=cause.origin)
        return None if place is None else Derivation(left.store_id, left.what, place)


def _statuses(
    conn: sqlite3.Connection, store: StoreKey, left: Derivation, cause: Cause, changes: Changes
) -> int | None:
    """The status of each order from the store's own, by the store's map."""
    del cause
    rows = orders.statuses_after(conn, store.id, left.place, limit=_ROWS_A_TRANSACTION)
    meant = {row.row_id: store.rules.status_map.get(row.status_id, status_of(row.status_id)) for row in rows}
    other = [row for row in rows if row.status_id and row.status != meant[row.row_id]]
    orders.set_statuses(conn, {row.row_id: meant[row.row_id] for row in other})
    changes.orders.update(row.number for row in other)
    changes.contacts_with_new_totals.update(row.contact_id for row in other if row.contact_id is not None)
    return rows[-1].number if len(rows) == _ROWS_A_TRANSACTION else None


def _consent(conn: sqlite3.Connection, store: StoreKey, left: Derivation, cause: Cause, changes: Changes) -> int | None:
    """Who accepts marketing by the signal that counts now, and who is to be on the Master Contact List."""
    rows = consents.customers_after(conn, store.id, left.place, limit=_ROWS_A_TRANSACTION)
    settle_consent(conn, store, {row[1] for row in rows}, cause, changes, joins_anew=True)
    return rows[-1][0] if len(rows) == _ROWS_A_TRANSACTION else None


def _guests(conn: sqlite3.Connection, store: StoreKey, left: Derivation, cause: Cause, changes: Changes) -> int | None:
    """Guests' orders go. The place counts the pieces: what is left is told by the orders themselves."""
    erased = purge.erase_guests(conn, store.id, limit=_ROWS_A_TRANSACTION)
    changes.contacts |= erased.contacts
    for contact_id in erased.contacts:
        people.untag_buyer(conn, contact_id, GUEST_TAG, cause)
    return left.place + 1 if erased.rows else None


def _times(conn: sqlite3.Connection, store: StoreKey, left: Derivation, cause: Cause, changes: Changes) -> int | None:
    """The time of day of each order, in the zone that the store is in now."""
    del cause
    place, contacts = orders.set_minutes_after(conn, store.id, left.place, limit=_ROWS_A_TRANSACTION)
    changes.contacts_with_new_totals |= contacts
    return place


_PIECES: dict[str, Piece] = {"statuses": _statuses, "consent": _consent, "guests": _guests, "times": _times}
