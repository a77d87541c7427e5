"""How fast a run is and how long it will take, measured over its current phase."""

from collections import deque

from common.sync import PhaseProgress

# Long enough to smooth a slow page, short enough to notice a change of pace.
_WINDOW_S = 30.0


class Meter:
    """Rows per second over the last half minute of one phase."""

    def __init__(self, phase: str, done: int, *, at: float) -> None:
        self.phase = phase
        self._marks: deque[tuple[float, int]] = deque([(at, done)])

    def mark(self, done: int, *, at: float) -> None:
        """Notes that *done* rows were through at *at* (monotonic seconds)."""
        self._marks.append((at, done))
        while len(self._marks) > 2 and self._marks[0][0] < at - _WINDOW_S:
            self._marks.popleft()

    def measured(self, progress: PhaseProgress) -> PhaseProgress:
        """*progress* with rate and ETA; no ETA where the total is unknown or nothing moves."""
        (first_at, first_done), (last_at, last_done) = self._marks[0], self._marks[-1]
        rate = (last_done - first_done) / (last_at - first_at) if last_at > first_at else 0.0
        left = None if progress.total is None else max(0, progress.total - progress.done)
        eta_s = left / rate if left is not None and rate > 0 else None
        return progress.model_copy(update={"rate_per_s": round(rate, 1), "eta_s": eta_s})
