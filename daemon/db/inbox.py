"""The inbox as people see it: its pages, one delivery in full, why deliveries died, and putting them back to work."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from common.errors import NotFound
from common.inbox import (
    ChangedThings,
    DeadCause,
    DeadCauses,
    DeliveryDetail,
    DeliveryPage,
    DeliveryQuery,
    DeliveryRow,
    DeliveryState,
    Replayed,
    ReplayRequest,
    Unreplayed,
)
from common.status import InboxCounts
from daemon.db.deliveries import cause_of, inbox_counts

_ROW = (
    "select delivery.id, store.hash, scope, kind, resource_id, received_at, delivery.state, attempts, error, "
    "settled_at, replayed_at"
)
_FROM = " from delivery join store on store.id = delivery.store_id "


def delivery_page(conn: sqlite3.Connection, query: DeliveryQuery) -> DeliveryPage:
    """The deliveries that match *query*, the newest first. Stable while others arrive: the cursor is an id."""
    counts = inbox_counts(conn)
    conditions, values = _matching(conn, query)
    total = _total(conn, query, counts, conditions, values)
    rows = _rows(conn, query, conditions, values)
    has_more = len(rows) > query.limit
    shown = [_row(row) for row in rows[: query.limit]]
    return DeliveryPage(
        pending=counts.pending,
        done=counts.done,
        dead=counts.dead,
        total=total,
        deliveries=shown,
        next=str(shown[-1].id) if has_more else "",
    )


def _matching(conn: sqlite3.Connection, query: DeliveryQuery) -> tuple[list[str], list[Any]]:
    """Conditions on delivery, with their parameters."""
    conditions: list[str] = []
    values: list[Any] = []
    if query.store:
        # With a state, its index is the one to walk, since few are pending or dead: the plus keeps off the store's.
        conditions.append("delivery.store_id = ?" if query.state is None else "+delivery.store_id = ?")
        values.append(_store_id(conn, query.store))
    if query.state is not None:
        conditions.append("delivery.state = ?")
        values.append(query.state)
    if query.kind is not None:
        conditions.append("kind = ?")
        values.append(query.kind)
    if text := query.search.strip().replace("\0", ""):
        conditions.append("(instr(lower(scope), lower(?)) or resource_id = ?)")
        values += [text, text.removeprefix("#")]
    return conditions, values


def _store_id(conn: sqlite3.Connection, store_hash: str) -> int:
    found = conn.execute("select id from store where hash = ?", (store_hash,)).fetchone()
    if found is None:
        raise NotFound(f"No store {store_hash} is connected.", remedy="See `counterfoil store list`.")
    return int(found[0])


def _total(
    conn: sqlite3.Connection, query: DeliveryQuery, counts: InboxCounts, conditions: Sequence[str], values: list[Any]
) -> int:
    if not (query.store or query.kind or query.search.strip()):
        by_state = {
            DeliveryState.PENDING: counts.pending,
            DeliveryState.DONE: counts.done,
            DeliveryState.DEAD: counts.dead,
        }
        return by_state[query.state] if query.state is not None else sum(by_state.values())
    sql = f"select count(*) from delivery {_where(conditions)}"
    return int(conn.execute(sql, values).fetchone()[0])


def _rows(
    conn: sqlite3.Connection, query: DeliveryQuery, conditions: list[str], values: list[Any]
) -> list[tuple[Any, ...]]:
    if query.after:
        conditions, values = [*conditions, "delivery.id < ?"], [*values, int(query.after)]
    sql = (  # delivery_state_ix, delivery_store_ix or the primary key, walked from its end
        f"{_ROW}{_FROM} where delivery.id in (select id from delivery {_where(conditions)} "
        "order by id desc limit ? offset ?) order by delivery.id desc"
    )
    offset = 0 if query.after else query.offset
    return conn.execute(sql, (*values, query.limit + 1, offset)).fetchall()


def _where(conditions: Sequence[str]) -> str:
    return f"where {' and '.join(conditions)}" if conditions else ""


def _row(row: Sequence[Any]) -> DeliveryRow:
    return DeliveryRow.model_validate(_fields(row))


def _fields(row: Sequence[Any]) -> dict[str, Any]:
    return {
        "id": row[0],
        "store": row[1],
        "scope": row[2],
        "kind": row[3],
        "resource": f"{row[3]} {row[4]}".strip(),
        "received_at": row[5],
        "state": row[6],
        "attempts": row[7],
        "error": row[8],
        "settled_at": row[9],
        "replayed_at": row[10],
    }


def delivery_in_full(conn: sqlite3.Connection, delivery_id: int) -> DeliveryDetail:
    """Raises NotFound."""
    sql = f"{_ROW}, webhook_id, signature, due_at, changed, body {_FROM} where delivery.id = ?"
    row = conn.execute(sql, (delivery_id,)).fetchone()
    if row is None:
        raise NotFound(f"No delivery {delivery_id} is in the inbox.", remedy="See `counterfoil inbox list`.")
    return DeliveryDetail.model_validate(
        _fields(row)
        | {
            "webhook_id": row[11],
            "signature": row[12],
            "due_at": row[13] if row[6] == DeliveryState.PENDING else None,
            "changed": [ChangedThings(what=what, ids=ids) for what, ids in json.loads(row[14]).items()],
            "body": bytes(row[15]).decode("utf-8", "replace"),
        }
    )


def dead_causes(conn: sqlite3.Connection, *, store_hash: str) -> DeadCauses:
    """Why deliveries are dead; *store_hash* "" = of all stores."""
    narrow, values = ("and store_id = ?", [_store_id(conn, store_hash)]) if store_hash else ("", [])
    sql = (
        "select cause, count(*), min(received_at), max(received_at), group_concat(distinct store.hash), "
        "max(delivery.id) from delivery indexed by delivery_cause_ix join store on store.id = delivery.store_id "
        f"where delivery.state = 'dead' {narrow} group by cause order by count(*) desc, cause"
    )
    causes = [
        DeadCause(
            cause=row[0],
            count=row[1],
            first_received_at=row[2],
            last_received_at=row[3],
            stores=sorted(row[4].split(",")),
            example=row[5],
        )
        for row in conn.execute(sql, values)
    ]
    return DeadCauses(dead=sum(cause.count for cause in causes), causes=causes)


@dataclass(frozen=True, slots=True)
class Revived:
    """What a replay did, and the stores whose inbox has work again."""

    answer: Replayed
    store_ids: frozenset[int]


def replay(conn: sqlite3.Connection, request: ReplayRequest, *, now: int) -> Revived:
    """Makes settled deliveries pending again, due at once, with all their attempts before them."""
    if request.ids:
        return _replay_by_id(conn, request.ids, now=now)
    stores = _replay_by_filter(conn, request, now=now)
    return Revived(Replayed(replayed=len(stores), left=[]), frozenset(stores))


_PENDING_AGAIN = (
    "update delivery set state = 'pending', due_at = ?1, replayed_at = ?1, attempts = 0, error = '', cause = '', "
    "changed = '{}', settled_at = null, fetched_at_ms = null, "
    "steps = json_insert(steps, '$[#]', json_array(?1, 'replayed', 'Somebody had it worked in again.')) "
    "where state in ('done', 'dead') and kind != '' "
)


def _replay_by_id(conn: sqlite3.Connection, ids: Iterable[int], *, now: int) -> Revived:
    stores: list[int] = []
    left: list[Unreplayed] = []
    for delivery_id in dict.fromkeys(ids):
        found = conn.execute(f"{_PENDING_AGAIN} and id = ?2 returning store_id", (now, delivery_id)).fetchone()
        if found is None:
            left.append(Unreplayed(id=delivery_id, why=_why_not(conn, delivery_id)))
        else:
            stores.append(found[0])
    return Revived(Replayed(replayed=len(stores), left=left), frozenset(stores))


def _why_not(conn: sqlite3.Connection, delivery_id: int) -> str:
    found = conn.execute("select state from delivery where id = ?", (delivery_id,)).fetchone()
    if found is None:
        return "No such delivery is in the inbox."
    if found[0] == DeliveryState.PENDING:
        return "It is pending already."
    return "Its scope is not used: there is nothing to fetch for it."


def _replay_by_filter(conn: sqlite3.Connection, request: ReplayRequest, *, now: int) -> list[int]:
    """The store of each delivery that is pending again."""
    sql = f"{_PENDING_AGAIN} and state = ?"
    values: list[Any] = [now, request.state]
    if request.store:
        sql, values = f"{sql} and store_id = ?", [*values, _store_id(conn, request.store)]
    if request.cause:
        sql, values = f"{sql} and instr(lower(cause), lower(?))", [*values, cause_of(request.cause)]
    return [row[0] for row in conn.execute(f"{sql} returning store_id  -- delivery_state_ix", values)]
