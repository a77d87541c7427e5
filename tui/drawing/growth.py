"""How a segment grew as a picture: its members by day, and how many more or fewer each day brought."""

from collections.abc import Sequence

from common.money import short_count
from common.segments.growth import GrowthDay, SegmentGrowth
from common.times import ago
from tui.drawing.chart import Axis, column_lines, first_that_fits
from tui.drawing.line import Line, Role, heading, wrapped
from tui.drawing.moments import day
from tui.format import count

_ROWS = 5
_NET_ROWS = 4
_LABELS = 5  # cells: a sign, and what a short count has at most
_MARK_EVERY_DAYS = 7


def growth_lines(growth: SegmentGrowth, now: int, width: int) -> list[Line]:
    """As many days as have room, a cell each at least."""
    days = growth.days[-max(width - _LABELS - 1, 1) :]
    marks = [one.day[5:] if (len(days) - 1 - at) % _MARK_EVERY_DAYS == 0 else "" for at, one in enumerate(days)]
    span = f"{count(len(days))} days to {days[-1].day}"
    return [
        heading("Members", width, first_that_fits((f"{span}, {growth.timezone}", span), width - 16)),
        *column_lines([one.members for one in days], width, _ROWS, Axis(short_count, marks, _LABELS)),
        *_net(days, width),
        *wrapped(_said(days), width, Role.MUTED),
        *wrapped(_known(growth, days[0].day, now), width, Role.MUTED),
    ]


def _net(days: Sequence[GrowthDay], width: int) -> list[Line]:
    """What each day brought; no picture where none brought anything."""
    net = [one.entered - one.left for one in days]
    if not any(net):
        return []
    return [heading("Entered less left", width), *column_lines(net, width, _NET_ROWS, Axis(_signed, labels=_LABELS))]


def _signed(number: int) -> str:
    return f"+{short_count(number)}" if number > 0 else short_count(number)


def _said(days: Sequence[GrowthDay]) -> str:
    entered, left = sum(one.entered for one in days), sum(one.left for one in days)
    return f"{count(days[-1].members)} now · {count(entered)} entered · {count(left)} left"


def _known(growth: SegmentGrowth, first_day: str, now: int) -> str:
    """Since when it is known, and whether the rule made a step of its own."""
    edited = growth.changed_at > growth.known_since and day(growth.changed_at) >= first_day
    step = f" · edited {ago(growth.changed_at, now=now)} ago: a step there comes from the rule" if edited else ""
    return f"known since {day(growth.known_since)}{step}"
