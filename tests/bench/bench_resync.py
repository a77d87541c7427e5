"""How much faster a second historical run over an unchanged store is than the first.

Each round has a database of its own. BENCH_ORDERS=100000 makes the history longer.
"""

import os
import statistics
import time

from common.client import ApiClient
from common.sync import RunKind, RunState
from tests.bench.report import tell
from tests.support.house import House

ORDERS = int(os.environ.get("BENCH_ORDERS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "3"))
_LONG_S = 3600.0


async def test_a_second_run_over_unchanged_orders_against_the_first() -> None:
    first, second = [], []
    for _ in range(ROUNDS):
        async with House(f"--orders={ORDERS}", f"--customers={ORDERS // 4}", "--quota=0", "--warm") as house:
            await house.connect(hooks=False)
            async with house.api() as api:
                first.append(await _per_s(house, api))
                second.append(await _per_s(house, api))
    ratio = statistics.median(again / once for again, once in zip(second, first, strict=True))
    tell(
        "orders synced again, unchanged",
        *(second, "/s"),
        against="the first sync",
        baseline=first,
        budget="3 times it",
        is_kept=ratio >= 3,
    )


async def _per_s(house: House, api: ApiClient) -> float:
    began = time.perf_counter()
    run = await house.over((await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id, within_s=_LONG_S)
    assert run.state is RunState.DONE
    return ORDERS / (time.perf_counter() - began)
