"""The command line against a fake daemon: in this process where possible, as a process of its own where it matters."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any, Protocol

import pytest
from click.testing import CliRunner, Result

from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import contact, store
from tui.cli.root import counterfoil

ROOT = Path(__file__).parents[2]
STANDIN = Path(__file__).parent / "standin"
SOURCES = f"{STANDIN}:{ROOT}"  # a PYTHONPATH on which `daemon` is the stand-in


class Cli(Protocol):
    def __call__(self, *words: str, given: str | None = None) -> Result: ...


class Served:
    """A fake daemon that runs on a loop and thread of its own, so that commands may run loops of theirs."""

    def __init__(self, socket: Path) -> None:
        self.daemon = FakeDaemon(socket)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)

    def __enter__(self) -> "Served":
        self._thread.start()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def start(self) -> None:
        self._wait_for(asyncio.run_coroutine_threadsafe(self.daemon.start(), self._loop))

    def stop(self) -> None:
        self._wait_for(asyncio.run_coroutine_threadsafe(self.daemon.stop(), self._loop))

    def soon(self, act: Callable[[], Any]) -> None:
        """Runs *act* on the daemon's loop once a command listens to its events."""

        async def when_heard() -> None:
            while not self.daemon.listeners:  # noqa: ASYNC110 - the fake daemon tells no one of its listeners
                await asyncio.sleep(0.005)
            act()

        asyncio.run_coroutine_threadsafe(when_heard(), self._loop)

    def until(self, holds: Callable[[], bool]) -> None:
        """Returns once *holds* says so, asked on the daemon's loop."""

        async def held() -> None:
            async with asyncio.timeout(10):
                while not holds():  # noqa: ASYNC110 - the fake daemon tells no one of its calls
                    await asyncio.sleep(0.005)

        asyncio.run_coroutine_threadsafe(held(), self._loop).result()

    def restart_soon(self) -> None:
        """Stops the daemon and starts it again, from its own loop."""

        async def restart() -> None:
            await self.daemon.stop()
            await self.daemon.start()

        asyncio.run_coroutine_threadsafe(restart(), self._loop)

    def close_streams(self) -> None:
        """Ends the event streams, the daemon stays; from its own loop."""
        asyncio.run_coroutine_threadsafe(self.daemon.stop(), self._loop)

    @staticmethod
    def _wait_for(work: "Future[None]") -> None:
        work.result(timeout=5)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with Served(tmp_path / "s") as serving:
        serving.daemon.stores = {"abc123": store()}
        serving.daemon.contacts = [contact()]
        yield serving


@pytest.fixture
def daemon(served: Served) -> FakeDaemon:
    return served.daemon


@pytest.fixture
def cli(tmp_path: Path) -> Cli:
    """Runs the command line in this process, on the socket the `daemon` fixture serves if it is used too."""

    def run(*words: str, given: str | None = None) -> Result:
        return CliRunner().invoke(counterfoil, ["--socket", str(tmp_path / "s"), *words], input=given)

    return run


def program(*words: str, stdout: IO[bytes] | int = subprocess.PIPE, **environment: str) -> "subprocess.Popen[bytes]":
    """The command line as a process; `python -m daemon` is the stand-in."""
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "tui", *words],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": SOURCES} | environment,
    )


@pytest.fixture(autouse=True, scope="session")
def _programs_hear_ctrl_c() -> Iterator[None]:
    """However this suite was started: a script's background jobs hand on to their children that SIGINT is ignored."""
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
