"""The hours in which historical runs may work: reading a whole store can slow it, so it is done while few shop."""

from collections.abc import Callable
from dataclasses import dataclass

from common.times import DAY_S


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of the day in UTC, in seconds since midnight; it may span midnight."""

    start_s: int
    end_s: int

    @classmethod
    def of(cls, setting: str) -> "QuietHours | None":
        """The window of "01:00-05:00"; None for "none": then every hour will do."""
        if setting == "none":
            return None
        start, _, end = setting.partition("-")
        return cls(_seconds(start), _seconds(end))

    def holds(self, now: int) -> bool:
        second = now % DAY_S
        if self.start_s <= self.end_s:
            return self.start_s <= second < self.end_s
        return second >= self.start_s or second < self.end_s

    @property
    def setting(self) -> str:
        """As `of` takes it."""
        return f"{_clock(self.start_s)}-{_clock(self.end_s)}"

    def __str__(self) -> str:
        return f"{self.setting} UTC"


Hours = Callable[[], QuietHours | None]
"""Those that are in force when it is asked; None = any hour will do."""


def _seconds(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 3600 + int(minutes) * 60


def _clock(second: int) -> str:
    return f"{second // 3600:02}:{second // 60 % 60:02}"
