"""Carts that were left behind, and what became of them."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from common.statuses import Status
from daemon.db.known import Known, digest, known_rows, rows_by_ids
from daemon.records import CartLineRecord, CartRecord, Cause


def known_carts(conn: sqlite3.Connection, store_id: int, cart_ids: Iterable[str]) -> dict[str, Known]:
    return known_rows(
        conn,
        "select cart_id, id, updated_at, fetched_at_ms, digest from cart "
        "where store_id = ? and cart_id in ({marks})  -- cart_ux",
        store_id,
        cart_ids,
    )


def put_cart(
    conn: sqlite3.Connection,
    store_id: int,
    cart: CartRecord,
    *,
    contact_id: int,
    abandoned_at: int,
    cause: Cause,
) -> int:
    """Writes an abandoned cart's row and gives our id; one that was recovered stays recovered."""
    found = conn.execute(
        "insert into cart (store_id, cart_id, contact_id, customer_id, status, currency, total_minor, abandoned_at, "
        "updated_at, origin, fetched_at_ms, digest) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (store_id, cart_id) do update set contact_id = excluded.contact_id, "
        "customer_id = excluded.customer_id, currency = excluded.currency, total_minor = excluded.total_minor, "
        "abandoned_at = excluded.abandoned_at, updated_at = excluded.updated_at, "
        "fetched_at_ms = excluded.fetched_at_ms, digest = excluded.digest returning id",
        (
            store_id,
            cart.cart_id,
            contact_id,
            cart.customer_id,
            Status.ABANDONED,
            cart.currency,
            cart.total_minor,
            abandoned_at,
            cart.updated_at,
            cause.origin,
            cause.fetched_at_ms,
            digest(cart),
        ),
    ).fetchone()
    return int(found[0])


def put_cart_lines(
    conn: sqlite3.Connection, cart_row: int, lines: Sequence[CartLineRecord], items: Mapping[int, int]
) -> None:
    """Makes *lines* the lines of the cart; *items* gives our item id by position."""
    conn.execute("delete from cart_line where cart_id = ?", (cart_row,))
    conn.executemany(
        "insert into cart_line (cart_id, position, item_id, quantity, price_minor) values (?, ?, ?, ?, ?)",
        [(cart_row, position, items[position], line.quantity, line.price_minor) for position, line in enumerate(lines)],
    )


def abandoned_among(conn: sqlite3.Connection, store_id: int, cart_ids: Iterable[str]) -> set[str]:
    """Those of *cart_ids* that we hold as abandoned."""
    sql = "select cart_id from cart where store_id = ? and status = ? and cart_id in ({marks})  -- cart_ux"
    return {row[0] for row in rows_by_ids(conn, sql, (store_id, Status.ABANDONED), cart_ids)}


def recover_cart(conn: sqlite3.Connection, store_id: int, cart_id: str, number: int) -> str | None:
    """Marks the cart as won back by order *number*; gives its id if that was news."""
    found = conn.execute(
        "update cart set status = ?, order_number = ? where store_id = ? and cart_id = ? and status = ? "
        "returning cart_id  -- cart_ux",
        (Status.RECOVERED, number, store_id, cart_id, Status.ABANDONED),
    ).fetchone()
    return None if found is None else str(found[0])


def order_of_cart(conn: sqlite3.Connection, store_id: int, cart_id: str) -> int | None:
    """The number of the order that came from the cart."""
    found = conn.execute(
        "select min(number) from store_order indexed by store_order_cart_ix "
        "where store_id = ? and cart_id = ? and cart_id != ''",
        (store_id, cart_id),
    ).fetchone()
    return None if found[0] is None else int(found[0])
