"""Orders: their rows, lines, status history, raw payloads and refunds."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from common.money import minor_units
from common.statuses import COUNTED
from daemon.db.known import digest, rows_by_ids
from daemon.db.raw import packed
from daemon.records import Cause, LineRecord, OrderRecord, RefundRecord


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order's row as it stands; the first four fields are those of `Known`."""

    row_id: int
    modified_at: int
    fetched_at_ms: int
    digest: bytes
    contact_id: int
    status_id: int
    status: str


def known_orders(conn: sqlite3.Connection, store_id: int, numbers: Iterable[int]) -> dict[int, KnownOrder]:
    sql = (
        "select number, id, modified_at, fetched_at_ms, digest, contact_id, status_id, status from store_order "
        "where store_id = ? and number in ({marks})  -- store_order_ux"
    )
    return {row[0]: KnownOrder(*row[1:]) for row in rows_by_ids(conn, sql, (store_id,), numbers)}


def put_order(
    conn: sqlite3.Connection,
    store_id: int,
    order: OrderRecord,
    *,
    contact_id: int,
    cause: Cause,
) -> int:
    """Writes the order's row and raw payload; gives our id. Origin and first_seen_at stay those of the first time."""
    found = conn.execute(
        "insert into store_order (store_id, number, contact_id, customer_id, status_id, store_status, status, counts, "
        "currency, total_minor, refunded_minor, subtotal_minor, discount_minor, shipping_minor, tax_minor, products, "
        "placed_at, modified_at, shipping_method, payment_method, cart_id, channel_id, origin, first_seen_at, "
        "deleted_at, fetched_at_ms, digest) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (store_id, number) do update set contact_id = excluded.contact_id, "
        "customer_id = excluded.customer_id, status_id = excluded.status_id, store_status = excluded.store_status, "
        "status = excluded.status, counts = excluded.counts, currency = excluded.currency, "
        "total_minor = excluded.total_minor, subtotal_minor = excluded.subtotal_minor, "
        "discount_minor = excluded.discount_minor, shipping_minor = excluded.shipping_minor, "
        "tax_minor = excluded.tax_minor, products = excluded.products, placed_at = excluded.placed_at, "
        "modified_at = excluded.modified_at, shipping_method = excluded.shipping_method, "
        "payment_method = excluded.payment_method, cart_id = excluded.cart_id, channel_id = excluded.channel_id, "
        "deleted_at = excluded.deleted_at, fetched_at_ms = excluded.fetched_at_ms, digest = excluded.digest "
        "returning id",
        (
            store_id,
            order.order_id,
            contact_id,
            order.customer_id,
            order.status_id,
            order.store_status,
            order.status,
            order.status in COUNTED and not order.is_deleted,
            order.currency,
            order.total_minor,
            order.subtotal_minor,
            order.discount_minor,
            order.shipping_minor,
            order.tax_minor,
            sum(line.quantity for line in order.lines if not line.parent_line_id),
            order.placed_at,
            order.modified_at,
            order.shipping_method,
            order.payment_method,
            order.cart_id,
            order.channel_id,
            cause.origin,
            cause.now,
            cause.now if order.is_deleted else None,
            cause.fetched_at_ms,
            digest(order),
        ),
    ).fetchone()
    order_id = int(found[0])
    conn.execute("insert or replace into order_raw (order_id, body) values (?, ?)", (order_id, packed(order.raw)))
    return order_id


ItemOfLine = Mapping[int, int]
"""Our item id by the store's line id."""


def items_of_lines(conn: sqlite3.Connection, order_ids: Collection[int]) -> dict[tuple[int, int, str, str], int]:
    """The item of each stored line, by (our order id, product id, name, sku).

    A line that is written again keeps its item, and with it the categories it had when it was bought.
    """
    sql = (
        "select line.order_id, item.product_id, item.name, item.sku, item.id from order_line as line "
        "join item on item.id = line.item_id where line.order_id in ({marks})  -- primary keys"
    )
    return {row[:4]: row[4] for row in rows_by_ids(conn, sql, (), order_ids)}


def put_lines(
    conn: sqlite3.Connection, order_id: int, contact_id: int, lines: Iterable[LineRecord], items: ItemOfLine
) -> None:
    """Makes *lines* the lines of the order."""
    conn.execute("delete from order_line where order_id = ?", (order_id,))
    conn.executemany(
        "insert or replace into order_line (order_id, line_id, position, item_id, contact_id, quantity, "
        "quantity_refunded, price_minor, total_minor, parent_line_id, options) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                order_id,
                line.line_id,
                position,
                items[line.line_id],
                contact_id,
                line.quantity,
                line.quantity_refunded,
                line.price_minor,
                line.total_minor,
                line.parent_line_id,
                json.dumps(line.options, ensure_ascii=False),
            )
            for position, line in enumerate(lines)
        ],
    )


def add_status_change(
    conn: sqlite3.Connection, order_id: int, known: KnownOrder | None, order: OrderRecord, cause: Cause
) -> None:
    conn.execute(
        "insert into order_status_change (order_id, from_status_id, to_status_id, from_status, to_status, seen_at, "
        "origin) values (?, ?, ?, ?, ?, ?, ?)",
        (
            order_id,
            known.status_id if known else None,
            order.status_id,
            known.status if known else "",
            order.status,
            cause.now,
            cause.origin,
        ),
    )


def mark_orders_deleted(conn: sqlite3.Connection, store_id: int, numbers: Iterable[int], *, now: int) -> list[int]:
    """Marks orders that the store archived; they leave the totals. Gives the contacts of those not marked before."""
    return [
        row[0]
        for number in numbers
        for row in conn.execute(
            "update store_order set deleted_at = ?, counts = 0, digest = x'' "
            "where store_id = ? and number = ? and deleted_at is null returning contact_id",
            (now, store_id, number),
        ).fetchall()
    ]


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
    """Brings `refunded_minor` of those orders in line with their refunds; gives the contacts it changed."""
    amounts: dict[int, list[str]] = {}
    sql = "select number, amount from refund where store_id = ? and number in ({marks})  -- refund_order_ix"
    for number, amount in rows_by_ids(conn, sql, (store_id,), numbers):
        amounts.setdefault(number, []).append(amount)
    sql = (
        "select number, id, currency, total_minor, refunded_minor, contact_id from store_order "
        "where store_id = ? and number in ({marks})  -- store_order_ux"
    )
    contacts: set[int] = set()
    for number, order_id, currency, total, before, contact_id in list(rows_by_ids(conn, sql, (store_id,), numbers)):
        refunded = min(total, sum(minor_units(amount, currency) for amount in amounts.get(number, ())))
        if refunded != before:
            conn.execute("update store_order set refunded_minor = ? where id = ?", (refunded, order_id))
            contacts.add(contact_id)
    return contacts
