"""Values as they are read aloud: whole words, a label before each value, no signs."""

from collections.abc import Mapping

from common.times import DAY_S, HOUR_S, MINUTE_S
from tui.cli.values import NONE, minute
from tui.format import count

_WEEK_S = 7 * DAY_S
_YEAR_S = 365 * DAY_S
# A span is told in weeks from two of them on, as elsewhere: "9 days" says more than "1 week".
_UNITS = (
    (_YEAR_S, _YEAR_S, "year"),
    (2 * _WEEK_S, _WEEK_S, "week"),
    (DAY_S, DAY_S, "day"),
    (HOUR_S, HOUR_S, "hour"),
    (MINUTE_S, MINUTE_S, "minute"),
    (1, 1, "second"),
)


def many(number: int, noun: str, plural: str = "") -> str:
    """ "1 order", "1,204 orders"; *plural* is needed where an s does not do."""
    return f"{count(number)} {noun if number == 1 else plural or f'{noun}s'}"


def since(epoch_s: int | None, *, now: int) -> str:
    """ "2 days ago", "now", or "never"."""
    if epoch_s is None:
        return "never"
    span_s = now - epoch_s
    for least_s, unit_s, noun in _UNITS:
        if span_s >= least_s:
            return f"{many(span_s // unit_s, noun)} ago"
    return "now"


def moment(epoch_s: int | None, *, now: int) -> str:
    """ "2026-11-21 12:13 UTC, 2 days ago", or "never"."""
    return "never" if epoch_s is None else f"{minute(epoch_s)}, {since(epoch_s, now=now)}"


def fact(label: str, value: str) -> str:
    """ "Placed: 2026-11-21"."""
    return f"{label[:1].upper()}{label[1:]}: {value}"


def facts(named: Mapping[str, str]) -> list[str]:
    """A line per fact, a moment that never came as a word; those with nothing to say are left out."""
    return [fact(label, "never" if value == NONE else value) for label, value in named.items() if value]


def sentences(*parts: str) -> str:
    """The parts that are not empty, a full stop behind each: a voice pauses there."""
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part)
