"""What 50 saved segments cost a historical run, and how long after its end their members are those of now.

Both runs read from one sandbox in a process of its own, turn about; the ratios are what to quote: of their rates, and
of the daemon's processor time, which holds where the machine has other work too.
"""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from common.client import ApiClient
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.stores import StoreAdd
from common.sync import RunKind
from daemon.app import Daemon
from daemon.settings import BigCommerceSettings, PublicSettings, Settings, SyncSettings
from tests.bench.bench_historical_run import ORDERS, ROUNDS, Sandbox, decoded, sandbox
from tests.bench.report import tell

SEGMENTS = 50

RULES = [
    *(f"{kind.name} {kind.example}" for kind in OF_CONTACTS.values()),
    *(f"same order ({kind.name} {kind.example})" for kind in OF_ORDERS.values()),
][:SEGMENTS]


def test_historical_run_with_50_segments_against_none() -> None:
    with sandbox() as store:
        asyncio.run(decoded(store))  # warms the sandbox
        alone, beside = [], []
        for _ in range(ROUNDS):
            alone.append(asyncio.run(synced(store, [])))
            beside.append(asyncio.run(synced(store, RULES)))
            print(f"members right {beside[-1].settled_s:.1f} s after the end of the run", flush=True)
    tell(
        f"a whole run with {len(RULES)} saved segments",
        *([one.orders_per_s for one in beside], "orders/s"),
        against="with none",
        baseline=[one.orders_per_s for one in alone],
        budget="",
        is_kept=True,
    )
    tell(
        "its processor time",
        *([one.cpu_s for one in beside], "s"),
        against="with none",
        baseline=[one.cpu_s for one in alone],
        budget="",
        is_kept=True,
    )


@dataclass(frozen=True, slots=True)
class Took:
    """What a whole run took, and how long after it nothing waited any more."""

    orders_per_s: float
    cpu_s: float
    settled_s: float


async def synced(store: Sandbox, rules: list[str]) -> Took:
    async with daemon(store) as client:
        for number, rule in enumerate(rules):
            await client.save_segment(f"s{number}", rule)
        await client.add_store(StoreAdd(store=store["hash"], token=SecretStr(store["token"]), hooks=False))
        began, spent = time.perf_counter(), time.process_time()
        run = await client.start_run(store["hash"], RunKind.HISTORICAL)
        while not run.state.is_over:
            await asyncio.sleep(0.05)
            run = await client.run(run.id)
        assert run.state == "done", run.error
        over, cpu_s = time.perf_counter(), time.process_time() - spent
        await nothing_waits(client)
        return Took(ORDERS / (over - began), cpu_s, time.perf_counter() - over)


async def nothing_waits(client: ApiClient) -> None:
    while any(one.waiting or one.as_of is None for one in (await client.segments()).segments):  # noqa: ASYNC110 - the daemon tells no one
        await asyncio.sleep(0.05)


@asynccontextmanager
async def daemon(store: Sandbox) -> AsyncIterator[ApiClient]:
    with tempfile.TemporaryDirectory(prefix="cf-") as folder:
        settings = Settings(
            state_dir=Path(folder),
            public=PublicSettings(listen="127.0.0.1:0"),
            bigcommerce=BigCommerceSettings(api_url=store["url"], quota_share=1.0),
            sync=SyncSettings(catch_up_minutes=0),
        )
        async with Daemon(settings), ApiClient(settings.socket_path) as client:
            yield client
