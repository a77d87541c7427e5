"""Values that may be asked for."""

import sqlite3
from collections.abc import Iterator

import pytest

from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.segments.operators import Type
from daemon.records import BillingContact, Place
from daemon.segments.suggest import suggestions
from tests.support.ledger import Ledger, customer, line, order, product

BILLING = BillingContact("billing@example.com", "Bill", "Ing", "", Place("US", "Texas", "Austin", "78701"))


@pytest.fixture
def conn() -> Iterator[sqlite3.Connection]:
    with Ledger() as ledger:
        ledger.take(
            products=(product(1, name="Blue mug"), product(2, name="Red mug")),
            customers=(customer(),),
            orders=(
                order(
                    1,
                    lines=(
                        line(1, product_id=1, name="Blue mug")._replace(brand="Tern"),
                        line(2, product_id=2, name="Red mug"),
                    ),
                    billing=BILLING,
                ),
            ),
        )
        yield ledger.conn


def told(conn: sqlite3.Connection, condition: str, search: str = "") -> list[str]:
    return [one.value for one in suggestions(conn, condition, search, limit=10)]


def test_products_are_found_by_a_part_of_their_name_those_that_begin_with_it_first(conn: sqlite3.Connection) -> None:
    assert told(conn, "product_name_in_any_order", " MUG") == ["Blue mug", "Red mug"]
    assert told(conn, "product_name", "red") == ["Red mug"]
    assert [one.note for one in suggestions(conn, "last_product_id", "red", limit=1)] == ["Red mug"]


def test_brands_are_those_that_were_bought(conn: sqlite3.Connection) -> None:
    assert told(conn, "product_vendor_in_any_order") == told(conn, "product_vendor", "ter") == ["Tern"]


def test_names_of_the_house_are_known(conn: sqlite3.Connection) -> None:
    assert told(conn, "list") == ["Master Contact List"]
    assert told(conn, "tag", "customer") == ["bigcommerce-customer"]
    assert told(conn, "has_purchased_from") == ["abc123"]
    assert told(conn, "order_shipping_method") == ["Flat Rate"]
    assert told(conn, "order_status", "refund") == ["Refunded"]
    assert told(conn, "order_store_status", "partially r") == ["Partially Refunded"]


def test_places_are_told_apart(conn: sqlite3.Connection) -> None:
    assert told(conn, "country") == ["US"]
    assert [(one.value, one.note) for one in suggestions(conn, "city", "aus", limit=9)] == [("Austin", "Texas, US")]
    assert told(conn, "postal_code", "787") == ["78701"]
    assert told(conn, "state", "us") == ["Texas"]


def test_where_any_text_may_do_nothing_is_suggested(conn: sqlite3.Connection) -> None:
    assert told(conn, "first_name", "a") == told(conn, "no_such_condition") == []


@pytest.mark.parametrize("name", [*OF_CONTACTS, *OF_ORDERS])
def test_every_choice_has_suggestions(conn: sqlite3.Connection, name: str) -> None:
    kind = OF_CONTACTS.get(name) or OF_ORDERS[name]
    if kind.type is Type.CHOICE:
        assert told(conn, name)
