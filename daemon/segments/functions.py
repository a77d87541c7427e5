"""What SQL cannot say about texts and times, as functions of a connection; the same input always gives the same."""

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from common.times import DAY_S, HOUR_S, MINUTE_S
from daemon.segments.moments import local_epoch, shifted


def register(conn: sqlite3.Connection) -> None:
    """Makes `folded`, `fits_wildcard`, `minute_of_day`, `month_of` and `month_edge` known to *conn*."""
    conn.create_function("folded", 1, folded, deterministic=True)
    conn.create_function("fits_wildcard", 2, fits_wildcard, deterministic=True)
    conn.create_function("minute_of_day", 2, minute_of_day, deterministic=True)
    conn.create_function("month_of", 2, month_of, deterministic=True)
    conn.create_function("month_edge", 4, month_edge, deterministic=True)


def folded(text: str) -> str:
    """*text* as it is compared: without case and surrounding blanks. A NUL, at which C ends a text, is a blank."""
    return text.replace("\0", " ").strip().casefold()


def fits_wildcard(pattern: str, text: str) -> bool:
    """Whether all of *text* fits *pattern*, where `*` stands for any text and `?` for any one character."""
    return _wildcard(pattern).fullmatch(text) is not None


@lru_cache(maxsize=256)
def _wildcard(pattern: str) -> re.Pattern[str]:
    first, *others = pattern.split("*")
    if not others:
        return re.compile(_literal(first), re.DOTALL)
    # Each part is taken where it first fits and never given back, so that no pattern takes for ever.
    middle = "".join(f"(?>.*?{_literal(part)})" for part in others[:-1])
    return re.compile(f"{_literal(first)}{middle}.*{_literal(others[-1])}", re.DOTALL)


def _literal(part: str) -> str:
    return ".".join(re.escape(piece) for piece in part.split("?"))


def minute_of_day(epoch_s: int, zone: str) -> int | None:
    """Minutes since local midnight in *zone*; None where no zone is called so."""
    there = zone_named(zone)
    if there is None:
        return None
    moment = datetime.fromtimestamp(epoch_s, there)
    return moment.hour * 60 + moment.minute


def month_of(epoch_s: int, zone: str) -> int:
    """The calendar month in *zone*, in UTC where no zone is called so: year * 12, and 0 for January to 11."""
    moment = datetime.fromtimestamp(epoch_s, zone_named(zone) or UTC)
    return moment.year * 12 + moment.month - 1


@lru_cache(maxsize=1024)
def zone_named(name: str) -> tzinfo | None:
    """None = there is none; the name comes from a store, and may be anything."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # a name like ../x, a directory's, one nobody knows
        return None


# A month's edge lies by up to three days after the same day of that month, where days are clamped to a shorter one's.
_BEFORE_EDGE_S, _AFTER_EDGE_S = 2 * DAY_S, 5 * DAY_S


def month_edge(at: int, months: int, now: int, zone: str) -> int | None:
    """A moment after *now* up to which it stays the same whether *at* is within the last *months* before; negative
    *months*: within the next ones. None = it is so for ever, but for the passing of *at* itself.

    Days that are clamped to the last of a month make it come and go: on the 29th of March the last month begins on the
    28th of February, as it did on the 28th.
    """
    place = zone_named(zone) or UTC
    edge = shifted(at, months, place)
    if now < edge - _BEFORE_EDGE_S:
        return edge - _BEFORE_EDGE_S
    if now >= edge + _AFTER_EDGE_S:
        return None
    return min(moment for moment in _crossings(at, now, place) if moment > now)


def _crossings(at: int, now: int, zone: tzinfo) -> Iterator[int]:
    """Moments of today and tomorrow at which a day begins or the clock shows the time of *at*."""
    moment, today = datetime.fromtimestamp(at, zone), datetime.fromtimestamp(now, zone).date()
    days = [today + timedelta(days=ahead) for ahead in (0, 1)]
    yield from (local_epoch(datetime.combine(day, time()), zone) for day in days)
    for day in days:
        shown = local_epoch(datetime.combine(day, moment.time().replace(microsecond=0)), zone)
        yield from (shown, shown + 1)
    if _is_odd(moment.date(), zone) or _is_odd(today, zone):
        step_s = 15 * MINUTE_S  # clocks are changed at quarters of an hour, and by so many of them
        yield from (now + step_s - now % step_s, now + step_s - (now - at) % step_s, now + 1 + (at - now) % step_s)


def _is_odd(day: date, zone: tzinfo) -> bool:
    """Whether the clocks are changed on that day."""
    start, end = (local_epoch(datetime.combine(one, time()), zone) for one in (day, day + timedelta(days=1)))
    return end - start != 24 * HOUR_S
