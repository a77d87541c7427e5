"""The saved segments as rows: their definitions, and what a list of them shows."""

import sqlite3
from dataclasses import dataclass

from daemon.segments.functions import folded


@dataclass(frozen=True, slots=True)
class Definition:
    """What a segment is. *document* is its rule as it is stored."""

    id: int
    name: str
    document: str
    revision: int


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """*as_of*: when the members were last complete, None = not yet since the last edit. *owed* 0 = nothing is owed."""

    id: int
    name: str
    document: str
    revision: int
    members: int
    created_at: int
    changed_at: int
    as_of: int | None
    owed: int


_COLUMNS = "id, name, rule, revision, members, created_at, changed_at, as_of, owed"


def definitions(conn: sqlite3.Connection) -> tuple[Definition, ...]:
    rows = conn.execute("select id, name, rule, revision from segment where deleted_at is null order by id")
    return tuple(Definition(*row) for row in rows)


def segment_rows(conn: sqlite3.Connection) -> list[SegmentRow]:
    """By name."""
    rows = conn.execute(f"select {_COLUMNS} from segment where deleted_at is null order by folded  -- segment_ux")
    return [SegmentRow(*row) for row in rows]


def segment_named(conn: sqlite3.Connection, name: str) -> SegmentRow | None:
    sql = f"select {_COLUMNS} from segment where folded = ? and deleted_at is null  -- segment_ux"
    found = conn.execute(sql, (folded(name),)).fetchone()
    return None if found is None else SegmentRow(*found)


def insert_segment(conn: sqlite3.Connection, name: str, document: str, *, now: int) -> int:
    """The new segment's id; its members are owed."""
    sql = "insert into segment (name, folded, rule, created_at, changed_at) values (?, ?, ?, ?, ?) returning id"
    return int(conn.execute(sql, (name, folded(name), document, now, now)).fetchone()[0])


def set_rule(conn: sqlite3.Connection, segment_id: int, document: str, *, now: int) -> None:
    sql = "update segment set rule = ?, revision = revision + 1, changed_at = ? where id = ?"
    conn.execute(sql, (document, now, segment_id))


def respell(conn: sqlite3.Connection, segment_id: int, document: str) -> None:
    """The same rule with references written otherwise."""
    conn.execute("update segment set rule = ? where id = ?", (document, segment_id))


def set_name(conn: sqlite3.Connection, segment_id: int, name: str, *, now: int) -> None:
    sql = "update segment set name = ?, folded = ?, revision = revision + 1, changed_at = ? where id = ?"
    conn.execute(sql, (name, folded(name), now, segment_id))


def owe(conn: sqlite3.Connection, segment_id: int) -> None:
    """Asks for all its members to be computed, of a rule that they were never computed of."""
    conn.execute("update segment set as_of = null, owed = owed + 1 where id = ?", (segment_id,))


def owe_anew(conn: sqlite3.Connection, segment_id: int) -> None:
    """Asks for all its members to be computed once more, unless that is owed already."""
    conn.execute("update segment set owed = 1 where id = ? and owed = 0", (segment_id,))


def settle_owed(conn: sqlite3.Connection, segment_id: int, *, owed: int, as_of: int) -> None:
    """What was owed when the computing began is done; what was asked for since then is not."""
    sql = "update segment set owed = 0, as_of = ? where id = ? and owed = ?"
    conn.execute(sql, (as_of, segment_id, owed))


def stamp(conn: sqlite3.Connection, *, as_of: int) -> None:
    """The members of all segments of which nothing is owed are those of that moment."""
    conn.execute("update segment set as_of = ? where owed = 0 and as_of is not ?", (as_of, as_of))


def mark_deleted(conn: sqlite3.Connection, segment_id: int, *, now: int) -> None:
    """From now on nobody knows it; its rows are let go by `let_go`."""
    conn.execute("update segment set deleted_at = ? where id = ?", (now, segment_id))


def let_go(conn: sqlite3.Connection, *, limit: int) -> int:
    """Erases some of what deleted segments left, at most *limit* rows; 0 = nothing is left of them.

    Flips go when they are due.
    """
    found = conn.execute("select id from segment where deleted_at is not null limit 1").fetchone()
    if found is None:
        return 0
    for table, key in (("segment_member", "contact_id"), ("segment_change", "id")):
        some = f"select {key} from {table} where segment_id = ?1 limit ?2"
        sql = f"delete from {table} where segment_id = ?1 and {key} in ({some})"
        if rows := conn.execute(sql, (found[0], limit)).rowcount:
            return rows
    return conn.execute("delete from segment where id = ?", found).rowcount


def latest_moment(conn: sqlite3.Connection) -> int:
    """The latest moment for which it was noted that members were complete; 0 = never."""
    return int(conn.execute("select coalesce(max(as_of), 0) from segment").fetchone()[0])


def start_over(conn: sqlite3.Connection, *, now: int) -> None:
    """Asks for everything to be computed anew, as after a clock that went ahead."""
    conn.execute("update segment set as_of = iif(as_of > ?, null, as_of), owed = owed + 1", (now,))
