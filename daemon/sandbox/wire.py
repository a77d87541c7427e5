"""How the store writes values: compact JSON, its two date forms, and money as text or number."""

import json
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

Json = Mapping[str, object]

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, check_circular=False).encode


def dumps(value: object) -> str:
    """Compact JSON with non-ASCII text as it is."""
    return _encode(value)


@lru_cache(maxsize=8_192)
def rfc2822(at: int) -> str:
    """The date form of v2, e.g. `Tue, 05 Mar 2019 21:40:11 +0000`; 0 is written as "" (never happened)."""
    if not at:
        return ""
    t = time.gmtime(at)
    day = f"{WEEKDAYS[t.tm_wday]}, {t.tm_mday:02d} {MONTHS[t.tm_mon - 1]} {t.tm_year}"
    return f"{day} {t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d} +0000"


def http_date(at: float) -> str:
    """The form of the Date response header."""
    return rfc2822(int(at)).replace("+0000", "GMT")


def iso(at: int, *, zone: str = "Z") -> str:
    """The date form of v3; *zone* is `Z` or `+00:00`, the store writes both."""
    t = time.gmtime(at)
    return f"{t.tm_year}-{t.tm_mon:02d}-{t.tm_mday:02d}T{t.tm_hour:02d}:{t.tm_min:02d}:{t.tm_sec:02d}{zone}"


def parse_date(text: str) -> int | None:
    """Epoch seconds of an ISO 8601 or RFC 2822 date; None when it is neither. Without an offset it is read as UTC."""
    text = text.strip().replace(" +00:00", "+00:00")
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
        except (ValueError, TypeError):
            continue
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
    return None


@lru_cache(maxsize=65_536)
def money(cents: int) -> str:
    """Money of v2: a string with four decimals, from hundredths of the currency's unit."""
    if cents < 0:
        return f"-{money(-cents)}"
    return f"{cents // 100}.{cents % 100:02d}00"


def short_money(cents: int) -> str:
    """Money as v2 writes it at times: `8`, `7.39`."""
    return f"{cents // 100}" if cents % 100 == 0 else f"{cents // 100}.{cents % 100:02d}"


def number(cents: int) -> float | int:
    """Money of v3: a JSON number."""
    return cents // 100 if cents % 100 == 0 else cents / 100
