"""A service manager's ear: what a daemon tells by datagrams, in the order it was told."""

import asyncio
import contextlib
import os
import shutil
import socket
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.bench import DEADLINE_S


class Manager:
    """Use as `with Manager() as manager:` inside a running loop; `address` goes into NOTIFY_SOCKET."""

    def __init__(self, *, is_abstract: bool = False) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="cf-"))
        name = f"counterfoil-test-{os.getpid()}-{id(self)}"
        self.address = f"@{name}" if is_abstract else str(self._folder / "notify")
        self._ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ear.bind(f"\0{name}" if is_abstract else self.address)
        self._ear.setblocking(False)
        self.messages: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ear.close()
        shutil.rmtree(self._folder)

    async def told(self, what: str, *, within_s: float = DEADLINE_S) -> str:
        """The next message that begins with *what*; those before it are heard, too."""
        async with asyncio.timeout(within_s):
            while True:
                message = (await asyncio.get_running_loop().sock_recv(self._ear, 4096)).decode()
                self.messages.append(message)
                if message.startswith(what):
                    return message

    def drain(self) -> None:
        """Forgets what was told so far."""
        self.messages.clear()
        with contextlib.suppress(BlockingIOError):
            while True:
                self._ear.recv(4096)

    async def is_silent(self, what: str, *, for_s: float) -> bool:
        """Whether no message that begins with *what* comes for so long."""
        try:
            await self.told(what, within_s=for_s)
        except TimeoutError:
            return True
        return False
