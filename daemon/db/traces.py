"""What a delivery went through and what it caused, put together from what the tables recorded."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from common.errors import NotFound
from common.inbox import DeliveryTrace, TraceStep, TraceWhat

# A membership may be looked at a moment after the write that touched the contact.
_SOON_S = 60
_SHOWN = 50


def delivery_trace(conn: sqlite3.Connection, delivery_id: int) -> DeliveryTrace:
    """Its steps, the oldest first. Raises NotFound."""
    sql = (
        "select store_id, scope, kind, resource_id, received_at, signature, steps, state, settled_at, fetched_at_ms, "
        "changed, due_at, (select hash from store where store.id = store_id) as store from delivery where id = ?"
    )
    cursor = conn.execute(sql, (delivery_id,))
    found = cursor.fetchone()
    if found is None:
        raise NotFound(f"No delivery {delivery_id} is in the inbox.", remedy="See `counterfoil inbox list`.")
    row = dict(zip((column[0] for column in cursor.description), found, strict=True))
    steps = [*_came(row), *_worked(row), *_segments(conn, row), *_runs(conn, row), *_later(conn, row)]
    return DeliveryTrace(
        id=delivery_id, store=row["store"], state=row["state"], steps=sorted(steps, key=lambda step: step.at)
    )


def _came(row: dict[str, Any]) -> Iterator[TraceStep]:
    named = f"{row['kind']} {row['resource_id']}".strip()
    told = f"{row['scope']} about {named}" if named else f"{row['scope']}, which is not used"
    yield TraceStep(at=row["received_at"], what=TraceWhat.RECEIVED, words=f"{told}; signature {row['signature']}.")
    for at, what, words in json.loads(row["steps"]):
        yield TraceStep(at=at, what=TraceWhat(what), words=words)


def _worked(row: dict[str, Any]) -> Iterator[TraceStep]:
    if row["fetched_at_ms"]:
        yield TraceStep(at=row["fetched_at_ms"] // 1000, what=TraceWhat.FETCHED, words="The store was asked for it.")
    if row["state"] == "pending":
        yield TraceStep(at=row["due_at"], what=TraceWhat.DUE, words="It is tried again then.")
    elif row["state"] == "done" and row["kind"]:
        changed = "; ".join(f"{what} {', '.join(map(str, ids))}" for what, ids in json.loads(row["changed"]).items())
        words = f"Its write changed {changed}." if changed else "It brought nothing that was not known already."
        yield TraceStep(at=row["settled_at"], what=TraceWhat.APPLIED, words=words)


def _contacts(row: dict[str, Any]) -> list[int]:
    return [int(one) for one in json.loads(row["changed"]).get("contact", [])]


def _segments(conn: sqlite3.Connection, row: dict[str, Any]) -> Iterator[TraceStep]:
    """Whom its write made enter or leave a segment."""
    settled_at = row["settled_at"]
    if settled_at is None:
        return
    for at, entered, contact_id, name in segments_moved(
        conn, _contacts(row), since=settled_at, until=settled_at + _SOON_S
    ):
        verb, what = ("entered", TraceWhat.ENTERED) if entered else ("left", TraceWhat.LEFT)
        yield TraceStep(at=at, what=what, words=f"Contact {contact_id} {verb} the segment “{name}”.")


def segments_moved(
    conn: sqlite3.Connection, contact_ids: Sequence[int], *, since: int, until: int
) -> list[tuple[int, int, int, str]]:
    """When, whether in or out, which contact, which segment: what live changes did in that time."""
    sql = (
        "select segment_change.at, entered, contact_id, segment.name "
        "from segment_change indexed by segment_change_contact_ix join segment on segment.id = segment_id "
        "where contact_id in (select value from json_each(?)) "
        "and segment_change.at between ? and ? and cause = 'live' limit ?"
    )
    return conn.execute(sql, (json.dumps(contact_ids), since, until, _SHOWN)).fetchall()


def _runs(conn: sqlite3.Connection, row: dict[str, Any]) -> Iterator[TraceStep]:
    """Runs that were reading the store while it waited: what they brought is not the delivery's."""
    received_at = row["received_at"]
    until = row["settled_at"] or received_at
    for run_id, kind, state, started_at in runs_meanwhile(conn, row["store_id"], since=received_at, until=until):
        words = f"Run {run_id} ({kind}, {state}) was reading the store meanwhile."
        yield TraceStep(at=max(started_at, received_at), what=TraceWhat.RUN, words=words)


def runs_meanwhile(
    conn: sqlite3.Connection, store_id: int, *, since: int, until: int
) -> list[tuple[int, str, str, int]]:
    """Id, kind, state and start of the store's runs that were under way between *since* and *until*."""
    sql = (
        "select id, kind, state, started_at from run indexed by run_store_ix where store_id = ? "
        "and started_at <= ? and (finished_at is null or finished_at >= ?) order by id desc limit ?"
    )
    return conn.execute(sql, (store_id, until, since, _SHOWN)).fetchall()


_KEPT = {
    "order": "select fetched_at_ms from store_order where store_id = ? and number = ?  -- store_order_ux",
    "customer": "select fetched_at_ms from customer where store_id = ? and customer_id = ?  -- customer_ux",
    "product": "select fetched_at_ms from product where store_id = ? and product_id = ?  -- primary key",
}


def _later(conn: sqlite3.Connection, row: dict[str, Any]) -> Iterator[TraceStep]:
    """Whether what it brought was fetched anew since."""
    if row["kind"] not in _KEPT or not row["fetched_at_ms"] or not row["resource_id"].isdigit():
        return
    kept = conn.execute(_KEPT[row["kind"]], (row["store_id"], int(row["resource_id"]))).fetchone()
    if kept is not None and kept[0] > row["fetched_at_ms"]:
        yield TraceStep(at=kept[0] // 1000, what=TraceWhat.SUPERSEDED, words="What is kept of it now was fetched then.")
