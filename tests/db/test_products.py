"""Products: each of them once in every order, found by words, with what was sold of them."""

import sqlite3
from dataclasses import replace
from typing import Any

import pytest

from common.errors import Invalid, NotFound
from common.products import ProductQuery, ProductRow, ProductSort, ProductState
from common.statuses import Status
from daemon.db.product import Bounds, product_in_full
from daemon.db.products import product_page
from daemon.ingest.apply import Gone
from daemon.ingest.changes import StoreKey
from daemon.records import CategoryRecord, Kind, ProductRecord
from tests.db.rows import NOW, add_store, customer, later, line, order, put


def ware(number: int, name: str, **fields: Any) -> ProductRecord:
    made = ProductRecord(
        product_id=number,
        name=name,
        sku=f"W-{number}",
        price_minor=100 * number,
        category_ids=(),
        is_visible=True,
        url_path=f"/w{number}/",
        image_url="",
        modified_at=NOW + number,
    )
    return replace(made, **fields)


def of(product_id: int, name: str, quantity: int = 1, **fields: Any) -> Any:
    fields = {"total_minor": 1000 * quantity} | fields
    return line(product_id, product_id=product_id, name=name, sku=f"W-{product_id}", quantity=quantity, **fields)


@pytest.fixture
def shop(conn: sqlite3.Connection) -> StoreKey:
    return add_store(conn)


@pytest.fixture
def full(conn: sqlite3.Connection, shop: StoreKey) -> sqlite3.Connection:
    """Two stores; mugs sold most, the lamp is gone from the catalogue, and nobody bought the bowl."""
    other = add_store(conn, "other1")
    put(
        conn,
        shop,
        customers=[customer(1), customer(2)],
        products=[ware(1, "Red mug"), ware(2, "étui"), ware(3, "Bowl", price_minor=None), ware(4, "Blue mug")],
        orders=[
            order(10, 1, lines=(of(1, "Red mug", 3), of(2, "étui"))),
            order(11, 2, lines=(of(1, "Red mug", 2), of(9, "Old lamp", 4, total_minor=900))),
            order(12, 2, lines=(of(4, "Blue mug", 7),), status_id=1, store_status="Pending", status=Status.WAITING),
        ],
    )
    put(conn, other, customers=[customer(1)], products=[ware(1, "Mug of the others")])
    put(conn, other, orders=[order(10, 1, lines=(of(1, "Mug of the others"),))])
    return conn


def names(conn: sqlite3.Connection, **asked: Any) -> list[str]:
    return [row.name for row in product_page(conn, ProductQuery(**asked)).products]


def row(conn: sqlite3.Connection, name: str) -> ProductRow:
    (found,) = [one for one in product_page(conn, ProductQuery()).products if one.name == name]
    return found


IN_ORDER = {
    ProductSort.SOLD: ["Red mug", "Old lamp", "Mug of the others", "étui", "Blue mug", "Bowl"],
    ProductSort.REVENUE: ["Red mug", "Mug of the others", "étui", "Old lamp", "Blue mug", "Bowl"],
    ProductSort.NAME: ["Blue mug", "Bowl", "Mug of the others", "Old lamp", "Red mug", "étui"],
    ProductSort.PRICE: ["Blue mug", "étui", "Mug of the others", "Red mug", "Old lamp", "Bowl"],
    ProductSort.MODIFIED: ["Blue mug", "Bowl", "étui", "Mug of the others", "Red mug", "Old lamp"],
}


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", ProductSort)
def test_every_product_comes_once_and_in_order(full: sqlite3.Connection, sort: ProductSort, reverse: bool) -> None:
    found: list[str] = []
    after = ""
    while not found or after:
        page = product_page(full, ProductQuery(sort=sort, reverse=reverse, limit=2, after=after))
        found += [one.name for one in page.products]
        after = page.next
        assert page.total == 6

    assert found == (IN_ORDER[sort][::-1] if reverse else IN_ORDER[sort])


@pytest.mark.parametrize("sort", ProductSort)
def test_an_offset_leads_to_the_same_page_as_the_cursor(full: sqlite3.Connection, sort: ProductSort) -> None:
    first = product_page(full, ProductQuery(sort=sort, limit=2))

    by_cursor = product_page(full, ProductQuery(sort=sort, limit=2, after=first.next))
    assert by_cursor == product_page(full, ProductQuery(sort=sort, limit=2, offset=2))


def test_an_offset_beyond_the_end_is_an_empty_page_that_knows_the_total(full: sqlite3.Connection) -> None:
    page = product_page(full, ProductQuery(offset=100))

    assert (page.total, page.products, page.next) == (6, [], "")


def test_a_cursor_of_another_sort_is_refused(full: sqlite3.Connection) -> None:
    after = product_page(full, ProductQuery(sort=ProductSort.NAME, limit=2)).next

    with pytest.raises(Invalid, match="no cursor"):
        product_page(full, ProductQuery(sort=ProductSort.SOLD, after=after))


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("mug", ["Red mug", "Mug of the others", "Blue mug"]),
        ("MUG red", ["Red mug"]),
        ("ÉTUI", ["étui"]),
        ("w-4", ["Blue mug"]),
        ("#3", ["Bowl"]),
        ("lamp", ["Old lamp"]),
        ("#9", ["Old lamp"]),
        ("100%", []),
        ("mug\0red", ["Red mug"]),
        ("9" * 40, []),
    ],
)
def test_words_are_sought_in_names_and_skus_and_numbers_are_ids(
    full: sqlite3.Connection, search: str, found: list[str]
) -> None:
    page = product_page(full, ProductQuery(search=search))

    assert [one.name for one in page.products] == found
    assert page.total == len(found)


@pytest.mark.parametrize("sort", ProductSort)
def test_one_store_is_asked_alone_with_words_and_pages(full: sqlite3.Connection, sort: ProductSort) -> None:
    assert names(full, store="other1", search="mug", sort=sort) == ["Mug of the others"]
    assert len(names(full, store="abc123", sort=sort)) == 5
    assert names(full, store="nowhere", sort=sort) == []


def test_sold_is_what_counts_and_revenue_leaves_refunded_pieces_out(conn: sqlite3.Connection, shop: StoreKey) -> None:
    put(conn, shop, customers=[customer(1)], products=[ware(1, "Mug")])
    put(conn, shop, orders=[order(1, 1, lines=(of(1, "Mug", 4, quantity_refunded=1),))])

    mug = row(conn, "Mug")

    assert (mug.pieces, mug.orders, mug.revenue.minor) == (4, 1, 3000)


def test_an_order_that_no_longer_counts_is_taken_out_again(full: sqlite3.Connection, shop: StoreKey) -> None:
    waiting = {"status_id": 1, "store_status": "Pending", "status": Status.WAITING, "modified_at": NOW + 9}
    put(full, shop, later(), orders=[order(10, 1, lines=(of(1, "Red mug", 3), of(2, "étui")), **waiting)])
    put(full, shop, later(90), gone=[Gone(Kind.ORDER, "11")])

    assert [row(full, name).pieces for name in ("Red mug", "étui")] == [0, 0]
    assert "Old lamp" not in names(full)


def test_the_currency_it_is_bought_in_most_stands_for_it(conn: sqlite3.Connection, shop: StoreKey) -> None:
    put(conn, shop, customers=[customer(1)], products=[ware(1, "Mug"), ware(2, "Bowl")])
    euros = [order(number, 1, currency="EUR", lines=(of(1, "Mug"),)) for number in (1, 2)]
    dollars = order(3, 1, lines=(of(1, "Mug", 50), of(2, "Bowl", 3)))
    put(conn, shop, orders=[*euros, dollars])

    assert row(conn, "Mug").revenue.text == "€20.00"
    assert names(conn, sort=ProductSort.REVENUE) == ["Bowl", "Mug"]


@pytest.mark.parametrize(
    ("name", "state"),
    [("Red mug", ProductState.VISIBLE), ("Bowl", ProductState.HIDDEN), ("étui", ProductState.DELETED)],
)
def test_a_product_is_as_the_store_shows_it(
    full: sqlite3.Connection, shop: StoreKey, name: str, state: ProductState
) -> None:
    hidden = ware(3, "Bowl", is_visible=False, modified_at=NOW + 99)
    put(full, shop, later(), products=[hidden], gone=[Gone(Kind.PRODUCT, "2")])

    assert row(full, name).state is state


def test_what_was_bought_and_is_not_in_the_catalogue_is_called_as_it_was_then(
    full: sqlite3.Connection, shop: StoreKey
) -> None:
    lamp = row(full, "Old lamp")
    put(full, shop, later(), gone=[Gone(Kind.PRODUCT, "9")])

    assert (lamp.state, lamp.sku, lamp.price, lamp.modified_at) == (ProductState.UNKNOWN, "W-9", None, None)
    assert row(full, "Old lamp").state is ProductState.DELETED


def test_what_the_catalogue_does_not_have_is_called_as_it_was_sold_last_and_found_by_all_its_names(
    full: sqlite3.Connection, shop: StoreKey
) -> None:
    put(full, shop, orders=[order(13, 1, lines=(of(9, "Desk light"),))])

    assert names(full, search="lamp") == names(full, search="light") == ["Desk light"]
    assert "Desk light" in names(full, sort=ProductSort.NAME)[2:3]


def test_a_new_name_in_the_catalogue_is_sorted_and_found_and_the_old_one_is_not(
    full: sqlite3.Connection, shop: StoreKey
) -> None:
    put(full, shop, later(), products=[ware(1, "Azure cup", modified_at=NOW + 99), ware(9, "Lamp of old")])

    assert names(full, sort=ProductSort.NAME)[0] == "Azure cup"
    assert (names(full, search="azure"), names(full, search="red")) == (["Azure cup"], [])
    assert product_page(full, ProductQuery()).total == 6


def test_a_product_that_was_gone_before_it_was_held_is_not_listed(conn: sqlite3.Connection, shop: StoreKey) -> None:
    put(conn, shop, gone=[Gone(Kind.PRODUCT, "7")])

    assert product_page(conn, ProductQuery()).total == 0


def test_a_product_in_full(conn: sqlite3.Connection, shop: StoreKey) -> None:
    tree = (CategoryRecord(1, 0, "Kitchen"), CategoryRecord(2, 1, "Mugs"))
    mug = ware(1, "Mug", category_ids=(2,), sale_minor=90, rating=45)
    put(conn, shop, customers=[customer(1), customer(2)], categories=tree, products=[mug])
    put(
        conn,
        shop,
        orders=[
            order(1, 1, placed_at=NOW - 500, lines=(of(1, "Mug", 2),)),
            order(2, 2, placed_at=NOW - 400, lines=(of(1, "Mug", 5),)),
            order(3, 2, placed_at=NOW - 300, lines=(of(1, "Mug"),), status=Status.WAITING),
            order(4, 2, placed_at=NOW - 200, lines=(of(8, "Bowl"),)),
        ],
    )

    shown = product_in_full(conn, "abc123", 1)

    assert (shown.name, shown.store_name, shown.url) == ("Mug", "Shop", "https://shop.example.com/w1/")
    assert (shown.rating, shown.categories, shown.category_paths) == (4.5, ["Mugs"], ["Kitchen / Mugs"])
    assert shown.sale_price is not None
    assert shown.sale_price.text == "$0.90"
    assert (shown.pieces, shown.orders, shown.contacts, shown.ordered_at) == (7, 2, 2, NOW - 400)
    assert [(one.number, one.quantity, one.status) for one in shown.orders_shown] == [
        (3, 1, Status.WAITING),
        (2, 5, Status.COMPLETED),
        (1, 2, Status.COMPLETED),
    ]
    assert [(one.email, one.pieces) for one in shown.buyers] == [
        ("customer2@example.com", 5),
        ("customer1@example.com", 2),
    ]


def test_a_product_nobody_bought_says_so(full: sqlite3.Connection) -> None:
    bowl = product_in_full(full, "abc123", 3)

    assert (bowl.pieces, bowl.contacts, bowl.ordered_at, bowl.sales, bowl.orders_shown, bowl.buyers) == (
        0,
        0,
        None,
        [],
        [],
        [],
    )


@pytest.mark.parametrize(("store", "number"), [("abc123", 77), ("nowhere", 1)])
def test_a_product_that_nobody_knows_is_not_found(full: sqlite3.Connection, store: str, number: int) -> None:
    with pytest.raises(NotFound):
        product_in_full(full, store, number)


@pytest.mark.parametrize("walked", [100, 3, 1])
def test_the_newest_orders_of_what_sells_much_are_the_same(
    conn: sqlite3.Connection, shop: StoreKey, walked: int
) -> None:
    """Whether they are looked up by the product, or found among the store's newest."""
    put(conn, shop, customers=[customer(1)], products=[ware(1, "Mug")])
    lines = {True: of(1, "Mug"), False: of(2, "Bowl")}
    put(conn, shop, orders=[order(number, 1, lines=(lines[number % 3 == 0],)) for number in range(1, 60)])

    by_product = product_in_full(conn, "abc123", 1)

    assert product_in_full(conn, "abc123", 1, Bounds(few=0, walked=walked)) == by_product
    assert [one.number for one in by_product.orders_shown] == list(range(57, 27, -3))
