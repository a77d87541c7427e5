"""How our answers to webhook calls look to the store, which shuns an address that fails too often."""

from collections import Counter, deque
from dataclasses import dataclass, field

from common.times import MINUTE_S

# The store's rule: of at least 100 calls within two minutes fewer than 90 % succeeded.
_WINDOW_S = 2 * MINUTE_S
_JUDGED_FROM = 100
_SHARE = 0.9
_SHOWN_FOR_S = 10 * MINUTE_S  # longer than the three minutes of a block, so that somebody sees it

_REASONS = {
    400: "broke off",
    401: "no or a wrong secret header",
    413: "too large",
    500: "could not be stored",
}


@dataclass(frozen=True, slots=True)
class Risk:
    """*refused* of *requests* calls within two minutes did not succeed; *reasons* says why, the commonest first."""

    requests: int
    refused: int
    reasons: str


@dataclass(slots=True)
class _Second:
    at: int
    counts: Counter[int] = field(default_factory=Counter)


class Answers:
    """Counts the answers of the last two minutes, of all stores: they call one domain, which is judged as a whole."""

    def __init__(self) -> None:
        self._seconds: deque[_Second] = deque()
        self._counts: Counter[int] = Counter()
        self.totals: Counter[int] = Counter()  # since the daemon started
        self._refused = 0  # of the last two minutes
        self._risk: Risk | None = None
        self._risk_at = 0

    def note(self, status: int, *, now: int) -> None:
        if not self._seconds or self._seconds[-1].at != now:
            self._seconds.append(_Second(now))
        self._seconds[-1].counts[status] += 1
        self._counts[status] += 1
        self.totals[status] += 1
        self._refused += not _is_good(status)
        self._forget(now)
        if self._refused and (risk := self._judged()):
            self._risk, self._risk_at = risk, now

    def risk(self, now: int) -> Risk | None:
        """What the store may have judged us by in the last ten minutes; None = it has no reason to."""
        return self._risk if 0 <= now - self._risk_at < _SHOWN_FOR_S else None

    def _forget(self, now: int) -> None:
        while self._seconds and not 0 <= now - self._seconds[0].at < _WINDOW_S:
            gone = self._seconds.popleft().counts
            self._counts.subtract(gone)
            self._refused -= sum(n for status, n in gone.items() if not _is_good(status))

    def _judged(self) -> Risk | None:
        requests = self._counts.total()
        if requests < _JUDGED_FROM or requests - self._refused >= _SHARE * requests:
            return None
        refused = Counter({status: n for status, n in self._counts.items() if n > 0 and not _is_good(status)})
        reasons = ", ".join(f"{n} {_REASONS.get(status, status)}" for status, n in refused.most_common())
        return Risk(requests, self._refused, reasons)


def _is_good(status: int) -> bool:
    return 200 <= status < 300
