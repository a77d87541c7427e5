"""How many things of a store we hold, to be compared with the store's own count of them."""

import sqlite3

from daemon.db import stores
from daemon.db.known import rows_by_ids
from daemon.records import Kind

_IDS = {
    Kind.CUSTOMER: "select customer_id from customer where store_id = ? and customer_id > ? and deleted_at is null "
    "order by customer_id limit ?  -- customer_ux",
    Kind.PRODUCT: "select product_id from product where store_id = ? and product_id > ? and deleted_at is null "
    "order by product_id limit ?  -- primary key",
    Kind.SUBSCRIBER: "select subscriber_id from subscriber where store_id = ? and subscriber_id > ? and digest != x'' "
    "order by subscriber_id limit ?  -- primary key",
}


def held(conn: sqlite3.Connection, store_id: int, kind: Kind) -> int:
    """How many of *kind* we know the store to have: orders that are not kept count, what is gone does not."""
    match kind:
        case Kind.CUSTOMER:
            return stores.tally(conn, store_id, "customer")
        case Kind.ORDER:
            sql = "select count(*) from passed_over where store_id = ?  -- primary key"
            return stores.tally(conn, store_id, "order") + int(conn.execute(sql, (store_id,)).fetchone()[0])
        case Kind.PRODUCT:
            sql = "select count(*) from product where store_id = ? and deleted_at is null  -- primary key"
        case _:
            sql = "select count(*) from subscriber where store_id = ? and digest != x''  -- primary key"
    return int(conn.execute(sql, (store_id,)).fetchone()[0])


def newest_order(conn: sqlite3.Connection, store_id: int) -> int | None:
    """The highest number of an order that we know the store to have had; None = we know of none."""
    sql = (
        "select max(n) from (select max(number) as n from store_order where store_id = ?1 "
        "union all select max(number) from passed_over where store_id = ?1)  -- store_order_ux, primary key"
    )
    newest = conn.execute(sql, (store_id,)).fetchone()[0]
    return None if newest is None else int(newest)


def difference(conn: sqlite3.Connection, store_id: int, kind: Kind) -> int:
    """By how much the store counted more than we held when that was last looked into."""
    sql = "select difference from census where store_id = ? and kind = ?  -- primary key"
    found = conn.execute(sql, (store_id, kind)).fetchone()
    return 0 if found is None else int(found[0])


def set_difference(conn: sqlite3.Connection, store_id: int, kind: Kind, value: int) -> None:
    if difference(conn, store_id, kind) != value:
        conn.execute("insert or replace into census values (?, ?, ?)", (store_id, kind, value))


def ids_after(conn: sqlite3.Connection, store_id: int, kind: Kind, after: int, *, limit: int) -> list[int]:
    """The store's ids, above *after*, of what we hold as being there."""
    return [row[0] for row in conn.execute(_IDS[kind], (store_id, after, limit))]


def orders_between(conn: sqlite3.Connection, store_id: int, low: int, high: int) -> list[int]:
    """Numbers of orders from *low* to *high* that we hold as being in the store's list, kept or passed over."""
    kept = (
        "select number from store_order where store_id = ? and number between ? and ? and deleted_at is null"
        "  -- store_order_ux"
    )
    passed = "select number from passed_over where store_id = ? and number between ? and ?  -- primary key"
    bounds = (store_id, low, high)
    return [row[0] for sql in (kept, passed) for row in conn.execute(sql, bounds)]


def open_orders(conn: sqlite3.Connection, store_id: int, status_id: int, low: int, high: int) -> list[int]:
    """Numbers from *low* to *high* of orders that we hold in that status of the store."""
    sql = (
        "select number from store_order where store_id = ? and number between ? and ? and status_id = ? "
        "and deleted_at is null  -- store_order_ux"
    )
    return [row[0] for row in conn.execute(sql, (store_id, low, high, status_id))]


def pass_over(conn: sqlite3.Connection, store_id: int, numbers: list[int]) -> None:
    """Notes orders that the store has and we do not keep."""
    conn.executemany("insert or ignore into passed_over values (?, ?)", [(store_id, number) for number in numbers])


def no_longer_passed_over(conn: sqlite3.Connection, store_id: int, numbers: list[int]) -> None:
    """Those that are kept now, or that the store has no longer."""
    sql = "select number, 0 from passed_over where store_id = ? and number in ({marks})  -- primary key"
    known = [row[0] for row in rows_by_ids(conn, sql, (store_id,), numbers)]
    conn.executemany(
        "delete from passed_over where store_id = ? and number = ?", [(store_id, number) for number in known]
    )
