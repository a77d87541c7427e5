"""Logs: one line per decision on stderr, the event first, then key=value; journald adds the time."""

import logging
import os
import sys
from collections import deque
from types import TracebackType
from typing import TypeAlias

from aiohttp.http_exceptions import HttpProcessingError

from common.text import safe
from daemon.support.redaction import discreet, unquoted

_QUIET_S = 60  # between two lines on calls that are no HTTP

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
_Raised: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


# As the journal grades lines (sd-daemon): a prefix that it takes off again.
_PRIORITIES = ((logging.CRITICAL, 2), (logging.ERROR, 3), (logging.WARNING, 4), (logging.INFO, 6), (0, 7))

_KEPT_LINES = 1000


class _Line(logging.Formatter):
    """A record as one line. A traceback of ours follows on lines of its own, each made safe."""

    def __init__(self, *, has_time: bool) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s" if has_time else "%(levelname)-7s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is the library's
        record.message = discreet(safe(record.message))  # a store's own words may stand in it
        extra = "".join(f" {key}={_value(key, value)}" for key, value in record.__dict__.items() if key not in _PLAIN)
        return super().formatMessage(record) + extra

    def formatException(self, ei: _Raised) -> str:  # noqa: N802  the name is the library's
        return "\n".join(discreet(_safe_indented(line)) for line in super().formatException(ei).split("\n"))


class _JournalLine(_Line):
    """With its priority before each line, a traceback's too: the journal takes every line for one message."""

    def __init__(self) -> None:
        super().__init__(has_time=False)

    def format(self, record: logging.LogRecord) -> str:
        prefix = f"<{priority(record.levelno)}>"
        return "\n".join(f"{prefix}{line}" for line in super().format(record).split("\n"))


class LastLines(logging.Handler):
    """Keeps the last thousand lines in memory, for whoever asks what happened lately."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(_Line(has_time=True))
        self._lines: deque[str] = deque(maxlen=_KEPT_LINES)

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(self.format(record))

    @property
    def lines(self) -> list[str]:
        return list(self._lines)


def priority(level: int) -> int:
    """The journal's grade of a level: 3 = error, 4 = warning, 6 = info, 7 = debug."""
    return next(grade for least, grade in _PRIORITIES if level >= least)


def goes_to_journal(told: str, stderr: int) -> bool:
    """Whether the stream *stderr* is the one the journal *told* of in JOURNAL_STREAM ("device:inode")."""
    try:
        device, inode = (int(part) for part in told.split(":"))
        found = os.fstat(stderr)
    except (ValueError, OSError):
        return False
    return (found.st_dev, found.st_ino) == (device, inode)


def start_logging(level: str, *, under_journald: bool) -> LastLines:
    """Logs to stderr from now on; gives what remembers the last lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JournalLine() if under_journald else _Line(has_time=True))
    remembering = LastLines()
    logging.basicConfig(level=level.upper(), handlers=[handler, remembering], force=True)
    for noisy in ("apscheduler", "aiohttp.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("aiohttp.server").addFilter(_StrangersFaults())
    return remembering


def _value(key: str, value: object) -> str:
    """Reasons quote what they are about; the inbox and the runs show them whole, the log does not."""
    told = safe(str(value))
    return unquoted(told) if key in ("why", "error") else discreet(told)


def _safe_indented(line: str) -> str:
    bare = line.lstrip(" ")
    return " " * (len(line) - len(bare)) + safe(bare)


class _StrangersFaults:
    """Makes one plain line of a call that is no HTTP: anybody can send one, and the server logs it as a fault of ours.

    The error itself, or the one it was raised from, tells them apart. Such a line comes once a minute at most, with how
    many went before it untold.
    """

    def __init__(self) -> None:
        self._quiet_until = 0.0
        self._untold = 0

    def __call__(self, record: logging.LogRecord) -> bool:
        fault = record.exc_info[1] if record.exc_info else None
        if fault is None:
            return True
        culprit = next((error for error in (fault, fault.__cause__) if isinstance(error, HttpProcessingError)), None)
        return True if culprit is None else self._is_told(record, culprit)

    def _is_told(self, record: logging.LogRecord, culprit: HttpProcessingError) -> bool:
        if record.created < self._quiet_until:
            self._untold += 1
            return False
        before = f" untold={self._untold}" if self._untold else ""
        self._quiet_until, self._untold = record.created + _QUIET_S, 0
        record.msg, record.args, record.exc_info = f"call is no HTTP reason={type(culprit).__name__}{before}", (), None
        record.levelno, record.levelname = logging.INFO, "INFO"
        return logging.getLogger().isEnabledFor(logging.INFO)
