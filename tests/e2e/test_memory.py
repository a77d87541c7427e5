"""What the real process holds in memory stays the same, however much comes in."""

import asyncio
from collections.abc import Iterator

import aiohttp
import pytest

from common.stores import StoreState
from common.sync import RunKind, RunState
from daemon.sandbox import envelope
from tests.support import sizes
from tests.support.bench import eventually
from tests.support.house import House

_MOST_MB = 200
_LONG_S = 3600.0
_STORE_ORDERS = 2000
_SENDERS = 64

pytestmark = [pytest.mark.slow, pytest.mark.soak]


async def test_memory_is_flat_over_a_long_historical_run() -> None:
    people = f"--customers={max(100, sizes.ORDERS // 4)}"
    async with House(f"--orders={sizes.ORDERS}", people, "--products=600", "--quota=0") as house:
        await house.connect(hooks=False)
        async with house.api() as api:
            run_id = (await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id

        run = await house.over(run_id, within_s=_LONG_S)

        assert (run.state, run.skipped) == (RunState.DONE, [])
        assert run.orders >= sizes.ORDERS * 0.8  # guests' orders are left out
        _is_at_most(house, _MOST_MB)


async def test_memory_is_flat_over_deliveries_that_come_while_the_store_is_down() -> None:
    small = (f"--orders={_STORE_ORDERS}", "--customers=500", "--products=60", "--quota=0", f"--seed={sizes.SEED}")
    async with House(*small) as house:
        await house.connect(hooks=True)
        async with house.api() as api:
            await house.over((await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id)
        numbers = house.rows("select number from store_order order by number")
        await house.happens("faults", spec="http-503html=1")

        await _posted(house, (_body(house, numbers[n % len(numbers)], n) for n in range(sizes.DELIVERIES)))

        assert house.rows("select count(*) from delivery where state = 'pending'") == [sizes.DELIVERIES]
        await eventually(lambda: _is(house, StoreState.UNAVAILABLE), within_s=_LONG_S)
        _is_at_most(house, _MOST_MB)

        await house.happens("faults", spec="")
        await eventually(lambda: _is_worked_off(house), within_s=_LONG_S)
        assert house.rows("select state, count(*) from delivery group by state") == [("done", sizes.DELIVERIES)]
        assert await _is(house, StoreState.CONNECTED)
        _is_at_most(house, _MOST_MB)


def _is_at_most(house: House, most_mb: int) -> None:
    peak_mb, now_mb = house.memory_mb("VmHWM"), house.memory_mb("VmRSS")
    print(f"memory: {peak_mb} MB at most, {now_mb} MB now")
    assert peak_mb <= most_mb


async def _posted(house: House, bodies: Iterator[bytes]) -> None:
    url, headers = house.hook()

    async def send(session: aiohttp.ClientSession) -> None:
        for body in bodies:
            async with session.post(url, data=body) as answer:
                assert answer.status == 200

    async with aiohttp.ClientSession(headers=headers) as session, asyncio.TaskGroup() as senders:
        for _ in range(_SENDERS):
            senders.create_task(send(session))


def _body(house: House, number: int, at: int) -> bytes:
    data = {"type": "order", "id": number}
    return envelope.body("store/order/updated", data, store_hash=house.told["hash"], at=at)


async def _is(house: House, state: StoreState) -> bool:
    async with house.api() as api:
        return (await api.store(house.told["hash"])).state is state


async def _is_worked_off(house: House) -> bool:
    async with house.api() as api:
        return (await api.status()).inbox.pending == 0
