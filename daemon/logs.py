"""Logs: one line per decision on stderr, the event first, then key=value; journald adds the time."""

import logging
import sys
from types import TracebackType
from typing import TypeAlias

from aiohttp.http_exceptions import HttpProcessingError

from common.text import safe

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_Raised: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _Line(logging.Formatter):
    """A record as one line. A traceback of ours follows on lines of its own, each made safe."""

    def __init__(self, *, has_time: bool) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s" if has_time else "%(levelname)-7s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is the library's
        record.message = safe(record.message)  # a store's own words may stand in it
        extra = "".join(f" {key}={safe(str(value))}" for key, value in record.__dict__.items() if key not in _PLAIN)
        return super().formatMessage(record) + extra

    def formatException(self, ei: _Raised) -> str:  # noqa: N802  the name is the library's
        return "\n".join(_safe_indented(line) for line in super().formatException(ei).split("\n"))


def start_logging(level: str, *, under_journald: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(has_time=not under_journald))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("apscheduler", "aiohttp.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("aiohttp.server").addFilter(_without_strangers_faults)


def _safe_indented(line: str) -> str:
    bare = line.lstrip(" ")
    return " " * (len(line) - len(bare)) + safe(bare)


def _without_strangers_faults(record: logging.LogRecord) -> bool:
    """Makes one plain line of a call that is no HTTP: anybody can send one, and the server logs it as a fault of ours.

    The error itself, or the one it was raised from, tells them apart.
    """
    fault = record.exc_info[1] if record.exc_info else None
    if fault is None:
        return True
    culprit = next((error for error in (fault, fault.__cause__) if isinstance(error, HttpProcessingError)), None)
    if culprit is None:
        return True
    record.msg, record.args, record.exc_info = f"call is no HTTP reason={type(culprit).__name__}", (), None
    record.levelno, record.levelname = logging.INFO, "INFO"
    return logging.getLogger().isEnabledFor(logging.INFO)
