"""Applying a batch and telling about it: what pump and runs share."""

from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db.database import Database
from daemon.ingest.apply import Applied, Batch, Step, apply
from daemon.ingest.registry import ConnectedStore
from daemon.records import Cause, Origin


class Writing:
    """Hands batches to the write unit; what they changed is told after the commit."""

    def __init__(self, database: Database, bus: Bus, clock: Clock) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock

    async def write(
        self, store: ConnectedStore, batch: Batch, *, origin: Origin, fetched_at_ms: int, along: Step
    ) -> Applied:
        cause = Cause(origin=origin, now=self._clock.now(), fetched_at_ms=fetched_at_ms)
        applied = await self._database.write(lambda conn: apply(conn, store.key, batch, cause, along=along))
        for what, ids in applied.ids.items():
            self._bus.changed(what, store.hash, ids, origin=origin)
        return applied
