"""A terminal of its own for a program: what it writes there is counted and timed, and what it shows can be read."""

import asyncio
import fcntl
import os
import pty
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

_FAR_S = 60.0


class Terminal:
    """Use as `async with Terminal(words, env) as terminal:`; the program is killed at the end.

    `written` is all it wrote so far, `last_at` when it wrote last (time.perf_counter).
    """

    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str], *, size: tuple[int, int] = (80, 24)
    ) -> None:
        self._words = list(words)
        self._environment = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", **environment}
        self._size = size
        self.written = b""
        self.last_at = 0.0
        self.pid = 0
        self._master = -1
        self._code: int | None = None

    async def __aenter__(self) -> Self:
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            os.execvpe(self._words[0], self._words, self._environment)
        self.resize(*self._size)
        os.set_blocking(self._master, False)
        asyncio.get_running_loop().add_reader(self._master, self._read)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hang_up()
        if self._code is None:
            os.kill(self.pid, signal.SIGKILL)
            await self.ended()

    def hang_up(self) -> None:
        """The terminal goes away."""
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            self._master = -1

    async def ended(self) -> int:
        """The program's exit code, once it has ended; minus a signal's number where one ended it."""
        if self._code is None:
            _, status = await asyncio.to_thread(os.waitpid, self.pid, 0)
            self._code = os.waitstatus_to_exitcode(status)
        return self._code

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def send(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    async def until(self, text: str, *, since: int = 0) -> None:
        """Waits until *text* was written after the first *since* bytes."""
        deadline = time.perf_counter() + _FAR_S
        while text.encode() not in self.written[since:]:
            assert time.perf_counter() < deadline, f"{text!r} never came: {self.written[-2000:]!r}"
            await asyncio.sleep(0.002)

    async def quiet(self, for_s: float = 0.4) -> None:
        """Waits until nothing was written for so long."""
        while (rest_s := self.last_at + for_s - time.perf_counter()) > 0:  # noqa: ASYNC110 - silence rings no bell
            await asyncio.sleep(rest_s)

    def _read(self) -> None:
        try:
            self.written += os.read(self._master, 1 << 20)
        except BlockingIOError:
            return
        except OSError:  # the program ended
            asyncio.get_running_loop().remove_reader(self._master)
            return
        self.last_at = time.perf_counter()
