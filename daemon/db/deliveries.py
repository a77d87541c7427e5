"""The inbox: every webhook call that was believed, what it named, and what became of it."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple, TypeVar

from common.events import What
from common.status import InboxCounts
from daemon.db import stores
from daemon.records import Kind

K = TypeVar("K")


class Delivery(NamedTuple):
    """A webhook call to keep. *kind* None = a scope that is not used; it is kept as done."""

    store_id: int
    scope: str
    kind: Kind | None
    resource_id: str
    webhook_id: str
    signature: str
    received_at: int
    body: bytes


def put_deliveries(conn: sqlite3.Connection, arrived: Sequence[Delivery]) -> None:
    """Writes them down in their order, due at once.

    Few statements for many rows: each of them lets the event loop's thread have the interpreter, and has to wait until
    it is given back.
    """
    for first in range(0, len(arrived), _MOST_ROWS):
        rows = [_values(delivery) for delivery in arrived[first : first + _MOST_ROWS]]
        conn.execute(_INSERT + ", ".join([_ROW] * len(rows)), [*chain.from_iterable(rows)])
    for store_id, moments in _moments_by(arrived, lambda delivery: delivery.store_id).items():
        conn.execute("update store set last_delivery_at = ? where id = ?", (max(moments), store_id))
    for (store_id, scope), moments in _moments_by(arrived, lambda one: (one.store_id, one.scope)).items():
        conn.execute(
            "update hook set last_delivery_at = ?1, deliveries = deliveries + ?2, "
            "usual_gap_s = max(usual_gap_s - usual_gap_s / 50, ?5 - coalesce(last_delivery_at, ?5)) "
            "where store_id = ?3 and scope = ?4  -- primary key",
            (max(moments), len(moments), store_id, scope, min(moments)),
        )


_INSERT = (
    "insert into delivery (store_id, scope, kind, resource_id, webhook_id, signature, received_at, state, due_at, "
    "settled_at, body) values "
)
_ROW = "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_MOST_ROWS = 64  # one prepared statement for each number of them


def _values(delivery: Delivery) -> tuple[object, ...]:
    at, is_used = delivery.received_at, delivery.kind is not None
    return (
        *(delivery.store_id, delivery.scope, delivery.kind or "", delivery.resource_id, delivery.webhook_id),
        *(delivery.signature, at, "pending" if is_used else "done", at, None if is_used else at, delivery.body),
    )


def _moments_by(arrived: Iterable[Delivery], key: Callable[[Delivery], K]) -> dict[K, list[int]]:
    found: dict[K, list[int]] = {}
    for delivery in arrived:
        found.setdefault(key(delivery), []).append(delivery.received_at)
    return found


@dataclass(frozen=True, slots=True)
class Dirty:
    """A resource that deliveries named. *upto* is the last of them: later ones ask for another fetch."""

    store_id: int
    kind: Kind
    resource_id: str
    upto: int
    attempts: int
    first_received_at: int
    scopes: frozenset[str]


def due_resources(conn: sqlite3.Connection, store_id: int, *, now: int, limit: int) -> list[Dirty]:
    """The store's resources with a delivery that is due, oldest first, each with all that named it so far."""
    sql = (
        "select store_id, kind, resource_id, max(id), max(attempts), min(received_at), group_concat(distinct scope) "
        "from delivery indexed by delivery_resource_ix "
        "where state = 'pending' and store_id = ?1 and (kind, resource_id) in ("
        "  select kind, resource_id from delivery indexed by delivery_pending_ix "
        "  where state = 'pending' and store_id = ?1 and due_at <= ?2 order by due_at limit ?3) "
        "group by kind, resource_id order by min(id)"
    )
    return [
        Dirty(row[0], Kind(row[1]), row[2], row[3], row[4], row[5], frozenset(row[6].split(",")))
        for row in conn.execute(sql, (store_id, now, limit))
    ]


def next_due_at(conn: sqlite3.Connection, store_id: int) -> int | None:
    """When the store's earliest pending delivery is due; None = nothing is pending."""
    sql = "select min(due_at) from delivery where state = 'pending' and store_id = ?  -- delivery_pending_ix"
    due_at: int | None = conn.execute(sql, (store_id,)).fetchone()[0]
    return due_at


def last_due_at(conn: sqlite3.Connection, store_id: int) -> int | None:
    """When the last of the store's pending deliveries is due; None = nothing is pending."""
    sql = "select max(due_at) from delivery where state = 'pending' and store_id = ?  -- delivery_pending_ix"
    due_at: int | None = conn.execute(sql, (store_id,)).fetchone()[0]
    return due_at


def oldest_pending_at(conn: sqlite3.Connection) -> int | None:
    """When the oldest delivery that waits was received; None = nothing is pending. They come in order of id."""
    sql = "select received_at from delivery where state = 'pending' order by id limit 1  -- delivery_state_ix"
    found = conn.execute(sql).fetchone()
    return None if found is None else int(found[0])


def bodies(conn: sqlite3.Connection, dirty: Dirty) -> list[bytes]:
    """The bodies of the pending deliveries that named the resource, oldest first; those let go by age are left out."""
    sql = (
        "select body from delivery where state = 'pending' and store_id = ? and kind = ? and resource_id = ? "
        "and id <= ? and body != x'' order by id  -- delivery_resource_ix"
    )
    return [row[0] for row in conn.execute(sql, (dirty.store_id, dirty.kind, dirty.resource_id, dirty.upto))]


Ids = dict[What, list[int | str]]
"""Ids of things that changed, by their kind."""


def _nothing(_: Dirty) -> Ids:
    return {}


def settle(
    conn: sqlite3.Connection,
    resources: Iterable[Dirty],
    *,
    now: int,
    changed: Callable[[Dirty], Ids] = _nothing,
    fetched_at_ms: int | None = None,
) -> None:
    """The deliveries that named these resources are done; those that came since stay pending.

    *changed* says what the write that settles them changed because of each; *fetched_at_ms* when its fetch began.
    """
    conn.executemany(
        "update delivery set state = 'done', settled_at = ?, error = '', changed = ?, fetched_at_ms = ? "
        "where state = 'pending' "
        "and store_id = ? and kind = ? and resource_id = ? and id <= ?  -- delivery_resource_ix",
        [
            (now, _compact(changed(dirty)), fetched_at_ms, dirty.store_id, dirty.kind, dirty.resource_id, dirty.upto)
            for dirty in resources
        ],
    )


def _compact(ids: Ids) -> str:
    return json.dumps(ids, separators=(",", ":"))


# In a long outage a thing is tried a hundred times a day: the first attempts tell what is the matter.
_STEPS_KEPT = 8


def postpone(conn: sqlite3.Connection, dirty: Dirty, *, now: int, due_at: int, error: str) -> None:
    conn.execute(
        "update delivery set due_at = ?1, attempts = attempts + 1, error = ?2, "
        f"steps = iif(attempts < {_STEPS_KEPT}, json_insert(steps, '$[#]', json_array(?3, 'failed', ?2)), steps) "
        "where state = 'pending' and store_id = ?4 and kind = ?5 and resource_id = ?6 and id <= ?7 "
        " -- delivery_resource_ix",
        (due_at, error, now, dirty.store_id, dirty.kind, dirty.resource_id, dirty.upto),
    )


def bury(conn: sqlite3.Connection, dirty: Dirty, *, now: int, error: str) -> None:
    """Gives up on these deliveries and keeps why, for a person."""
    conn.execute(
        "update delivery set state = 'dead', settled_at = ?1, attempts = attempts + 1, error = ?2, cause = ?3, "
        "steps = json_insert(steps, '$[#]', json_array(?1, 'died', ?2)) "
        "where state = 'pending' and store_id = ?4 and kind = ?5 and resource_id = ?6 and id <= ?7 "
        " -- delivery_resource_ix",
        (now, error, cause_of(error), dirty.store_id, dirty.kind, dirty.resource_id, dirty.upto),
    )


# Numbers that stand alone, and the ids of carts; the 2 of "v2" is part of a name and stays.
_ID = re.compile(r"(?<!\w)(?:[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{24,}|\d+(?:[.,]\d+)*)(?!\w)", re.ASCII)


def cause_of(error: str) -> str:
    """*error* with every id as "#": what many errors of one cause have in common."""
    return _ID.sub("#", error)


def wake_store(conn: sqlite3.Connection, store_id: int, *, now: int, later_than: int | None = None) -> None:
    """Makes what waits for the store due at once, as when it can be reached again.

    *later_than*: only what is due after it.
    """
    conn.execute(
        "update delivery set due_at = ? where state = 'pending' and store_id = ? and due_at > ?",
        (now, store_id, now if later_than is None else later_than),
    )


def let_go(conn: sqlite3.Connection, store_id: int, *, now: int, why: str) -> None:
    """Settles what still waits for the store without fetching it, and keeps *why*."""
    conn.execute(
        "update delivery set state = 'done', settled_at = ?, error = ? where state = 'pending' and store_id = ?",
        (now, why, store_id),
    )


def inbox_counts(conn: sqlite3.Connection) -> InboxCounts:
    sql = "select state, count(*) from delivery where state in ('pending', 'dead') group by state  -- delivery_state_ix"
    few = dict(conn.execute(sql).fetchall())
    return InboxCounts(
        pending=few.get("pending", 0), done=stores.tally(conn, stores.ALL, "delivery"), dead=few.get("dead", 0)
    )
