"""Which orders stand as the store shows them, told from their payloads alone."""

import sqlite3

import pytest

from daemon.db import known, orders
from daemon.db.erasing import Erasure, erase_some
from daemon.ingest.apply import Gone
from daemon.ingest.changes import StoreKey
from daemon.records import Kind
from tests.db.rows import add_store, customer, later, order, put

SENT = {number: b'{"id":%d,"customer_id":7}' % number for number in (1, 2)}


@pytest.fixture
def store(conn: sqlite3.Connection) -> StoreKey:
    store = add_store(conn)
    put(conn, store, customers=(customer(7),), orders=tuple(order(number, 7, raw=raw) for number, raw in SENT.items()))
    return store


def test_an_order_stands_as_it_is_shown_when_every_byte_is_as_it_was(conn: sqlite3.Connection, store: StoreKey) -> None:
    shown = {1: SENT[1], 2: SENT[2] + b" ", 3: b'{"id":3,"customer_id":7}'}

    assert orders.derived_from(conn, store.id, SENT) == {1, 2}
    assert orders.derived_from(conn, store.id, shown) == {1}
    assert orders.derived_from(conn, store.id, {}) == set()


def test_another_stores_order_of_that_number_is_another_one(conn: sqlite3.Connection, store: StoreKey) -> None:
    other = add_store(conn, "def456")

    assert orders.derived_from(conn, other.id, SENT) == set()
    assert orders.derived_from(conn, store.id, SENT) == {1, 2}


def test_an_order_that_was_missed_meanwhile_is_read_again(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, later(), gone=(Gone(Kind.ORDER, "1"),))

    assert orders.derived_from(conn, store.id, SENT) == {2}


def test_an_order_of_somebody_who_was_erased_is_read_again(conn: sqlite3.Connection, store: StoreKey) -> None:
    ((contact_id, email),) = conn.execute("select id, email from contact").fetchall()
    while erase_some(conn, Erasure(contact_id, email), limit=100):
        pass

    assert orders.derived_from(conn, store.id, SENT) == set()


def test_an_order_that_turned_incomplete_is_read_again(conn: sqlite3.Connection, store: StoreKey) -> None:
    left = order(1, 7, raw=SENT[1], status_id=0, store_status="Incomplete", is_incomplete=True)
    put(conn, store, later(), orders=(left,))

    assert conn.execute("select status_id from store_order where number = 1").fetchone() == (0,)
    assert orders.derived_from(conn, store.id, SENT) == {2}


def test_what_another_version_derived_is_read_again(
    conn: sqlite3.Connection, store: StoreKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "DERIVATION", b"2")
    put(conn, store, later(), orders=(order(1, 7, raw=SENT[1], total_minor=1001),))

    assert orders.derived_from(conn, store.id, SENT) == {2}


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("delete from order_raw where order_id = 1", id="let go by age"),
        pytest.param("update order_raw set body = x'01ff' where order_id = 1", id="damaged"),
        pytest.param("update order_raw set body = x'7f' where order_id = 1", id="of a later version"),
    ],
)
def test_an_order_whose_payload_is_not_there_is_read_again(
    conn: sqlite3.Connection, store: StoreKey, damage: str
) -> None:
    conn.execute(damage)

    assert orders.derived_from(conn, store.id, SENT) == {2}
