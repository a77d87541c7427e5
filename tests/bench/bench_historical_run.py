"""How fast a store's history comes in, against fetching the same pages and only decoding them.

Both read from one sandbox in a process of its own; the daemon has one, too. The figures are of this run, the ratio is
what to quote.
BENCH_ORDERS=1000000 makes the history longer.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp

from common.sync import RunKind
from tests.bench.report import tell
from tests.support.house import House

ORDERS = int(os.environ.get("BENCH_ORDERS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))

Sandbox = dict[str, Any]


def test_historical_run_against_decoding_alone() -> None:
    with sandbox() as store:
        asyncio.run(decoded(store))  # warms the sandbox, so that both find its pages ready
        baseline, ours = [], []
        for _ in range(ROUNDS):
            baseline.append(asyncio.run(decoded(store)))
            ours.append(asyncio.run(synced(store)))
    ratio = statistics.median(mine / base for mine, base in zip(ours, baseline, strict=True))
    tell(
        f"historical run of {ORDERS:,} orders",
        *(ours, "orders/s"),
        against="fetching and decoding alone",
        baseline=baseline,
        budget="0.5 of it; 5,000/s",
        is_kept=ratio >= 0.5 and statistics.median(ours) >= 5000,
    )


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    words = ["sandbox", "--port", "0", "--quota", "0", "--orders", str(ORDERS), "--customers", str(ORDERS // 4)]
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "daemon", *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


async def decoded(store: Sandbox) -> float:
    """Orders a second when the pages are only fetched and decoded."""
    path = f"{store['url']}/stores/{store['hash']}/v2/orders"
    asked = {"include": "consignments.line_items", "consignment_structure": "object", "limit": "250"}
    seen, below = 0, 10**9
    async with aiohttp.ClientSession(headers={"X-Auth-Token": store["token"], "Accept": "application/json"}) as session:
        started = time.perf_counter()
        while True:
            async with session.get(path, params={**asked, "sort": "id:desc", "max_id": str(below - 1)}) as answer:
                rows = json.loads(await answer.read() or b"[]")
            seen += len(rows)
            if len(rows) < 250:
                return seen / (time.perf_counter() - started)
            below = rows[-1]["id"]


async def synced(store: Sandbox) -> float:
    """Orders a second of a historical run's order phase, as a fresh daemon in a process of its own does it."""
    async with House(told=store) as house, house.api() as client:
        await house.connect(hooks=False)
        run = await client.start_run(store["hash"], RunKind.HISTORICAL)
        at_orders = []
        while not run.state.is_over:
            await asyncio.sleep(0.05)
            run = await client.run(run.id)
            if run.phase and run.phase.name == "orders":
                at_orders.append(time.perf_counter())
        assert run.state == "done", run.error
        return ORDERS / (at_orders[-1] - at_orders[0])
