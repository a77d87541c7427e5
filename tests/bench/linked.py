"""A large database for a daemon to stand on: the generated one itself, or a copy where much is written to it."""

import os
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from daemon.db.database import connect
from daemon.vault import opened_vault
from tests.bench.generate import database


def link(file: Path, folder: Path) -> None:
    """Lets a daemon in *folder* stand on *file*. Its stores get secrets that open; paused, they are left alone."""
    (folder / "counterfoil.db").symlink_to(file)
    sealed = opened_vault(folder).seal("none")
    with closing(connect(folder / "counterfoil.db", writes=True)) as conn:
        sql = "update store set token = ?, client_secret = ?, hook_key = ?, state = 'paused'"
        conn.execute(sql, (sealed, sealed, sealed))


@contextmanager
def copied(contacts: int, name: str) -> Iterator[Path]:
    """A copy of the database of that size, on the disk of the original, which stays as it is."""
    copy = database(contacts).with_suffix(f".{name}")
    shutil.copyfile(database(contacts), copy)
    os.sync()  # or the disk is busy with it while it is measured
    try:
        yield copy
    finally:
        for left in copy.parent.glob(f"{copy.name}*"):
            left.unlink()
