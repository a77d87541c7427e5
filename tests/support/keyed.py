"""A program on a pseudo-terminal, as somebody with a keyboard meets it: keys go in, what it writes is waited for."""

import os
import pty
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

_DEADLINE_S = 15.0


class Keyed:
    """Use as a context manager; on the way out the program is ended. `written` is all it wrote so far."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str]) -> None:
        self._words = list(words)
        self._environment = dict(environment)
        self.written = ""
        self._read_to = 0

    def __enter__(self) -> Self:
        ours, its = pty.openpty()
        self._terminal = ours
        self.process = subprocess.Popen(
            self._words,
            stdin=its,
            stdout=its,
            stderr=its,
            env=self._environment,
            start_new_session=True,
            preexec_fn=_its_own_terminal,  # noqa: PLW1509 - it makes one system call
        )
        os.close(its)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._terminal)

    def press(self, keys: str) -> None:
        os.write(self._terminal, keys.encode())

    def interrupt(self) -> None:
        """Ctrl+C, once it waits for keys: what it wrote last was on its way there, and readline would not hear it."""
        deadline = time.monotonic() + _DEADLINE_S
        while not self._sleeps():
            assert time.monotonic() < deadline, "it never waited for anything"
            time.sleep(0.001)
        self.press("\x03")

    def _sleeps(self) -> bool:
        """Whether its main thread does nothing, as the system tells."""
        told = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/stat").read_text()
        return told.rpartition(")")[2].split()[0] == "S"

    def until(self, wanted: str) -> str:
        """What was written since the last call, up to and with *wanted*."""
        deadline = time.monotonic() + _DEADLINE_S
        while (at := self.written.find(wanted, self._read_to)) < 0:
            assert time.monotonic() < deadline, f"{wanted!r} never came; it wrote\n{self.written[self._read_to :]}"
            assert self._read(), f"it ended without {wanted!r}; it wrote\n{self.written[self._read_to :]}"
        start, self._read_to = self._read_to, at + len(wanted)
        return self.written[start : self._read_to]

    def ended(self) -> int:
        """Its exit code, once it has ended."""
        deadline = time.monotonic() + _DEADLINE_S
        while self._read():
            assert time.monotonic() < deadline, f"it never ended; it wrote\n{self.written[self._read_to :]}"
        return self.process.wait(timeout=_DEADLINE_S)

    def _read(self) -> bool:
        """Takes what is there, waiting a moment for it; False when there will be no more."""
        if not select.select([self._terminal], [], [], 0.1)[0]:
            return True
        with suppress(OSError):  # EIO: nobody has the other end open any more
            if chunk := os.read(self._terminal, 65536):
                self.written += chunk.decode("utf-8", "replace")
                return True
        return False


def _its_own_terminal() -> None:
    """Makes the terminal on stdin the one whose Ctrl+C it hears."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
