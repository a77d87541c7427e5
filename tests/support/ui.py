"""The terminal UI under test: run on a daemon, read as text, waited for with a deadline."""

import asyncio
import difflib
import os
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from textual import _wait, events
from textual.pilot import Pilot

from common.client import ApiClient
from tests.support.fake_data import NOW
from tui.app import CounterfoilApp
from tui.preferences import Preferences, ThemeName

# Each key and each pause waits until the process has been idle for so long: Textual's 20 ms were half of the suite.
_wait.SLEEP_GRANULARITY = 0.01
_wait.SLEEP_IDLE = 0.001

SMALL = (80, 24)
WIDE = (120, 40)

_DEADLINE_S = 8.0
_TERMINAL = {"TERM": "xterm-256color"}
DARK = Preferences(theme=ThemeName.DARK)  # whatever terminal the tests run on
_GOLDEN = Path(__file__).parent.parent / "golden"


class Served(Protocol):
    """A daemon on a socket: the fake one, or a real one."""

    @property
    def socket(self) -> Path: ...


@dataclass(frozen=True, slots=True)
class Ui:
    app: CounterfoilApp
    pilot: Pilot[None]

    @property
    def text(self) -> str:
        """The screen as a person sees it, without colours, line ends trimmed."""
        strips = self.app.screen._compositor.render_strips(self.app.size)
        return "\n".join(strip.text.rstrip() for strip in strips) + "\n"

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        await self.pilot.press(*("space" if char == " " else char for char in text))

    async def paste(self, text: str) -> None:
        self.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def until(self, *wanted: str, gone: str = "") -> str:
        """The screen once it shows all of *wanted* and no longer *gone*; fails with the screen when it never does."""
        await self.when(lambda: all(part in self.text for part in wanted) and not (gone and gone in self.text))
        await self.pilot.pause()  # bars beside a text follow it by a moment
        return self.text

    async def when(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _DEADLINE_S
        while True:
            await self.pilot.pause()
            if holds():
                return
            assert time.monotonic() < deadline, f"never came to be; the screen says\n{self.text}"
            await asyncio.sleep(0.01)

    @property
    def cursor_line(self) -> str:
        """The line the cursor is on."""
        return next((line for line in self.text.splitlines() if "▌" in line), "")


@asynccontextmanager
async def ui_on(
    daemon: Served,
    *,
    size: tuple[int, int] = SMALL,
    first_screen: str = "contacts",
    is_guided: bool = False,
    backoff_s: Sequence[int] = (1,),
    prefers: Preferences = DARK,
    now: Callable[[], int] = lambda: NOW,
    environ: Mapping[str, str] = _TERMINAL,
) -> AsyncIterator[Ui]:
    async with ApiClient(daemon.socket) as client:
        app = CounterfoilApp(
            client,
            prefers=prefers,
            first_screen=first_screen,
            is_guided=is_guided,
            now=now,
            backoff_s=backoff_s,
            environ=environ,
        )
        async with app.run_test(size=size) as pilot:
            yield Ui(app, pilot)


def assert_golden(name: str, text: str) -> None:
    """*text* is what tests/golden/*name*.txt holds; COUNTERFOIL_UPDATE_GOLDENS=1 writes it instead."""
    file = _GOLDEN / f"{name}.txt"
    if os.environ.get("COUNTERFOIL_UPDATE_GOLDENS") == "1":
        file.write_text(text, encoding="utf-8")
    assert file.exists(), f"{file} is missing; run with COUNTERFOIL_UPDATE_GOLDENS=1 to write it"
    kept = file.read_text(encoding="utf-8")
    difference = difflib.unified_diff(kept.splitlines(), text.splitlines(), "golden", "now", lineterm="")
    assert text == kept, "\n".join(difference)
