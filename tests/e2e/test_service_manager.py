"""A daemon under a service manager that listens: what it tells is so."""

import asyncio
import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import aiohttp
import pytest

from common.client import ApiClient
from daemon.db.database import connect
from tests.support.bench import free_port
from tests.support.manager import Manager

pytestmark = pytest.mark.slow

_ROOT = Path(__file__).parents[2]
_WATCHDOG_S = 0.4


class Service:
    """A daemon's process, started as a manager would, which need not be ready yet."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path, listen: str) -> None:
        self.process = process
        self.database = folder / "counterfoil.db"
        self.socket = folder / "counterfoil.sock"
        self.url = f"http://{listen}"

    async def stopped(self) -> int:
        self.process.terminate()
        return await asyncio.wait_for(self.process.wait(), 10)


@asynccontextmanager
async def started(manager: Manager, folder: Path) -> AsyncIterator[Service]:
    (folder / "counterfoil.toml").touch()
    listen = f"127.0.0.1:{free_port()}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
    environment = {
        "PYTHONPATH": str(_ROOT),
        "COUNTERFOIL_STATE_DIR": str(folder),
        "COUNTERFOIL_PUBLIC__LISTEN": listen,
        "COUNTERFOIL_CONFIG": str(folder / "counterfoil.toml"),
        "NOTIFY_SOCKET": manager.address,
        "WATCHDOG_USEC": str(int(_WATCHDOG_S * 1e6)),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "daemon", "run"), env=clean | environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield Service(process, folder, listen)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="cf-"))
    yield made
    shutil.rmtree(made)


async def test_ready_is_told_once_both_listeners_answer_and_stopping_when_it_stops(folder: Path) -> None:
    with Manager() as manager:
        async with started(manager, folder) as service, aiohttp.ClientSession() as http:
            await manager.told("READY=1")
            async with ApiClient(service.socket) as api, http.get(f"{service.url}/healthz") as answer:
                assert (answer.status, (await api.status()).pid) == (200, service.process.pid)
            await manager.told("STATUS=0 stores; ")

            assert await service.stopped() == 0

            await manager.told("STOPPING=1", within_s=0.1)
            assert [message for message in manager.messages if message in ("READY=1", "STOPPING=1")] == [
                "READY=1",
                "STOPPING=1",
            ]


@pytest.mark.parametrize(
    ("written", "in_force", "codes"),
    [
        ("[sync]\ncatch_up_minutes = 7\n", "7", []),
        ("[sync]\ncatch_up_minutes = 'soon'\n", "15", ["settings-refused"]),
    ],
    ids=["taken over", "refused"],
)
async def test_a_reload_is_told_with_its_moment_and_its_end(
    folder: Path, written: str, in_force: str, codes: list[str]
) -> None:
    with Manager() as manager:
        async with started(manager, folder) as service:
            await manager.told("READY=1")
            (folder / "counterfoil.toml").write_text(written, "utf-8")
            before = time.monotonic_ns() // 1000

            service.process.send_signal(signal.SIGHUP)

            _, moment = (await manager.told("RELOADING=1\n")).split("\n")
            name, _, told_at = moment.partition("=")
            assert name == "MONOTONIC_USEC"
            assert before <= int(told_at) <= time.monotonic_ns() // 1000
            await manager.told("READY=1")
            async with ApiClient(service.socket) as api:
                groups = (await api.settings()).groups
                values = {setting.variable: setting.value for group in groups for setting in group.settings}
                assert values["COUNTERFOIL_SYNC__CATCH_UP_MINUTES"] == in_force
                assert [item.code for item in (await api.status()).health if "settings" in item.code] == codes
            assert await service.stopped() == 0
            await manager.told("STOPPING=1", within_s=0.1)


async def test_the_watchdog_hears_nothing_while_the_writer_is_held(folder: Path) -> None:
    with Manager() as manager:
        async with started(manager, folder) as service:
            await manager.told("READY=1")
            await manager.told("WATCHDOG=1", within_s=_WATCHDOG_S)

            with closing(connect(service.database, writes=True)) as other:
                other.execute("begin immediate")
                await manager.is_silent("WATCHDOG=1", for_s=_WATCHDOG_S / 4)  # one may have been on its way
                assert await manager.is_silent("WATCHDOG=1", for_s=2 * _WATCHDOG_S)
                other.execute("rollback")

            await manager.told("WATCHDOG=1")


async def test_while_the_database_cannot_be_opened_more_time_is_asked_for(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "counterfoil.db", isolation_level=None)) as other, Manager() as manager:
        other.execute("begin exclusive")  # stands for a migration, or the snapshot before it, that takes long
        async with started(manager, folder):
            await manager.told("EXTEND_TIMEOUT_USEC=60000000")
            assert manager.messages[0] == "STATUS=opening the database"
            assert await manager.is_silent("READY=1", for_s=0.3)
            other.execute("rollback")

            await manager.told("READY=1")
