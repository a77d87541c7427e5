"""How many webhooks a second are taken in durably, against a server that stores nothing, and one that commits each.

64 connections from a process of its own, the store paused so that nothing else is at work. BENCH_CALLS=100000 sends
more of them.
"""

import asyncio
import os
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bench.load import Answered, Load, sent
from tests.bench.report import tell
from tests.support.house import House

CALLS = int(os.environ.get("BENCH_CALLS", "20000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
CONNECTIONS = 64


async def test_webhooks_taken_in_against_storing_nothing() -> None:
    async with House("--orders=10", "--customers=10", "--products=10") as house:
        await house.connect(hooks=True)
        async with house.api() as api:
            await api.pause_store(house.told["hash"])
        url, headers = house.hook()
        ours, nothing, each = [], [], []
        for _ in range(ROUNDS):
            async with _server("nothing") as base:
                nothing.append(await _sent(base, headers, house.told["hash"]))
            ours.append(await _sent(url, headers, house.told["hash"]))
            async with _server("each") as base:
                each.append(await _sent(base, headers, house.told["hash"]))
        assert house.rows("select count(*) from delivery") == [CALLS * ROUNDS]
    _told(ours, nothing, each)


async def _sent(url: str, headers: dict[str, str], store_hash: str) -> Answered:
    return await sent(Load(url, headers, store_hash, CONNECTIONS, CALLS))


@asynccontextmanager
async def _server(kind: str) -> AsyncIterator[str]:
    """The address of a server that stores *nothing*, or commits *each* call by itself."""
    with tempfile.TemporaryDirectory(prefix="cf-") as folder:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "tests.bench.plain_server", kind, str(Path(folder) / "calls.db")),
            stdout=asyncio.subprocess.PIPE,
        )
        assert process.stdout is not None
        port = int(await process.stdout.readline())
        try:
            yield f"http://127.0.0.1:{port}/webhooks/bigcommerce/plain"
        finally:
            process.terminate()
            await process.wait()


def _told(ours: list[Answered], nothing: list[Answered], each: list[Answered]) -> None:
    rates = [one.per_s for one in ours]
    ratio = statistics.median(one / base.per_s for one, base in zip(rates, nothing, strict=True))
    p99 = statistics.median(one.p99_ms for one in ours)
    tell(
        "webhooks taken in, 64 connections",
        *(rates, "/s"),
        against="aiohttp that stores nothing",
        baseline=[one.per_s for one in nothing],
        budget="0.6 of it",
        is_kept=ratio >= 0.6,
    )
    tell(
        "the same",
        *(rates, "/s"),
        against="one commit each",
        baseline=[one.per_s for one in each],
        budget="",
        is_kept=True,
    )
    tell(
        "its 99th of 100",
        *([one.p99_ms for one in ours], "ms"),
        against="aiohttp that stores nothing",
        baseline=[one.p99_ms for one in nothing],
        budget="15 ms",
        is_kept=p99 <= 15,
    )
