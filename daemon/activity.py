"""What goes in and out of the daemon, counted by the minute in memory."""

from collections import Counter
from collections.abc import Iterator
from enum import StrEnum

from common.activity import Activity, ActivitySlot
from common.times import HOUR_S, MINUTE_S
from daemon.clock import Clock

_MINUTES = 60
_HALF_HOUR_S = HOUR_S // 2
_HALF_HOURS = 48


class Happening(StrEnum):
    """What is counted, as a slot on the wire calls it."""

    DELIVERIES = "deliveries"
    TURNED_AWAY = "turned_away"
    ANSWERED = "answered"
    REFUSED = "refused"
    OVER_QUOTA = "over_quota"
    FAILED = "failed"


class ActivityLog:
    """The last day, in slots that begin at whole minutes and half hours UTC. Idle times take no room."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = clock.now()
        self._minutes: dict[int, Counter[Happening]] = {}
        self._half_hours: dict[int, Counter[Happening]] = {}

    def note(self, happening: Happening) -> None:
        now = self._clock.now()
        for slots, step_s, kept in (
            (self._minutes, MINUTE_S, _MINUTES),
            (self._half_hours, _HALF_HOUR_S, _HALF_HOURS),
        ):
            begun = now - now % step_s
            if begun not in slots:
                slots[begun] = Counter()
                for old in [at for at in slots if not now - kept * step_s < at <= now]:
                    del slots[old]  # of a clock that was set back, too
            slots[begun][happening] += 1

    @property
    def held(self) -> int:
        """How many slots are kept."""
        return len(self._minutes) + len(self._half_hours)

    def told(self) -> Activity:
        return Activity(
            since=self._since,
            minutes=list(self._last(self._minutes, MINUTE_S, _MINUTES)),
            half_hours=list(self._last(self._half_hours, _HALF_HOUR_S, _HALF_HOURS)),
        )

    def _last(self, slots: dict[int, Counter[Happening]], step_s: int, kept: int) -> Iterator[ActivitySlot]:
        now = self._clock.now()
        running = now - now % step_s
        for at in range(running - (kept - 1) * step_s, running + 1, step_s):
            yield ActivitySlot(at=at, **{str(what): n for what, n in slots.get(at, Counter()).items()})
