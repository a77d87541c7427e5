"""How single values read in plain output, and the colour their meaning has."""

from common.times import rfc3339
from tui.cli.paper import Ink

NONE = "-"

_INKS = {
    "connected": Ink.GOOD,
    "done": Ink.GOOD,
    "Completed": Ink.GOOD,
    "Recovered": Ink.GOOD,
    "granted": Ink.GOOD,
    "alive": Ink.GOOD,
    "running": Ink.WARN,
    "queued": Ink.WARN,
    "paused": Ink.WARN,
    "pending": Ink.WARN,
    "warning": Ink.WARN,
    "unavailable": Ink.WARN,
    "Pending payment": Ink.WARN,
    "Waiting": Ink.WARN,
    "Abandoned": Ink.WARN,
    "needs_reconnect": Ink.BAD,
    "dead": Ink.BAD,
    "deleted": Ink.BAD,
    "failed": Ink.BAD,
    "cancelled": Ink.BAD,
    "error": Ink.BAD,
    "missing": Ink.BAD,
    "inactive": Ink.BAD,
    "Canceled": Ink.BAD,
    "Refunded": Ink.BAD,
    "Failed": Ink.BAD,
}


def state_ink(word: str) -> Ink | None:
    """The colour of a state, whichever kind of thing it is the state of."""
    return _INKS.get(word)


def day(epoch_s: int | None) -> str:
    """The date in UTC: "2025-10-09"."""
    return NONE if epoch_s is None else rfc3339(epoch_s)[:10]


def second(epoch_s: int) -> str:
    """Date and time of day in UTC: "2025-10-09 08:53:20 UTC"."""
    return f"{rfc3339(epoch_s)[:19].replace('T', ' ')} UTC"


def minute(epoch_s: int | None) -> str:
    """Date and time in UTC, which it says: "2025-10-09 08:53 UTC"."""
    return NONE if epoch_s is None else f"{rfc3339(epoch_s)[:16].replace('T', ' ')} UTC"


def clock(epoch_s: int) -> str:
    """The time of day in UTC: "08:53:20"."""
    return rfc3339(epoch_s)[11:19]


def size(count_bytes: int) -> str:
    """A number of bytes in the unit people would choose: "12.3 MB"."""
    amount = float(count_bytes)
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"
