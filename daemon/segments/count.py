"""How many contacts a rule holds for, and whether one is among them."""

import sqlite3

from common.segments.rules import Rule
from daemon.segments.compile import Asking, compiled
from daemon.segments.sql import TRUE, Sql


def count(conn: sqlite3.Connection, rule: Rule, asking: Asking) -> int:
    """Raises what `compiled` raises."""
    predicate = compiled(rule, asking)
    if predicate.owners is not None:  # each of them is a contact: none has to be looked up
        return _count(conn, f"select count(*) from ({predicate.owners.text})", predicate.owners)
    if predicate.others is not None:
        others = _count(conn, f"select count(*) from ({predicate.others.text})", predicate.others)
        return _count(conn, "select count(*) from contact", TRUE) - others
    return _count(conn, f"select count(*) from contact where {predicate.text}", predicate)


def _count(conn: sqlite3.Connection, statement: str, asked: Sql) -> int:
    return int(conn.execute(statement, asked.values).fetchone()[0])


def holds_for(conn: sqlite3.Connection, rule: Rule, asking: Asking, contact_id: int) -> bool:
    """Whether *rule* holds for that contact. Raises what `compiled` raises."""
    alone = Asking(asking.clock, asking.segments, among=(contact_id,))
    predicate = compiled(rule, alone)
    sql = f"select exists (select 1 from contact where contact.id = ? and {predicate.text})"
    return bool(conn.execute(sql, (contact_id, *predicate.values)).fetchone()[0])
