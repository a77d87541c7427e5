"""How soon the service is ready beside millions of orders, and how soon it is gone when all its hands are full.

BENCH_CONTACTS=10000 makes the database smaller. Ready is measured from the start of the process to READY=1, with the
file in the page cache; stopping from SIGTERM to the end of the process, while webhooks pour in, a history is read,
exports and counts are under way and event streams are open, some of which nobody reads.
"""

import asyncio
import os
import statistics
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import aiohttp

from common import routes
from common.errors import CounterfoilError, Refused
from common.sync import RunKind
from daemon.waiting import stopped
from tests.bench.bench_segments import CONTACTS
from tests.bench.generate import database
from tests.bench.linked import copied, link
from tests.bench.report import tell
from tests.support.bench import eventually
from tests.support.house import House
from tests.support.manager import Manager

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
SENDERS, STREAMS, EXPORTS = 64, 8, 4
SLOW_RULE = 'city contains "an" and product_name_in_any_order contains "blue"'


async def test_start_to_ready() -> None:
    with Manager() as manager:
        environment = {"NOTIFY_SOCKET": manager.address}
        async with House(
            "--orders=20", environment=environment, prepared=lambda folder: link(database(CONTACTS), folder)
        ) as house:
            took = []
            for _ in range(ROUNDS):
                await house.stop()
                manager.drain()
                began = time.perf_counter()
                starting = asyncio.create_task(house.start())
                await manager.told("READY=1")
                took.append(time.perf_counter() - began)
                await starting
    middle = statistics.median(took)
    tell(f"start to READY at {5 * CONTACTS:,} orders", took, "s", budget="1 s", is_kept=middle <= 1)


async def test_stop_at_full_load() -> None:
    with copied(CONTACTS, "stopping") as copy:
        async with House(
            *("--orders=40000", "--customers=10000", "--quota=0", "--faults=page-latency=0.2"),
            prepared=lambda folder: link(copy, folder),
        ) as house:
            await house.connect(hooks=True)
            took = [await _stop_at_full_load(house) for _ in range(ROUNDS)]
    tell("SIGTERM to the end at full load", took, "s", budget="5 s, each", is_kept=max(took) <= 5)


async def _stop_at_full_load(house: House) -> float:
    """Seconds; the daemon runs again then."""
    async with _under_load(house) as acknowledged:
        began = time.perf_counter()
        code = await house.stop()
        took = time.perf_counter() - began
    (kept,) = house.rows("select count(*) from delivery")
    print(f"stopped after {took:.2f} s, exit code {code}; {len(acknowledged)} acknowledged, {kept} kept")
    assert kept >= len(acknowledged) > 0
    await house.start()
    return took


@asynccontextmanager
async def _under_load(house: House) -> AsyncIterator[list[int]]:
    """Everything at once; a list that grows by one for each delivery that was acknowledged."""
    acknowledged: list[int] = []
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(house.api())
        with suppress(Refused):  # the last round's goes on by itself
            await api.start_run(house.told["hash"], RunKind.HISTORICAL)
        unread = await stack.enter_async_context(_plain(house))
        for _ in range(STREAMS):
            await unread.get(f"http://counterfoil{routes.EVENTS.path}")
        jobs = [
            *(_sends(house, acknowledged) for _ in range(SENDERS)),
            *(_listens(house) for _ in range(STREAMS)),
            *(_exports(house, reads=number % 2 == 0) for number in range(EXPORTS)),
            *(_counts(house) for _ in range(EXPORTS)),
        ]
        for job in jobs:
            stack.push_async_callback(stopped, asyncio.create_task(_until_gone(job)))

        async def is_full() -> bool:
            return len(acknowledged) > 2000

        await eventually(is_full, within_s=60)
        print(f"runs under way: {len((await api.status()).runs)}", end=", ")
        yield acknowledged


async def _until_gone(job: Coroutine[Any, Any, None]) -> None:
    with suppress(CounterfoilError, aiohttp.ClientError, OSError):
        await job


async def _sends(house: House, acknowledged: list[int]) -> None:
    url, headers = house.hook()
    async with aiohttp.ClientSession(headers=headers) as session:
        while True:
            order = 1 + len(acknowledged) % 40_000
            scope = {"scope": "store/order/updated", "data": {"type": "order", "id": order}, "hash": str(order)}
            async with session.post(url, json=scope | {"producer": f"stores/{house.told['hash']}"}) as answer:
                if answer.status == 200:
                    acknowledged.append(order)


async def _listens(house: House) -> None:
    async with house.api() as api:
        async for _ in api.events():
            pass


async def _exports(house: House, *, reads: bool) -> None:
    """Pages as an export takes them; or one that nobody takes in, like that of a terminal that is held."""
    asked = {"match": "total_orders >= 1", "limit": "50000"} if reads else {"limit": "5000"}
    async with _plain(house) as session:
        while True:
            async with session.get(f"http://counterfoil{routes.CONTACTS.path}", params=asked) as answer:
                await (answer.read() if reads else asyncio.Event().wait())


def _plain(house: House) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.UnixConnector(path=str(house.state_dir / "counterfoil.sock")))


async def _counts(house: House) -> None:
    async with house.api() as api:
        while True:
            await api.count_rule(SLOW_RULE)
