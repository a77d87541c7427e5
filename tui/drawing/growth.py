"""How a segment grew as a picture: its members by day, and how many more or fewer each day brought."""

from collections.abc import Sequence

from common.money import short_count
from common.segments.growth import GrowthDay, SegmentGrowth
from tui.drawing.chart import Axis, column_lines, first_that_fits
from tui.drawing.line import Line, Role, heading, wrapped
from tui.drawing.moments import day, long_ago
from tui.format import count

_ROWS = 5
_NET_ROWS = 4
_LABELS = 5  # cells: a sign, and what a short count has at most
_MARK_EVERY_DAYS = 7


def growth_lines(growth: SegmentGrowth, now: int, width: int) -> list[Line]:
    """As many days as have room, a cell each at least."""
    days = growth.days[-max(width - _LABELS - 1, 1) :]
    marks = [one.day[5:] if (len(days) - 1 - at) % _MARK_EVERY_DAYS == 0 else "" for at, one in enumerate(days)]
    span = f"{days[0].day} – {days[-1].day}" if len(days) > 1 else days[0].day
    return [
        heading("Members", width, first_that_fits((f"{span}, {growth.timezone}", span), width - 16)),
        *column_lines([one.members for one in days], width, _ROWS, Axis(short_count, marks, _LABELS)),
        *_net(days, width),
        *wrapped(_said(days), width, Role.MUTED),
        *wrapped(_known(growth, days[0].day, now), width, Role.MUTED),
    ]


def _net(days: Sequence[GrowthDay], width: int) -> list[Line]:
    """What each day brought but for edits of the rule; no picture where none brought anything."""
    net = [one.entered - one.left for one in days]
    if not any(net):
        return []
    return [heading("Entered less left", width), *column_lines(net, width, _NET_ROWS, Axis(_signed, labels=_LABELS))]


def _signed(number: int) -> str:
    return f"+{short_count(number)}" if number > 0 else short_count(number)


def _said(days: Sequence[GrowthDay]) -> str:
    entered, left = sum(one.entered for one in days), sum(one.left for one in days)
    by_edit = sum(one.by_edit for one in days)
    edit = f" · {by_edit:+,} by its rule" if by_edit else ""
    return f"{count(days[-1].members)} now · {count(entered)} entered · {count(left)} left{edit}"


def _known(growth: SegmentGrowth, first_day: str, now: int) -> str:
    """Since when it is known, and when it was last edited."""
    edited = growth.changed_at > growth.known_since and day(growth.changed_at) >= first_day
    return f"known since {day(growth.known_since)}" + (
        f" · edited {long_ago(growth.changed_at, now=now)}" if edited else ""
    )
