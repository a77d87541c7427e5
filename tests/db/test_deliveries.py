"""The inbox: what is due, gathered by the thing it names, and settled only as far as it was seen."""

import sqlite3

import pytest

from daemon.db import deliveries
from daemon.db.deliveries import Delivery
from daemon.ingest.changes import StoreKey
from daemon.records import Kind
from tests.db.rows import NOW, add_store


@pytest.fixture
def store(conn: sqlite3.Connection) -> StoreKey:
    return add_store(conn)


def receive(
    conn: sqlite3.Connection,
    store: StoreKey,
    resource_id: str,
    *,
    kind: Kind | None = Kind.ORDER,
    scope: str = "store/order/updated",
    at: int = NOW,
) -> None:
    body = f'{{"id":{resource_id}}}'.encode()
    delivery = Delivery(store.id, scope, kind, resource_id, "", "absent", at, body)
    deliveries.put_deliveries(conn, [delivery])


def due(conn: sqlite3.Connection, store: StoreKey, *, now: int = NOW, limit: int = 100) -> list[str]:
    return [dirty.resource_id for dirty in deliveries.due_resources(conn, store.id, now=now, limit=limit)]


def test_deliveries_of_one_thing_are_one_resource(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "7", scope="store/order/created", at=NOW - 2)
    receive(conn, store, "7", scope="store/order/statusUpdated")

    (dirty,) = deliveries.due_resources(conn, store.id, now=NOW, limit=10)

    assert (dirty.upto, dirty.first_received_at) == (2, NOW - 2)
    assert dirty.scopes == {"store/order/created", "store/order/statusUpdated"}


def test_resources_are_due_in_the_order_they_came(conn: sqlite3.Connection, store: StoreKey) -> None:
    for resource_id in ("9", "3", "7", "3"):
        receive(conn, store, resource_id)

    assert due(conn, store) == ["9", "3", "7"]


def test_what_is_not_due_yet_waits(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "7", at=NOW + 5)

    assert due(conn, store) == []
    assert due(conn, store, now=NOW + 5) == ["7"]


def test_a_thing_is_due_with_everything_that_named_it(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "7")
    receive(conn, store, "7", at=NOW + 5)

    (dirty,) = deliveries.due_resources(conn, store.id, now=NOW, limit=10)

    assert dirty.upto == 2


def test_a_store_sees_only_its_own(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, add_store(conn, "other1"), "7")

    assert due(conn, store) == []
    assert deliveries.next_due_at(conn, store.id) is None


def test_no_more_are_taken_than_asked_for(conn: sqlite3.Connection, store: StoreKey) -> None:
    for number in range(10):
        receive(conn, store, str(number), at=NOW - 10 + number)

    assert due(conn, store, limit=3) == ["0", "1", "2"]


def test_what_came_during_the_fetch_stays_pending(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "7")
    dirty = deliveries.due_resources(conn, store.id, now=NOW, limit=10)
    receive(conn, store, "7")
    deliveries.settle(conn, dirty, now=NOW)

    assert due(conn, store) == ["7"]
    assert deliveries.inbox_counts(conn).done == 1


def test_the_bodies_are_those_that_were_seen(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "7")
    (dirty,) = deliveries.due_resources(conn, store.id, now=NOW, limit=10)
    receive(conn, store, "7")

    assert deliveries.bodies(conn, dirty) == [b'{"id":7}']


def test_a_postponed_thing_is_due_later_and_counts_its_attempts(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "7")
    (dirty,) = deliveries.due_resources(conn, store.id, now=NOW, limit=10)
    deliveries.postpone(conn, dirty, now=NOW, due_at=NOW + 30, error="down")

    assert due(conn, store) == []
    assert deliveries.next_due_at(conn, store.id) == NOW + 30
    assert deliveries.due_resources(conn, store.id, now=NOW + 30, limit=10)[0].attempts == 1


def test_what_waits_for_a_store_is_due_at_once_when_it_is_woken(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "7", at=NOW + 500)
    deliveries.wake_store(conn, store.id, now=NOW)

    assert due(conn, store) == ["7"]


def test_a_buried_delivery_is_dead_and_keeps_why(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "7")
    (dirty,) = deliveries.due_resources(conn, store.id, now=NOW, limit=10)
    deliveries.bury(conn, dirty, now=NOW, error="unreadable")

    assert due(conn, store) == []
    assert deliveries.inbox_counts(conn).dead == 1
    assert conn.execute("select error from delivery").fetchone()[0] == "unreadable"


def test_a_scope_that_is_not_used_is_kept_as_done(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "", kind=None, scope="store/weather/changed")

    counts = deliveries.inbox_counts(conn)
    assert (counts.pending, counts.done) == (0, 1)


def test_no_delivery_is_dropped_as_a_duplicate(conn: sqlite3.Connection, store: StoreKey) -> None:
    for _ in range(3):
        receive(conn, store, "7")

    assert deliveries.inbox_counts(conn).pending == 3


def test_the_store_shows_when_it_last_delivered(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "7", at=NOW + 9)

    assert conn.execute("select last_delivery_at from store").fetchone()[0] == NOW + 9
