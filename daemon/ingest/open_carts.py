"""Carts that are still open: re-read by runs, since the store lists none, and closed when it has forgotten them."""

import sqlite3

from daemon.bigcommerce.concurrently import all_of
from daemon.clock import Clock
from daemon.db import carts
from daemon.db.carts import OpenCart
from daemon.db.database import Database
from daemon.ingest.apply import Batch, Gone
from daemon.ingest.apply_carts import LIFE_S
from daemon.ingest.complete import completed
from daemon.ingest.portion import Place, Portion, Reading
from daemon.ingest.registry import Registry
from daemon.ingest.writing import Writing
from daemon.records import Kind, Origin

_AT_ONCE = 25

# What a run of changes re-reads: carts are deleted or bought within days, and each costs a request. The others have
# their turn in a historical run.
LATEST = 50

_EXPIRED_AT_ONCE = 500


async def reread_latest(reading: Reading, place: Place) -> Portion:
    """The open carts that were changed last."""
    return await _reread(reading, {"left": LATEST} | place)


async def reread_all(reading: Reading, place: Place) -> Portion:
    """Every open cart, those changed last first."""
    return await _reread(reading, place)


async def _reread(reading: Reading, place: Place) -> Portion:
    limit = min(_AT_ONCE, place.get("left", _AT_ONCE))
    below = (place.get("below_at", 2**62), place.get("below_id", 0))
    store_id = reading.store.row.id
    rows = await reading.database.read(lambda conn: carts.open_carts(conn, store_id, below=below, limit=limit))
    fetched_at_ms = reading.store.transport.now_ms()
    fetched = await all_of(reading.api.cart(row.cart_id) for row in rows)
    batch = Batch(
        carts=tuple(one.record for one in fetched if one.record is not None),
        gone=tuple(Gone(Kind.CART, row.cart_id) for row, one in zip(rows, fetched, strict=True) if one.is_absent),
    )
    return Portion(
        batch=await completed(reading.database, reading.api, reading.store.key, batch),
        fetched_at_ms=fetched_at_ms,
        rows=len(rows),
        next=_after(rows, limit, place),
        unreadable=tuple(one.unreadable for one in fetched if one.unreadable is not None),
    )


def _after(rows: list[OpenCart], limit: int, place: Place) -> Place | None:
    left = place.get("left")
    if len(rows) < limit or left == limit:
        return None
    following: Place = {"below_at": rows[-1].updated_at, "below_id": rows[-1].row_id}
    return following if left is None else following | {"left": left - limit}


class CartClock:
    """Closes carts that the store has forgotten: it tells nobody, so that our own clock must."""

    def __init__(self, database: Database, registry: Registry, writing: Writing, clock: Clock) -> None:
        self._database = database
        self._registry = registry
        self._writing = writing
        self._clock = clock

    async def close_expired(self) -> None:
        for store in self._registry:
            before = self._clock.now() - LIFE_S
            expired = await self._database.read(
                lambda conn, store=store, before=before: carts.expired_carts(  # type: ignore[misc]
                    conn, store.row.id, before=before, limit=_EXPIRED_AT_ONCE
                )
            )
            if expired and store.row.purge_asked_at is None:
                await self._writing.write(
                    store, Batch(expired=tuple(expired)), origin=Origin.MANUAL, fetched_at_ms=0, along=_nothing_else
                )


def _nothing_else(conn: sqlite3.Connection, applied: object) -> None:
    """Expiring moves no cursor."""
