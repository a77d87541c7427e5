"""What a question about a date means: spans of epoch seconds, in the calendar of the one who asks."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from common.segments import rules
from common.segments.operators import Op
from common.times import DAY_S, HOUR_S, MINUTE_S

# Beyond any moment that is kept, and within what SQLite counts with.
EVER_BEFORE, EVER_AFTER = -(2**60), 2**60

_ANNIVERSARIES_FROM = 1970
_ANNIVERSARIES_AHEAD = 20  # years: nothing that is kept lies further in the future

FIXED_S = {"hours": HOUR_S, "days": DAY_S, "weeks": 7 * DAY_S}


@dataclass(frozen=True, slots=True)
class Span:
    """From *start* up to, and without, *end*; epoch seconds."""

    start: int
    end: int


def spans(op: Op, values: Sequence[rules.Value], *, now: int, zone: tzinfo) -> list[Span]:
    """Where a moment must lie for *op*, which asserts, to hold; in order and apart from each other."""
    today = datetime.fromtimestamp(now, zone).date()
    match op:
        case Op.IN_LAST | Op.IN_NEXT:
            lengths = [one for one in values if isinstance(one, rules.Span)]
            return [_around(now, lengths[0], zone, is_past=op is Op.IN_LAST)]
        case Op.TODAY:
            return [_of_day(today, zone)]
        case Op.YESTERDAY:
            return [_of_day(today - timedelta(days=1), zone)]
        case Op.ANNIVERSARY:
            return _anniversaries(today, zone)
        case Op.EMPTY_NOT:
            return [Span(EVER_BEFORE, EVER_AFTER)]
    return [_compared(op, [_meant(one, zone) for one in values])]


def _compared(op: Op, meant: Sequence[Span]) -> Span:
    """*meant*: the days or minutes that were named."""
    first, last = meant[0], meant[-1]
    match op:
        case Op.IS | Op.BETWEEN:
            return Span(first.start, last.end)
        case Op.BEFORE:
            return Span(EVER_BEFORE, first.start)
        case Op.ON_OR_BEFORE:
            return Span(EVER_BEFORE, first.end)
        case Op.AFTER:
            return Span(first.end, EVER_AFTER)
        case Op.ON_OR_AFTER:
            return Span(first.start, EVER_AFTER)
    raise AssertionError(f"{op} is no question about dates")


def _meant(named: rules.Value, zone: tzinfo) -> Span:
    match named:
        case rules.Day():
            return _of_day(named.day, zone)
        case rules.Instant():
            start = local_epoch(named.at, zone)
            return Span(start, start + MINUTE_S)
    raise AssertionError(f"a date is compared with {named.is_a}")


def _of_day(day: date, zone: tzinfo) -> Span:
    """A day has 23 or 25 hours where clocks are changed."""
    end = EVER_AFTER if day == date.max else local_epoch(datetime.combine(day + timedelta(days=1), time()), zone)
    return Span(local_epoch(datetime.combine(day, time()), zone), end)


def local_epoch(local: datetime, zone: tzinfo) -> int:
    """Of a moment that the clocks show twice the first; one that they skip is counted on from before the gap."""
    try:
        return int(local.replace(tzinfo=zone).timestamp())
    except OverflowError:  # the first and last day of the calendar, which some zones push over its edge
        return int(local.replace(tzinfo=UTC).timestamp())


def _around(now: int, length: rules.Span, zone: tzinfo, *, is_past: bool) -> Span:
    if length.unit in FIXED_S:
        seconds = length.count * FIXED_S[length.unit]
        far = now - seconds if is_past else now + seconds
    else:
        months = length.count * (12 if length.unit == "years" else 1)
        far = shifted(now, -months if is_past else months, zone)
    return Span(far, now + 1) if is_past else Span(now, far + 1)


def shifted(now: int, months: int, zone: tzinfo) -> int:
    """The same time of day so many months on, or back when negative; on the last of the month where it is too short."""
    local = datetime.fromtimestamp(now, zone)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    if not date.min.year < year < date.max.year:
        return EVER_BEFORE if months < 0 else EVER_AFTER - 1
    day = min(local.day, monthrange(year, month + 1)[1])
    return local_epoch(local.replace(year=year, month=month + 1, day=day, fold=0, tzinfo=None), zone)


def _anniversaries(today: date, zone: tzinfo) -> list[Span]:
    """This day of every year; the 29th of February has none in most of them."""
    years = range(_ANNIVERSARIES_FROM, today.year + _ANNIVERSARIES_AHEAD)
    days = [date(year, today.month, today.day) for year in years if today.day <= monthrange(year, today.month)[1]]
    return [_of_day(day, zone) for day in days]
