"""Erasing all rows of a store, a few at a time, so that nothing else waits long for the writer."""

import json
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass

from daemon.db import people, product_totals, totals


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows went, those that belong to them not counted, and the contacts (our ids) that lost something."""

    rows: int
    contacts: frozenset[int] = frozenset()


Step = Callable[[sqlite3.Connection, int, int], Erased]


def erase_some(conn: sqlite3.Connection, store_id: int, *, limit: int) -> Erased:
    """Erases at most *limit* rows of the store; none are left but its own when it gives 0 rows.

    What is next is told by what is left, so it may be broken off anywhere and begun again. Contacts that are left
    without a customer, order or cart go too; the totals of the others are right again in the same transaction.
    """
    for step in _STEPS:
        erased = step(conn, store_id, limit)
        if erased.rows:
            return erased
    return Erased(0)


def erase_store(conn: sqlite3.Connection, store_id: int) -> None:
    """Erases the store's own row, after all others."""
    conn.execute("delete from tally where store_id = ?", (store_id,))
    conn.execute("delete from sales_month where store_id = ?", (store_id,))
    conn.execute("delete from store where id = ?", (store_id,))


def purges_under_way(conn: sqlite3.Connection) -> list[tuple[int, str]]:
    """Stores that are being erased, by our id and their hash."""
    return conn.execute("select id, hash from store where purge_asked_at is not null order by id").fetchall()


def _rows_of(table: str, key: str) -> Step:
    sql = (
        f"delete from {table} where store_id = ?1 and {key} in "
        f"(select {key} from {table} where store_id = ?1 limit ?2)  -- index or primary key by store"
    )

    def step(conn: sqlite3.Connection, store_id: int, limit: int) -> Erased:
        return Erased(conn.execute(sql, (store_id, limit)).rowcount)

    return step


def _runs(conn: sqlite3.Connection, store_id: int, limit: int) -> Erased:
    ids = _some_ids(conn, "run", store_id, limit)
    conn.execute("delete from run_skip where run_id in (select value from json_each(?))  -- primary key", (ids,))
    return Erased(conn.execute("delete from run where id in (select value from json_each(?))", (ids,)).rowcount)


def _orders(conn: sqlite3.Connection, store_id: int, limit: int) -> Erased:
    return _purchases(conn, "store_order", store_id, limit)


def _carts(conn: sqlite3.Connection, store_id: int, limit: int) -> Erased:
    return _purchases(conn, "cart", store_id, limit)


def _purchases(conn: sqlite3.Connection, table: str, store_id: int, limit: int) -> Erased:
    """Lines, raw bodies and histories go along by cascade."""
    return _erase_purchases(conn, table, _some_ids(conn, table, store_id, limit))


def _erase_purchases(conn: sqlite3.Connection, table: str, ids: str) -> Erased:
    if table == "store_order":
        product_totals.take_out(conn, json.loads(ids))
    sql = f"delete from {table} where id in (select value from json_each(?)) returning contact_id"
    rows = conn.execute(sql, (ids,)).fetchall()
    return _settled(conn, len(rows), {row[0] for row in rows if row[0] is not None})


def erase_guests(conn: sqlite3.Connection, store_id: int, *, limit: int) -> Erased:
    """Erases at most *limit* orders of guests of the store, else carts they left; 0 rows = none are left.

    Contacts that nothing else is known of go too.
    """
    for table, condition in _OF_GUESTS.items():
        sql = f"select id from {table} where store_id = ? and customer_id = 0 and {condition} limit ?  -- by customer"
        rows = conn.execute(sql, (store_id, limit)).fetchall()
        if rows:
            ids = json.dumps([row[0] for row in rows])
            _pass_over(conn, table, ids)
            return _erase_purchases(conn, table, ids)
    return Erased(0)


# A cart that was matched by its address to somebody with an account is theirs.
_OF_GUESTS = {
    "store_order": "contact_id is not null",
    "cart": "(is_from_order or not exists (select 1 from customer where customer.contact_id = cart.contact_id))",
}


def _pass_over(conn: sqlite3.Connection, table: str, ids: str) -> None:
    """The store has these orders still; they are only not kept any more."""
    if table == "store_order":
        conn.execute(
            "insert or ignore into passed_over select store_id, number from store_order "
            "where id in (select value from json_each(?)) and deleted_at is null",
            (ids,),
        )


def _customers(conn: sqlite3.Connection, store_id: int, limit: int) -> Erased:
    ids = _some_ids(conn, "customer", store_id, limit)
    conn.execute(
        "delete from consent_change where customer_id in (select value from json_each(?))"
        "  -- consent_change_customer_ix",
        (ids,),
    )
    sql = "delete from customer where id in (select value from json_each(?)) returning contact_id"
    rows = conn.execute(sql, (ids,)).fetchall()
    return _settled(conn, len(rows), {row[0] for row in rows})


def _items(conn: sqlite3.Connection, store_id: int, limit: int) -> Erased:
    """The sets of categories that no other item is in go along: they hold the store's own words."""
    ids = _some_ids(conn, "item", store_id, limit)
    sql = "delete from item where id in (select value from json_each(?)) returning category_set_id"
    rows = conn.execute(sql, (ids,)).fetchall()
    conn.execute(
        "delete from category_set where id in (select value from json_each(?)) "
        "and not exists (select 1 from item where category_set_id = category_set.id)  -- item_category_set_ix",
        (json.dumps(sorted({row[0] for row in rows})),),
    )
    return Erased(len(rows))


def _some_ids(conn: sqlite3.Connection, table: str, store_id: int, limit: int) -> str:
    """Our ids of at most *limit* rows of the store, as JSON."""
    rows = conn.execute(f"select id from {table} where store_id = ? limit ?  -- index by store", (store_id, limit))
    return json.dumps([row[0] for row in rows])


def _settled(conn: sqlite3.Connection, rows: int, contacts: Collection[int]) -> Erased:
    totals.refresh_totals(conn, contacts)
    for contact_id in contacts:
        people.drop_contact_of_nobody(conn, contact_id)
    return Erased(rows, frozenset(contacts))


# Who points comes before what is pointed at: lines before items, purchases before the customers who made them.
_STEPS: tuple[Step, ...] = (
    _rows_of("delivery", "id"),
    _runs,
    _carts,
    _rows_of("cart_gone", "cart_id"),
    _orders,
    _rows_of("refund", "refund_id"),
    _rows_of("passed_over", "number"),
    _rows_of("census", "kind"),
    _customers,
    _rows_of("subscriber", "subscriber_id"),
    _items,
    _rows_of("product_total", "product_id"),
    _rows_of("product", "product_id"),
    _rows_of("shelf", "id"),
    _rows_of("category", "category_id"),
    _rows_of("store_setting", "name"),
    _rows_of("derivation", "what"),
    _rows_of("hook", "scope"),
    _rows_of("hook_watch", "store_id"),
    _rows_of("store_scope", "scope"),
)
