"""Brings a database file to this program's version, and refuses one from a newer program."""

import os
import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from common.errors import Refused
from daemon.backup.copying import copied_as, said
from daemon.backup.shelf import remove
from daemon.db.database import connect

APPLICATION_ID = 0x43464F4C  # "CFOL": tells our files from any other SQLite file

_MIGRATION_NAME = re.compile(r"(\d{4})_\w+\.sql")


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    sql: str


def migrations() -> list[Migration]:
    """All migrations of this program, oldest first; their versions count up from 1 without a gap."""
    found = [
        Migration(version=int(match[1]), name=entry.name, sql=entry.read_text("utf-8"))
        for entry in files("daemon.db").joinpath("migrations").iterdir()
        if (match := _MIGRATION_NAME.fullmatch(entry.name))
    ]
    return sorted(found, key=lambda migration: migration.version)


def schema_version(conn: sqlite3.Connection) -> int:
    """0 = an empty file."""
    return int(conn.execute("pragma user_version").fetchone()[0])


def migrate(path: Path, steps: Sequence[Migration] | None = None, *, now: int = 0) -> list[str]:
    """Applies what is missing of *steps* (None = all this program has), each in one transaction; gives their names.

    A database that holds data is copied beside itself first (`….before-NNNN`): a backup as any other, to be restored
    by the program of before. *now* is when that is made. Raises Refused for a file that is not ours, is damaged, or
    was written by a newer version, and when it cannot be copied; nothing is changed then.
    """
    steps = migrations() if steps is None else steps
    version = _checked_version(path, newest=steps[-1].version)
    missing = [migration for migration in steps if migration.version > version]
    with closing(_opened(path)) as conn:
        if missing and version:
            _copy_aside(path, version, now=now)
        for migration in missing:
            _apply(conn, migration)
    return [migration.name for migration in missing]


def _opened(path: Path) -> sqlite3.Connection:
    try:
        return connect(path, writes=True)
    except sqlite3.Error as error:
        raise _not_usable(path, error) from error


def _checked_version(path: Path, *, newest: int) -> int:
    """The version of the file at *path*, looked at without our pragmas: they would turn a stranger's file into WAL."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # where there is none: for its owner's eyes alone
        with closing(sqlite3.connect(path)) as conn:
            version = schema_version(conn)
            application = int(conn.execute("pragma application_id").fetchone()[0])
            is_empty = conn.execute("select count(*) from sqlite_schema").fetchone()[0] == 0
    except (sqlite3.Error, OSError) as error:
        raise _not_usable(path, error) from error
    if not is_empty and application != APPLICATION_ID:
        raise Refused(
            f"{path} is an SQLite database, but not one of Counterfoil's.",
            remedy="Choose another COUNTERFOIL_STATE_DIR, or move that file away.",
        )
    if version > newest:
        raise Refused(
            f"{path} was written by a newer Counterfoil (its format is {version}; this program knows {newest}). "
            "Nothing was changed.",
            remedy=f"Install that version again, or restore a backup made before the upgrade{_way_back(path, newest)}.",
        )
    return version


def _way_back(path: Path, version: int) -> str:
    """The copy that was kept when the database left *version*, if it is there still."""
    copy = _kept_before(path, version + 1)
    return f": `counterfoild restore {copy}`" if copy.exists() else ""


def _kept_before(path: Path, version: int) -> Path:
    return path.with_name(f"{path.name}.before-{version:04}")


def _not_usable(path: Path, error: sqlite3.Error | OSError) -> Refused:
    return Refused(
        f"The database {path} cannot be used: {error}.",
        remedy="Check that the folder is writable and the disk not full; if the file is damaged, restore a backup.",
    )


def _copy_aside(path: Path, version: int, *, now: int) -> None:
    copy = _kept_before(path, version + 1)
    remove(copy)
    try:
        copied_as(path, copy, now=now)
    except (OSError, sqlite3.Error) as error:
        raise Refused(
            f"{path} was not brought to this version: it could not be copied to {copy.name} first: {said(error)}.",
            remedy="Make room for a copy of the database on its disk, and start again.",
        ) from error


def _apply(conn: sqlite3.Connection, migration: Migration) -> None:
    conn.executescript(
        f"begin immediate;\n{migration.sql}\n"
        f"pragma application_id = {APPLICATION_ID};\npragma user_version = {migration.version};\ncommit;"
    )
