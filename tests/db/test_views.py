"""The views that people's own tools read: their columns stay, and they say what the tables hold."""

import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from common.money import UNUSUAL_EXPONENTS, major_units
from tests.segments.shop import Shop
from tests.support.some_shops import insert

PAGE = Path(__file__).parents[2] / "docs" / "views.md"
DOCUMENTED = {
    name: re.findall(r"\w+", columns)
    for name, columns in re.findall(
        r"^### (v_\w+)\n\n(?:.+\n)+\n((?:    .+\n)+)", PAGE.read_text("utf-8"), re.MULTILINE
    )
}


def views(conn: sqlite3.Connection) -> dict[str, list[str]]:
    names = [row[0] for row in conn.execute("select name from sqlite_schema where type = 'view'")]
    return {name: [column[0] for column in conn.execute(f"select * from {name}").description] for name in names}


def rows(conn: sqlite3.Connection, sql: str) -> list[dict[str, Any]]:
    found = conn.execute(sql)
    return [dict(zip([column[0] for column in found.description], row, strict=True)) for row in found]


@pytest.fixture
def shop(conn: sqlite3.Connection) -> Shop:
    return Shop(conn)


def test_each_view_has_the_columns_that_are_documented(conn: sqlite3.Connection) -> None:
    assert views(conn) == DOCUMENTED


def test_no_secret_and_no_body_is_in_one(conn: sqlite3.Connection) -> None:
    columns = {column for found in views(conn).values() for column in found}

    assert not columns & {"token", "client_secret", "hook_key", "body", "hash", "digest", "signature"}


def test_the_currencies_have_the_places_they_have_elsewhere(conn: sqlite3.Connection) -> None:
    assert dict(conn.execute("select code, places from currency").fetchall()) == UNUSUAL_EXPONENTS
    assert conn.execute("select count(*) from currency where units != pow(10, places)").fetchone() == (0,)


@pytest.mark.parametrize(
    ("minor", "currency"),
    [(120450, "USD"), (5, "EUR"), (-1050, "USD"), (-5, "USD"), (0, "USD"), (1204, "JPY"), (-7, "JPY"), (1204, "KWD"),
     (10**17, "USD")],
    ids=str,
)  # fmt: skip
def test_money_is_told_as_decimal_text(conn: sqlite3.Connection, shop: Shop, minor: int, currency: str) -> None:
    shop.order("ann", total_minor=minor, currency=currency)

    (order,) = rows(conn, "select total_minor, total from v_orders")

    assert order == {"total_minor": minor, "total": f"{major_units(minor, currency):f}"}


def test_an_order_is_told_with_its_store_and_its_time(conn: sqlite3.Connection, shop: Shop) -> None:
    shop.order("ann", "Blue mug: Mugs, Gifts", placed="2026-03-01 12:00", number=1204, shipping_minor=499)

    (order,) = rows(conn, "select * from v_orders")
    (line,) = rows(conn, "select * from v_lines")

    assert (order["store"], order["number"], order["placed_at"]) == ("abc123", 1204, "2026-03-01T11:00:00Z")
    assert (order["shipping"], order["customer_id"], order["archived_at"]) == ("4.99", None, None)
    assert (line["store"], line["number"], line["name"]) == ("abc123", 1204, "Blue mug")
    assert line["categories"] == '["Mugs", "Gifts"]'


def test_totals_are_told_by_store_and_over_all(conn: sqlite3.Connection, shop: Shop) -> None:
    shop.order("ann", total_minor=1000)
    shop.order("ann", total_minor=50, store_id=2)

    found = rows(conn, "select store, revenue, orders from v_totals order by store is null, store")

    assert found == [
        {"store": "abc123", "revenue": "10.00", "orders": 1},
        {"store": "def456", "revenue": "0.50", "orders": 1},
        {"store": None, "revenue": "10.50", "orders": 2},
    ]


def test_what_never_happened_has_no_time(conn: sqlite3.Connection, shop: Shop) -> None:
    shop.person("ann")

    (ann,) = rows(conn, "select first_order_at, last_order_at, created_at from v_contacts")

    assert ann == {"first_order_at": None, "last_order_at": None, "created_at": "2026-03-15T11:00:00Z"}


def test_members_of_segments_that_are_gone_are_not_told(conn: sqlite3.Connection, shop: Shop) -> None:
    shop.person("ann")
    for name, deleted_at in (("VIP", None), ("Old", 5)):
        segment_id = insert(conn, "segment", name=name, folded=name, rule="{}", deleted_at=deleted_at)
        insert(conn, "segment_member", segment_id=segment_id, contact_id=1, since=0)

    assert rows(conn, "select segment, email from v_segment_members") == [
        {"segment": "VIP", "email": "ann@example.com"}
    ]


def test_the_month_of_sales_is_the_stores(conn: sqlite3.Connection, shop: Shop) -> None:
    """What was sold once and counts no more is no month of sales."""
    shop.order("ann", total_minor=995, placed="2026-03-31 23:30")
    shop.order("ann", total_minor=995, placed="2026-01-31 23:30")
    conn.execute("update store_order set counts = 0 where number = 2")

    assert rows(conn, "select month, revenue, orders from v_sales") == [
        {"month": "2026-03", "revenue": "9.95", "orders": 1}
    ]


def test_one_order_is_looked_up_and_not_searched_for(conn: sqlite3.Connection, shop: Shop) -> None:
    shop.order("ann", "Mug")
    plan = [
        row[3] for row in conn.execute("explain query plan select * from v_lines where store = 'abc123' and number = 1")
    ]

    assert not [step for step in plan if step.startswith("SCAN")], plan


def test_a_program_of_its_own_reads_them_beside_one_that_writes(
    path: Path, conn: sqlite3.Connection, shop: Shop
) -> None:
    """As the page says: read-only, with what stands in the journal only."""
    words = ["sqlite3", "-json", f"file:{path}?mode=ro", "select store, state from v_stores order by store"]
    conn.execute("begin immediate")
    try:
        told = subprocess.run(words, capture_output=True, text=True, check=True)
    except FileNotFoundError:
        pytest.skip("the sqlite3 shell is not installed")

    assert '{"store":"abc123","state":"connected"}' in told.stdout


def test_all_of_them_can_be_read_by_plain_sqlite(path: Path, shop: Shop) -> None:
    """None of our own functions is needed for it."""
    shop.order("ann", "Mug")
    shop.cart("ann", "Mug")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as plain:
        assert {
            name: len(plain.execute(f"select * from {name}").fetchall()) for name in ("v_orders", "v_cart_lines")
        } == {
            "v_orders": 1,
            "v_cart_lines": 1,
        }
