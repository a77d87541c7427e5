"""Applying a batch and telling about it: what pump and runs share."""

import sqlite3
from collections.abc import Callable
from zoneinfo import ZoneInfo

from common.errors import Refused
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import stores
from daemon.db.database import Database
from daemon.disk import DiskWatch, Room
from daemon.ingest.apply import Applied, Batch, Step, apply
from daemon.ingest.registry import ConnectedStore
from daemon.records import Cause, Origin


class Writing:
    """Hands batches to the write unit; what they changed is told after the commit."""

    def __init__(self, database: Database, bus: Bus, clock: Clock, zone: ZoneInfo, *, disk: DiskWatch) -> None:
        self._database = database
        self._zone = zone
        self._bus = bus
        self._clock = clock
        self._disk = disk

    @property
    def has_room(self) -> bool:
        """Whether the disk has room for more than deliveries."""
        return self._disk.room is Room.AMPLE

    def demand_room(self) -> None:
        """Raises NoRoom when it has not."""
        self._disk.demand(Room.AMPLE)

    async def write(
        self,
        store: ConnectedStore,
        batch: Batch,
        *,
        origin: Origin,
        fetched_at_ms: int,
        along: Step,
        on_rows: Callable[[], None] | None = None,
    ) -> Applied:
        """What the write changed. *on_rows*: see `apply`. Raises Refused when the store is being erased."""
        cause = Cause(origin=origin, now=self._clock.now(), fetched_at_ms=fetched_at_ms)

        def unit(conn: sqlite3.Connection) -> Applied:
            if not stores.is_kept(conn, store.row.id):
                raise Refused(f"The store {store.hash} is being erased: nothing more is kept of it.")
            return apply(conn, store.key, batch, cause, along=along, zone=self._zone, on_rows=on_rows)

        applied = await self._database.write(unit)
        for what, ids in applied.ids.items():
            self._bus.changed(what, store.hash, ids, origin=origin)
        return applied
