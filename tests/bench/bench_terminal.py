"""What the terminal UI costs a slow line and how soon it answers, on a pseudo-terminal with a real daemon behind it.

Bytes are exact. Times are of this run: first paint beside an app of Textual's that shows one word, pages beside the
daemon's answer to the same question. BENCH_CONTACTS=10000 makes the database smaller.
"""

import asyncio
import os
import statistics
import sys
import time
from pathlib import Path

from common.client import ApiClient
from common.contacts import ContactQuery
from tests.bench.bench_segments import CONTACTS
from tests.bench.generate import database, folder
from tests.bench.linked import link
from tests.bench.report import tell
from tests.support.house import House
from tests.support.terminal import Terminal

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
IDLE_S = 10
# What one in a hundred is called, and what most addresses have in them: then there is most to count.
SOUGHT = {"in few": "neill", "in most": "example"}
EMPTY_APP = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("ready-to-go")
Empty().run()
"""


async def test_first_paint_keys_pages_and_bytes() -> None:
    async with House("--orders=20", prepared=lambda folder: link(database(CONTACTS), folder)) as house:
        environment = {"COUNTERFOIL_SOCKET": str(house.state_dir / "counterfoil.sock")}
        await _first_paint(environment)
        async with house.api() as client, Terminal(_UI, environment) as terminal:
            await terminal.until("contacts", since=0)
            await terminal.quiet(1.5)
            await _bytes(terminal)
            await _pages(terminal, client)
            await _search(terminal, client)
            peak = _memory_mb(terminal.pid)
            tell("UI: memory, at most", [peak], "MB", budget="120 MB", is_kept=peak <= 120)


_UI = [sys.executable, "-P", "-m", "tui"]


async def _first_paint(environment: dict[str, str]) -> None:
    """As an installed program starts: its bytecode is there, made by a start before."""
    bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(folder() / "bytecode")}
    ours, empty = [], []
    for _ in range(ROUNDS + 1):
        empty.append(await _ms_until([sys.executable, "-c", EMPTY_APP], bytecode, "ready-to-go"))
        ours.append(await _ms_until(_UI, environment | bytecode, "@"))  # the first address
    ours, empty = ours[1:], empty[1:]
    tell(
        "UI: first paint with rows",
        *(ours, "ms"),
        against="an empty app of Textual's",
        baseline=empty,
        budget="400 ms",
        is_kept=statistics.median(ours) <= 400,
    )


async def _ms_until(words: list[str], environment: dict[str, str], text: str) -> float:
    began = time.perf_counter()
    async with Terminal(words, environment) as terminal:
        await terminal.until(text)
        return (time.perf_counter() - began) * 1000


async def _bytes(terminal: Terminal) -> None:
    """Each key and the one that takes it back, turn about."""
    for keys, most in (
        ({"cursor down": "j", "cursor up": "k"}, 1024),
        ({"page down": "\x06", "page up": "\x02"}, 8192),
        ({"end": "G", "home": "g"}, 8192),
    ):
        sizes: dict[str, list[float]] = {name: [] for name in keys}
        for _ in range(ROUNDS):
            for name, key in keys.items():
                sizes[name].append((await _answer(terminal, key))[1])
        for name, each in sizes.items():
            tell(f"UI: {name}", each, "bytes", budget=f"{most:,} bytes, each", is_kept=max(each) <= most)
    before = len(terminal.written)
    await asyncio.sleep(IDLE_S)
    idle = len(terminal.written) - before
    tell(f"UI: idle for {IDLE_S} s", [idle], "bytes", budget="0 bytes", is_kept=idle == 0)


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
        ("to the end", "G", ContactQuery(limit=100, offset=total - 100)),
    ):
        ours, asked = [], []
        for _ in range(ROUNDS):
            ours.append((await _answer(terminal, keys))[0])
            asked.append(await _ms(client, query))
            await _answer(terminal, "g")
        tell(
            f"UI: {name}, {total:,} contacts, to the last byte",
            *(ours, "ms"),
            against="the daemon's answer",
            baseline=asked,
            budget="50 ms",
            is_kept=statistics.median(ours) <= 50,
        )


async def _search(terminal: Terminal, client: ApiClient) -> None:
    """Letter by letter, each after a rest: keys in quick succession are answered once, after the last.

    A letter is answered when the line over the list says what the rows below it match, which are painted with it.
    """
    await _answer(terminal, "/")
    for where, word in SOUGHT.items():
        ours, asked = [], []
        for at, letter in enumerate(word):
            before, began = len(terminal.written), time.perf_counter()
            terminal.send(letter)
            await terminal.until(f"{letter}” · sorted", since=before)
            ours.append((time.perf_counter() - began) * 1000)
            await terminal.quiet()
            asked.append(await _ms(client, ContactQuery(search=word[: at + 1], limit=100)))
        tell(
            f"UI: search as you type, a letter, found {where}",
            *(ours, "ms"),
            against="the daemon's whole count",
            baseline=asked,
            budget="100 ms, each",
            is_kept=max(ours) <= 100,
        )
        print(f"at most {max(ours):.0f} ms")
        await _answer(terminal, "\x7f" * len(word))


async def _ms(client: ApiClient, query: ContactQuery) -> float:
    began = time.perf_counter()
    await client.contacts(query)
    return (time.perf_counter() - began) * 1000


def _memory_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
