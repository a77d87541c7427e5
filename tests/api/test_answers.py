"""Every call of the socket API, answered by a daemon that knows one store."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from common.client import ApiClient
from common.contacts import ContactQuery
from common.errors import NotFound, Refused
from common.products import ProductQuery
from common.stores import StoreAdd, StoreState
from common.sync import Run, RunKind, RunQuery, RunState
from daemon.sandbox.store import SandboxStore
from tests.support.bench import eventually


async def connected(client: ApiClient, shop: SandboxStore) -> str:
    add = StoreAdd(store=shop.identity.store_hash, token=SecretStr(shop.identity.token), hooks=False, name="Shop")
    return (await client.add_store(add)).hash


async def over(client: ApiClient, run: Run) -> Run:
    """The run once it has ended."""
    async with asyncio.timeout(15):
        while not run.state.is_over:
            await asyncio.sleep(0.02)
            run = await client.run(run.id)
    return run


async def synced(client: ApiClient, shop: SandboxStore) -> str:
    store_hash = await connected(client, shop)
    run = await over(client, await client.start_run(store_hash, RunKind.HISTORICAL))
    assert run.state is RunState.DONE, run.error
    return store_hash


async def test_status_is_there_before_any_store(client: ApiClient) -> None:
    status = await client.status()

    assert (status.stores, status.runs, status.contacts, status.orders) == ([], [], 0, 0)
    assert (status.inbox.pending, status.refused.unauthenticated) == (0, 0)
    assert status.health == []


async def test_a_daemon_without_stores_has_empty_lists(client: ApiClient) -> None:
    assert (await client.stores()).stores == []
    assert (await client.runs(RunQuery())).runs == []
    assert (await client.contacts(ContactQuery(limit=100_000))).contacts == []


async def test_a_connected_store_is_listed_and_shown(beside_shop: ApiClient, shop: SandboxStore) -> None:
    store_hash = await connected(beside_shop, shop)

    (summary,) = (await beside_shop.stores()).stores
    detail = await beside_shop.store(store_hash)
    assert (summary.hash, summary.name, summary.state) == (store_hash, "Shop", StoreState.CONNECTED)
    assert (detail.hash, detail.currency) == (store_hash, summary.currency)
    assert all(scope.granted for scope in detail.scopes if scope.required)


async def test_after_a_run_contacts_boxes_and_orders_are_answered(beside_shop: ApiClient, shop: SandboxStore) -> None:
    store_hash = await synced(beside_shop, shop)

    page = await beside_shop.contacts(ContactQuery(limit=100_000))
    assert page.total == len(page.contacts) == len(shop.world.customers.ids)
    buyer = page.contacts[0]
    box = await beside_shop.contact(buyer.email.upper())
    assert await beside_shop.contact_by_id(buyer.id) == box
    detail = await beside_shop.order(store_hash, box.ecommerce.orders[0].number)
    assert (detail.email, detail.contact_id, detail.store_name) == (buyer.email, buyer.id, "Shop")


async def test_a_run_is_listed_and_shown(beside_shop: ApiClient, shop: SandboxStore) -> None:
    store_hash = await synced(beside_shop, shop)

    (run,) = (await beside_shop.runs(RunQuery(store=store_hash))).runs
    assert await beside_shop.run(run.id) == run
    assert (await beside_shop.runs(RunQuery(store="other1"))).runs == []


async def test_status_counts_what_a_run_brought(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)

    status = await beside_shop.status()

    assert status.contacts == len(shop.world.customers.ids)
    assert status.orders == status.stores[0].orders > 0
    assert status.runs == []


async def test_sales_are_told_by_month_once_a_run_brought_orders(beside_shop: ApiClient, shop: SandboxStore) -> None:
    store_hash = await synced(beside_shop, shop)

    sales = await beside_shop.store_sales(store_hash, months=120)

    boxes = [await beside_shop.contact(row.email) for row in (await beside_shop.contacts(ContactQuery())).contacts]
    totals = [row for box in boxes for row in box.ecommerce.totals if row.store == store_hash]
    assert len(sales.months) == 120
    assert sum(month.orders for month in sales.months) == sum(row.orders for row in totals) > 0
    assert sum(month.new_buyers for month in sales.months) == sum(bool(box.ecommerce.totals) for box in boxes)
    assert sum(money.minor for month in sales.months for money in month.revenue) == sum(
        row.revenue.minor for row in totals
    )


@pytest.mark.parametrize("months", [0, 121])
async def test_sales_of_no_month_or_of_too_many_are_refused(http: aiohttp.ClientSession, months: int) -> None:
    async with http.get("/v1/stores/abc123/sales", params={"months": months}) as response:
        assert response.status == 400


async def test_requests_to_the_store_are_counted(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)

    activity = await beside_shop.activity()

    assert sum(slot.answered for slot in activity.minutes) > 4
    assert sum(slot.answered for slot in activity.half_hours) == sum(slot.answered for slot in activity.minutes)


async def test_how_a_segment_grew_is_told_since_it_is_there(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await synced(beside_shop, shop)
    await beside_shop.save_segment("Everybody", "everyone")

    async def is_counted() -> bool:
        return (await beside_shop.segment("Everybody")).as_of is not None

    await eventually(is_counted)
    grown = await beside_shop.segment_growth("everybody", days=30)

    assert grown.segment == "Everybody"
    assert 1 <= len(grown.days) <= 2  # midnight may have passed
    assert grown.days[-1].members == len(shop.world.customers.ids)
    with pytest.raises(NotFound, match="no segment"):
        await beside_shop.segment_growth("Nobody", days=30)


@pytest.mark.parametrize("store_hash", ["unknown1", "../x", "a b", "ä", "%2e"])
async def test_a_store_that_is_not_connected_is_not_found(client: ApiClient, store_hash: str) -> None:
    with pytest.raises(NotFound, match="is connected"):
        await client.store(store_hash)
    with pytest.raises(NotFound, match="is connected"):
        await client.store_sales(store_hash, months=12)
    with pytest.raises(NotFound, match="is connected"):
        await client.start_run(store_hash, RunKind.MANUAL)


async def test_a_run_that_never_was_is_not_found(client: ApiClient) -> None:
    with pytest.raises(NotFound, match="no run 99"):
        await client.run(99)


async def test_an_order_that_is_not_here_is_not_found(client: ApiClient) -> None:
    with pytest.raises(NotFound, match="no order 5"):
        await client.order("unknown1", 5)


@pytest.mark.parametrize("email", ["", "nobody@example.com", "no email", "ä@ö", "\0"])
async def test_a_contact_that_is_not_here_is_not_found(client: ApiClient, email: str) -> None:
    with pytest.raises(NotFound, match="no contact"):
        await client.contact(email)


async def test_a_contact_number_that_never_was_is_not_found(client: ApiClient) -> None:
    with pytest.raises(NotFound, match="no contact number 99"):
        await client.contact_by_id(99)


async def test_a_second_run_of_a_store_is_refused_while_one_is_open(beside_shop: ApiClient, shop: SandboxStore) -> None:
    store_hash = await connected(beside_shop, shop)
    shop.fail(path="/v3/catalog", status=0, delay_s=0.3)
    first = await beside_shop.start_run(store_hash, RunKind.HISTORICAL)

    with pytest.raises(Refused, match="under way"):
        await beside_shop.start_run(store_hash, RunKind.MANUAL)

    await over(beside_shop, first)


async def test_products_are_listed_and_shown_with_what_was_sold(beside_shop: ApiClient, shop: SandboxStore) -> None:
    store_hash = await synced(beside_shop, shop)

    page = await beside_shop.products(ProductQuery(store=store_hash, limit=500))
    best = await beside_shop.product(store_hash, page.products[0].product_id)

    assert {one.product_id for one in page.products} >= set(shop.world.catalogue.products)
    assert page.total == len(page.products)
    assert (best.name, best.pieces) == (page.products[0].name, page.products[0].pieces)
    assert best.pieces > 0
    assert best.orders_shown
    with pytest.raises(NotFound):
        await beside_shop.product(store_hash, 999_999)


async def test_the_settings_in_force_are_told(client: ApiClient, folder: Path) -> None:
    told = await client.settings()

    by_name = {one.name: one for group in told.groups for one in group.settings}
    assert by_name["socket"].value == str(folder / "counterfoil.sock")
    assert by_name["sync.catch_up_minutes"].value == "0"
    assert [group.name for group in told.groups] == [
        "daemon",
        "public",
        "bigcommerce",
        "sync",
        "segments",
        "backup",
        "retention",
        "metrics",
        "access",
    ]
