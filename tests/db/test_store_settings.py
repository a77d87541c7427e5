"""What the settings of a store do to what is written."""

import sqlite3
from dataclasses import replace

import pytest

from common.statuses import Status
from daemon.db import box, store_settings
from daemon.ingest.changes import StoreKey
from daemon.records import BillingContact
from tests.db.rows import NOW, add_store, cart, customer, later, only, order, put, subscriber

GUEST = BillingContact("guest@example.com", "Gil", "Guest", "555")
EMAIL = "customer1@example.com"


@pytest.fixture
def store(conn: sqlite3.Connection) -> StoreKey:
    return add_store(conn)


def _set(conn: sqlite3.Connection, store: StoreKey, **values: str) -> None:
    store_settings.keep_values(conn, store.id, {name.replace("__", "."): value for name, value in values.items()})


def _emails(conn: sqlite3.Connection) -> list[str]:
    return [row[0] for row in conn.execute("select email from contact order by email")]


def test_guests_leave_nothing_unless_they_are_taken_in(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, orders=[order(5, 0, billing=GUEST)])

    assert (_emails(conn), only(conn, "select count(*) from store_order")) == ([], 0)


def test_a_guest_that_is_taken_in_is_a_contact_with_the_guests_tag(conn: sqlite3.Connection, store: StoreKey) -> None:
    _set(conn, store, sync_guests="on")
    put(conn, store, orders=[order(5, 0, billing=GUEST)])

    contact = box.contact_by_email(conn, GUEST.email)

    assert (contact.first_name, contact.tags) == ("Gil", ["bigcommerce-guest"])
    assert [total.orders for total in contact.ecommerce.totals] == [1, 1]


def test_a_guest_without_an_address_is_left_out(conn: sqlite3.Connection, store: StoreKey) -> None:
    _set(conn, store, sync_guests="on")
    put(conn, store, orders=[order(5, 0, billing=replace(GUEST, email=""))])

    assert only(conn, "select count(*) from store_order") == 0


def test_a_guest_whose_account_appears_is_the_same_contact_and_no_guest(
    conn: sqlite3.Connection, store: StoreKey
) -> None:
    _set(conn, store, sync_guests="on")
    put(conn, store, orders=[order(5, 0, billing=GUEST)])
    put(conn, store, later(), customers=[customer(1, email=GUEST.email)], orders=[order(6, 1)])

    contact = box.contact_by_email(conn, GUEST.email)

    assert contact.tags == ["bigcommerce-customer"]
    assert [each.number for each in contact.ecommerce.orders] == [6, 5]


def test_a_customer_who_buys_as_a_guest_is_no_guest_and_keeps_their_name(
    conn: sqlite3.Connection, store: StoreKey
) -> None:
    _set(conn, store, sync_guests="on")
    put(conn, store, customers=[customer(1)])
    put(conn, store, later(), orders=[order(5, 0, billing=replace(GUEST, email=EMAIL))])

    contact = box.contact_by_email(conn, EMAIL)

    assert (contact.tags, contact.first_name) == (["bigcommerce-customer"], customer(1).first_name)
    assert len(contact.ecommerce.orders) == 1


def test_a_payment_page_that_a_guest_left_is_their_cart(conn: sqlite3.Connection, store: StoreKey) -> None:
    _set(conn, store, sync_guests="on")
    left = order(5, 0, billing=GUEST, is_incomplete=True, status_id=0, modified_at=NOW - 8000)
    put(conn, store, orders=[left], carts=[cart("c", 0, email="other@example.com")])

    assert _emails(conn) == ["guest@example.com", "other@example.com"]
    assert only(conn, "select count(*) from cart") == 2


def test_the_stores_map_says_what_a_status_means(conn: sqlite3.Connection, store: StoreKey) -> None:
    _set(conn, store, status__12="Completed")
    put(conn, store, customers=[customer(1)], orders=[order(5, 1, status_id=12, status=Status.WAITING)])

    contact = box.contact_by_email(conn, EMAIL)

    assert contact.ecommerce.orders[0].status is Status.COMPLETED
    assert contact.ecommerce.totals[0].orders == 1


def test_a_change_of_the_map_makes_no_order_look_changed(conn: sqlite3.Connection, store: StoreKey) -> None:
    waiting = order(5, 1, status_id=12, status=Status.WAITING)
    put(conn, store, customers=[customer(1)], orders=[waiting])
    _set(conn, store, status__12="Completed")

    assert put(conn, store, later(), orders=[waiting]).ids == {}


def _consent(conn: sqlite3.Connection) -> tuple[int, int]:
    row = conn.execute("select accepts_newsletter, accepts_marketing from customer").fetchone()
    return row[0], row[1]


def test_the_signal_that_counts_is_the_stores_to_choose(conn: sqlite3.Connection, store: StoreKey) -> None:
    _set(conn, store, marketing__signal="review_mail")
    put(conn, store, customers=[customer(1, accepts_review_mail=False)], subscribers=[subscriber(1)])
    assert _consent(conn) == (1, 0)

    put(conn, store, later(), customers=[customer(1, accepts_review_mail=True, modified_at=NOW + 1)])

    assert _consent(conn) == (1, 1)
    assert only(conn, "select count(*) from consent_change where signal = 'newsletter'") == 1
    assert only(conn, "select count(*) from list_member") == 1


def _rename_master_list(conn: sqlite3.Connection) -> None:
    conn.execute("update list set name = 'Newsletter' where is_master")


def test_a_renamed_list_is_joined_by_nobody(conn: sqlite3.Connection, store: StoreKey) -> None:
    _rename_master_list(conn)
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])

    assert only(conn, "select count(*) from list_member") == 0


def test_a_renamed_list_that_is_followed_is_joined(conn: sqlite3.Connection, store: StoreKey) -> None:
    _set(conn, store, lists__follow_rename="on")
    _rename_master_list(conn)
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])

    assert [member.name for member in box.contact_by_email(conn, EMAIL).lists] == ["Newsletter"]


def test_in_an_old_account_nobody_joins(conn: sqlite3.Connection, store: StoreKey) -> None:
    _set(conn, store, account__created_on="2023-12-31")
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])

    assert (_consent(conn), only(conn, "select count(*) from list_member")) == ((1, 1), 0)


def test_consent_is_shown_only_where_the_store_is_set_so(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])
    assert box.contact_by_email(conn, EMAIL).consents == []

    _set(conn, store, display__consent="on")

    (shown,) = box.contact_by_email(conn, EMAIL).consents
    assert (shown.store, shown.accepts_marketing, shown.signal, shown.source) == (
        "abc123",
        True,
        "newsletter",
        "storefront",
    )
    assert shown.changed_at == NOW


def test_a_guest_whose_only_order_an_account_took_over_is_forgotten(conn: sqlite3.Connection, store: StoreKey) -> None:
    _set(conn, store, sync_guests="on")
    put(conn, store, orders=[order(5, 0, billing=GUEST)])
    put(conn, store, later(), customers=[customer(1)], orders=[order(5, 1, modified_at=NOW + 1)])

    assert _emails(conn) == [EMAIL]
