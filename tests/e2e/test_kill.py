"""A daemon that is killed at any moment: what it had acknowledged is there, and it goes on where it was."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest

from common.sync import Run, RunKind, RunQuery, RunState
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.keys import Identity
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from daemon.waiting import stopped
from tests.support import sizes, soundness, truth
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
        assert truth.differences(boxes, expected) == []
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


_LIVES = 4  # stores that are tried side by side


@pytest.mark.parametrize("life", range(_LIVES))
async def test_nothing_is_lost_or_doubled_when_the_daemon_is_killed_at_any_moment(life: int) -> None:
    """Kills fall while a run reads the whole store and changes of it are delivered; SOAK_SEED tells them apart."""
    seed, kills = sizes.SEED * _LIVES + life, max(1, sizes.KILLS // _LIVES)
    dice = random.Random(seed)
    plan = Plan(customers=40, orders=500, products=20)
    store = SandboxStore(plan, clock=VirtualClock(), quota=0, faults={"page-latency": 0.15, "quick-retries": 0.01})
    interrupted: list[tuple[bool, bool]] = []
    async with House(store=store) as house:
        await house.connect(hooks=True)
        async with _changing(store, dice):
            for kill in range(1, kills + 1):
                run_id = await _open_run(house)
                await asyncio.sleep(dice.uniform(0, 1.2))  # the moment is what is tried
                await house.kill()
                interrupted.append(_under_way(house))
                _has_all_acknowledged(house, store)
                await house.start()
                store.clock.advance(200)  # the store shuns for minutes who failed often
                store.office.wake()
                print(f"life {seed}, kill {kill}: run {run_id} {interrupted[-1]}, {len(store.world.orders)} orders")
        await _settled(house, store)

        assert any(run for run, _ in interrupted), "no kill fell in a run"
        assert any(inbox for _, inbox in interrupted), "no kill fell while deliveries were worked in"
        assert {run.state for run in await _runs(house)} == {RunState.DONE}
        assert soundness.faults_in(house.settings) == {}
        await house.stop()
        assert soundness.is_rebuilt_alike(house.settings)


@asynccontextmanager
async def _changing(store: SandboxStore, dice: random.Random) -> AsyncIterator[None]:
    """Meanwhile the store sells, in bursts, and what it sold and who bought it changes."""

    async def live() -> None:
        while True:
            for _ in range(dice.randint(1, 15)):
                _something_happens(store, dice)
            await asyncio.sleep(dice.uniform(0, 0.1))

    living = asyncio.create_task(live())
    try:
        yield
        assert not living.done(), living.exception()
    finally:
        await stopped(living)


def _something_happens(store: SandboxStore, dice: random.Random) -> None:
    buyer = store.world.customers[dice.choice(store.world.customers.ids)]
    match dice.randrange(6):
        case 0 | 1:
            store.orders.place(buyer.id)
        case 2 | 3:
            order = dice.choice([order for order in store.world.orders if order.status_id])
            store.orders.change_status(order.id, dice.choice((2, 5, 9, 10, 11)))
        case 4:
            store.customers.edit(buyer.id, last_name=f"Name {dice.randrange(1000)}")
        case _:  # and nobody takes it back: who joined a list by it stays on the list
            store.customers.subscribe(buyer.email)


async def _open_run(house: House) -> int:
    """The run under way; a new one of the whole store when there is none."""
    async with house.api() as api:
        if under_way := (await api.status()).runs:
            return under_way[0].id
        return (await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id


def _under_way(house: House) -> tuple[bool, bool]:
    """Whether the killed one was in a run, and whether it had deliveries still to be worked in."""
    run, inbox = (house.rows(f"select exists (select 1 from {what})") for what in ("run where finished_at is null",
                  "delivery where state = 'pending'"))  # fmt: skip
    return bool(run[0]), bool(inbox[0])


def _has_all_acknowledged(house: House, store: SandboxStore) -> None:
    acknowledged = {attempt.delivery.id for attempt in store.office.attempts if not attempt.failure}
    store.office.attempts.clear()
    assert acknowledged - set(house.rows("select webhook_id from delivery")) == set()


async def _settled(house: House, store: SandboxStore) -> None:
    """Waits, doing nothing but let the store's time pass, until we have what the store has."""
    differences = ["nothing came to rest"]

    async def is_as_the_store() -> bool:
        if store.office.pending:
            store.clock.advance(200)
            store.office.wake()
        async with house.api() as api:
            status = await api.status()
        if store.office.pending or status.inbox.pending or status.runs:
            return False
        shown = {email: truth.shown(contact) for email, contact in (await house.contacts()).items()}
        differences[:] = truth.differences(shown, truth.expected(store))
        return not differences  # a delivery may be on its way that is in neither list

    with suppress(TimeoutError):
        await eventually(is_as_the_store, within_s=60)
    assert not differences, "\n".join(differences)
    _has_all_acknowledged(house, store)


async def _runs(house: House) -> list[Run]:
    async with house.api() as api:
        return (await api.runs(RunQuery(limit=500))).runs
