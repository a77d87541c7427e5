"""A plan says beforehand what a run comes to."""

import pytest

from common.errors import CounterfoilError
from common.sync import RunKind
from daemon.bigcommerce.budget import Budget
from daemon.ingest.plan import Counts, Pace, order_requests, planned
from tests.support.bench import Bench, StoreTime, small_store


def _is_near(planned_requests: int, made: int) -> bool:
    return abs(planned_requests - made) <= 0.1 * made


@pytest.mark.parametrize(
    ("customers", "orders", "products"),
    [(600, 800, 300), (800, 100, 20), (40, 1000, 250), (5, 3, 2)],
    ids=["large", "many-customers", "whole-pages", "tiny"],
)
async def test_the_requests_are_those_of_the_run(customers: int, orders: int, products: int) -> None:
    async with Bench(small_store(customers=customers, orders=orders, products=products), hooks=False) as bench:
        plan = await bench.api.plan("simstore1", RunKind.HISTORICAL)

        run = await bench.synced()

        assert _is_near(plan.requests, run.requests), (plan, run)
        assert (plan.products, plan.customers) == (run.products, run.customers)


async def test_orders_that_are_read_twice_are_counted() -> None:
    async with Bench(small_store(customers=60, orders=200, awkward=True), hooks=False) as bench:
        plan = await bench.api.plan("simstore1", RunKind.HISTORICAL)

        run = await bench.synced()

        assert _is_near(plan.requests, run.requests), (plan, run)


async def test_orders_that_are_read_twice_are_few_and_counted_all_the_same() -> None:
    async with Bench(small_store(customers=200, orders=1900, products=20, awkward=True), hooks=False) as bench:
        plan = await bench.api.plan("simstore1", RunKind.HISTORICAL)

        run = await bench.synced()

        assert _is_near(plan.requests, run.requests), (plan, run)


async def test_a_manual_run_is_planned_from_what_has_changed() -> None:
    async with Bench(small_store(customers=100, orders=700), hooks=False) as bench:
        await bench.synced()
        bench.store.clock.advance(3600)
        for number in bench.rows("select number from store_order order by number desc limit 300"):
            bench.store.orders.edit(number, staff_notes="x")

        plan = await bench.api.plan("simstore1", RunKind.MANUAL)
        run = await bench.synced(RunKind.MANUAL)

        assert plan.orders == run.orders == 300
        assert _is_near(plan.requests, run.requests), (plan, run)


async def test_the_disk_is_near_to_what_the_database_grows_by() -> None:
    async with Bench(small_store(customers=200, orders=1200, products=100), hooks=False) as bench:
        before = (await bench.api.status()).database_bytes
        plan = await bench.api.plan("simstore1", RunKind.HISTORICAL)

        await bench.synced()

        grown = (await bench.api.status()).database_bytes - before
        assert plan.disk_bytes == pytest.approx(grown, rel=0.2)


async def test_what_is_here_already_takes_no_more_room() -> None:
    async with Bench(small_store(customers=60, orders=300, products=40), hooks=False) as bench:
        first = await bench.api.plan("simstore1", RunKind.HISTORICAL)
        await bench.synced()
        again = await bench.api.plan("simstore1", RunKind.HISTORICAL)
        customer = bench.store.customers.create("new@example.com", "Brand", "New")
        for _ in range(10):
            bench.store.orders.place(customer.id)
        more = await bench.api.plan("simstore1", RunKind.HISTORICAL)

        assert (again.products, again.customers, again.orders) == (first.products, first.customers, first.orders)
        assert again.disk_bytes == 0
        assert 0 < more.disk_bytes < first.disk_bytes / 10


async def test_a_plan_starts_nothing_and_costs_few_requests() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        before = sum(bench.store.requests.values())

        await bench.api.plan("simstore1", RunKind.HISTORICAL)

        assert sum(bench.store.requests.values()) - before == 7
        assert bench.rows("select count(*) from run") == [0]


async def test_a_store_that_cannot_be_asked_is_refused() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        bench.store.revoke_token()

        with pytest.raises(CounterfoilError):
            await bench.api.plan("simstore1", RunKind.HISTORICAL)


_COUNTS = Counts(categories=1, products=1000, subscribers=0, customers=500, orders=10_000, incomplete=100, refunds=0)


_WINDOW = {
    "X-Rate-Limit-Requests-Quota": "20",
    "X-Rate-Limit-Requests-Left": "20",
    "X-Rate-Limit-Time-Window-Ms": "30000",
    "X-Rate-Limit-Time-Reset-Ms": "30000",
}


def _budget() -> Budget:
    return Budget(clock=StoreTime(small_store().clock), quota_share=0.5)


def test_without_a_quota_the_answers_of_the_store_bind() -> None:
    plan = planned(_COUNTS, RunKind.HISTORICAL, Pace(order_page_s=2.0, other_s=0.5), _budget(), {})

    assert plan.requests == 41 + 9
    assert plan.seconds == 41 * 2 + 9 * 0.5


def test_the_share_of_a_small_quota_binds_where_the_store_is_quick() -> None:
    budget = _budget()
    budget.learn(_WINDOW)

    plan = planned(_COUNTS, RunKind.HISTORICAL, Pace(order_page_s=0.1, other_s=0.1), budget, {})

    assert plan.seconds == pytest.approx(4 * 30, abs=1)  # 50 requests, ten a window


@pytest.mark.parametrize(
    ("orders", "incomplete", "kind", "expected"),
    [
        (0, 0, RunKind.HISTORICAL, 2),
        (249, 1, RunKind.HISTORICAL, 1),
        (250, 0, RunKind.HISTORICAL, 2),
        (251, 0, RunKind.HISTORICAL, 3),
        (0, 0, RunKind.MANUAL, 2),
        (250, 0, RunKind.MANUAL, 3),
        (251, 250, RunKind.CATCH_UP, 4),
    ],
)
def test_pages_of_orders(orders: int, incomplete: int, kind: RunKind, expected: int) -> None:
    counts = Counts(1, 0, 0, 0, orders, incomplete, 0)

    assert order_requests(counts, kind) == expected
