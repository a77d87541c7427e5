"""The daemon's only source of time, handed in so that tests can hold it still."""

import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """Epoch seconds UTC."""
        ...

    def now_ms(self) -> int:
        """Epoch milliseconds UTC: which of two fetches of one thing started first."""
        ...

    def monotonic(self) -> float:
        """Seconds that never jump, for measuring spans."""
        ...


class SystemClock:
    def now(self) -> int:
        return int(time.time())

    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        return time.monotonic()
