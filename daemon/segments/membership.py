"""Who is a member of which saved segment, kept in step with what is known of them.

Contacts that a write touches are looked at inside it (`settle`), or noted to be looked at later, many at a time
(`note`). The later look is made beside all other work on a lane that only reads (`found_of_some`, `found_of_all`), and
what it found is written piece by piece (`write`). Meanwhile others may write: while anything is noted or owed, they
note whom they touch too, and what was found of a contact before its latest note is not written.
"""

import json
import sqlite3
from array import array
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from common.times import HOUR_S
from daemon.segments.book import Question, about, book_of
from daemon.segments.fits import Clock
from daemon.slices import slices


class Why(StrEnum):
    """What made a contact enter or leave: a change in a store by how it came here, or something of our own.

    An operator's are edits of tags and lists; edited is the segment's own rule.
    """

    LIVE = "live"
    MANUAL = "manual"
    HISTORICAL = "historical"
    OPERATOR = "operator"
    CLOCK = "clock"
    EDITED = "edited"
    REBUILT = "rebuilt"


@dataclass(slots=True)
class Found:
    """In what a segment's rows differ from what its rule says now: contacts, and at which moment each is due."""

    segment_id: int
    entered: "array[int]" = field(default_factory=lambda: array("q"))
    left: "array[int]" = field(default_factory=lambda: array("q"))
    flips: "array[int]" = field(default_factory=lambda: array("q"))
    due_at: "array[int]" = field(default_factory=lambda: array("q"))
    no_flips: "array[int]" = field(default_factory=lambda: array("q"))

    @property
    def is_nothing(self) -> bool:
        return not (self.entered or self.left or self.flips or self.no_flips)


def settle(conn: sqlite3.Connection, contact_ids: Collection[int], clock: Clock, why: Why) -> set[int]:
    """Brings those contacts' memberships in line with their rows; gives the segments whose members changed.

    Part of the transaction that touched them.
    """
    changed: set[int] = set()
    questions = book_of(conn).questions(clock) if contact_ids else []
    if not questions:
        return changed
    ids = json.dumps(sorted(contact_ids))
    for question in questions:
        found = found_of_some(conn, question, ids)
        if not found.is_nothing and write(conn, found, at=clock.now, why=why):
            changed.add(question.segment_id)
    if _is_anybody_elsewhere(conn):
        note(conn, contact_ids, why)
    return changed


def note(conn: sqlite3.Connection, contact_ids: Collection[int], why: Why) -> None:
    """Has those contacts looked at later. Part of the transaction that touched them."""
    if contact_ids and conn.execute("select exists (select 1 from segment where deleted_at is null)").fetchone()[0]:
        conn.execute(
            "insert or replace into segment_due (contact_id, cause) select id, ? from contact "
            "where id in (select value from json_each(?))",
            (why, json.dumps(sorted(contact_ids))),
        )


def _is_anybody_elsewhere(conn: sqlite3.Connection) -> bool:
    """Whether somebody may be looking at contacts beside us."""
    sql = (
        "select exists (select 1 from segment_due) or exists (select 1 from segment where owed and deleted_at is null)"
    )
    return bool(conn.execute(sql).fetchone()[0])


def last_note(conn: sqlite3.Connection) -> int:
    """The number of the latest note that was ever made."""
    found = conn.execute("select seq from sqlite_sequence where name = 'segment_due'").fetchone()
    return 0 if found is None else int(found[0])


def noted(conn: sqlite3.Connection, *, limit: int) -> tuple[list[int], Why]:
    """Contacts that are noted for the same reason as the one that waits for longest; none = nobody waits."""
    first = conn.execute("select cause from segment_due order by seq limit 1").fetchone()
    if first is None:
        return [], Why.LIVE
    rows = conn.execute("select contact_id from segment_due where cause = ? order by seq limit ?", (first[0], limit))
    return [row[0] for row in rows], Why(first[0])


def noted_count(conn: sqlite3.Connection) -> int:
    return int(conn.execute("select count(*) from segment_due").fetchone()[0])


def forget_notes(conn: sqlite3.Connection, contact_ids: Collection[int], *, until: int) -> None:
    """Those contacts were looked at; notes made after *until* stay."""
    conn.execute(
        "delete from segment_due where contact_id in (select value from json_each(?)) and seq <= ?",
        (json.dumps(sorted(contact_ids)), until),
    )


_KEPT_OF_SOME = """
select contact_id from segment_member  -- primary key
where segment_id = ? and contact_id in (select value from json_each(?)) order by contact_id
"""

_FLIPS_OF_SOME = """
select contact_id, due_at from segment_flip  -- primary key
where contact_id in (select value from json_each(?)) and segment_id = ? order by contact_id
"""


def found_of_some(conn: sqlite3.Connection, question: Question, ids: str) -> Found:
    """In what a segment differs as far as the contacts in the JSON list *ids* go."""
    members = conn.execute(question.members.text, about(question.members, ids))
    flips: Iterable[tuple[int, int]] = ()
    if question.flips is not None:
        flips = conn.execute(question.flips.text, about(question.flips, ids))
    return _compared(
        question.segment_id,
        members,
        conn.execute(_KEPT_OF_SOME, (question.segment_id, ids)),
        flips,
        conn.execute(_FLIPS_OF_SOME, (ids, question.segment_id)),
    )


def found_of_all(conn: sqlite3.Connection, question: Question) -> Found:
    """In what a segment differs as a whole."""
    flips: Iterable[tuple[int, int]] = ()
    if question.flips is not None:
        flips = conn.execute(question.flips.text, question.flips.values)
    kept = "select contact_id from segment_member where segment_id = ? order by contact_id  -- primary key"
    due = "select contact_id, due_at from segment_flip where segment_id = ? order by contact_id  -- walked"
    return _compared(
        question.segment_id,
        conn.execute(question.members.text, question.members.values),
        conn.execute(kept, (question.segment_id,)),
        flips,
        conn.execute(due, (question.segment_id,)),
    )


_Rows = Iterable[tuple[int, ...]]


def _compared(segment_id: int, members: _Rows, kept: _Rows, flips: Iterable[tuple[int, int]], due: _Rows) -> Found:
    found = Found(segment_id)
    for wanted, there in _side_by_side(members, kept):
        if there is None and wanted is not None:
            found.entered.append(wanted[0])
        elif wanted is None and there is not None:
            found.left.append(there[0])
    for wanted, there in _side_by_side(flips, due):
        if wanted is None and there is not None:
            found.no_flips.append(there[0])
        elif wanted is not None and wanted != there:
            found.flips.append(wanted[0])
            found.due_at.append(wanted[1])
    return found


_Row = tuple[int, ...]


def _side_by_side(wanted: _Rows, there: _Rows) -> Iterator[tuple[_Row | None, _Row | None]]:
    """Rows of both by their first column, after which both are in order; None = it is missing on that side."""
    ours, theirs = iter(wanted), iter(there)
    mine, other = next(ours, None), next(theirs, None)
    while mine is not None or other is not None:
        if other is None or (mine is not None and mine[0] < other[0]):
            yield mine, None
            mine = next(ours, None)
        elif mine is None or other[0] < mine[0]:
            yield None, other
            other = next(theirs, None)
        else:
            yield mine, other
            mine, other = next(ours, None), next(theirs, None)


# Who was erased meanwhile, or noted again, is left alone.
_STILL_SO = (
    "exists (select 1 from contact where contact.id = {id}) "
    "and not exists (select 1 from segment_due where segment_due.contact_id = {id} and segment_due.seq > ?)"
)

_ENTER = f"""
insert into segment_member (segment_id, contact_id, since)
select ?, json_each.value, ? from json_each(?) where {_STILL_SO.format(id="json_each.value")}
on conflict do nothing returning contact_id
"""

_LEAVE = f"""
delete from segment_member where segment_id = ? and contact_id in (select value from json_each(?))
  and {_STILL_SO.format(id="segment_member.contact_id")} returning contact_id
"""

# While a segment is computed for the first time it is the rule that makes members, whatever touches them meanwhile.
_LOG = """
insert into segment_change (segment_id, contact_id, entered, at, cause)
select segment.id, json_each.value, ?1, ?2, iif(segment.as_of is null and ?4 != 'clock', 'edited', ?4)
from segment, json_each(?3)
where segment.id = ?5
"""

_FLIP = f"""
insert or replace into segment_flip (contact_id, segment_id, due_at)
select json_each.value ->> 0, ?, json_each.value ->> 1 from json_each(?)
where {_STILL_SO.format(id="(json_each.value ->> 0)")}
"""

_NO_FLIP = f"""
delete from segment_flip where segment_id = ? and contact_id in (select value from json_each(?))
  and {_STILL_SO.format(id="segment_flip.contact_id")}
"""

_PUT_OFF = """
update segment_flip set due_at = ?  -- primary key
where segment_id = ? and contact_id in (select value from json_each(?))
"""

_FORGET_DELETED = """
delete from segment_flip where segment_id = ?1 and contact_id in (select value from json_each(?2))  -- primary key
  and not exists (select 1 from segment where id = ?1 and deleted_at is null)
"""

NEVER = 2**62


def write(conn: sqlite3.Connection, found: Found, *, at: int, why: Why, until: int = NEVER) -> int:
    """Writes what was found; gives how many entered and left. Of contacts noted after *until* nothing is written."""
    changes = 0
    if found.entered:
        rows = conn.execute(_ENTER, (found.segment_id, at, json.dumps(found.entered.tolist()), until)).fetchall()
        changes += _log(conn, found.segment_id, rows, entered=True, at=at, why=why)
    if found.left:
        rows = conn.execute(_LEAVE, (found.segment_id, json.dumps(found.left.tolist()), until)).fetchall()
        changes += _log(conn, found.segment_id, rows, entered=False, at=at, why=why)
    if found.flips:
        pairs = json.dumps(list(zip(found.flips, found.due_at, strict=True)))
        conn.execute(_FLIP, (found.segment_id, pairs, until))
    if found.no_flips:
        conn.execute(_NO_FLIP, (found.segment_id, json.dumps(found.no_flips.tolist()), until))
    return changes


def _log(conn: sqlite3.Connection, segment_id: int, rows: list[tuple[int]], *, entered: bool, at: int, why: Why) -> int:
    if rows:
        conn.execute(_LOG, (entered, at, json.dumps([row[0] for row in rows]), why, segment_id))
    return len(rows)


def pieces(found: Found, size: int) -> Iterator[Found]:
    """What was found, in parts of about that many rows."""
    for some in slices(found.entered, size):
        yield Found(found.segment_id, entered=array("q", some))
    for some in slices(found.left, size):
        yield Found(found.segment_id, left=array("q", some))
    for pairs in slices(zip(found.flips, found.due_at, strict=True), size):
        yield Found(
            found.segment_id, flips=array("q", (one for one, _ in pairs)), due_at=array("q", (at for _, at in pairs))
        )
    for some in slices(found.no_flips, size):
        yield Found(found.segment_id, no_flips=array("q", some))


def settle_due(conn: sqlite3.Connection, clock: Clock, *, limit: int) -> tuple[int, set[int]]:
    """Looks at contacts whose moment has come, at most *limit*, in the segments it has come for.

    Gives how many there were, and the segments whose members changed.
    """
    rows = conn.execute(
        "select segment_id, contact_id from segment_flip where due_at <= ? order by due_at limit ?"
        "  -- segment_flip_due_ix",
        (clock.now, limit),
    ).fetchall()
    due: dict[int, list[int]] = {}
    for segment_id, contact_id in rows:
        due.setdefault(segment_id, []).append(contact_id)
    questions = {one.segment_id: one for one in book_of(conn).questions(clock)} if rows else {}
    changed = {one for one, ids in due.items() if _settle_one(conn, one, questions.get(one), ids, clock)}
    return len(rows), changed


def _settle_one(
    conn: sqlite3.Connection, segment_id: int, question: Question | None, contact_ids: list[int], clock: Clock
) -> int:
    """How many entered and left. *question* None = it was deleted, or cannot be asked."""
    ids = json.dumps(sorted(contact_ids))
    if question is None:
        conn.execute(_PUT_OFF, (clock.now + HOUR_S, segment_id, ids))
        conn.execute(_FORGET_DELETED, (segment_id, ids))
        return 0
    return write(conn, found_of_some(conn, question, ids), at=clock.now, why=Why.CLOCK)


def is_due(conn: sqlite3.Connection, *, now: int) -> bool:
    sql = "select exists (select 1 from segment_flip where due_at <= ?)  -- segment_flip_due_ix"
    return bool(conn.execute(sql, (now,)).fetchone()[0])
