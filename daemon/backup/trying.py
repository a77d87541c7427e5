"""A backup copied back and looked through: what a restore does before it puts the copy in place, and all of a drill."""

import hashlib
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from pydantic import ValidationError

from common.backups import Backup
from common.errors import NotFound, Refused
from daemon.backup.copying import Progress, demand_room, nothing, said, settle
from daemon.backup.shelf import manifest_of, read_manifest
from daemon.db import snapshots
from daemon.db.migrate import APPLICATION_ID, migrations

_PIECE_BYTES = 2**20
_SYNC_EVERY_PIECES = 16
_ANOTHER = "Take another one: `counterfoil backup list` shows which there are."


def brought_back(file: Path, target: Path, *, spare_bytes: int = 0, on_step: Progress = nothing) -> Backup:
    """Copies the backup *file* to *target*, looked through and on the disk; gives its manifest.

    *spare_bytes* of the disk have to stay free. Raises NotFound, or Refused when it is not what its manifest says, is
    damaged, or is of a newer version; there is no *target* then.
    """
    backup = _manifest(file)
    newest = migrations()[-1].version
    if backup.schema_version > newest:
        raise Refused(
            f"{file} was written by a newer Counterfoil (its format is {backup.schema_version}; this program knows "
            f"{newest}).",
            remedy=f"Install Counterfoil {backup.made_by} for it, or take an older backup.",
        )
    try:
        demand_room(target.parent, backup.bytes + spare_bytes)
        _copy(file, target, backup, on_step)
        _look_through(target, file, backup)
    except OSError as error:
        target.unlink(missing_ok=True)
        raise Refused(
            f"The backup {file} cannot be copied to {target.parent}: {said(error)}.",
            remedy="Check that the folder may be written and that there is room for another copy of the database.",
        ) from error
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return backup


def _manifest(file: Path) -> Backup:
    if not file.is_file():
        raise NotFound(f"There is no backup {file}.", remedy="See `counterfoil backup list`.")
    try:
        return read_manifest(file)
    except (OSError, ValidationError) as error:
        raise Refused(
            f"The backup {file} has no manifest {manifest_of(file).name} that can be read: nothing tells whether it is "
            "whole.",
            remedy="Copy the manifest to it: each backup is made with one beside it.",
        ) from error


def _copy(file: Path, target: Path, backup: Backup, on_step: Progress) -> None:
    sum_, done = hashlib.sha256(), 0
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with file.open("rb") as source, os.fdopen(descriptor, "wb", buffering=0) as copy:
        while piece := source.read(_PIECE_BYTES):
            sum_.update(piece)
            copy.write(piece)
            done += len(piece)
            if done % (_SYNC_EVERY_PIECES * _PIECE_BYTES) == 0:
                settle(descriptor)
            on_step(done, backup.bytes)
        os.fsync(descriptor)
    if sum_.hexdigest() != backup.sha256:
        raise Refused(f"The backup {file} is not what was written: its checksum is another one.", remedy=_ANOTHER)


def _look_through(copy: Path, file: Path, backup: Backup) -> None:
    """Raises Refused with the first faults."""
    try:
        with closing(sqlite3.connect(f"{copy.absolute().as_uri()}?mode=ro", uri=True)) as conn:
            told = _misfits(conn, backup) or snapshots.faults(conn)
    except sqlite3.Error as error:
        told = [str(error)]
    if told:
        raise Refused(f"The backup {file} cannot be relied on: {'; '.join(told)}.", remedy=_ANOTHER)


def _misfits(conn: sqlite3.Connection, backup: Backup) -> list[str]:
    if snapshots.identity(conn) != (APPLICATION_ID, backup.schema_version):
        return ["it is no database of Counterfoil of the version that its manifest says"]
    found = snapshots.row_counts(conn)
    return [
        f"{table} has {found.get(table, 0)} rows, and {count} when it was made"
        for table, count in backup.counts.items()
        if found.get(table) != count
    ]
