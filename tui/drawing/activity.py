"""What went in and out of the daemon lately, as pictures."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from common.activity import Activity, ActivitySlot
from common.times import MINUTE_S
from tui.drawing.blocks import sparkline
from tui.drawing.chart import Axis, Part, first_that_fits, legend, stacked_lines
from tui.drawing.line import Line, Role, Span, beside, heading, line
from tui.format import count

_ROWS = 4
_SIDE_BY_SIDE_FROM = 100
_MARK_EVERY_MIN = 15

Tally = Callable[[ActivitySlot], int]


@dataclass(frozen=True, slots=True)
class _Subject:
    """*good* and *bad* are what is counted of it; *why* tells the bad by their kinds."""

    title: str
    good_label: str
    good: Tally
    bad_label: str
    bad: Tally
    why: Callable[[Sequence[ActivitySlot]], Sequence[tuple[int, str]]]


_DELIVERIES = _Subject(
    "Deliveries",
    "taken in",
    lambda slot: slot.deliveries,
    "turned away",
    lambda slot: slot.turned_away,
    lambda _: (),
)
_REQUESTS = _Subject(
    "Requests to stores",
    "answered",
    lambda slot: slot.answered,
    "without success",
    lambda slot: slot.refused + slot.over_quota + slot.failed,
    lambda slots: (
        (sum(slot.refused for slot in slots), "refused"),
        (sum(slot.over_quota for slot in slots), "over quota"),
        (sum(slot.failed for slot in slots), "failed"),
    ),
)


def activity_lines(activity: Activity, width: int) -> list[Line]:
    """Deliveries and requests of the last hour by the minute, and of the last day by the half hour in a line each."""
    if width < _SIDE_BY_SIDE_FROM:
        return [one for subject in (_DELIVERIES, _REQUESTS) for one in _lines(subject, activity, width)]
    half = (width - 2) // 2
    left, right = (_lines(subject, activity, half) for subject in (_DELIVERIES, _REQUESTS))
    return beside(left, right, half + 2)


def _lines(subject: _Subject, activity: Activity, width: int) -> list[Line]:
    title = heading(subject.title, width, first_that_fits(("by the minute, UTC",), width - 32))
    return [title, *_hour(subject, activity, width), *_day(subject, activity, width)]


def _hour(subject: _Subject, activity: Activity, width: int) -> list[Line]:
    slots = activity.minutes
    good, bad = sum(map(subject.good, slots)), sum(map(subject.bad, slots))
    if not good + bad:
        return [line(Span(_none_since(activity), Role.MUTED))]
    parts = (
        Part(subject.good_label, [subject.good(slot) for slot in slots]),
        Part(subject.bad_label, [subject.bad(slot) for slot in slots], Role.BAD),
    )
    kinds = " · ".join(f"{count(number)} {kind}" for number, kind in subject.why(slots) if number)
    counts = (f"{count(good)} {subject.good_label}", f"{count(bad)} {subject.bad_label}")
    says = [(counts[0], f"{count(bad)}: {kinds}"), counts] if kinds else [counts]
    lines = stacked_lines(*parts, width, _ROWS, Axis(marks=[_mark(slot.at) for slot in slots]))
    return [*lines, legend(*parts, width, says=says)]


def _none_since(activity: Activity) -> str:
    since = max(activity.since, activity.minutes[0].at)
    return f"none since {_clock(since)} UTC"


def _mark(at: int) -> str:
    return _clock(at) if at // MINUTE_S % _MARK_EVERY_MIN == 0 else ""


def _clock(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M")


def _day(subject: _Subject, activity: Activity, width: int) -> list[Line]:
    """None while the day is nothing."""
    slots = activity.half_hours
    totals = [subject.good(slot) + subject.bad(slot) for slot in slots]
    if not any(totals):
        return []
    span_s = slots[-1].at - slots[-2].at
    known = [None if slot.at + span_s <= activity.since else total for slot, total in zip(slots, totals, strict=True)]
    blocks = sparkline(known)[-max(width, 1) :]
    most = f"  most {count(max(totals))} in half an hour"
    said = first_that_fits((f"  24 h,{most[1:]}", most, "  24 h"), width - len(blocks))
    return [line(Span(blocks, Role.ACCENT), Span(said, Role.MUTED))]
