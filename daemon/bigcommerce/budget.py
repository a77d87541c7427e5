"""The quota governor: one per store, asked before every request, taught by every answer."""

import asyncio
import heapq
import math
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from daemon.clock import Clock

_DEFAULT_IN_FLIGHT = 4  # the store's own advice is 3 to 4 requests at once
_MOST_IN_FLIGHT = 8
_CALM_ANSWERS = 20  # good answers for each place before one more is tried
_STRAIN_COUNTS_ONCE_S = 5.0  # requests in flight together fail together: that is one sign, not four
_RESERVE_SHARE = 0.05
_BARE_FIRST_S = 5.0  # a 429 without headers is load on the store's platform: 5, 10, 20 ... 120 s
_BARE_CAP_S = 120.0
_JITTER_S = 0.5
_LONGEST_PAUSE_S = 600.0  # windows last half a minute; a store that names hours is asked again before


class Priority(StrEnum):
    """Who asks: LIVE serves a delivery just received, BACKGROUND a run that can wait."""

    LIVE = "live"
    BACKGROUND = "background"


@dataclass(frozen=True, slots=True)
class BudgetSnapshot:
    """The window as the last answer told it; all None before the first, and for stores without a quota."""

    limit: int | None
    left: int | None
    window_s: float | None
    share: float


@dataclass(frozen=True, slots=True)
class QuotaHeaders:
    """The rate-limit headers of one answer; None where a header is missing or no number."""

    limit: int | None
    left: int | None
    window_s: float | None
    reset_s: float | None
    retry_after_s: float | None

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "QuotaHeaders":
        low = {name.lower(): value for name, value in headers.items() if name.lower().startswith(("x-r", "retry"))}
        window_ms = _number(low.get("x-rate-limit-time-window-ms"))
        reset_ms = _number(low.get("x-rate-limit-time-reset-ms"))
        limit = _number(low.get("x-rate-limit-requests-quota"))
        left = _number(low.get("x-rate-limit-requests-left"))
        retry_after_s = _number(low.get("x-retry-after", low.get("retry-after")))
        return cls(
            limit=None if limit is None else int(limit),
            left=None if left is None else int(left),
            window_s=None if window_ms is None else window_ms / 1000,
            reset_s=None if reset_ms is None else min(reset_ms / 1000, _LONGEST_PAUSE_S),
            retry_after_s=None if retry_after_s is None else min(retry_after_s, _LONGEST_PAUSE_S),
        )


class Budget:
    """Lets requests through so that the store's other apps keep their part of the quota.

    Background callers together start at most *quota_share* of a window and leave a reserve; live callers go first and
    may use all of it. At first *in_flight* requests may be under way at once: one more after a while of calm, half of
    them after a sign of strain. *sleep* and *jitter* (0 to 1) are handed in for tests.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        quota_share: float = 0.5,
        in_flight: int = _DEFAULT_IN_FLIGHT,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._clock = clock
        self._share = quota_share
        self._sleep = sleep
        self._jitter = jitter
        self._slots = _Slots(in_flight)
        self._max_in_flight = in_flight
        self._limit: int | None = None
        self._left: int | None = None
        self._window_s: float | None = None
        self._resets_at = -math.inf
        self._blocked_until = -math.inf
        self._background_started = 0
        self._bare_refusals = 0
        self._calm_answers = 0
        self._strained_at = -math.inf

    def share_out(self, quota_share: float) -> None:
        """Background callers keep to another share from now on."""
        self._share = quota_share

    @asynccontextmanager
    async def turn(self, priority: Priority) -> AsyncIterator[None]:
        """Holds one place in flight, entered once the quota allows a request of *priority*."""
        await self._admission(priority)
        try:
            yield
        finally:
            self._slots.leave()

    def learn(self, headers: Mapping[str, str]) -> None:
        """Take over what an answer that was not refused says about the window."""
        self._bare_refusals = 0
        self._calm_answers += 1
        if self._calm_answers >= _CALM_ANSWERS * self._slots.places and self._slots.places < _MOST_IN_FLIGHT:
            self._slots.resize(self._slots.places + 1)
            self._calm_answers = 0
        self._read(QuotaHeaders.of(headers))

    def strained(self) -> None:
        """The store failed under load, or did not answer in time: half as many requests at once from now on."""
        now = self._clock.monotonic()
        self._calm_answers = 0
        if now - self._strained_at >= _STRAIN_COUNTS_ONCE_S:
            self._strained_at = now
            self._slots.resize(max(1, self._slots.places // 2))

    @property
    def in_flight(self) -> int:
        """How many requests may be under way at once."""
        return self._slots.places

    def refused(self, headers: Mapping[str, str]) -> None:
        """The store answered 429: nobody starts before the time it names, or a growing pause if it names none."""
        self.strained()
        told = QuotaHeaders.of(headers)
        self._read(told)
        if told.reset_s is None and told.retry_after_s is None:
            pause_s = min(_BARE_CAP_S, _BARE_FIRST_S * 2**self._bare_refusals) * (1 + 0.2 * self._jitter())
            self._bare_refusals += 1
        else:
            pause_s = max(told.reset_s or 0.0, told.retry_after_s or 0.0) + _JITTER_S * self._jitter()
        self._blocked_until = max(self._blocked_until, self._clock.monotonic() + pause_s)

    def snapshot(self) -> BudgetSnapshot:
        self._roll_window()
        return BudgetSnapshot(limit=self._limit, left=self._left, window_s=self._window_s, share=self._share)

    def span_s(self, requests: int, *, each_s: float = 0.0) -> float:
        """How long the quota holds back the last of *requests* background requests, from now; 0 without a quota.

        One of them takes *each_s*: what is left of this window may be too short for all that it would allow.
        """
        self._roll_window()
        if self._limit is None or self._left is None:
            return 0.0
        share = self._background_share()
        a_window = max(1, min(share, self._limit - self._reserve()))
        left_s = max(0.0, self._resets_at - self._clock.monotonic())
        at_once = max(0, min(self._left - self._reserve(), share - self._background_started))
        if each_s > 0:
            at_once = min(at_once, int(left_s / each_s))
        if requests <= at_once:
            return 0.0
        windows = math.ceil((requests - at_once) / a_window)
        return left_s + (windows - 1) * (self._window_s or 0.0)

    async def _admission(self, priority: Priority) -> None:
        # Quota before place: a run that waits for the next window must not hold a place a delivery could use.
        while True:
            while (pause_s := self._pause_s(priority)) > 0:
                await self._sleep(pause_s)
            await self._slots.enter(priority)
            if self._pause_s(priority) <= 0:
                break
            self._slots.leave()
        self._count_start(priority)

    def _pause_s(self, priority: Priority) -> float:
        """How long *priority* has to wait by what is known now; 0 = it may start."""
        now = self._clock.monotonic()
        if now < self._blocked_until:
            return self._blocked_until - now
        self._roll_window()
        if self._has_room(priority):
            return 0.0
        return max(0.0, self._resets_at - now) + _JITTER_S * self._jitter() + 0.001

    def _has_room(self, priority: Priority) -> bool:
        if self._limit is None or self._left is None:
            return True
        if priority is Priority.LIVE:
            return self._left > 0
        return self._left > self._reserve() and self._background_started < self._background_share()

    def _background_share(self) -> int:
        return max(1, int((self._limit or 0) * self._share))

    def _reserve(self) -> int:
        """Requests kept for live callers; never so many that a tiny quota leaves a run nothing."""
        limit = self._limit or 0
        return min(max(math.ceil(limit * _RESERVE_SHARE), self._max_in_flight), limit // 2)

    def _roll_window(self) -> None:
        """Once the window has ended its count starts anew; the next answer corrects the guess."""
        if self._limit is not None and self._clock.monotonic() >= self._resets_at:
            self._left = max(1, self._limit)
            self._background_started = 0
            self._resets_at = self._clock.monotonic() + (self._window_s or 0.0)

    def _count_start(self, priority: Priority) -> None:
        if self._left is not None:
            self._left -= 1
        if priority is Priority.BACKGROUND:
            self._background_started += 1

    def _read(self, told: QuotaHeaders) -> None:
        if told.limit is None or told.left is None:
            return
        now = self._clock.monotonic()
        resets_at = now + (told.reset_s if told.reset_s is not None else told.window_s or 0.0)
        if resets_at > self._resets_at + (told.window_s or 0.0) / 2:
            self._background_started = min(self._background_started, self._slots.busy)  # a new window has begun
            self._left = None
        # Requests in flight may not be in the store's count yet, and answers come out of order: believe the smaller.
        unseen = max(0, self._slots.busy - 1)
        left = max(0, told.left - unseen)
        self._left = left if self._left is None else min(self._left, left)
        self._limit = told.limit
        self._window_s = told.window_s
        self._resets_at = resets_at


class _Slots:
    """A number of places; who waits for one gets it by priority, then by arrival."""

    def __init__(self, places: int) -> None:
        self.places = places
        self._free = places  # below 0 while more are taken than there are places now
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._arrivals = 0
        self.busy = 0

    async def enter(self, priority: Priority) -> None:
        if self._free > 0:
            self._take()
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._arrivals += 1
        heapq.heappush(self._waiting, (0 if priority is Priority.LIVE else 1, self._arrivals, place))
        try:
            await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self.leave()  # the place came in the same moment as the cancellation
            raise

    def leave(self) -> None:
        """Give the place to the first who waits, or back."""
        self._free += 1
        self.busy -= 1
        self._hand_out()

    def resize(self, places: int) -> None:
        """There are so many places from now on; whoever has one keeps it."""
        self._free += places - self.places
        self.places = places
        self._hand_out()

    def _hand_out(self) -> None:
        while self._waiting and self._free > 0:
            place = heapq.heappop(self._waiting)[2]
            if not place.done():
                self._take()
                place.set_result(None)

    def _take(self) -> None:
        self._free -= 1
        self.busy += 1


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and math.isfinite(value) and value >= 0 else None
