"""How long answers are awaited: told once a second, from the moment when waiting is felt."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Sooner than this nobody wonders.
_FELT_S = 2


class Patience:
    """Calls *tell* with the seconds that the longest open question waits, and with 0 when none does any more."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._began: dict[object, float] = {}
        self._look: asyncio.TimerHandle | None = None
        self._told_s = 0

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """An answer is awaited while this is open."""
        loop, question = asyncio.get_running_loop(), object()
        self._began[question] = loop.time()
        if self._look is None:
            self._look = loop.call_later(_FELT_S, self._looked)
        try:
            yield
        finally:
            del self._began[question]
            if not self._began:
                self.close()
                self._say(0)

    def close(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None

    def _looked(self) -> None:
        loop = asyncio.get_running_loop()
        for_s = int(loop.time() - min(self._began.values()))
        self._say(for_s if for_s >= _FELT_S else 0)
        self._look = loop.call_later(1, self._looked)

    def _say(self, for_s: int) -> None:
        if for_s != self._told_s:
            self._told_s = for_s
            self._tell(for_s)
