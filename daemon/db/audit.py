"""Who commanded what: written before a command is carried out, and once more when it has ended."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from common.audit import BEGUN, DONE, AuditPage, AuditQuery, AuditRow

FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command as it is asked for. *role* "" = the caller has none."""

    uid: int
    user: str
    role: str
    command: str
    subject: str


def begin(conn: sqlite3.Connection, entry: Entry, *, now: int) -> int:
    """Notes a command that is about to be carried out; its id."""
    found = conn.execute(
        "insert into audit (at, uid, user, role, command, subject, outcome) values (?, ?, ?, ?, ?, ?, ?) returning id",
        (now, entry.uid, entry.user, entry.role, entry.command, entry.subject, BEGUN),
    ).fetchone()
    return int(found[0])


def settle(conn: sqlite3.Connection, entry_id: int, subject: str, outcome: str) -> None:
    """Notes what became of it: "done", or the code of the error."""
    conn.execute("update audit set subject = ?, outcome = ? where id = ?  -- primary key", (subject, outcome, entry_id))


def audit_page(conn: sqlite3.Connection, query: AuditQuery) -> AuditPage:
    """The commands that match *query*, the newest first. Stable while others come: the cursor is an id."""
    conditions, values = _matching(query)
    total = int(conn.execute(f"select count(*) from audit {_where(conditions)}", values).fetchone()[0])
    if query.after:
        conditions, values = [*conditions, "id < ?"], [*values, int(query.after)]
    rows = conn.execute(
        "select id, at, uid, user, role, command, subject, outcome from audit "
        f"{_where(conditions)} order by id desc limit ? offset ?  -- primary key, walked from its end",
        (*values, query.limit + 1, 0 if query.after else query.offset),
    ).fetchall()
    shown = [_row(row) for row in rows[: query.limit]]
    return AuditPage(total=total, commands=shown, next=str(shown[-1].id) if len(rows) > query.limit else "")


def forget_commands(conn: sqlite3.Connection, before: int, *, limit: int) -> int:
    """Forgets commands from before that moment, at most *limit*; how many."""
    sql = "delete from audit where id in (select id from audit where at < ? order by at limit ?)  -- audit_at_ix"
    return conn.execute(sql, (before, limit)).rowcount


def _matching(query: AuditQuery) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    if text := query.search.strip().replace("\0", ""):
        conditions.append("(instr(lower(user), lower(?)) or instr(lower(command), lower(?)))")
        values += [text, text]
    if query.outcome == FAILED:
        conditions.append("outcome not in (?, ?)")
        values += [DONE, BEGUN]
    elif query.outcome:
        conditions.append("outcome = ?")
        values.append(query.outcome)
    return conditions, values


def _where(conditions: Sequence[str]) -> str:
    return f"where {' and '.join(conditions)}" if conditions else ""


def _row(row: Sequence[Any]) -> AuditRow:
    return AuditRow(
        id=row[0], at=row[1], uid=row[2], user=row[3], role=row[4] or None,
        command=row[5], subject=row[6], outcome=row[7],
    )  # fmt: skip
