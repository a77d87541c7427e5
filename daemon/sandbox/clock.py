"""The store's own clock: real time that can be moved, or a time that stands still until it is moved."""

import time


class VirtualClock:
    """Epoch seconds UTC for dates, quota windows and deliveries alike.

    With *at* the clock stands at that second until `advance`; without, it follows the machine plus what was advanced.
    """

    def __init__(self, at: float | None = None) -> None:
        self._at = at
        self._shift = 0.0

    @property
    def is_manual(self) -> bool:
        return self._at is not None

    def now(self) -> float:
        return (time.time() if self._at is None else self._at) + self._shift

    def seconds(self) -> int:
        """Now, as the whole seconds that records carry."""
        return int(self.now())

    def advance(self, seconds: float) -> None:
        """Move on; hooks, quota windows and cart ages follow."""
        self._shift += seconds
