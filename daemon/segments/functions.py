"""What SQL cannot say about texts and times, as functions of a connection; the same input always gives the same."""

import re
import sqlite3
from datetime import datetime, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo


def register(conn: sqlite3.Connection) -> None:
    """Makes `folded`, `fits_wildcard` and `minute_of_day` known to *conn*."""
    conn.create_function("folded", 1, folded, deterministic=True)
    conn.create_function("fits_wildcard", 2, fits_wildcard, deterministic=True)
    conn.create_function("minute_of_day", 2, minute_of_day, deterministic=True)


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


@lru_cache(maxsize=1024)
def zone_named(name: str) -> tzinfo | None:
    """None = there is none; the name comes from a store, and may be anything."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # a name like ../x, a directory's, one nobody knows
        return None
