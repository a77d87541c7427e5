"""The request quota: windows of 30 seconds by the store's clock, shared with the store's other apps."""

from daemon.sandbox.clock import VirtualClock

WINDOW_S = 30
UNLIMITED = 1_000_000  # what a store without a quota says in its headers


class Quota:
    """Counts requests per window; *limit* 0 never refuses."""

    def __init__(self, clock: VirtualClock, limit: int) -> None:
        self.limit = limit
        self.other_apps = 0  # each takes an equal share
        self._clock = clock
        self._window = 0
        self._used = 0

    @property
    def share(self) -> int:
        """Requests per window that are ours; never 0."""
        return max(self.limit // (1 + self.other_apps), 1) if self.limit else UNLIMITED

    def take(self) -> bool:
        """Count one request; False when the window has none left."""
        window = int(self._clock.now() // WINDOW_S)
        if window != self._window:
            self._window, self._used = window, 0
        self._used += 1
        return self._used <= self.share

    def reset_ms(self) -> int:
        """Time left until the window refills."""
        return int((WINDOW_S - self._clock.now() % WINDOW_S) * 1000)

    def headers(self) -> dict[str, str]:
        """The four headers of every answer."""
        return {
            "X-Rate-Limit-Time-Window-Ms": str(WINDOW_S * 1000),
            "X-Rate-Limit-Time-Reset-Ms": str(self.reset_ms()),
            "X-Rate-Limit-Requests-Quota": str(self.share),
            "X-Rate-Limit-Requests-Left": str(max(self.share - self._used, 0)),
        }

    def retry_after(self) -> dict[str, str]:
        """The extra header of a 429, whole seconds rounded up."""
        return {"X-Retry-After": str(-(-self.reset_ms() // 1000))}
