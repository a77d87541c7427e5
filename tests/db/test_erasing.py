"""A person that was erased: nothing is left of them, and nothing brings them back."""

import random
import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from common.edits import Verb
from common.errors import NotFound
from daemon.db import box, erasing, people, person
from daemon.db.erasing import Erasure
from daemon.ingest.changes import StoreKey
from daemon.records import BillingContact, Place
from tests.db.rows import CAUSE, NOW, add_store, cart, customer, later, line, only, order, put, subscriber
from tests.db.test_edits import edit

EMAIL = "customer1@example.com"
BILLING = BillingContact(EMAIL, "Zdenka", "Quist", "+1 555 0100", Place("CZ", "", "Zdenkov", "10400"))
KEY = b""

WHOLE: dict[str, Any] = {
    "subscribers": [subscriber(1)],
    "customers": [customer(1, first_name="Zdenka", last_name="Quist", phone="+1 555 0100"), customer(2)],
    "orders": [
        order(
            5,
            1,
            billing=BILLING,
            raw=b'{"billing_address":{"email":"customer1@example.com"}}',
            lines=(line(5, options=("Engraving: For Zdenka",)),),
        ),
        order(6, 2),
    ],
    "carts": [cart("a", 1)],
}


@pytest.fixture
def store(conn: sqlite3.Connection) -> StoreKey:
    return add_store(conn)


def _erase(conn: sqlite3.Connection, email: str = EMAIL) -> None:
    found = erasing.contact_with(conn, email)
    assert found is not None
    conn.execute("begin immediate")
    accounts = tuple(erasing.hash_of_customer(KEY, *one) for one in erasing.accounts(conn, found[0]))
    erasing.begin(conn, found[0], email, erasing.Bans(erasing.hash_of_email(KEY, email), accounts), now=NOW)
    while erasing.erase_some(conn, Erasure(found[0], email), limit=1):
        pass
    conn.execute("commit")


def _everything(conn: sqlite3.Connection) -> str:
    """All that the tables hold, as one text."""
    tables = [row[0] for row in conn.execute("select name from sqlite_schema where type = 'table'")]
    return "\n".join(str(row) for table in tables for row in conn.execute(f"select * from {table}"))


def test_nothing_is_left_of_an_erased_person_but_what_was_sold(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, **WHOLE)
    _erase(conn)

    left = _everything(conn)
    assert [trace for trace in (EMAIL, "Zdenka", "Quist", "555 0100", "Engraving", "CZ") if trace in left] == []
    sold = box.order_in_full(conn, "abc123", 5)
    assert (sold.total.minor, sold.contact_id, sold.email, sold.lines[0].name) == (1000, 0, "", "Mug")
    with pytest.raises(NotFound):
        box.contact_by_email(conn, EMAIL)
    assert conn.execute("pragma foreign_key_check").fetchall() == []


def test_others_keep_everything(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, **WHOLE)
    before = box.contact_by_email(conn, "customer2@example.com")
    _erase(conn)

    assert box.contact_by_email(conn, "customer2@example.com") == before


@pytest.mark.parametrize("part", [*WHOLE, "guests", "stand_in"])
def test_nothing_that_comes_later_brings_the_person_back(conn: sqlite3.Connection, store: StoreKey, part: str) -> None:
    put(conn, store, **WHOLE)
    _erase(conn)
    changed: dict[str, Any] = {
        "subscribers": {"subscribers": [subscriber(9, modified_at=NOW + 9)]},
        "customers": {
            "customers": [customer(1, email="new@example.com", modified_at=NOW + 9), customer(7, email=EMAIL)]
        },
        "orders": {"orders": [replace(WHOLE["orders"][0], modified_at=NOW + 9, total_minor=900)]},
        "carts": {"carts": [cart("a", 1, updated_at=NOW), cart("b", 0, email=EMAIL, updated_at=NOW)]},
        "guests": {"orders": [order(8, 0, billing=BILLING)]},
        "stand_in": {"orders": [order(9, 77, billing=BILLING)]},
    }

    put(conn, store, later(), **changed[part])

    left = _everything(conn)
    assert [trace for trace in (EMAIL, "new@example.com", "Zdenka", "Quist", "Engraving", "CZ") if trace in left] == []
    assert only(conn, "select count(*) from contact") == 1
    if part == "orders":
        assert only(conn, "select total_minor from store_order where number = 5") == 900


def test_a_page_fetched_before_and_written_after_brings_nobody_back(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, **WHOLE)
    _erase(conn)
    put(conn, store, **WHOLE)

    assert EMAIL not in _everything(conn)


def test_somebody_else_who_orders_with_an_erased_address_keeps_the_order(
    conn: sqlite3.Connection, store: StoreKey
) -> None:
    put(conn, store, **WHOLE)
    _erase(conn)
    put(conn, store, later(), orders=[order(9, 2, billing=BILLING)])

    assert [one.number for one in box.contact_by_email(conn, "customer2@example.com").ecommerce.orders] == [9, 6]
    assert "Zdenkov" not in _everything(conn)


def test_a_new_account_with_the_erased_address_is_the_same_person_whatever_its_orders_say(
    conn: sqlite3.Connection, store: StoreKey
) -> None:
    put(conn, store, **WHOLE)
    _erase(conn)
    put(conn, store, later(), customers=[customer(7, email=EMAIL)])
    put(conn, store, later(), orders=[order(9, 7, billing=replace(BILLING, email="work@example.com"))])

    assert [trace for trace in ("work@example.com", "Zdenka") if trace in _everything(conn)] == []


def test_a_customer_who_comes_with_their_order_to_an_erased_address_keeps_it(
    conn: sqlite3.Connection, store: StoreKey
) -> None:
    put(conn, store, **WHOLE)
    _erase(conn)
    put(conn, store, later(), customers=[customer(3)], orders=[order(9, 3, billing=BILLING)])

    assert [one.number for one in box.contact_by_email(conn, "customer3@example.com").ecommerce.orders] == [9]


def test_who_is_let_in_again_comes_back_with_what_the_store_has(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, **WHOLE)
    _erase(conn)
    assert erasing.lift_bans(conn, erasing.hash_of_email(KEY, EMAIL))
    put(conn, store, later(), **WHOLE)

    assert [one.number for one in box.contact_by_email(conn, EMAIL).ecommerce.orders] == [5]


@pytest.mark.parametrize("seed", range(6))
def test_whatever_arrives_in_whatever_order_leaves_no_trace(
    conn: sqlite3.Connection, store: StoreKey, seed: int
) -> None:
    dice = random.Random(seed)
    put(conn, store, **WHOLE)
    _erase(conn)
    for _ in range(9):
        look = {name: dice.sample(things, dice.randint(0, len(things))) for name, things in WHOLE.items()}
        put(conn, store, later(dice.randint(-50, 50)), **look)

    assert EMAIL not in _everything(conn)
    assert conn.execute("pragma foreign_key_check").fetchall() == []


def test_an_export_holds_every_part(conn: sqlite3.Connection, store: StoreKey) -> None:
    put(conn, store, **WHOLE)
    conn.execute(
        "insert into delivery (store_id, scope, kind, resource_id, webhook_id, signature, received_at, state, due_at, "
        "body) values (1, 'store/customer/updated', 'customer', '1', '', '', ?, 'done', 0, x'')",
        (NOW,),
    )

    edit(conn, Verb.ADD_TAG, "vip", 1)
    people.untag_contact(conn, 1, "vip", CAUSE)

    told = person.person_by_email(conn, EMAIL).model_dump()

    assert [name for name, rows in told.items() if not rows and name not in ("refunds",)] == []
    assert told["orders"][0]["payload"] == {"billing_address": {"email": EMAIL}}
    assert told["orders"][0]["billing_city"] == "Zdenkov"
    assert told["consent_changes"][0]["signal"] == "newsletter"
    assert told["tags"][0] == {"name": "bigcommerce-customer", "added_at": "2025-10-09T08:53:20Z", "origin": "live"}
