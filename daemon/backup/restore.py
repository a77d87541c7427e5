"""Putting a backup in the place of the database, which is kept aside; and what the key and the erased say to it."""

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from common.backups import Backup
from common.errors import Refused
from daemon.backup.shelf import fresh_name
from daemon.backup.trying import brought_back
from daemon.db import restored, snapshots
from daemon.db.database import connect
from daemon.durable import sync_folder
from daemon.lock import locked_state_dir
from daemon.settings import Settings
from daemon.vault import has_key, new_hook_key, opened_vault


@dataclass(frozen=True, slots=True)
class Restored:
    """*aside* None = there was no database before. *unopened* are hashes of stores whose tokens the key does not open;
    *is_key_lost* says that they were given up. *erased* is how many people that were erased since are erased again."""

    backup: Backup
    aside: Path | None
    stores: int
    unopened: tuple[str, ...]
    has_key: bool
    is_key_lost: bool
    erased: int


def restore(settings: Settings, file: Path, *, now: int, is_key_lost: bool = False) -> Restored:
    """Makes the backup *file* the database. All that is refused is refused before anything is changed.

    *is_key_lost* gives up tokens that the key here does not open: their stores have to be reconnected.
    Raises NotFound or Refused: also while a daemon runs.
    """
    with locked_state_dir(settings.state_dir):
        database = settings.database
        copy = database.with_name(database.name + ".restoring")
        backup = brought_back(file, copy)
        try:
            tokens = _sealed_tokens(copy)
            unopened = _unopened(settings.state_dir, tokens)
            if is_key_lost and unopened:
                _give_up(copy, unopened, settings.state_dir)
            erased = _erase_again(copy, database, settings.state_dir)
            aside = _swap(copy, database, now=now)
        finally:
            for suffix in ("", "-wal", "-shm"):
                copy.with_name(copy.name + suffix).unlink(missing_ok=True)
    return Restored(backup, aside, len(tokens), unopened, has_key(settings.state_dir), is_key_lost, erased)


def _sealed_tokens(copy: Path) -> dict[str, bytes]:
    with closing(sqlite3.connect(copy)) as conn:
        return restored.sealed_tokens(conn)


def _unopened(state_dir: Path, tokens: dict[str, bytes]) -> tuple[str, ...]:
    """The stores whose token the key that lies here does not open; without a key none is."""
    if not has_key(state_dir):
        return tuple(tokens)
    vault, closed = opened_vault(state_dir), []
    for store_hash, token in tokens.items():
        try:
            vault.open(token)
        except Refused:
            closed.append(store_hash)
    return tuple(closed)


def _give_up(copy: Path, unopened: tuple[str, ...], state_dir: Path) -> None:
    """A hook key nobody knows: what is delivered until the store is reconnected is refused, and fetched then."""
    vault = opened_vault(state_dir)
    with closing(connect(copy, writes=True)) as conn:
        for store_hash in unopened:
            restored.seal_anew(
                conn,
                store_hash,
                token=vault.seal("lost"),
                client_secret=vault.seal(""),
                hook_key=vault.seal(new_hook_key()),
            )


def _erase_again(copy: Path, database: Path, state_dir: Path) -> int:
    """Who was erased since the backup was made must not come back by it; the daemon erases them when it starts."""
    if not database.exists() or not has_key(state_dir):
        return 0
    try:
        bans = restored.bans_in(database)
    except sqlite3.Error:  # the database that is replaced is damaged, or older than any ban
        return 0
    with closing(connect(copy, writes=True)) as conn:
        return restored.ban(conn, bans, key=opened_vault(state_dir).person_key)


def _swap(copy: Path, database: Path, *, now: int) -> Path | None:
    """Puts *copy* in the place of *database* and gives where the latter is kept.

    It has its second name before it loses its first: whenever this is broken off, the database or all of its parts
    under the new name are there.
    """
    aside = _put_aside(database, now=now)
    for suffix in ("-wal", "-shm"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
    copy.replace(database)
    sync_folder(database.parent)
    return aside


def _put_aside(database: Path, *, now: int) -> Path | None:
    if not database.exists():
        return None
    with suppress(sqlite3.Error):  # damaged: its journal goes along
        snapshots.settle_journal(database)
    aside = fresh_name(database.parent, f"{database.name}.replaced", "", now=now)
    for suffix in ("", "-wal"):
        part = database.with_name(database.name + suffix)
        if part.exists():
            os.link(part, aside.with_name(aside.name + suffix))
    sync_folder(database.parent)
    return aside
