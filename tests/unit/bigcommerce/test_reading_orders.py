"""Pages of orders: however damaged, every order that can be read is read, with its own bytes."""

import json

import pytest

from daemon.bigcommerce.errors import StoreAnswerUnreadable
from daemon.bigcommerce.normalise_orders import order_record
from daemon.bigcommerce.reading import OrderSlices, OrdersRead, order_in
from daemon.records import Kind, Unreadable
from tests.unit.bigcommerce.samples import consignments, encoded, line, order, shipping


def test_every_order_keeps_exactly_its_own_bytes() -> None:
    rows = [encoded(order(number)) for number in (1, 2, 3)]

    page = OrderSlices(b"[" + b",".join(rows) + b"]").read()

    assert [one.raw for one in page.orders] == rows
    assert [one.row.id for one in page.orders] == [1, 2, 3]
    assert (page.unreadable, page.unchanged) == ([], [])


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(json.dumps([order(1), order(2)], indent=2).encode(), id="pretty"),
        pytest.param(b" \n" + encoded([order(1), order(2)]) + b"\n", id="blanks around"),
        pytest.param(encoded([{"customer_id": 7} | order(1), {"customer_id": 7} | order(2)]), id="other key order"),
        pytest.param(encoded([order(1, note={"id": 5, "customer_id": 6}), order(2)]), id="lookalike object"),
        pytest.param(
            encoded([order(1, notes=[{"id": 5}, {"id": 6, "customer_id": 6}]), order(2)]), id="lookalike list"
        ),
        pytest.param(encoded([order(1, note='},{"id":9,"customer_id":9}'), order(2)]), id="lookalike text"),
        pytest.param(encoded([order(1, brand_new={"deep": [{}]}), order(2)]), id="unknown fields"),
        pytest.param(encoded([order(1, note="🧣 ünïcode"), order(2)]), id="unicode"),
        pytest.param(encoded([order(1), order(2)]).replace(b"Mug", b"M\xffg"), id="broken UTF-8"),
        pytest.param(encoded([order(1), order(2)]).replace(b"Mug", b"M\\ud83dg"), id="lone surrogate"),
    ],
)
def test_both_orders_of_an_odd_page_are_read(page: bytes) -> None:
    read = OrderSlices(page).read()

    assert [one.row.id for one in read.orders] == [1, 2]
    assert [json.loads(one.raw)["id"] for one in read.orders] == [1, 2]
    assert read.unreadable == []


@pytest.mark.parametrize("page", [b"", b"[]", b" [ ] ", b"\n"], ids=repr)
def test_an_empty_page_has_no_orders(page: bytes) -> None:
    slices = OrderSlices(page)

    assert (slices.by_number(), slices.read()) == ({}, OrdersRead([], [], []))


def test_orders_that_are_unchanged_are_told_and_not_looked_into() -> None:
    slices = OrderSlices(encoded([order(1), order(2), order(3, total_inc_tax={"no": "money"}), order(4)]))

    read = slices.read({1, 3, 77})

    assert slices.by_number().keys() == {1, 2, 3, 4}
    assert slices.by_number()[2] == encoded(order(2))
    assert [one.row.id for one in read.orders] == [2, 4]
    assert (read.unreadable, read.unchanged) == ([], [1, 3])


def test_of_a_page_that_is_cut_at_a_wrong_place_every_order_is_read() -> None:
    lookalike = order(2, notes=[{"id": 5}, {"id": 6, "customer_id": 6}])

    read = OrderSlices(encoded([order(1), lookalike, order(3)])).read({1, 6})

    assert [one.row.id for one in read.orders] == [1, 2, 3]
    assert (read.unreadable, read.unchanged) == ([], [])


@pytest.mark.parametrize(
    "row",
    [
        pytest.param({"customer_id": 7} | order(1), id="begins with something else"),
        pytest.param(order("1"), id="a text for a number"),
        pytest.param(order(-1), id="a negative number"),
        pytest.param(order(10**30), id="a number beyond 64 bits"),
    ],
)
def test_an_order_that_does_not_begin_with_its_number_is_always_read(row: dict[str, object]) -> None:
    assert OrderSlices(encoded([row])).by_number() == {}


def test_an_order_that_is_named_twice_counts_twice() -> None:
    read = OrderSlices(encoded([order(1), order(1)])).read({1})

    assert (read.orders, read.unchanged) == ([], [1, 1])


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param({"customer_id": "many"}, id="text for an id"),
        pytest.param({"customer_id": -1}, id="negative id"),
        pytest.param({"status_id": 10**30}, id="number beyond 64 bits"),
        pytest.param({"items_total": [4]}, id="list for a number"),
        pytest.param({"total_inc_tax": {"amount": "1"}}, id="object for money"),
        pytest.param({"billing_address": "Main St"}, id="text for an address"),
        pytest.param({"consignments": 5}, id="number for the consignments"),
    ],
)
def test_one_bad_order_does_not_lose_the_page(damage: dict[str, object]) -> None:
    page = encoded([order(1), order(2, **damage), order(3)])

    read = OrderSlices(page).read()

    assert [one.row.id for one in read.orders] == [1, 3]
    assert [(bad.kind, bad.resource_id) for bad in read.unreadable] == [(Kind.ORDER, "2")]
    assert next(iter(damage)) in read.unreadable[0].why


@pytest.mark.parametrize("row", [5, None, [], {"id": 0}, {}], ids=repr)
def test_a_row_that_is_no_order_is_unreadable(row: object) -> None:
    read = OrderSlices(encoded([order(1), row])).read()

    assert (len(read.orders), len(read.unreadable)) == (1, 1)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(b"<html>maintenance</html>", id="html"),
        pytest.param(b'{"data":[]}', id="object"),
        pytest.param(b'[{"id":1,"customer_id":2},{"id":', id="cut"),
        pytest.param(b'[{"id":1,"customer_id":2 "x"}]', id="broken JSON"),
        pytest.param(b"[" * 100_000 + b"]" * 100_000, id="nested without end"),
    ],
)
def test_an_answer_that_is_no_list_says_so(page: bytes) -> None:
    with pytest.raises(StoreAnswerUnreadable, match="The store sent"):
        OrderSlices(page).read()


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        pytest.param({}, 1, id="object structure"),
        pytest.param(
            {"consignments": [consignments(shipping(line(1))), consignments(shipping(line(2)))]}, 2, id="legacy list"
        ),
        pytest.param({"billing_address": []}, 1, id="empty list for an address"),
        pytest.param({"billing_address": None}, 1, id="no address"),
        pytest.param({"consignments": consignments(shipping(line())) | {"email": []}}, 1, id="empty list for email"),
        pytest.param({"discount_amount": 5, "total_inc_tax": 69.84}, 1, id="numbers for money"),
        pytest.param({"id": "1001", "status_id": "11"}, 1, id="texts for ids"),
        pytest.param({"payment_method": None, "cart_id": None, "custom_status": None}, 1, id="nulls"),
    ],
)
def test_forms_the_store_is_known_to_vary_are_read(fields: dict[str, object], lines: int) -> None:
    read = order_in(encoded(order(**fields)))

    assert not isinstance(read, Unreadable)
    assert len(order_record(read).lines) == lines
