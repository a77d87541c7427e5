"""What 50 saved segments cost a historical run, and how long after its end their members are those of now.

Both runs read from one sandbox in a process of its own, turn about; the ratio of their rates is what to quote.
"""

import asyncio
import time

from pydantic import SecretStr

from common.client import ApiClient
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.stores import StoreAdd
from common.sync import RunKind
from tests.bench.bench_historical_run import ORDERS, ROUNDS, Sandbox, daemon, decoded, sandbox

SEGMENTS = 50

RULES = [
    *(f"{kind.name} {kind.example}" for kind in OF_CONTACTS.values()),
    *(f"same order ({kind.name} {kind.example})" for kind in OF_ORDERS.values()),
][:SEGMENTS]


def test_historical_run_with_50_segments_against_none() -> None:
    with sandbox() as store:
        asyncio.run(decoded(store))  # warms the sandbox
        ratios = []
        for _ in range(ROUNDS):
            alone, _nothing = asyncio.run(synced(store, []))
            beside, settled_s = asyncio.run(synced(store, RULES))
            ratios.append(beside / alone)
            print(
                f"run alone {alone:,.0f} orders/s, with {len(RULES)} segments {beside:,.0f}, ratio {ratios[-1]:.2f}; "
                f"members right {settled_s:.1f} s after its end"
            )
        print(f"median ratio {sorted(ratios)[ROUNDS // 2]:.2f}, {min(ratios):.2f} to {max(ratios):.2f}")


async def synced(store: Sandbox, rules: list[str]) -> tuple[float, float]:
    """Orders a second over the whole run, and the seconds until nothing waits any more."""
    async with daemon(store) as client:
        for number, rule in enumerate(rules):
            await client.save_segment(f"s{number}", rule)
        await client.add_store(StoreAdd(store=store["hash"], token=SecretStr(store["token"]), hooks=False))
        began = time.perf_counter()
        run = await client.start_run(store["hash"], RunKind.HISTORICAL)
        while not run.state.is_over:
            await asyncio.sleep(0.05)
            run = await client.run(run.id)
        assert run.state == "done", run.error
        over = time.perf_counter()
        await nothing_waits(client)
        return ORDERS / (over - began), time.perf_counter() - over


async def nothing_waits(client: ApiClient) -> None:
    while any(one.waiting or one.as_of is None for one in (await client.segments()).segments):  # noqa: ASYNC110 - the daemon tells no one
        await asyncio.sleep(0.05)
