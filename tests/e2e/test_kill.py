"""A daemon that is killed at any moment: what it had acknowledged is there, and it goes on where it was."""

import pytest

from common.sync import RunKind, RunState
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.keys import Identity
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from tests.support import truth
from tests.support.bench import eventually
from tests.support.house import House

PLAN = Plan(customers=120, orders=1750, products=60)
SIZES = (f"--customers={PLAN.customers}", f"--orders={PLAN.orders}", f"--products={PLAN.products}")
SAME_STORE = (*SIZES, f"--seed={PLAN.seed}", f"--end={PLAN.ends_at}", "--quota=0")

pytestmark = pytest.mark.slow


async def test_a_run_that_is_killed_goes_on_where_it_was_and_ends_in_the_state_of_the_store() -> None:
    async with House(*SAME_STORE, "--faults=page-latency=0.15") as house:
        await house.connect(hooks=False)
        async with house.api() as api:
            run_id = (await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id

        for orders in (200, 800):
            await eventually(lambda orders=orders: _has_come_to(house, orders))  # type: ignore[misc]
            await house.kill()
            await house.start()
        run = await house.over(run_id)

        twin = SandboxStore(PLAN, clock=VirtualClock(), identity=Identity(store_hash=house.told["hash"]))
        expected = truth.expected(twin)
        boxes = {email: truth.shown(contact) for email, contact in (await house.contacts()).items()}
        assert {email: replaced(box) for email, box in boxes.items()} == {
            email: replaced(box) for email, box in expected.items()
        }
        assert (run.state, run.skipped) == (RunState.DONE, [])
        assert run.orders == sum(len(box.orders) for box in expected.values())

        pages = PLAN.orders // 250
        asked = (await house.stats())["requests"]["/v2/orders"]
        assert asked <= pages + 1 + 2 * 2  # a kill costs at most the page being written and the one being fetched


async def _has_come_to(house: House, orders: int) -> bool:
    async with house.api() as api:
        (run,) = (await api.status()).runs
    assert run.orders < PLAN.orders * 0.8, "the run was over before it could be killed"
    return run.orders >= orders


def replaced(box: truth.Box) -> tuple[object, ...]:
    """A box without the names: of two customers with one email either may stand."""
    return box.tags, box.lists, box.totals, box.orders, box.carts


async def test_nothing_acknowledged_is_lost_when_the_daemon_is_killed_in_a_burst_of_deliveries() -> None:
    sizes = ("--customers=40", "--orders=60", "--products=20", "--quota=0")
    async with House(*sizes, "--faults=quick-retries=0.01") as house:
        await house.connect(hooks=True)
        async with house.api() as api:
            await house.over((await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id)

        for _ in range(2):
            enough = _taken(house) + 30
            await house.happens("burst", count=40)
            await eventually(lambda enough=enough: _has_taken(house, enough))  # type: ignore[misc]
            await house.kill()
            deliveries = (await house.stats())["deliveries"]
            assert deliveries["pending"] > 0, "the burst was over before the daemon could be killed"
            assert _taken(house) >= deliveries["delivered"]
            await house.start()
            await house.happens("advance", seconds=200)
        await eventually(lambda: _is_all_delivered(house), within_s=60)

        live = [order for order in await house.truth("order") if _is_kept(order)]
        assert sorted(
            house.rows("select number, status_id, total_minor from store_order where deleted_at is null")
        ) == [(order["id"], order["status_id"], truth.minor(order["total_cents"], order["currency"])) for order in live]
        assert house.rows("select count(*) from store_order where origin = 'live'") == [
            len([order for order in await house.truth("order") if order["id"] > _last_seeded(house)])
        ]


def _taken(house: House) -> int:
    return int(house.rows("select count(*) from delivery")[0])


async def _has_taken(house: House, deliveries: int) -> bool:
    return _taken(house) >= deliveries


async def _is_all_delivered(house: House) -> bool:
    """The store's clock is moved on meanwhile: it waits between retries, and blocks for minutes who failed often."""
    await house.happens("advance", seconds=200)
    if (await house.stats())["deliveries"]["pending"]:
        return False
    async with house.api() as api:
        inbox = (await api.status()).inbox
    assert inbox.dead == 0
    return inbox.pending == 0


def _is_kept(order: dict[str, object]) -> bool:
    return bool(order["customer_id"] and order["status_id"] and not order["is_archived"])


def _last_seeded(house: House) -> int:
    return int(house.rows("select max(number) from store_order where origin = 'historical'")[0])
