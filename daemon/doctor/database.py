"""Checks on the database file: its version, whether it is whole, its journal."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from daemon.db.database import Database, connect
from daemon.db.migrate import migrations, schema_version
from daemon.db.soundness import damages, orphans
from daemon.doctor.finding import Finding, error, or_well, unknown, warning, well
from daemon.settings import Settings

# Its checkpoints keep it at about 4 MB; a long export lets it grow for as long as it lasts.
_LARGE_WAL_BYTES = 256 * 2**20

SLOW_CHECKS = ("database-damaged", "database-orphans")


def version_finding(conn: sqlite3.Connection) -> Finding:
    there, newest = schema_version(conn), migrations()[-1].version
    if there != newest:
        return error("database-version", f"The database's format is {there}; this program's is {newest}.")
    return well("database-version", f"Its format is {there}, this program's.")


def integrity_findings(conn: sqlite3.Connection) -> Iterator[Finding]:
    """Reads the whole file."""
    found = (error("database-damaged", f"{what}.") for what in damages(conn))
    yield from or_well("database-damaged", found, "SQLite finds nothing wrong.")
    lost = (warning("database-orphans", f"Rows of {table} name rows of {other}.") for table, other in orphans(conn))
    yield from or_well("database-orphans", lost, "All rows that are named are there.")


async def integrity(database: Database, *, within_s: float) -> list[Finding]:
    """Beside all else, and given up when it takes longer than *within_s*: a large file takes minutes."""
    try:
        async with asyncio.timeout(within_s):
            return await database.scan(lambda conn: list(integrity_findings(conn)))
    except TimeoutError:
        return _not_in_time(within_s)


def _not_in_time(within_s: float) -> list[Finding]:
    return [
        unknown(code, f"The database could not be read whole within {within_s:g} s: that was left off.")
        for code in SLOW_CHECKS
    ]


def wal_finding(path: Path) -> Finding:
    size = wal_bytes(path)
    if size > _LARGE_WAL_BYTES:
        return warning("wal-large", f"The write-ahead log has {size // 2**20} MB.")
    return well("wal-large", f"It has {size // 1024} KB.")


def wal_bytes(path: Path) -> int:
    """The size of the write-ahead log of the database at *path*."""
    try:
        return path.with_name(f"{path.name}-wal").stat().st_size
    except OSError:
        return 0


def database_findings(settings: Settings) -> Iterator[Finding]:
    """As they can be told while no daemon runs."""
    path = settings.database
    if not path.exists():
        for code in ("database-version", *SLOW_CHECKS, "wal-large"):
            yield well(code, "There is no database yet: it is made at the first start.")
        return
    try:
        with closing(connect(path, writes=False)) as conn:
            yield version_finding(conn)
            yield from integrity_findings(conn)
    except sqlite3.Error as fault:
        yield error("database-damaged", f"{path} cannot be read: {fault}.")
    yield wal_finding(path)
