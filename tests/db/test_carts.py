"""Carts: left behind, won back, and never lost again."""

import sqlite3
from typing import Any

import pytest

from common.statuses import Status
from daemon.db import box, carts
from daemon.ingest import apply_carts
from daemon.ingest.apply import Gone
from daemon.records import Kind
from tests.db.rows import NOW, add_store, cart, customer, later, order, put


def _cart_status(conn: sqlite3.Connection, cart_id: str) -> tuple[str, int | None]:
    row = conn.execute("select status, order_number from cart where cart_id = ?", (cart_id,)).fetchone()
    return row[0], row[1]


def test_an_abandoned_cart_stands_in_its_contacts_box(conn: sqlite3.Connection) -> None:
    put(conn, add_store(conn), customers=[customer(1)], carts=[cart("a", 1)])

    shown = box.contact_by_email(conn, "customer1@example.com").ecommerce.carts

    assert [(one.cart_id, one.status, one.total.minor) for one in shown] == [("a", Status.ABANDONED, 1000)]
    assert [product.name for product in shown[0].products] == ["Mug"]


def test_a_cart_that_becomes_an_order_is_recovered_by_it(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], carts=[cart("a", 1)])
    put(conn, store, orders=[order(5, 1, cart_id="a")])

    assert _cart_status(conn, "a") == (Status.RECOVERED, 5)


def test_an_order_that_came_before_its_cart_recovers_it_too(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], orders=[order(5, 1, cart_id="a")])
    put(conn, store, carts=[cart("a", 1)])

    assert _cart_status(conn, "a") == (Status.RECOVERED, 5)


def test_a_recovered_cart_stays_recovered(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], orders=[order(5, 1, cart_id="a")], carts=[cart("a", 1)])
    put(conn, store, later(), carts=[cart("a", 1, updated_at=NOW, total_minor=1)])

    assert _cart_status(conn, "a") == (Status.RECOVERED, 5)


def test_orders_without_a_cart_belong_to_none(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], orders=[order(5, 1)])

    assert carts.order_of_cart(conn, store.id, "") is None
    assert carts.order_of_cart(conn, store.id, "unknown") is None


def test_the_order_of_a_cart_is_looked_for_in_its_own_store(conn: sqlite3.Connection) -> None:
    store, other = add_store(conn), add_store(conn, "other1")
    put(conn, other, customers=[customer(1)], orders=[order(5, 1, cart_id="a")])

    assert carts.order_of_cart(conn, store.id, "a") is None
    assert carts.order_of_cart(conn, other.id, "a") == 5


def test_a_cart_of_nobody_we_know_is_not_kept(conn: sqlite3.Connection) -> None:
    put(conn, add_store(conn), carts=[cart("a", 0), cart("b", 99), cart("c", 0, email="nobody@example.com")])

    assert conn.execute("select count(*) from cart").fetchone()[0] == 0


def test_a_cart_is_matched_by_the_email_when_it_names_no_customer(conn: sqlite3.Connection) -> None:
    put(conn, add_store(conn), customers=[customer(1)], carts=[cart("a", 0, email="customer1@example.com")])

    assert box.contact_by_email(conn, "customer1@example.com").ecommerce.carts[0].cart_id == "a"


def _closed(conn: sqlite3.Connection, cart_id: str) -> tuple[str, str | None]:
    row = conn.execute("select status, closed_as from cart where cart_id = ?", (cart_id,)).fetchone()
    return row[0], row[1]


def _gone(cart_id: str) -> Gone:
    return Gone(Kind.CART, cart_id)


def test_a_deleted_cart_is_canceled_and_stays_in_the_box_with_its_lines(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], carts=[cart("a", 1)])
    put(conn, store, later(), gone=[_gone("a")])

    (shown,) = box.contact_by_email(conn, "customer1@example.com").ecommerce.carts

    assert (shown.status, shown.closed_as, shown.closed_at) == (Status.CANCELED, "deleted", NOW + 60)
    assert [product.name for product in shown.products] == ["Mug"]


def test_a_cart_told_as_deleted_before_it_was_fetched_is_canceled(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, later(), gone=[_gone("a")])
    put(conn, store, customers=[customer(1)], carts=[cart("a", 1)])

    assert _closed(conn, "a") == (Status.CANCELED, "deleted")


def test_a_later_fetch_that_shows_a_cart_again_opens_it(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], carts=[cart("a", 1)])
    put(conn, store, later(10), gone=[_gone("a")])
    put(conn, store, later(20), carts=[cart("a", 1)])

    assert _closed(conn, "a") == (Status.ABANDONED, None)


def test_a_deleted_cart_whose_order_comes_is_recovered(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], carts=[cart("a", 1)])
    put(conn, store, later(), gone=[_gone("a")])
    put(conn, store, later(), orders=[order(5, 1, cart_id="a")])

    assert (_cart_status(conn, "a"), _closed(conn, "a")) == ((Status.RECOVERED, 5), (Status.RECOVERED, None))


def test_a_cart_left_again_is_abandoned_at_the_later_time(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], carts=[cart("a", 1)])
    put(conn, store, later(), carts=[cart("a", 1, updated_at=NOW - 4000, total_minor=1500)])

    (shown,) = box.contact_by_email(conn, "customer1@example.com").ecommerce.carts

    assert (shown.abandoned_at, shown.total.minor) == (NOW - 400, 1500)


@pytest.mark.parametrize("empty", [{"lines": ()}, {"total_minor": 0}])
def test_a_cart_of_nothing_is_not_shown(conn: sqlite3.Connection, empty: dict[str, Any]) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], carts=[cart("a", 1)])
    put(conn, store, later(), carts=[cart("a", 1, updated_at=NOW, **empty)])

    assert box.contact_by_email(conn, "customer1@example.com").ecommerce.carts == []


def test_a_cart_expires_thirty_days_after_its_last_change(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], carts=[cart("old", 1), cart("new", 1, updated_at=NOW)])
    month_after = later(apply_carts.LIFE_S - 7999)
    due = carts.expired_carts(conn, store.id, before=month_after.now - apply_carts.LIFE_S, limit=9)
    put(conn, store, month_after, expired=due)

    assert due == ["old"]
    assert _closed(conn, "old") == (Status.ABANDONED, "expired")
    assert _closed(conn, "new") == (Status.ABANDONED, None)
    assert [each.cart_id for each in carts.open_carts(conn, store.id, below=(2**62, 0), limit=9)] == ["new"]


def test_the_payment_page_of_the_same_second_does_not_overrule_the_cart(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    left = order(5, 1, cart_id="a", is_incomplete=True, status=Status.ABANDONED, modified_at=NOW - 8000, total_minor=7)
    put(conn, store, customers=[customer(1)], carts=[cart("a", 1)])
    put(conn, store, later(), orders=[left])

    assert conn.execute("select total_minor, is_from_order from cart").fetchone() == (1000, 0)
