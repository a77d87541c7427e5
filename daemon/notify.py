"""What the service manager is told: ready, how we are, still alive, stopping. Nobody listens = nothing is told.

The protocol is one datagram of `NAME=value` lines (sd_notify(3)). The libraries for it are a binding that needs a C
compiler and one without a release since 2017; it is shorter than either's use.
"""

import asyncio
import logging
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

log = logging.getLogger(__name__)

# The manager takes datagrams in at once, or is itself in trouble: nobody here waits longer for it.
_TELL_WITHIN_S = 0.2

# While something takes long, the manager is asked for this much more time, a few times within it.
_MORE_TIME_S = 60.0
_ASK_EVERY_S = 15.0


class Notifier:
    """Tells the service manager at *address*, a path or, with "@" before it, an abstract name; "" = nobody.

    *watchdog_s* is how often it wants to hear that we are alive; None = it does not ask.
    """

    def __init__(self, address: str = "", *, watchdog_s: float | None = None) -> None:
        self.watchdog_s = watchdog_s
        self._address = f"\0{address[1:]}" if address.startswith("@") else address
        self._status = ""

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Notifier":
        """The one that systemd's variables name. A watchdog that is meant for another process is not ours to feed."""
        wanted, whose = environment.get("WATCHDOG_USEC", ""), environment.get("WATCHDOG_PID", "")
        is_ours = wanted.isdigit() and int(wanted) > 0 and whose in ("", str(os.getpid()))
        return cls(environment.get("NOTIFY_SOCKET", ""), watchdog_s=int(wanted) / 1e6 if is_ours else None)

    def ready(self) -> None:
        """It serves."""
        self._tell("READY=1")

    @contextmanager
    def reload(self) -> Iterator[None]:
        """Meanwhile settings are read anew; whether anything was taken over or not, it serves on afterwards."""
        self._tell("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")
        try:
            yield
        finally:
            self.ready()

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def alive(self) -> None:
        self._tell("WATCHDOG=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`; told when it is another one than before."""
        if text != self._status:
            self._status = text
            self._tell(f"STATUS={text}")

    @asynccontextmanager
    async def taking_long(
        self, status: str, *, ask_every_s: float = _ASK_EVERY_S, more_s: float = _MORE_TIME_S
    ) -> AsyncIterator[None]:
        """Meanwhile the manager waits longer than its own limit for a start, and says why."""
        self.status(status)
        asking = asyncio.create_task(self._ask_for_time(ask_every_s, more_s), name="more-time")
        try:
            await asyncio.sleep(0)  # the first one goes out before anything else
            yield
        finally:
            asking.cancel()

    async def _ask_for_time(self, every_s: float, more_s: float) -> None:
        while True:
            self._tell(f"EXTEND_TIMEOUT_USEC={int(more_s * 1e6)}")
            await asyncio.sleep(every_s)

    def _tell(self, *lines: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
                out.settimeout(_TELL_WITHIN_S)
                out.sendto("\n".join(lines).encode(), self._address)
        except OSError as error:  # whoever asked to be told is gone: no reason to stop serving
            log.warning("service manager was not told", extra={"what": lines[0], "why": error.strerror or str(error)})
