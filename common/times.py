"""Moments: integer epoch seconds UTC inside, RFC 3339 on the wire, short words on screens."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86400


def rfc3339(epoch_s: int) -> str:
    """1_760_000_000 -> "2025-10-09T08:53:20Z"."""
    return datetime.fromtimestamp(epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def epoch_from_rfc3339(text: str) -> int:
    """The epoch second *text* names. Raises ValueError when it is no RFC 3339 moment with an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no UTC offset")
    return int(moment.timestamp())


def _epoch(value: object) -> object:
    return epoch_from_rfc3339(value) if isinstance(value, str) else value


Moment = Annotated[
    int,
    BeforeValidator(_epoch),
    PlainSerializer(rfc3339, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""Epoch seconds in Python, an RFC 3339 UTC text in JSON."""


def ago(epoch_s: int, *, now: int) -> str:
    """How long before *now*, in at most four cells: "45s", "12m", "5h", "2d", "9w", "3y". The future reads "now"."""
    span_s = now - epoch_s
    if span_s < 1:
        return "now"
    units = ((365 * DAY_S, "y"), (14 * DAY_S, "w"), (DAY_S, "d"), (HOUR_S, "h"), (MINUTE_S, "m"))
    for size_s, unit in units:
        if span_s >= size_s:
            return f"{span_s // (7 * DAY_S if unit == 'w' else size_s)}{unit}"
    return f"{span_s}s"


def duration(span_s: float) -> str:
    """A length of time as people say it: "4 s", "3 min 20 s", "2 h 5 min", "3 d 4 h"."""
    whole_s = max(0, round(span_s))
    if whole_s < MINUTE_S:
        return f"{whole_s} s"
    if whole_s < HOUR_S:
        return _pair(whole_s, MINUTE_S, "min", 1, "s")
    if whole_s < DAY_S:
        return _pair(whole_s, HOUR_S, "h", MINUTE_S, "min")
    return _pair(whole_s, DAY_S, "d", HOUR_S, "h")


def _pair(whole_s: int, large_s: int, large: str, small_s: int, small: str) -> str:
    rest = whole_s % large_s // small_s
    return f"{whole_s // large_s} {large}" + (f" {rest} {small}" if rest else "")
