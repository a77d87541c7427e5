"""What the daemon holds in memory: idle, and at most over a historical run. BENCH_ORDERS=1000000 makes that longer."""

import os

from common.sync import RunKind, RunState
from tests.bench.report import tell
from tests.support.house import House

ORDERS = int(os.environ.get("BENCH_ORDERS", "20000"))
_LONG_S = 3600.0


async def test_memory_idle_and_over_a_historical_run() -> None:
    async with House(f"--orders={ORDERS}", f"--customers={ORDERS // 4}", "--quota=0") as house:
        await house.connect(hooks=False)
        idle = house.memory_mb("VmRSS")
        async with house.api() as api:
            run = await house.over((await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id, within_s=_LONG_S)
        assert run.state is RunState.DONE
        most = house.memory_mb("VmHWM")
    tell("memory of the idle daemon", [idle], "MB", budget="80 MB", is_kept=idle <= 80)
    tell(f"memory over a run of {ORDERS:,} orders, at most", [most], "MB", budget="200 MB", is_kept=most <= 200)
