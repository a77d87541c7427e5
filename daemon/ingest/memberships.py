"""Memberships in segments, as part of the write unit."""

import sqlite3
from zoneinfo import ZoneInfo

from daemon.ingest.changes import Changes
from daemon.records import Cause, Origin
from daemon.segments import membership
from daemon.segments.fits import Clock
from daemon.segments.membership import Why

UTC = ZoneInfo("UTC")

_WHY = {origin: Why(origin) for origin in Origin}


def settle(conn: sqlite3.Connection, changes: Changes, cause: Cause, zone: ZoneInfo) -> None:
    """Brings the memberships of the contacts that were touched in line, or notes them where a history is read:
    looking at them page by page would cost it more than reading."""
    if cause.origin is Origin.HISTORICAL:
        membership.note(conn, changes.touched, Why.HISTORICAL)
        return
    changes.segments |= membership.settle(conn, changes.touched, Clock(cause.now, zone), _WHY[cause.origin])
