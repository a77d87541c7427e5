"""Orders through the API: keyset pages, re-reads of cut orders, page sizes."""

import asyncio
from collections.abc import Collection, Mapping

import pytest
from aiohttp import web

from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.errors import StoreAnswerUnreadable, StoreUnauthorized, StoreUnavailable
from daemon.bigcommerce.pages import OrderCount
from daemon.bigcommerce.transport import StoreTransport
from daemon.records import Kind, Unreadable
from tests.unit.bigcommerce.conftest import ManualClock, Reply, StubStore, reply
from tests.unit.bigcommerce.samples import consignments, encoded, line, order, shipping

CUT = consignments(shipping(line(1), __warning__={"message": "only 50 are included"}))


async def test_the_first_page_of_history_is_asked_with_everything_in_it(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([order(9), order(7)]))

    page = await api.orders_page(newest_first=True)

    assert store.seen[0].query == {
        "include": "consignments.line_items",
        "consignment_structure": "object",
        "page": "1",
        "sort": "id:desc",
        "limit": "250",
    }
    assert (page.rows, page.lowest_id, page.highest_id, page.is_last) == (2, 7, 9, True)
    assert [one.order_id for one in page.records] == [9, 7]
    assert api.requests == 1


async def test_an_answer_is_read_when_its_turn_comes(store: StubStore, transport: StoreTransport) -> None:
    store.on("/v2/orders", reply([order(9)]))
    answered, turn = asyncio.Event(), asyncio.Event()

    async def before_reading() -> None:
        answered.set()
        await turn.wait()

    api = StoreApi(transport, Priority.BACKGROUND, before_reading=before_reading)
    page = asyncio.create_task(api.orders_page(newest_first=True))
    await answered.wait()
    assert (api.requests, page.done()) == (1, False)
    turn.set()

    assert (await page).rows == 1


async def test_bounds_are_exclusive_and_filters_are_sent(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply(status=204))

    await api.orders_page(newest_first=False, above_id=10, below_id=20, modified_since=1551822011, status_id=0, limit=5)

    query = store.seen[0].query
    assert (query["min_id"], query["max_id"], query["sort"], query["limit"]) == ("11", "19", "id:asc", "5")
    assert (query["min_date_modified"], query["status_id"]) == ("2019-03-05T21:40:11Z", "0")


@pytest.mark.parametrize("empty", [reply(status=204), reply([])], ids=["204", "200 []"])
async def test_an_empty_page_is_the_last(store: StubStore, api: StoreApi, empty: Reply) -> None:
    store.on("/v2/orders", empty)

    page = await api.orders_page(newest_first=True)

    assert (page.records, page.rows, page.lowest_id, page.is_last) == ((), 0, 0, True)


async def test_a_full_page_is_not_the_last(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([order(3), order(2)]))

    assert not (await api.orders_page(newest_first=True, limit=2)).is_last


@pytest.mark.parametrize("bounds", [{"below_id": 1}, {"below_id": 0}, {"below_id": 8, "above_id": 7}], ids=str)
async def test_nothing_lies_between_neighbours_and_nothing_is_asked(
    store: StubStore, api: StoreApi, bounds: dict[str, int]
) -> None:
    page = await api.orders_page(newest_first=True, below_id=bounds["below_id"], above_id=bounds.get("above_id"))

    assert (page.is_last, store.seen) == (True, [])


async def test_unreadable_orders_count_as_rows_and_move_the_page_on(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([order(9, total_inc_tax=""), order(8), order(7, customer_id="x")]))

    page = await api.orders_page(newest_first=True, limit=3)

    assert [one.order_id for one in page.records] == [8]
    assert sorted(bad.resource_id for bad in page.unreadable) == ["7", "9"]
    assert (page.rows, page.lowest_id, page.highest_id, page.is_last) == (3, 7, 9, False)


async def test_unchanged_orders_count_as_rows_and_move_the_page_on(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([order(9), order(8), order(7)]))

    async def unchanged(shown: Mapping[int, bytes]) -> Collection[int]:
        return set(shown) - {8}

    page = await api.orders_page(newest_first=True, limit=3, unchanged=unchanged)

    assert [one.order_id for one in page.records] == [8]
    assert (page.unchanged, page.rows, page.lowest_id, page.highest_id, page.is_last) == (2, 3, 7, 9, False)


async def test_a_page_of_rows_without_any_id_is_refused(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([{"total": 1}, {"total": 2}]))

    with pytest.raises(StoreAnswerUnreadable, match="id is missing"):
        await api.orders_page(newest_first=True)


async def test_a_cut_order_comes_back_whole(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([order(9), order(8, consignments=CUT, items_total=12)]))
    store.on("/v2/orders/8/products", reply([line(1), line(2), line(3)]))

    page = await api.orders_page(newest_first=True)

    assert [len(one.lines) for one in page.records] == [1, 3]
    assert page.records[1].shipping_method == "Flat Rate"
    assert (store.seen[1].query, api.requests) == ({"limit": "250", "page": "1"}, 2)


async def test_lines_beyond_one_page_are_read_to_their_end(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([order(8, consignments=CUT)]))
    pages = {"1": [line(number) for number in range(1, 251)], "2": [line(251)]}
    store.answer = lambda seen: reply(pages[seen.query["page"]])

    page = await api.orders_page(newest_first=True)

    assert len(page.records[0].lines) == 251


async def test_an_order_whose_lines_cannot_be_read_does_not_fail_the_page(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([order(9), order(8, consignments=CUT), order(7, consignments=CUT)]))
    store.on("/v2/orders/8/products", reply(status=500))
    store.on("/v2/orders/7/products", reply([{"id": "seven"}]))

    page = await api.orders_page(newest_first=True)

    assert [one.order_id for one in page.records] == [9]
    assert {(bad.kind, bad.resource_id) for bad in page.unreadable} == {(Kind.ORDER, "8"), (Kind.ORDER, "7")}
    assert all(bad.why.startswith("its product lines could not be read") for bad in page.unreadable)
    assert (page.rows, page.lowest_id) == (3, 7)


async def test_a_token_that_dies_while_lines_are_read_fails_the_page(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([order(8, consignments=CUT), order(7, consignments=CUT)]))
    store.on("/v2/orders/8/products", reply(status=401))
    store.on("/v2/orders/7/products", reply(status=401))

    with pytest.raises(StoreUnauthorized):
        await api.orders_page(newest_first=True)


async def test_no_separate_lines_leave_the_order_as_it_came(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([order(8, items_total=99)]))
    store.on("/v2/orders/8/products", reply(status=204))

    assert len((await api.orders_page(newest_first=True)).records[0].lines) == 1


@pytest.mark.parametrize(
    ("refusal", "asked"),
    [
        pytest.param(reply([{"status": 413}], status=413), ["250", "125", "62"], id="413"),
        pytest.param(reply(status=504), ["250", "250", "125", "125", "62"], id="504"),
        pytest.param(reply(raw=b"[{"), ["250", "250", "125", "125", "62"], id="cut"),
    ],
)
async def test_pages_shrink_until_the_store_can_give_them(
    store: StubStore, api: StoreApi, refusal: Reply, asked: list[str]
) -> None:
    store.answer = lambda seen: refusal if int(seen.query["limit"]) > 100 else reply([order(1)])

    page = await api.orders_page(newest_first=True)

    assert [seen.query["limit"] for seen in store.seen] == asked
    assert (page.rows, page.is_last, api.requests) == (1, True, len(asked))


async def test_shrunken_pages_grow_again_after_a_while(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply([{"status": 413}], status=413), reply([order(1)]))

    for _ in range(20):
        await api.orders_page(newest_first=True)

    asked = [seen.query["limit"] for seen in store.seen]
    assert (asked[:2], asked[-1]) == (["250", "125"], "250")


@pytest.mark.parametrize(("took_s", "waited_s", "then"), [(12, 0, "125"), (1, 60, "250")], ids=["slow", "waited"])
async def test_pages_shrink_where_the_store_is_slow_and_not_where_we_wait_for_its_quota(
    store: StubStore, api: StoreApi, clock: ManualClock, took_s: float, waited_s: float, then: str
) -> None:
    def answer() -> web.StreamResponse:
        clock.at_s += took_s
        return reply([order(1)])()

    refusal = reply(status=429, headers={"Retry-After": str(waited_s)})
    store.on("/v2/orders", *([refusal] if waited_s else []), answer)

    await api.orders_page(newest_first=True)
    await api.orders_page(newest_first=True)

    assert store.seen[-1].query["limit"] == then


async def test_a_store_that_is_down_is_unavailable_at_any_page_size(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders", reply(status=503))

    with pytest.raises(StoreUnavailable):
        await api.orders_page(newest_first=True)

    assert api.requests == len(store.seen) == 2 + 2 + 2 + 2 + 3


async def test_one_order_is_fetched_with_its_time(store: StubStore, api: StoreApi, clock: ManualClock) -> None:
    store.on("/v2/orders/1001", reply(order(1001, note="x")))

    fetched = await api.order(1001)

    assert fetched.record is not None
    assert (fetched.record.order_id, fetched.record.raw) == (1001, encoded(order(1001, note="x")))
    assert (fetched.fetched_at_ms, fetched.is_absent) == (clock.now_ms(), False)


async def test_one_order_that_is_cut_comes_back_whole(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders/1001", reply(order(1001, consignments=CUT)))
    store.on("/v2/orders/1001/products", reply([line(1), line(2)]))

    fetched = await api.order(1001)

    assert fetched.record is not None
    assert len(fetched.record.lines) == 2


async def test_an_order_that_is_not_there_is_absent(api: StoreApi, clock: ManualClock) -> None:
    fetched = await api.order(5)

    assert (fetched.record, fetched.is_absent, fetched.fetched_at_ms) == (None, True, clock.now_ms())


async def test_an_order_that_is_no_order_is_unreadable(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/orders/1001", reply(order(1001, total_inc_tax=None)))

    fetched = await api.order(1001)

    assert fetched.unreadable == Unreadable(Kind.ORDER, "1001", "the store sent total_inc_tax=None (expected money)")
    assert not fetched.is_absent


async def test_orders_are_counted_with_the_incomplete_ones_apart(store: StubStore, api: StoreApi) -> None:
    statuses = [{"id": 0, "name": "Incomplete", "count": 3}, {"id": 11, "count": 130}]
    store.on("/v2/orders/count", reply({"statuses": statuses, "count": 133}))

    assert await api.order_count(below_or_at_id=500) == OrderCount(total=133, incomplete=3)
    assert store.seen[0].query == {"max_id": "500"}
