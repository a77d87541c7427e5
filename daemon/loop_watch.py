"""How long the event loop takes to turn from one thing to the next."""

import asyncio
from collections import deque

_EVERY_S = 1.0
_KEPT = 60


class LoopWatch:
    """Sleeps a second at a time, and notes by how much it woke late: the last minute of it."""

    def __init__(self) -> None:
        self._late_s: deque[float] = deque(maxlen=_KEPT)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            due = loop.time() + _EVERY_S
            await asyncio.sleep(_EVERY_S)
            self._late_s.append(max(0.0, loop.time() - due))

    @property
    def last_s(self) -> float:
        return self._late_s[-1] if self._late_s else 0.0

    @property
    def longest_s(self) -> float:
        """In the last minute."""
        return max(self._late_s, default=0.0)
