"""Edits of tags and lists as rows: what is to be done, how far it is, and what was done."""

import sqlite3
from dataclasses import dataclass

from common.edits import UNDO_DAYS, Edit, EditQuery, EditRequest, EditState, Verb
from common.errors import NotFound, Refused
from common.times import DAY_S
from daemon.db.labels import Label


@dataclass(frozen=True, slots=True)
class EditRow:
    """As far as working it off needs it. *whom* is an EditRequest as JSON, "" once the edit is over."""

    id: int
    verb: Verb
    target_id: int
    whom: str
    state: EditState
    place: int
    contacts: int
    is_new: bool


def begin(
    conn: sqlite3.Connection, request: EditRequest, label: Label, *, is_new: bool, contacts: int, now: int
) -> int:
    """The id of a new edit of which nothing is done yet."""
    sql = (
        "insert into edit (verb, target_id, name, is_new, whom, state, contacts, made_at) "
        "values (?, ?, ?, ?, ?, 'running', ?, ?) returning id"
    )
    whom = request.model_dump_json()
    values = (request.verb, label.id, label.name, is_new, whom, contacts, now)
    return int(conn.execute(sql, values).fetchone()[0])


def open_edits(conn: sqlite3.Connection) -> list[EditRow]:
    """Those that are not over, the first one first."""
    sql = f"select {_ROW} from edit where state in ('running', 'undoing') order by id  -- edit_open_ix"
    return [_row(row) for row in conn.execute(sql)]


def edit_row(conn: sqlite3.Connection, edit_id: int) -> EditRow:
    return _row(conn.execute(f"select {_ROW} from edit where id = ?  -- primary key", (edit_id,)).fetchone())


_ROW = "id, verb, target_id, whom, state, place, contacts, is_new"


def _row(row: tuple[object, ...]) -> EditRow:
    edit_id, verb, target_id, whom, state, place, contacts, is_new = row
    return EditRow(edit_id, Verb(verb), target_id, whom, EditState(state), place, contacts, bool(is_new))  # type: ignore[arg-type]


def edit_shown(conn: sqlite3.Connection, edit_id: int) -> Edit:
    """Raises NotFound."""
    found = conn.execute(f"select {_SHOWN} from edit where id = ?  -- primary key", (edit_id,)).fetchone()
    if found is None:
        raise NotFound(f"There is no edit {edit_id}.", remedy="See `counterfoil undo --list`.")
    return _shown(found)


def edit_list(conn: sqlite3.Connection, query: EditQuery) -> list[Edit]:
    condition = _UNDOABLE if query.undoable else "true"
    sql = f"select {_SHOWN} from edit where {condition} order by id desc limit ?  -- primary key, walked"
    return [_shown(row) for row in conn.execute(sql, (query.limit,))]


_UNDOABLE = "state in ('running', 'done') and changed > 0 and forgotten_at is null"
_NAMES = (
    "id", "verb", "name", "state", "contacts", "looked_at", "changed", "unsubscribed", "taken_back", "error",
    "made_at", "ended_at", "undone_at",
)  # fmt: skip
_SHOWN = f"{', '.join(_NAMES)}, iif({_UNDOABLE}, coalesce(ended_at, made_at) + {UNDO_DAYS * DAY_S}, null)"


def _shown(row: tuple[object, ...]) -> Edit:
    return Edit.model_validate(dict(zip((*_NAMES, "undoable_until"), row, strict=True)))


def advance(
    conn: sqlite3.Connection, edit_id: int, *, place: int, looked_at: int, changed: int, unsubscribed: int
) -> None:
    """Notes a slice that was done in this transaction."""
    conn.execute(
        "update edit set place = ?, looked_at = looked_at + ?, changed = changed + ?, unsubscribed = unsubscribed + ? "
        "where id = ?",
        (place, looked_at, changed, unsubscribed, edit_id),
    )


def finish(conn: sqlite3.Connection, edit_id: int, *, now: int, error: str = "") -> None:
    """The edit is done, unless it is being undone meanwhile."""
    conn.execute(
        "update edit set state = 'done', whom = '', ended_at = ?, error = ? where id = ? and state = 'running'",
        (now, error, edit_id),
    )


def begin_undo(conn: sqlite3.Connection, edit_id: int, *, now: int) -> int:
    """The id of the edit that is to be taken back from now on; 0 stands for the last one that can be.

    One that is still under way stops where it is. Raises NotFound, or Refused for what cannot be taken back.
    """
    edit = edit_shown(conn, edit_id) if edit_id else _last(conn)
    if edit.state in (EditState.UNDONE, EditState.UNDOING):
        raise Refused(f"Edit {edit.id} is taken back already.", remedy="See `counterfoil undo --list`.")
    if not edit.changed and edit.state is EditState.DONE:
        raise Refused(f"Edit {edit.id} changed nobody: there is nothing to take back.")
    if edit.changed and (edit.undoable_until is None or edit.undoable_until <= now):
        raise Refused(
            f"Edit {edit.id} ended more than {UNDO_DAYS} days ago: whom it changed is no longer kept.",
            remedy="Make the opposite edit; `counterfoil undo --list` tells how long each can be taken back.",
        )
    conn.execute("update edit set state = 'undoing', whom = '', place = 0 where id = ?", (edit.id,))
    return edit.id


def _last(conn: sqlite3.Connection) -> Edit:
    found = edit_list(conn, EditQuery(limit=1, undoable=True))
    if not found:
        raise NotFound("There is nothing to undo: no edit of tags or lists stands.")
    return found[0]


def advance_undo(conn: sqlite3.Connection, edit_id: int, *, place: int, taken_back: int) -> None:
    conn.execute("update edit set place = ?, taken_back = taken_back + ? where id = ?", (place, taken_back, edit_id))


def finish_undo(conn: sqlite3.Connection, edit_id: int, *, now: int) -> None:
    sql = "update edit set state = 'undone', undone_at = ?, ended_at = coalesce(ended_at, ?) where id = ?"
    conn.execute(sql, (now, now, edit_id))


def forget_ended_before(conn: sqlite3.Connection, before: int, *, limit: int, now: int) -> int:
    """Lets go of whom edits changed that ended before then, the first first: at most *limit* rows; gives how many.

    That an edit is forgotten is noted in its own row, which counts as one.
    """
    rows = 0
    while rows < limit and (found := conn.execute(_ENDED_BEFORE, (before,)).fetchone()) is not None:
        rows += conn.execute(_FORGET, {"edit": found[0], "limit": limit - rows}).rowcount
        if rows < limit:
            conn.execute("update edit set forgotten_at = ? where id = ?  -- primary key", (now, found[0]))
            rows += 1
    return rows


_ENDED_BEFORE = (
    "select id from edit where ended_at < ? and forgotten_at is null and state in ('done', 'undone') "
    "order by ended_at limit 1  -- edit_kept_ix"
)

_FORGET = """
delete from edit_contact where edit_id = :edit and contact_id in (
  select contact_id from edit_contact where edit_id = :edit order by contact_id limit :limit)  -- primary key
"""
