"""A database copied while it is written to, and what tells whether a copy is whole."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

# A megabyte at a time: between two of them the copy can be told of, slowed and ended.
_PAGES_A_STEP = 256


def hold_moment(conn: sqlite3.Connection) -> None:
    """What is read on *conn* from now on is of this moment, whatever is written meanwhile."""
    conn.execute("begin")
    conn.execute("select count(*) from sqlite_schema").fetchone()


def copy_to(conn: sqlite3.Connection, target: Path, on_step: Callable[[int, int], None]) -> None:
    """Copies the moment that *conn* holds, page by page, to a file that any program may open for reading.

    *on_step* is given the bytes that are copied and those of all. What it raises ends the copy.
    """
    page_bytes = int(conn.execute("pragma page_size").fetchone()[0])
    copy = sqlite3.connect(target, isolation_level=None)
    try:
        copy.execute("pragma journal_mode = off")  # a copy that is not whole is thrown away
        copy.execute("pragma synchronous = off")  # the file is synced by its maker
        copy.execute("pragma cache_size = -2048")
        conn.backup(
            copy,
            pages=_PAGES_A_STEP,
            progress=lambda _, left, pages: on_step((pages - left) * page_bytes, pages * page_bytes),
        )
    finally:
        copy.close()
    _leave_wal(target)


def _leave_wal(path: Path) -> None:
    """A file in WAL mode could not be opened where nothing may be written beside it."""
    copy = sqlite3.connect(path, isolation_level=None)
    try:
        copy.execute("pragma journal_mode = delete")
    finally:
        copy.close()


_SEARCHES = ("contact_search", "shelf_search")


def row_counts(conn: sqlite3.Connection) -> dict[str, int]:
    """Rows by table, those of the search indexes left out: they follow from what is searched."""
    sql = "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' order by name"
    names = [row[0] for row in conn.execute(sql) if not row[0].startswith(_SEARCHES)]
    return {name: int(conn.execute(f'select count(*) from "{name}"').fetchone()[0]) for name in names}


def faults(conn: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the file and its references, at most ten of each; empty = nothing."""
    damaged = [row[0] for row in conn.execute("pragma integrity_check(10)") if row[0] != "ok"]
    astray = conn.execute("pragma foreign_key_check").fetchmany(10)
    return damaged + [
        f"a row of {table} points at a row of {parent} that is not there" for table, _, parent, _ in astray
    ]


def identity(conn: sqlite3.Connection) -> tuple[int, int]:
    """The application id and the version of the schema."""
    application, version = (conn.execute(f"pragma {name}").fetchone() for name in ("application_id", "user_version"))
    return int(application[0]), int(version[0])


def settle_journal(path: Path) -> None:
    """Takes the write-ahead log into the file, as far as that can be done. Raises sqlite3.Error when it is damaged."""
    conn = sqlite3.connect(path, isolation_level=None)
    try:
        conn.execute("pragma wal_checkpoint(truncate)").fetchall()
    finally:
        conn.close()
