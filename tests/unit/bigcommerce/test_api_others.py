"""Everything but orders through the API: what is asked, where pages go on, what is absent."""

import pytest

from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.errors import StoreAnswerUnreadable, StoreUnauthorized, UnknownStore
from daemon.bigcommerce.hooks import HookRecord
from daemon.records import CategoryRecord, Kind, Unreadable
from tests.unit.bigcommerce.conftest import ManualClock, StubStore, reply
from tests.unit.bigcommerce.samples import Json, cart, customer, product, refund, subscriber, v3

CUSTOMERS = "/v3/customers"
PRODUCTS = "/v3/catalog/products"
TREES = "/v3/catalog/trees/categories"
REFUNDS = "/v3/orders/payment_actions/refunds"


def cursors(end: str | None, **links: str) -> Json:
    return {"cursor_pagination": {"end_cursor": end, "links": links}}


async def test_a_store_is_described_and_its_clock_read(store: StubStore, api: StoreApi) -> None:
    store.on("/v2/store", reply({"id": "abc123", "store_id": 1000042, "name": "Shop", "logo": []}))
    store.on("/v2/time", reply({"time": 1529512970}))

    assert (await api.store()).store_id == "1000042"
    assert await api.server_time() == 1529512970


async def test_a_hash_nobody_has_is_an_unknown_store(api: StoreApi) -> None:
    with pytest.raises(UnknownStore):
        await api.store()


async def test_scopes_are_granted_unless_the_store_forbids(store: StubStore, api: StoreApi) -> None:
    store.answer = lambda seen: reply(status=403 if seen.path in (CUSTOMERS, "/v3/channels") else 200, body=v3([]))

    grants = {grant.scope: (grant.granted, grant.required) for grant in await api.probe_scopes()}

    assert grants == {
        "store_v2_orders_read_only": (True, True),
        "store_v2_customers_read_only": (False, True),
        "store_v2_products_read_only": (True, True),
        "store_v2_information_read_only": (True, True),
        "store_cart_read_only": (True, False),
        "store_channel_settings_read_only": (False, False),
    }
    assert api.requests == 6


async def test_a_cart_that_is_not_there_shows_that_carts_may_be_read(store: StubStore, api: StoreApi) -> None:
    store.answer = lambda seen: None if seen.path.startswith("/v3/carts") else reply(v3([]))

    assert all(grant.granted for grant in await api.probe_scopes())


async def test_a_dead_token_has_no_scopes_but_an_error(store: StubStore, api: StoreApi) -> None:
    store.answer = lambda _: reply(status=401)

    with pytest.raises(StoreUnauthorized):
        await api.probe_scopes()


@pytest.mark.parametrize(
    ("cursor", "asked"),
    [(None, {}), ("eyJpZCI6NTAxfQ", {"after": "eyJpZCI6NTAxfQ"}), ("page:3", {"page": "3"})],
    ids=str,
)
async def test_customers_are_asked_by_cursor(store: StubStore, api: StoreApi, cursor: str | None, asked: Json) -> None:
    store.on(CUSTOMERS, reply(v3([customer()])))

    await api.customers_page(cursor, modified_since=1551822011)

    assert store.seen[0].query == {"limit": "250", "date_modified:min": "2019-03-05T21:40:11Z", **asked}


@pytest.mark.parametrize(
    ("cursor", "rows", "meta", "after"),
    [
        pytest.param(None, 2, {"pages": 3, **cursors("c1", next="?after=c1")}, "c1", id="first of several"),
        pytest.param(None, 2, {"pages": 3, **cursors("c1")}, "c1", id="first of several, no links"),
        pytest.param(None, 2, {"pages": 1, **cursors("c1")}, None, id="the only one"),
        pytest.param("c1", 2, {"pages": 3, **cursors("c2", next="?after=c2")}, "c2", id="in the middle"),
        pytest.param("c1", 2, {"pages": 3, **cursors("c2", current="?", previous="?")}, None, id="links name no next"),
        pytest.param("c1", 2, {"pages": 3, **cursors("c1")}, None, id="a cursor that stands still"),
        pytest.param("c1", 1, {"pages": 3, **cursors("c2", next="?after=c2")}, None, id="a short page"),
        pytest.param("c1", 0, {"pages": 3, **cursors(None)}, None, id="an empty page"),
        pytest.param(None, 2, {"pages": 3}, "page:2", id="a store without cursors"),
        pytest.param("page:2", 2, {"pages": 3}, "page:3", id="a store without cursors, second page"),
        pytest.param("page:3", 2, {"pages": 3}, None, id="a store without cursors, last page"),
    ],
)  # fmt: skip
async def test_customers_go_on_where_the_store_says(
    store: StubStore, api: StoreApi, cursor: str | None, rows: int, meta: Json, after: str | None
) -> None:
    store.on(CUSTOMERS, reply(v3([customer(number) for number in range(rows)], **meta)))  # type: ignore[arg-type]

    page = await api.customers_page(cursor, limit=2)

    assert (page.next, page.is_last) == (after, after is None)


async def test_customers_that_are_no_contacts_are_named(store: StubStore, api: StoreApi, clock: ManualClock) -> None:
    rows = [customer(1), customer(2, email=""), customer(3, channel_ids="all"), {"email": "x@y.z"}]
    store.on(CUSTOMERS, reply(v3(rows, total=4)))

    page = await api.customers_page()

    assert [one.customer_id for one in page.records] == [1]
    assert page.unreadable == (
        Unreadable(Kind.CUSTOMER, "3", "channel_ids='all' (expected a valid array)"),
        Unreadable(Kind.CUSTOMER, "", "id is missing"),
        Unreadable(Kind.CUSTOMER, "2", "it has no usable email address"),
    )
    assert (page.total, page.fetched_at_ms) == (4, clock.now_ms())


async def test_customers_by_id_are_all_asked_at_once(store: StubStore, api: StoreApi) -> None:
    store.on(CUSTOMERS, reply(v3([customer(1)])))

    page = await api.customers_by_id(range(1, 251))

    assert store.seen[0].query["limit"] == "250"
    assert store.seen[0].query["id:in"].split(",") == [str(number) for number in range(1, 251)]
    assert ([one.customer_id for one in page.records], page.is_last) == ([1], True)


async def test_products_are_paged_by_id(store: StubStore, api: StoreApi) -> None:
    store.on(PRODUCTS, reply(v3([product(8), product(9, price="?")], pages=2)), reply(v3([product(12)])))

    first = await api.products_page(currency="USD", limit=2, modified_since=1551822011)
    last = await api.products_page(first.next or 0, currency="USD", limit=2)

    query = store.seen[0].query
    assert (query["id:greater"], query["sort"], query["direction"], query["limit"]) == ("0", "id", "asc", "2")
    assert (query["include"], query["date_modified:min"]) == ("primary_image", "2019-03-05T21:40:11Z")
    assert store.seen[1].query["id:greater"] == "9"
    assert ([bad.resource_id for bad in first.unreadable], first.next, last.next) == (["9"], 9, None)


async def test_products_by_id_keep_their_price_in_the_stores_currency(store: StubStore, api: StoreApi) -> None:
    store.on(PRODUCTS, reply(v3([product(8, price=1200)])))

    page = await api.products_by_id([8, 9], currency="JPY")

    assert (page.records[0].price_minor, store.seen[0].query["id:in"]) == (1200, "8,9")


@pytest.mark.parametrize(
    ("page", "pages", "after"),
    [(1, 3, 2), (3, 3, None), (1, 1, None)],
)
async def test_subscribers_are_paged_by_number(
    store: StubStore, api: StoreApi, page: int, pages: int, after: int | None
) -> None:
    store.on("/v3/customers/subscribers", reply(v3([subscriber()], pages=pages, page=page)))

    assert (await api.subscribers_page(page, modified_since=0)).next == after
    assert store.seen[0].query == {"limit": "250", "page": str(page), "date_modified:min": "1970-01-01T00:00:00Z"}


async def test_a_page_without_meta_goes_on_while_it_is_full(store: StubStore, api: StoreApi) -> None:
    store.on("/v3/customers/subscribers", reply({"data": [subscriber()], "meta": []}))

    assert (await api.subscribers_page(limit=1)).next == 2
    assert (await api.subscribers_page(limit=2)).next is None


async def test_one_subscriber_is_fetched_or_absent(store: StubStore, api: StoreApi) -> None:
    store.on("/v3/customers/subscribers/5", reply({"data": subscriber(5), "meta": {}}))
    store.on("/v3/customers/subscribers/7", reply({"data": subscriber(7, email="?"), "meta": {}}))

    found, gone, odd = await api.subscriber(5), await api.subscriber(6), await api.subscriber(7)

    assert found.record is not None
    assert (found.is_absent, gone.is_absent, odd.is_absent) == (False, True, False)
    assert odd.unreadable == Unreadable(Kind.SUBSCRIBER, "7", "it has no usable email address")


async def test_categories_come_from_all_pages_of_the_trees(store: StubStore, api: StoreApi) -> None:
    rows: list[Json] = [{"category_id": 42, "parent_id": 23, "name": "Kitchen"}, {"name": "Nameless"}]
    store.on(TREES, reply(v3(rows, pages=2)), reply(v3([{"category_id": 23, "name": "Home"}], pages=2, page=2)))

    page = await api.categories()

    assert page.records == (CategoryRecord(42, 23, "Kitchen"), CategoryRecord(23, 0, "Home"))
    assert page.unreadable == (Unreadable(Kind.CATEGORY, "", "category_id is missing"),)
    assert page.is_last


async def test_a_store_without_trees_has_its_categories_in_the_legacy_list(store: StubStore, api: StoreApi) -> None:
    store.on("/v3/catalog/categories", reply(v3([{"id": 42, "parent_id": 0, "name": "Kitchen"}])))

    assert (await api.categories()).records == (CategoryRecord(42, 0, "Kitchen"),)


async def test_refunds_are_paged_and_declined_ones_left_out(store: StubStore, api: StoreApi) -> None:
    store.on(REFUNDS, reply(v3([refund(1), refund(2, payments=[{"is_declined": True}])], pages=2)))

    page = await api.refunds_page(created_since=1551822011)

    assert ([one.refund_id for one in page.records], page.unreadable, page.next) == ([1], (), 2)
    assert store.seen[0].query == {"limit": "250", "page": "1", "created:min": "2019-03-05T21:40:11Z"}


async def test_the_refunds_of_many_orders_are_one_request(store: StubStore, api: StoreApi) -> None:
    store.on(REFUNDS, reply(v3([refund(1)])))

    assert [found.amount for found in await api.refunds_of_orders([1001, 1002])] == ["50"]
    assert [seen.query for seen in store.seen] == [{"limit": "250", "order_id:in": "1001,1002", "page": "1"}]


async def test_a_cart_is_fetched_or_absent(store: StubStore, api: StoreApi) -> None:
    store.on("/v3/carts/a-b", reply({"data": cart("a-b"), "meta": {}}))

    found, gone = await api.cart("a-b"), await api.cart("c-d")

    assert found.record is not None
    assert (found.record.cart_id, gone.is_absent) == ("a-b", True)


async def test_a_page_that_is_none_says_so(store: StubStore, api: StoreApi) -> None:
    store.on(CUSTOMERS, reply({"title": "odd"}))

    with pytest.raises(StoreAnswerUnreadable, match="no page of customers"):
        await api.customers_page()


async def test_hooks_of_all_pages_are_listed(store: StubStore, api: StoreApi) -> None:
    hook: Json = {
        "id": 1,
        "scope": "store/order/created",
        "destination": "https://d",
        "headers": None,
        "is_active": True,
    }
    store.on("/v3/hooks", reply(v3([hook], pages=2)), reply(v3([hook | {"id": 2, "headers": {"K": "v"}}], pages=2)))

    assert await api.hooks() == (
        HookRecord(1, "store/order/created", "https://d", {}, True),
        HookRecord(2, "store/order/created", "https://d", {"K": "v"}, True),
    )


@pytest.mark.parametrize("is_wrapped", [True, False])
async def test_a_hook_is_made_changed_and_removed(store: StubStore, api: StoreApi, is_wrapped: bool) -> None:
    hook: Json = {"id": 7, "scope": "s", "destination": "https://d", "headers": {"K": "v"}, "is_active": True}
    store.answer = lambda _: reply({"data": hook, "meta": {}} if is_wrapped else hook)

    made = await api.create_hook("s", "https://d", {"K": "v"})
    changed = await api.update_hook(7, headers={"K": "v"}, is_active=True)
    await api.delete_hook(7)

    assert made == changed == HookRecord(7, "s", "https://d", {"K": "v"}, True)
    assert [(seen.method, seen.path) for seen in store.seen] == [
        ("POST", "/v3/hooks"),
        ("PUT", "/v3/hooks/7"),
        ("DELETE", "/v3/hooks/7"),
    ]


def test_a_hook_does_not_show_its_secret() -> None:
    assert "hush" not in repr(HookRecord(1, "s", "d", {"X-Hook-Key": "hush"}, True))
