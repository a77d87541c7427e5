"""What we already hold of a thing the store shows us, and whether what came now supersedes it."""

import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar

from pydantic import TypeAdapter
from pydantic_core import SchemaSerializer

from daemon.slices import slices

# SQLite takes 32,766 parameters; small statements stay in the driver's cache of prepared ones.
_IDS_A_QUERY = 250

# What every digest begins with. Raised when a record gains a field or a meaning: every digest then differs once and the
# next run derives all rows anew.
DERIVATION = b"1"

# The digest of a row whose thing the store no longer has; its `fetched_at_ms` is when that was seen.
GONE = b""


class Stamped(Protocol):
    """A record that the store stamps when it changes."""

    @property
    def modified_at(self) -> int: ...


R = TypeVar("R", bound=Stamped)


@dataclass(frozen=True, slots=True)
class Known:
    """A row as it stands. *row_id* is ours (0 where the table has none)."""

    row_id: int
    modified_at: int
    fetched_at_ms: int
    digest: bytes


_TAKES_NO_PART = {"raw", "status"}


@cache
def _serializer(kind: type) -> SchemaSerializer:
    """One that knows what is in a record: it takes 3 us for an order, and 7 where that is found out each time."""
    return TypeAdapter(kind).serializer


def digest(record: object) -> bytes:  # any of daemon.records
    """A fingerprint of *record*, 12 bytes.

    The raw payload takes no part, since unknown fields in it come and go, nor does the status as we call it: that is
    derived from the store's, by the store's settings.
    """
    serializer = _serializer(type(record))  # type: ignore[arg-type]  # a class is as good a key as any
    body = serializer.to_json(record, exclude=_TAKES_NO_PART)
    return DERIVATION + hashlib.blake2b(body, digest_size=11).digest()


def supersedes(known: Known | None, *, modified_at: int, fetched_at_ms: int, fingerprint: bytes) -> bool:
    """Whether a fetched record should replace what we hold.

    Newer wins by the store's modified time. It has a resolution of one second, so on a tie the later fetch wins.
    The same content is never written twice. What was found to be gone is back only when a later fetch shows it.
    """
    if known is None:
        return True
    if known.digest == fingerprint:
        return False
    if known.digest == GONE:
        return fetched_at_ms >= known.fetched_at_ms
    return (modified_at, fetched_at_ms) >= (known.modified_at, known.fetched_at_ms)


def superseding(
    records: Collection[R], held: Mapping[Any, Known], id_of: Callable[[R], object], *, fetched_at_ms: int
) -> dict[bytes, R]:
    """Those of *records* that should replace what is *held* under their id, by their fingerprints."""
    return {
        fingerprint: record
        for fingerprint, record in zip(map(digest, records), records, strict=True)
        if supersedes(
            held.get(id_of(record)),
            modified_at=record.modified_at,
            fetched_at_ms=fetched_at_ms,
            fingerprint=fingerprint,
        )
    }


def known_rows(conn: sqlite3.Connection, sql: str, store_id: int, ids: Iterable[int | str]) -> dict[Any, Known]:
    """What *sql* finds, by the store's id.

    *sql* is a constant that selects (store's id, row_id, modified_at, fetched_at_ms, digest) and ends in
    `store_id = ? and … in ({marks})`.
    """
    return {row[0]: Known(*row[1:]) for row in rows_by_ids(conn, sql, (store_id,), ids)}


def rows_by_ids(
    conn: sqlite3.Connection, sql: str, before: Sequence[Any], ids: Iterable[int | str | bytes]
) -> Iterator[tuple[Any, ...]]:
    """The rows of *sql* for *ids*, some hundred ids a query. *before* are the parameters ahead of them."""
    for some in slices(ids, _IDS_A_QUERY):
        yield from conn.execute(sql.format(marks=",".join("?" * len(some))), (*before, *some))
