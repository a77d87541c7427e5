"""The counts that are kept equal the counts that would be counted."""

import sqlite3

from daemon.db import stores
from daemon.db.contact_list import contact_count
from daemon.ingest.apply import Gone
from daemon.ingest.changes import StoreKey
from daemon.records import Kind
from tests.db.rows import NOW, add_store, customer, later, only, order, put


def assert_true(conn: sqlite3.Connection, *keys: StoreKey) -> None:
    assert contact_count(conn) == only(conn, "select count(*) from contact")
    for key in keys:
        alive = "where store_id = ? and deleted_at is null"
        for what, table in (("customer", "customer"), ("order", "store_order")):
            assert stores.tally(conn, key.id, what) == only(conn, f"select count(*) from {table} {alive}", key.id), what


def test_an_empty_database_counts_nothing(conn: sqlite3.Connection) -> None:
    assert_true(conn, add_store(conn))


def test_counts_follow_arrivals_updates_departures_and_returns(conn: sqlite3.Connection) -> None:
    one, two = add_store(conn), add_store(conn, "other1")
    put(conn, one, customers=[customer(n) for n in range(1, 6)], orders=[order(n, 1) for n in range(1, 8)])
    assert_true(conn, one, two)
    put(conn, two, customers=[customer(1), customer(50)], orders=[order(1, 50)])
    assert_true(conn, one, two)
    put(conn, one, later(10), customers=[customer(1, first_name="Eve", modified_at=NOW + 5)])
    assert_true(conn, one, two)
    put(conn, one, later(20), gone=[Gone(Kind.CUSTOMER, "2"), Gone(Kind.ORDER, "3"), Gone(Kind.ORDER, "99")])
    assert_true(conn, one, two)
    put(conn, one, later(30), gone=[Gone(Kind.CUSTOMER, "2"), Gone(Kind.ORDER, "3")])
    assert_true(conn, one, two)
    put(conn, one, later(40), customers=[customer(2, modified_at=NOW + 35)], orders=[order(3, 1, modified_at=NOW + 35)])
    assert_true(conn, one, two)

    assert (contact_count(conn), stores.tally(conn, one.id, "order"), stores.tally(conn, two.id, "order")) == (6, 7, 1)


def test_counts_go_back_when_a_write_is_taken_back(conn: sqlite3.Connection) -> None:
    key = add_store(conn)
    conn.execute("begin")
    conn.execute(
        "insert into contact (email, first_name, last_name, phone, created_at, revenue_currency) "
        "values ('x@y.z', '', '', '', 0, 'USD')"
    )
    conn.execute("rollback")

    assert_true(conn, key)


def test_counts_follow_deleted_rows(conn: sqlite3.Connection) -> None:
    key = add_store(conn)
    put(conn, key, customers=[customer(1), customer(2)], orders=[order(1, 1), order(2, 1)])
    conn.execute("delete from store_order where number = 1")
    conn.execute("delete from customer where customer_id = 2")

    assert_true(conn, key)
