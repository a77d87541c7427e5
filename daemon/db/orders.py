"""Orders: their rows, lines, status history, raw payloads and refunds."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from common.money import minor_units
from common.statuses import COUNTED, Status
from daemon.db.at_once import put_rows
from daemon.db.known import DERIVATION, Known, rows_by_ids
from daemon.db.places import place_ids
from daemon.db.product_totals import kept_right
from daemon.db.raw import packed, unpacked
from daemon.db.totals import Standing
from daemon.records import Cause, LineRecord, OrderRecord, RefundRecord
from daemon.segments.functions import minute_of_day, month_of


@dataclass(frozen=True, slots=True)
class KnownOrder(Known):
    """An order's row as it stands. *contact_id* None = its buyer was erased.

    *customer_id* is the store's, also when that account was deleted since; 0: a guest's.
    """

    contact_id: int | None
    customer_id: int
    status_id: int
    status: str
    store_status: str


def known_orders(conn: sqlite3.Connection, store_id: int, numbers: Iterable[int]) -> dict[int, KnownOrder]:
    sql = (
        "select number, id, modified_at, fetched_at_ms, digest, contact_id, customer_id, status_id, status, "
        "store_status from store_order where store_id = ? and number in ({marks})  -- store_order_ux"
    )
    return {row[0]: KnownOrder(*row[1:]) for row in rows_by_ids(conn, sql, (store_id,), numbers)}


def derived_from(conn: sqlite3.Connection, store_id: int, payloads: Mapping[int, bytes]) -> set[int]:
    """The numbers of those orders that stand as *payloads* say, byte for byte: to read them would change nothing.

    Of one that was archived, erased or derived by another version of this program that is not said, nor of one that is
    incomplete: it is a cart as well.
    """
    sql = (
        "select number, body from store_order join order_raw on order_id = store_order.id where store_id = ? "
        "and substr(digest, 1, 1) = ? and status_id != 0 and number in ({marks})  -- store_order_ux"
    )
    rows = rows_by_ids(conn, sql, (store_id, DERIVATION), payloads)
    return {number for number, kept in rows if _is_packed(payloads[number], kept)}


def _is_packed(payload: bytes, kept: bytes) -> bool:
    try:
        return unpacked(kept) == payload
    except ValueError:  # damaged, or of a version we do not know
        return False


class Item(NamedTuple):
    """What was bought: our id, and what is kept of it for the order as a whole. *rating* in tenths, 0 = none."""

    id: int
    is_on_sale: bool
    rating: int


_COLUMNS = (
    *("store_id", "number", "contact_id", "customer_id", "status_id", "store_status", "status", "counts", "currency"),
    *("total_minor", "refunded_minor", "subtotal_minor", "discount_minor", "shipping_minor", "tax_minor", "products"),
    *("top_quantity", "top_price_minor", "placed_at", "placed_minute", "placed_month", "modified_at"),
    *("shipping_method", "payment_method", "cart_id", "channel_id", "origin", "first_seen_at", "deleted_at"),
    *("fetched_at_ms", "digest", "place_id", "has_sale", "top_rating", "low_rating"),
)
_STAY = ("store_id", "number", "customer_id", "refunded_minor", "origin", "first_seen_at")
_PUT_ORDERS = (
    f"insert into store_order ({', '.join(_COLUMNS)}) values {{rows}} "
    "on conflict (store_id, number) do update set "
    "customer_id = iif(excluded.customer_id = 0, customer_id, excluded.customer_id), "
    + ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS if column not in _STAY)
)


def put_orders(
    conn: sqlite3.Connection,
    store_id: int,
    fresh: Mapping[bytes, OrderRecord],
    contact_of: Mapping[int, int | None],
    bought_in: Mapping[int, Sequence[Item]],
    cause: Cause,
) -> dict[int, int]:
    """Writes rows and raw payloads of orders, given by their fingerprints; gives our id by the order's number, by which
    *contact_of* and *bought_in* are.

    Origin and first_seen_at stay those of the first time.
    """
    orders = fresh.values()
    zone = conn.execute("select timezone from store where id = ?", (store_id,)).fetchone()[0]
    place_of = place_ids(conn, {order.billing.place for order in orders})
    rows = (
        (
            *_order_values(store_id, order, contact_of[order.order_id], zone, cause),
            fingerprint,
            place_of.get(order.billing.place),
            *offered_in(bought_in[order.order_id]),
        )
        for fingerprint, order in fresh.items()
    )
    put_rows(conn, _PUT_ORDERS, rows)
    sql = "select number, id from store_order where store_id = ? and number in ({marks})  -- store_order_ux"
    row_of = dict(rows_by_ids(conn, sql, (store_id,), [order.order_id for order in orders]))
    conn.executemany(
        "insert into order_raw (order_id, body) values (?, ?) on conflict do update set body = excluded.body",
        [(row_of[order.order_id], packed(order.raw)) for order in orders],
    )
    return row_of


def _order_values(
    store_id: int, order: OrderRecord, contact_id: int | None, zone: str, cause: Cause
) -> tuple[object, ...]:
    return (
        store_id,
        order.order_id,
        contact_id,
        order.customer_id,
        order.status_id,
        order.store_status,
        order.status,
        standing_of(order) is Standing.COUNTS,
        order.currency,
        order.total_minor,
        0,  # what was refunded is told by the refunds
        order.subtotal_minor,
        order.discount_minor,
        order.shipping_minor,
        order.tax_minor,
        sum(line.quantity for line in order.lines if not line.parent_line_id),
        max((line.quantity for line in order.lines), default=0),
        max((line.price_minor for line in order.lines), default=0),
        order.placed_at,
        minute_of_day(order.placed_at, zone),
        month_of(order.placed_at, zone),
        order.modified_at,
        order.shipping_method,
        order.payment_method,
        order.cart_id,
        order.channel_id,
        cause.origin,
        cause.now,
        cause.now if order.is_deleted else None,
        cause.fetched_at_ms,
    )


def standing_of(order: OrderRecord) -> Standing:
    """What the order is to its contact before it is told which one is their last."""
    if order.is_deleted:
        return Standing.ARCHIVED
    return Standing.COUNTS if order.status in COUNTED else Standing.KEPT


def offered_in(items: Sequence[Item]) -> tuple[bool, int | None, int | None]:
    """Whether one of them was on sale, and the highest and the lowest rating; None = none was rated."""
    ratings = [item.rating for item in items if item.rating]
    return any(item.is_on_sale for item in items), max(ratings, default=None), min(ratings, default=None)


def items_of_lines(conn: sqlite3.Connection, order_ids: Collection[int]) -> dict[tuple[int, int, str, str], Item]:
    """The item of each stored line, by (our order id, product id, name, sku).

    A line that is written again keeps its item, and with it what the product was when it was bought.
    """
    sql = (
        "select line.order_id, item.product_id, item.name, item.sku, item.id, item.is_on_sale, item.rating "
        "from order_line as line "
        "join item on item.id = line.item_id where line.order_id in ({marks})  -- primary keys"
    )
    return {row[:4]: Item(*row[4:]) for row in rows_by_ids(conn, sql, (), order_ids)}


class LineRow(NamedTuple):
    """A line with where it belongs: our order, contact and item."""

    order_id: int
    contact_id: int | None
    standing: Standing
    position: int
    item_id: int
    line: LineRecord


def replace_lines(conn: sqlite3.Connection, known: Iterable[KnownOrder], lines: Iterable[LineRow]) -> None:
    """Makes *lines* all the lines of their orders; of those *known* before, the former lines go.

    Of a line that is named twice the last one counts. It is not left to `insert or replace`: a statement that may take
    rows away copies each page it writes, 5 an order.
    """
    last = {(row.order_id, row.line.line_id): row for row in lines}
    conn.executemany("delete from order_line where order_id = ?", [(order.row_id,) for order in known])
    put_rows(
        conn,
        "insert into order_line (order_id, line_id, position, item_id, contact_id, standing, "
        "quantity, quantity_refunded, price_minor, total_minor, parent_line_id, options) "
        "values {rows}",
        (
            (
                row.order_id,
                row.line.line_id,
                row.position,
                row.item_id,
                row.contact_id,
                row.standing,
                row.line.quantity,
                row.line.quantity_refunded,
                row.line.price_minor,
                row.line.total_minor,
                row.line.parent_line_id,
                json.dumps(row.line.options, ensure_ascii=False) if row.line.options else "[]",
            )
            for row in last.values()
        ),
    )


class StatusStep(NamedTuple):
    """An order that came to a status. *before* None = we had not seen the order yet."""

    order_id: int
    before: KnownOrder | None
    after: OrderRecord


def add_status_steps(conn: sqlite3.Connection, steps: Iterable[StatusStep], cause: Cause) -> None:
    conn.executemany(
        "insert into order_status_change (order_id, from_status_id, to_status_id, from_status, to_status, seen_at, "
        "origin) values (?, ?, ?, ?, ?, ?, ?)",
        [
            (
                step.order_id,
                step.before.status_id if step.before else None,
                step.after.status_id,
                step.before.store_status if step.before else "",
                step.after.store_status,
                cause.now,
                cause.origin,
            )
            for step in steps
        ],
    )


def mark_orders_deleted(conn: sqlite3.Connection, store_id: int, numbers: Collection[int], cause: Cause) -> list[int]:
    """Marks orders that the store archived; they leave the totals. Gives the contacts of those not marked before.

    One that was seen by a later fetch than the one that missed it stays.
    """
    sql = (
        "update store_order set deleted_at = ?1, counts = 0, fetched_at_ms = ?2, digest = x'' where store_id = ?3 "
        "and number = ?4 and deleted_at is null and fetched_at_ms <= ?2 returning id, contact_id  -- store_order_ux"
    )
    with kept_right(conn, [order.row_id for order in known_orders(conn, store_id, numbers).values()]):
        marked = [
            row
            for number in numbers
            for row in conn.execute(sql, (cause.now, cause.fetched_at_ms, store_id, number)).fetchall()
        ]
    _stand(conn, {row_id: Standing.ARCHIVED for row_id, _ in marked})
    return [contact_id for _, contact_id in marked if contact_id is not None]


def _stand(conn: sqlite3.Connection, standings: Mapping[int, Standing]) -> None:
    """Writes the standing of orders, by our id, to their lines."""
    sql = "update order_line set standing = ? where order_id = ? and standing != -1  -- primary key; -1 stays"
    conn.executemany(sql, [(standing, row_id) for row_id, standing in standings.items()])


@dataclass(frozen=True, slots=True)
class StatusRow:
    """An order as far as its status goes. *row_id* is ours."""

    number: int
    row_id: int
    contact_id: int | None
    status_id: int
    status: str


def statuses_after(conn: sqlite3.Connection, store_id: int, number: int, *, limit: int) -> list[StatusRow]:
    """The store's orders above that number."""
    sql = (
        "select number, id, contact_id, status_id, status from store_order where store_id = ? and number > ? "
        "order by number limit ?  -- store_order_ux"
    )
    return [StatusRow(*row) for row in conn.execute(sql, (store_id, number, limit))]


def set_statuses(conn: sqlite3.Connection, statuses: Mapping[int, Status]) -> None:
    """Writes the status of orders by our id, and with it whether they are part of the totals."""
    with kept_right(conn, statuses):
        conn.executemany(
            "update store_order set status = ?, counts = ? and deleted_at is null where id = ?",
            [(status, status in COUNTED, row_id) for row_id, status in statuses.items()],
        )
    _stand(
        conn,
        {row_id: Standing.COUNTS if status in COUNTED else Standing.KEPT for row_id, status in statuses.items()},
    )


def set_minutes_after(
    conn: sqlite3.Connection, store_id: int, number: int, *, limit: int
) -> tuple[int | None, set[int]]:
    """Writes the time of day and the month of the store's next orders above that number, in the zone the store is in.

    Gives the last one's number, None = there were no more, and the contacts of orders of which either is another one.
    """
    rows = conn.execute(
        "select store_order.number, store_order.id, contact_id, placed_at, placed_minute, placed_month, timezone "
        "from store_order join store on store.id = store_order.store_id "
        "where store_id = ? and number > ? order by number limit ?  -- store_order_ux",
        (store_id, number, limit),
    ).fetchall()
    found = [
        (*told, row_id, contact_id)
        for _, row_id, contact_id, placed_at, *before, zone in rows
        if (told := (minute_of_day(placed_at, zone), month_of(placed_at, zone))) != tuple(before)
    ]
    conn.executemany(
        "update store_order set placed_minute = ?, placed_month = ? where id = ?", [one[:3] for one in found]
    )
    return rows[-1][0] if len(rows) == limit else None, {one[3] for one in found if one[3] is not None}


def guest_order_count(conn: sqlite3.Connection, store_id: int) -> int:
    sql = (
        "select count(*) from store_order where store_id = ? and customer_id = 0 and contact_id is not null"
        "  -- store_order_customer_ix"
    )
    return int(conn.execute(sql, (store_id,)).fetchone()[0])


def put_refunds(conn: sqlite3.Connection, store_id: int, refunds: Iterable[RefundRecord]) -> set[int]:
    """Writes refunds; gives the numbers of the orders whose refunds changed."""
    changed: set[int] = set()
    for refund in refunds:
        touched = conn.execute(
            "insert into refund (store_id, refund_id, number, amount, created_at) values (?, ?, ?, ?, ?) "
            "on conflict do update set number = excluded.number, amount = excluded.amount, "
            "created_at = excluded.created_at where (number, amount, created_at) "
            "is not (excluded.number, excluded.amount, excluded.created_at)",
            (store_id, refund.refund_id, refund.order_id, refund.amount, refund.created_at),
        )
        if touched.rowcount:
            changed.add(refund.order_id)
    return changed


def settle_refunds(conn: sqlite3.Connection, store_id: int, numbers: Collection[int]) -> set[int]:
    """Brings `refunded_minor` of those orders in line with their refunds; gives the contacts it changed.

    A refund is never taken back: an order without one is right already.
    """
    amounts: dict[int, list[str]] = {}
    sql = "select number, amount from refund indexed by refund_order_ix where store_id = ? and number in ({marks})"
    for number, amount in rows_by_ids(conn, sql, (store_id,), numbers):
        amounts.setdefault(number, []).append(amount)
    sql = (
        "select number, id, currency, total_minor, refunded_minor, contact_id from store_order "
        "where store_id = ? and number in ({marks})  -- store_order_ux"
    )
    contacts: set[Any] = set()  # None = erased
    for number, order_id, currency, total, before, contact_id in list(rows_by_ids(conn, sql, (store_id,), amounts)):
        refunded = min(total, sum(minor_units(amount, currency) for amount in amounts[number]))
        if refunded != before:
            conn.execute("update store_order set refunded_minor = ? where id = ?", (refunded, order_id))
            contacts.add(contact_id)
    return contacts - {None}
