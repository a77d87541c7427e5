"""Whether the database is whole, and which queries it would be asked how: what the doctor and a support bundle tell."""

import sqlite3
from collections.abc import Iterator

_SHOWN = 5


def damages(conn: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the file; empty = it is whole. Reads all of it."""
    found = [str(row[0]) for row in conn.execute(f"pragma quick_check({_SHOWN})")]
    return [] if found == ["ok"] else found


def orphans(conn: sqlite3.Connection) -> list[tuple[str, str]]:
    """Tables with rows that name rows of other tables which are not there. Reads all of it."""
    found: dict[tuple[str, str], None] = {}
    for row in conn.execute("pragma foreign_key_check"):
        found[str(row[0]), str(row[2])] = None
        if len(found) >= _SHOWN:
            break
    return list(found)


def sqlite_version(conn: sqlite3.Connection) -> str:
    return str(conn.execute("select sqlite_version()").fetchone()[0])


def schema(conn: sqlite3.Connection) -> list[str]:
    """What the file was made of: its statements without their remarks' texts being anybody's data."""
    sql = "select sql from sqlite_schema where sql is not null and name not like 'sqlite_%' order by type, name"
    return [str(row[0]) for row in conn.execute(sql)]


_HOT = {
    "deliveries that are due": "select kind, resource_id from delivery where state = 'pending' and store_id = 1 "
    "and due_at <= 1 order by due_at limit 100",
    "a page of contacts": "select id from contact order by last_order_at desc, id desc limit 50",
    "a contact by address": "select id from contact where email = ''",
    "orders of a contact": "select id from store_order where contact_id = 1 order by placed_at desc limit 50",
    "members of a segment": "select contact_id from segment_member where segment_id = 1 limit 50",
    "the inbox by state": "select state, count(*) from delivery group by state",
    "open runs": "select id from run where state in ('queued', 'running', 'paused') order by id",
}


def plans(conn: sqlite3.Connection) -> Iterator[tuple[str, list[str]]]:
    """How the database would answer what is asked most: that tells whether its indexes are as they should be."""
    for name, sql in _HOT.items():
        yield name, [str(row[3]) for row in conn.execute(f"explain query plan {sql}")]
