"""Making a backup: the database as of one moment, its checksum and its manifest, whole under its name or not at all."""

import errno
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from common.backups import Backup
from common.errors import Refused
from common.version import own_version
from daemon.backup.shelf import checksum_of, fresh_name, manifest_of, partial_of, sweep, write_whole
from daemon.db import snapshots
from daemon.db.database import connect
from daemon.durable import sync_folder

Progress = Callable[[int, int], None]
"""Given the bytes that are done, and those of all."""

# Written out bit by bit: all at once would hold up the commits of the database on the same disk for seconds.
_SYNC_EVERY_BYTES = 16 * 2**20


def nothing(done: int, total: int) -> None:
    """Tells nobody."""


def copied(database: Path, folder: Path, *, now: int, spare_bytes: int = 0, on_step: Progress = nothing) -> Backup:
    """A new backup of *database* in *folder*, which is made where there is none. Writers go on meanwhile.

    *spare_bytes* of the disk have to stay free. Raises Refused when it cannot be made; nothing is left of it then.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(folder)
        demand_room(folder, _bytes_of(database) + spare_bytes)
        return copied_as(database, fresh_name(folder, "counterfoil", ".db", now=now), now=now, on_step=on_step)
    except (OSError, sqlite3.Error) as error:
        raise Refused(
            f"No backup could be made in {folder}: {said(error)}.",
            remedy="Check that the service's user may write there, and that there is room for a copy of the database.",
        ) from error


def copied_as(database: Path, file: Path, *, now: int, on_step: Progress = nothing) -> Backup:
    """Like `copied`, to the path *file*. Raises OSError or sqlite3.Error."""
    partial = partial_of(file)
    demand_room(file.parent, _bytes_of(database))
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    try:
        with closing(connect(database, writes=False)) as conn:
            snapshots.hold_moment(conn)
            _, version = snapshots.identity(conn)
            counts = snapshots.row_counts(conn)
            _copy(conn, partial, on_step)
        backup = Backup(
            file=file.name,
            made_at=now,
            made_by=own_version(),
            schema_version=version,
            bytes=partial.stat().st_size,
            sha256=sha256_of(partial),
            counts=counts,
        )
        write_whole(checksum_of(file), f"{backup.sha256}  {file.name}\n")
        write_whole(manifest_of(file), backup.model_dump_json(indent=1) + "\n")
        partial.replace(file)
        sync_folder(file.parent)
    finally:
        partial.unlink(missing_ok=True)
    return backup


def demand_room(folder: Path, needed_bytes: int) -> None:
    """Raises OSError when less is free there: a disk that a copy fills could take no deliveries any more."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes:
        raise OSError(errno.ENOSPC, f"{needed_bytes // 2**20} MB have to be free, and {free // 2**20} MB are")


def _bytes_of(database: Path) -> int:
    """With its journal, whose pages come on top at the most."""
    parts = (database, database.with_name(database.name + "-wal"))
    return sum(part.stat().st_size for part in parts if part.exists())


def _copy(conn: sqlite3.Connection, partial: Path, on_step: Progress) -> None:
    descriptor = os.open(partial, os.O_RDWR)
    synced = 0

    def written(done: int, total: int) -> None:
        nonlocal synced
        if done - synced >= _SYNC_EVERY_BYTES:
            settle(descriptor)
            synced = done
        on_step(done, total)

    try:
        snapshots.copy_to(conn, partial, written)
        settle(descriptor)
    finally:
        os.close(descriptor)


def settle(descriptor: int) -> None:
    """What was written is on the disk, and leaves the memory to those who need it."""
    os.fdatasync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)


def said(error: OSError | sqlite3.Error) -> str:
    """Its reason alone: what it was about stands beside it."""
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)


def sha256_of(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
