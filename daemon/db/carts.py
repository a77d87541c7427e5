"""Carts that were left behind, and what became of them."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from common.statuses import Status
from daemon.db.known import Known, digest, rows_by_ids
from daemon.records import CartLineRecord, CartRecord, Cause

DELETED = "deleted"
EXPIRED = "expired"
EMPTIED = "emptied"
"""What closes a cart that is not won back. One that was emptied is no cart any more and is not shown."""

_GONE_KEPT_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class KnownCart(Known):
    """A cart's row as it stands. *is_from_order*: told by a payment page that was left, not by the cart itself."""

    is_from_order: bool
    contact_id: int


def known_carts(conn: sqlite3.Connection, store_id: int, cart_ids: Iterable[str]) -> dict[str, KnownCart]:
    sql = (
        "select cart_id, id, updated_at, fetched_at_ms, digest, is_from_order, contact_id from cart "
        "where store_id = ? and cart_id in ({marks})  -- cart_ux"
    )
    return {row[0]: KnownCart(*row[1:]) for row in rows_by_ids(conn, sql, (store_id,), cart_ids)}


@dataclass(frozen=True, slots=True)
class Left:
    """How a cart was left. *closed_as* None = it is open; *gone_at_ms* None = it was never found to be gone."""

    abandoned_at: int
    closed_as: str | None
    closed_at: int | None
    gone_at_ms: int | None

    @property
    def status(self) -> Status:
        return Status.ABANDONED if self.closed_as in (None, EXPIRED) else Status.CANCELED


def put_cart(
    conn: sqlite3.Connection, store_id: int, cart: CartRecord, *, contact_id: int, left: Left, cause: Cause
) -> int:
    """Writes a cart's row and gives our id; one that was recovered stays recovered."""
    found = conn.execute(
        "insert into cart (store_id, cart_id, contact_id, customer_id, status, currency, total_minor, abandoned_at, "
        "updated_at, closed_as, closed_at, gone_at_ms, origin, fetched_at_ms, digest, is_from_order) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (store_id, cart_id) do update set contact_id = excluded.contact_id, "
        "customer_id = excluded.customer_id, currency = excluded.currency, total_minor = excluded.total_minor, "
        "abandoned_at = excluded.abandoned_at, updated_at = excluded.updated_at, "
        "status = iif(status = 'Recovered', status, excluded.status), "
        "closed_as = iif(status = 'Recovered', null, excluded.closed_as), "
        "closed_at = iif(status = 'Recovered', null, excluded.closed_at), gone_at_ms = excluded.gone_at_ms, "
        "fetched_at_ms = excluded.fetched_at_ms, digest = excluded.digest, "
        "is_from_order = excluded.is_from_order returning id",
        (
            store_id,
            cart.cart_id,
            contact_id,
            cart.customer_id,
            left.status,
            cart.currency,
            cart.total_minor,
            left.abandoned_at,
            cart.updated_at,
            left.closed_as,
            left.closed_at,
            left.gone_at_ms,
            cause.origin,
            cause.fetched_at_ms,
            digest(cart),
            cart.is_from_order,
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


def unrecovered_among(conn: sqlite3.Connection, store_id: int, cart_ids: Iterable[str]) -> set[str]:
    """Those of *cart_ids* that we hold as not won back."""
    sql = "select cart_id from cart where store_id = ? and status != ? and cart_id in ({marks})  -- cart_ux"
    return {row[0] for row in rows_by_ids(conn, sql, (store_id, Status.RECOVERED), cart_ids)}


def recover_cart(conn: sqlite3.Connection, store_id: int, cart_id: str, number: int) -> int | None:
    """Marks the cart as won back by order *number*, however it was closed; gives its contact if that was news."""
    found = conn.execute(
        "update cart set status = ?, order_number = ?, closed_as = null, closed_at = null "
        "where store_id = ? and cart_id = ? and status != ? returning contact_id  -- cart_ux",
        (Status.RECOVERED, number, store_id, cart_id, Status.RECOVERED),
    ).fetchone()
    return None if found is None else int(found[0])


def gone_among(conn: sqlite3.Connection, store_id: int, cart_ids: Collection[str]) -> dict[str, int]:
    """When each of *cart_ids* was found to be gone; those that never were are left out."""
    of_none = "select cart_id, gone_at_ms from cart_gone where store_id = ? and cart_id in ({marks})  -- primary key"
    of_ours = (
        "select cart_id, gone_at_ms from cart where store_id = ? and gone_at_ms is not null "
        "and cart_id in ({marks})  -- cart_ux"
    )
    rows = [*rows_by_ids(conn, of_none, (store_id,), cart_ids), *rows_by_ids(conn, of_ours, (store_id,), cart_ids)]
    return dict(rows)


def close_gone(conn: sqlite3.Connection, store_id: int, cart_id: str, *, cause: Cause) -> int | None:
    """Notes that the store has no such cart; the contact of the one that was open until now, if there was one.

    One that was won back is gone at the store too, and stays won back.
    """
    before = conn.execute(
        "select status != ? and closed_as is not ?, contact_id, gone_at_ms is null from cart "
        "where store_id = ? and cart_id = ?  -- cart_ux",
        (Status.RECOVERED, DELETED, store_id, cart_id),
    ).fetchone()
    if before is None:
        _note_gone(conn, store_id, cart_id, cause)
        return None
    if before[2]:
        conn.execute(
            "update cart set gone_at_ms = ?, status = iif(status = 'Recovered', status, ?), "
            "closed_as = iif(status = 'Recovered', null, coalesce(nullif(closed_as, 'expired'), ?)), "
            "closed_at = iif(status = 'Recovered', null, coalesce(iif(closed_as = 'expired', null, closed_at), ?)) "
            "where store_id = ? and cart_id = ?  -- cart_ux",
            (cause.fetched_at_ms, Status.CANCELED, DELETED, cause.now, store_id, cart_id),
        )
    return before[1] if before[0] and before[2] else None


def _note_gone(conn: sqlite3.Connection, store_id: int, cart_id: str, cause: Cause) -> None:
    conn.execute("insert or ignore into cart_gone values (?, ?, ?)", (store_id, cart_id, cause.fetched_at_ms))
    conn.execute("delete from cart_gone where gone_at_ms < ?  -- cart_gone_ix", (cause.fetched_at_ms - _GONE_KEPT_MS,))


def expired_carts(conn: sqlite3.Connection, store_id: int, *, before: int, limit: int) -> list[str]:
    """Open carts whose last change was *before* that moment."""
    sql = (
        "select cart_id from cart indexed by cart_open_ix where store_id = ? and status = 'Abandoned' "
        "and closed_as is null and updated_at < ? order by updated_at limit ?"
    )
    return [row[0] for row in conn.execute(sql, (store_id, before, limit))]


def close_expired(conn: sqlite3.Connection, store_id: int, cart_id: str, *, before: int, life_s: int) -> int | None:
    """Closes a cart that is open and was last changed *before* that moment; its contact, if so."""
    found = conn.execute(
        "update cart set closed_as = ?, closed_at = updated_at + ? where store_id = ? and cart_id = ? "
        "and status = 'Abandoned' and closed_as is null and updated_at < ? returning contact_id  -- cart_ux",
        (EXPIRED, life_s, store_id, cart_id, before),
    ).fetchone()
    return None if found is None else int(found[0])


@dataclass(frozen=True, slots=True)
class OpenCart:
    """A cart that may still change at the store. *row_id* is ours."""

    updated_at: int
    row_id: int
    cart_id: str


def open_carts(conn: sqlite3.Connection, store_id: int, *, below: tuple[int, int], limit: int) -> list[OpenCart]:
    """Open carts whose (last change, our id) is *below* that, the latest first; left payment pages are orders' own."""
    sql = (
        "select updated_at, id, cart_id from cart indexed by cart_open_ix where store_id = ? and status = 'Abandoned' "
        "and closed_as is null and (updated_at, id) < (?, ?) and not is_from_order order by updated_at desc, id desc "
        "limit ?"
    )
    return [OpenCart(*row) for row in conn.execute(sql, (store_id, *below, limit))]


def open_count(conn: sqlite3.Connection, store_id: int) -> int:
    """How many open carts there are that the store may be asked for."""
    sql = (
        "select count(*) from cart indexed by cart_open_ix where store_id = ? and status = 'Abandoned' "
        "and closed_as is null and not is_from_order"
    )
    return int(conn.execute(sql, (store_id,)).fetchone()[0])


def order_of_cart(conn: sqlite3.Connection, store_id: int, cart_id: str) -> int | None:
    """The number of the order that came from the cart."""
    found = conn.execute(
        "select min(number) from store_order indexed by store_order_cart_ix "
        "where store_id = ? and cart_id = ? and cart_id != ''",
        (store_id, cart_id),
    ).fetchone()
    return None if found[0] is None else int(found[0])
