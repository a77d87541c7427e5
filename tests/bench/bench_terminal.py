"""What the terminal UI costs a slow line and how soon it answers, on a pseudo-terminal with a real daemon behind it.

Bytes are exact. Times are of this run: first paint beside an app of Textual's that shows one word, pages beside the
daemon's answer to the same question. BENCH_CONTACTS=10000 makes the database smaller.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

from common.client import ApiClient
from common.contacts import ContactQuery
from common.errors import DaemonUnreachable
from daemon.db.database import connect
from daemon.vault import opened_vault
from tests.bench.bench_segments import CONTACTS
from tests.bench.generate import database
from tests.support.bench import free_port
from tests.support.terminal import Terminal

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
IDLE_S = 10
EMPTY_APP = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("ready-to-go")
Empty().run()
"""


async def test_first_paint_keys_pages_and_bytes() -> None:
    async with daemon() as folder:
        environment = {"COUNTERFOIL_SOCKET": str(folder / "cf.sock")}
        await _first_paint(environment)
        async with ApiClient(folder / "cf.sock") as client, Terminal(_UI, environment) as terminal:
            await terminal.until("contacts", since=0)
            await terminal.quiet(1.5)
            await _bytes(terminal)
            await _pages(terminal, client)
            await _search(terminal, client)
            print(f"memory: {_memory_mb(terminal.pid):.0f} MB at most")


_UI = [sys.executable, "-P", "-m", "tui"]


@asynccontextmanager
async def daemon() -> AsyncIterator[Path]:
    """A daemon that calls nobody, on a link to the database; the folder its socket is in."""
    with tempfile.TemporaryDirectory(prefix="cf-") as name:
        folder = Path(name)
        (folder / "counterfoil.db").symlink_to(database(CONTACTS))
        _seal(folder)
        environment = {
            "COUNTERFOIL_STATE_DIR": name,
            "COUNTERFOIL_SOCKET": str(folder / "cf.sock"),
            "COUNTERFOIL_PUBLIC__LISTEN": f"127.0.0.1:{free_port()}",
            "COUNTERFOIL_BIGCOMMERCE__API_URL": f"http://127.0.0.1:{free_port()}",
            "COUNTERFOIL_SYNC__CATCH_UP_MINUTES": "0",
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "daemon", "run"), env=others | environment, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            await _answers(folder / "cf.sock", process)
            yield folder
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def _seal(folder: Path) -> None:
    """Gives the stores secrets that the daemon's new key opens; paused, they are left alone."""
    sealed = opened_vault(folder).seal("none")
    with closing(connect(folder / "counterfoil.db", writes=True)) as conn:
        sql = "update store set token = ?, client_secret = ?, hook_key = ?, state = 'paused'"
        conn.execute(sql, (sealed, sealed, sealed))


async def _answers(socket: Path, process: asyncio.subprocess.Process) -> None:
    while process.returncode is None:
        try:
            async with ApiClient(socket) as client:
                await client.status()
        except DaemonUnreachable:
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError("the daemon ended")


async def _first_paint(environment: dict[str, str]) -> None:
    ours, empty = [], []
    for _ in range(ROUNDS):
        empty.append(await _ms_until([sys.executable, "-c", EMPTY_APP], {}, "ready-to-go"))
        ours.append(await _ms_until(_UI, environment, "@"))  # the first address
    ratio = statistics.median(ours) / statistics.median(empty)
    ours_ms, empty_ms = statistics.median(ours), statistics.median(empty)
    print(f"first paint with rows {ours_ms:.0f} ms, an empty app {empty_ms:.0f} ms, ratio {ratio:.2f}")


async def _ms_until(words: list[str], environment: dict[str, str], text: str) -> float:
    began = time.perf_counter()
    async with Terminal(words, environment) as terminal:
        await terminal.until(text)
        return (time.perf_counter() - began) * 1000


async def _bytes(terminal: Terminal) -> None:
    for name, keys in (
        ("cursor down", "j"),
        ("cursor up", "k"),
        ("page down", "\x06"),
        ("page up", "\x02"),
        ("end", "G"),
        ("home", "g"),
    ):
        sizes = []
        for _ in range(ROUNDS):
            _, size = await _answer(terminal, keys)
            sizes.append(size)
        print(f"{name}: {statistics.median(sizes):,.0f} bytes, at most {max(sizes):,}")
    before = len(terminal.written)
    await asyncio.sleep(IDLE_S)
    print(f"idle for {IDLE_S} s: {len(terminal.written) - before} bytes")


async def _answer(terminal: Terminal, keys: str) -> tuple[float, int]:
    """Milliseconds until the last byte that *keys* caused, and how many bytes those were."""
    before, began = len(terminal.written), time.perf_counter()
    terminal.last_at = began
    terminal.send(keys)
    await terminal.quiet()
    return (terminal.last_at - began) * 1000, len(terminal.written) - before


async def _pages(terminal: Terminal, client: ApiClient) -> None:
    total = (await client.contacts(ContactQuery(limit=1))).total
    for name, keys, query in (
        ("page down", "\x06", ContactQuery(limit=100)),
        ("to the end", "G", ContactQuery(limit=100, offset=total - total % 100)),
    ):
        ours, asked = [], []
        for _ in range(ROUNDS):
            ours.append((await _answer(terminal, keys))[0])
            asked.append(await _ms(client, query))
            await _answer(terminal, "g")
        ours_ms, asked_ms = statistics.median(ours), statistics.median(asked)
        print(f"{name}: {ours_ms:.0f} ms to the last byte, the daemon's answer {asked_ms:.0f} ms")


async def _search(terminal: Terminal, client: ApiClient) -> None:
    await _answer(terminal, "/")
    ours, asked = [], []
    for at, letter in enumerate("anna.b"):
        ours.append((await _answer(terminal, letter))[0])
        asked.append(await _ms(client, ContactQuery(search="anna.b"[: at + 1], limit=100)))
    print(
        f"search as you type: {statistics.median(ours):.0f} ms a key, at most {max(ours):.0f}; "
        f"the daemon's answer {statistics.median(asked):.0f} ms, at most {max(asked):.0f}"
    )


async def _ms(client: ApiClient, query: ContactQuery) -> float:
    began = time.perf_counter()
    await client.contacts(query)
    return (time.perf_counter() - began) * 1000


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
