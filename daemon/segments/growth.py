"""How many members a saved segment had day by day, told backwards: from those of now, by who came and went."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import pairwise

from common.segments.growth import GrowthDay, SegmentGrowth
from common.times import DAY_S
from daemon.segments.membership import Why
from daemon.segments.moments import EVER_AFTER, local_epoch
from daemon.segments.saved import SegmentRow


def known_since(row: SegmentRow, *, now: int, log_days: int) -> int:
    """From when on its members can be told: the log begins with it, and is kept *log_days*; 0 = for ever."""
    return max(row.created_at, now - log_days * DAY_S) if log_days else row.created_at


def growth(
    conn: sqlite3.Connection, row: SegmentRow, *, days: int, since: int, now: int, zone: tzinfo
) -> SegmentGrowth:
    """The last *days* days as they are told in *zone*, none of them from before *since*."""
    today, known = (datetime.fromtimestamp(at, zone).date() for at in (now, min(since, now)))
    told = [today - timedelta(days=ago) for ago in range(min(days, (today - known).days + 1))]
    return SegmentGrowth(
        segment=row.name,
        timezone=str(zone),
        known_since=since,
        changed_at=row.changed_at,
        days=_counted(conn, row, told, zone)[::-1],
    )


def _counted(conn: sqlite3.Connection, row: SegmentRow, days: Sequence[date], zone: tzinfo) -> list[GrowthDay]:
    """*days* from today back. What a clock that went ahead logged for later belongs to today."""
    starts = [local_epoch(datetime.combine(day, time()), zone) for day in days]
    members, found = row.members, []
    for day, (end, start) in zip(days, pairwise([EVER_AFTER, *starts]), strict=True):
        entered, left, by_edit = _moved(conn, row.id, start, end)
        found.append(
            GrowthDay(day=day.isoformat(), members=max(members, 0), entered=entered, left=left, by_edit=by_edit)
        )
        members -= entered - left + by_edit
    return found


def _moved(conn: sqlite3.Connection, segment_id: int, start: int, end: int) -> tuple[int, int, int]:
    """How many entered and how many left from *start* up to, and without, *end*, and what edits of the rule made."""
    sql = (
        "select coalesce(sum(entered and not is_edit), 0), coalesce(sum(not entered and not is_edit), 0), "
        "coalesce(sum(iif(is_edit, 2 * entered - 1, 0)), 0) from ("
        "select entered, cause in (?, ?) as is_edit from segment_change "
        "where segment_id = ? and at >= ? and at < ?)  -- segment_change_at_ix"
    )
    entered, left, by_edit = conn.execute(sql, (Why.EDITED, Why.REBUILT, segment_id, start, end)).fetchone()
    return int(entered), int(left), int(by_edit)
