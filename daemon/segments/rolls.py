"""Pages of a saved segment: its members, and who entered and left."""

import itertools
import sqlite3

from common.segments.answers import LogEntry, LogQuery, Member, MemberPage, MemberQuery, SegmentLog
from daemon.segments.saved import SegmentRow


def member_page(conn: sqlite3.Connection, row: SegmentRow, asked: MemberQuery) -> MemberPage:
    sql = (
        "select contact.id, email, first_name, last_name, since from segment_member join contact "
        "on contact.id = contact_id where segment_id = ? and contact_id > ? order by contact_id limit ?  -- primary key"
    )
    found = [
        Member(id=one[0], email=one[1], first_name=one[2], last_name=one[3], since=one[4])
        for one in conn.execute(sql, (row.id, asked.after, asked.limit))
    ]
    following = found[-1].id if len(found) == asked.limit else 0
    return MemberPage(segment=row.name, total=row.members, as_of=row.as_of, contacts=found, next=following)


def log_page(conn: sqlite3.Connection, row: SegmentRow, asked: LogQuery) -> SegmentLog:
    sql = (
        "select segment_change.id, contact.id, email, entered, at, cause from segment_change join contact "
        "on contact.id = contact_id where segment_id = ? and segment_change.id < ? order by segment_change.id desc "
        "limit ?  -- segment_change_segment_ix"
    )
    rows = conn.execute(sql, (row.id, asked.before or 2**62, asked.limit)).fetchall()
    entries = [LogEntry(id=one[1], email=one[2], entered=bool(one[3]), at=one[4], cause=one[5]) for one in rows]
    return SegmentLog(segment=row.name, entries=entries, next=rows[-1][0] if len(rows) == asked.limit else 0)


def forget_before(conn: sqlite3.Connection, before: int, *, limit: int) -> int:
    """Erases at most *limit* entries older than that, in the order they were made; gives how many.

    One behind an entry that is to stay, as after a clock that went ahead, stays as long as that.
    """
    rows = conn.execute("select id, at from segment_change order by id limit ?", (limit,)).fetchall()
    old = [row[0] for row in itertools.takewhile(lambda row: row[1] < before, rows)]
    if old:
        conn.execute("delete from segment_change where id <= ?", (old[-1],))
    return len(old)
