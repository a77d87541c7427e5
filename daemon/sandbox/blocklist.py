"""Domains that fail too often: below 90 % success over two minutes they get nothing for three."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from daemon.sandbox.clock import VirtualClock

WINDOW_S = 120
BLOCK_S = 180
LEAST_REQUESTS = 100  # the window is judged only from here on
LEAST_SUCCESS = 0.9


@dataclass(slots=True)
class Domain:
    """What is remembered of one destination domain."""

    name: str
    attempts: deque[tuple[float, bool]] = field(default_factory=deque)
    reasons: Counter[str] = field(default_factory=Counter)
    blocked_until: float = 0.0

    def fields(self, now: float) -> dict[str, object]:
        """A row of `blocked_domains`."""
        reasons = [
            {"failure_description": text, "count": count, "timestamp": int(now)} for text, count in self.reasons.items()
        ]
        return {"destination": self.name, "time_left": max(int(self.blocked_until - now), 0), "reasons": reasons}


class Blocklist:
    """Judges domains by their answers."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._domains: dict[str, Domain] = {}

    def is_blocked(self, domain: str) -> bool:
        known = self._domains.get(domain)
        return known is not None and known.blocked_until > self._clock.now()

    def blocked(self) -> Iterator[Domain]:
        return (domain for domain in self._domains.values() if self.is_blocked(domain.name))

    def note(self, domain: str, failure: str) -> bool:
        """Remember one attempt, *failure* "" for a success; True when the domain has just been blocked."""
        now = self._clock.now()
        known = self._domains.setdefault(domain, Domain(domain))
        known.attempts.append((now, not failure))
        if failure:
            known.reasons[failure] += 1
        while known.attempts[0][0] <= now - WINDOW_S:
            known.attempts.popleft()
        good = sum(succeeded for _, succeeded in known.attempts)
        if len(known.attempts) < LEAST_REQUESTS or good / len(known.attempts) >= LEAST_SUCCESS:
            return False
        known.blocked_until = now + BLOCK_S
        known.attempts.clear()
        return True
