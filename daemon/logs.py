"""Logs: one line per decision on stderr, the event first, then key=value; journald adds the time."""

import logging
import sys

from common.text import safe

_PLAIN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}


class _Line(logging.Formatter):
    def __init__(self, *, has_time: bool) -> None:
        super().__init__("%(asctime)s %(levelname)-7s %(message)s" if has_time else "%(levelname)-7s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  the name is the library's
        record.message = safe(record.message)  # a store's own words may stand in it
        extra = "".join(f" {key}={safe(str(value))}" for key, value in record.__dict__.items() if key not in _PLAIN)
        return super().formatMessage(record) + extra


def start_logging(level: str, *, under_journald: bool) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line(has_time=not under_journald))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("apscheduler", "aiohttp.access", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
