"""Carts: left behind, won back, and never lost again."""

import sqlite3

from common.statuses import Status
from daemon.db import box, carts
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
