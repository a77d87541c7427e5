"""Marketing consent, and the list that follows from it."""

import sqlite3

import pytest

from daemon.health import health_items
from daemon.ingest.apply import Gone
from daemon.ingest.changes import StoreKey
from daemon.records import Kind
from tests.db.rows import NOW, add_store, customer, later, only, put, subscriber


@pytest.fixture
def store(conn: sqlite3.Connection) -> StoreKey:
    return add_store(conn)


def members(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """Who is on which terms on any list."""
    sql = "select email, status from list_member join contact on contact.id = contact_id order by email"
    return [tuple(row) for row in conn.execute(sql)]


def accepts(conn: sqlite3.Connection) -> list[bool]:
    return [bool(row[0]) for row in conn.execute("select accepts_marketing from customer order by customer_id")]


def changes(conn: sqlite3.Connection) -> list[tuple[str, int, str]]:
    sql = "select signal, value, source from consent_change order by id"
    return [tuple(row) for row in conn.execute(sql)]


def test_a_customer_who_subscribed_accepts_and_joins_the_list(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, customers=[customer(1), customer(2)], subscribers=[subscriber(1)])

    assert accepts(conn) == [True, False]
    assert members(conn) == [("customer1@example.com", "active")]
    assert changes(conn) == [("newsletter", 1, "storefront")]


def test_the_order_in_which_customer_and_subscription_come_is_all_the_same(
    conn: sqlite3.Connection, store: StoreKey
) -> None:
    put(conn, store, subscribers=[subscriber(1)])
    put(conn, store, customers=[customer(1)])

    assert accepts(conn) == [True]
    assert members(conn) == [("customer1@example.com", "active")]


def test_a_subscriber_who_is_no_customer_is_on_no_list(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, subscribers=[subscriber(9)])

    assert members(conn) == []


def test_who_unsubscribed_is_never_subscribed_again_by_a_sync(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])
    conn.execute("update list_member set status = 'unsubscribed'")
    put(conn, store, later(60), subscribers=[subscriber(1, accepts_newsletter=False, modified_at=NOW + 60)])
    put(conn, store, later(120), subscribers=[subscriber(1, modified_at=NOW + 120)])

    assert accepts(conn) == [True]
    assert members(conn) == [("customer1@example.com", "unsubscribed")]


def test_who_withdraws_consent_stays_on_the_list_until_they_leave_it(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])
    put(conn, store, later(), subscribers=[subscriber(1, accepts_newsletter=False, modified_at=NOW + 60)])

    assert accepts(conn) == [False]
    assert members(conn) == [("customer1@example.com", "active")]


@pytest.mark.parametrize("change", ["delete from list", "update list set name = 'My customers'"])
def test_without_the_master_list_nobody_joins_and_health_says_so(
    conn: sqlite3.Connection, store: StoreKey, change: str
) -> None:
    conn.execute(change)
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])

    assert accepts(conn) == [True]
    assert members(conn) == []
    assert "master-list-missing" in [item.code for item in health_items(conn, now=0)]


def test_with_the_master_list_health_is_silent_about_it(conn: sqlite3.Connection) -> None:
    assert "master-list-missing" not in [item.code for item in health_items(conn, now=0)]


def test_consent_in_a_channel_the_customer_does_not_know_is_not_theirs(
    conn: sqlite3.Connection, store: StoreKey
) -> None:
    put(conn, store, customers=[customer(1, channel_ids=(2,))], subscribers=[subscriber(1, channel_id=1)])

    assert accepts(conn) == [False]


def test_consent_given_nowhere_in_particular_holds_everywhere(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, customers=[customer(1, channel_ids=(2,))], subscribers=[subscriber(1, channel_id=0)])

    assert accepts(conn) == [True]


def test_a_subscription_that_is_gone_ends_consent_and_is_kept_as_a_change(
    conn: sqlite3.Connection, store: StoreKey
) -> None:
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])
    put(conn, store, later(), gone=[Gone(Kind.SUBSCRIBER, "1")])

    assert accepts(conn) == [False]
    assert changes(conn)[-1] == ("newsletter", 0, "removed")


def test_review_mail_is_kept_apart_and_leads_to_no_list(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, customers=[customer(1, accepts_review_mail=True)])

    assert accepts(conn) == [False]
    assert changes(conn) == [("review_mail", 1, "customer")]
    assert members(conn) == []


def test_the_same_consent_twice_is_one_change(conn: sqlite3.Connection, store: StoreKey) -> None:
    for cause in (later(0), later(60)):
        put(conn, store, cause, customers=[customer(1)], subscribers=[subscriber(1)])

    assert only(conn, "select count(*) from consent_change") == 1


def test_consent_in_one_store_says_nothing_in_another(conn: sqlite3.Connection, store: StoreKey) -> None:
    other = add_store(conn, "other1")
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])
    put(conn, other, customers=[customer(1)])

    assert only(conn, "select accepts_marketing from customer where store_id = ?", other.id) == 0
