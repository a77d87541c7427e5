"""Encrypting every secret with a new key, so that a crash at any instruction loses none of them."""

import os
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from common.errors import Refused
from daemon.db.database import connect
from daemon.db.sealed import reseal
from daemon.durable import sync_folder
from daemon.lock import locked_state_dir
from daemon.settings import Settings
from daemon.vault import CREDENTIAL_NAME, Keyring, Vault


@dataclass(frozen=True, slots=True)
class Rotated:
    secrets: int
    file: Path


def rotated(settings: Settings, key: Path | None) -> Rotated:
    """Both keys stand in the file before the first secret is sealed anew, and until the last one is on the disk.

    *key* None = the file in the state folder. Raises Refused while a daemon works there, or when there is no such file.
    """
    with locked_state_dir(settings.state_dir):
        file = key or settings.state_dir / CREDENTIAL_NAME
        before = _keyring(file, is_given=key is not None)
        both = before.with_new_key()
        _put(file, both)
        try:
            secrets = _resealed(settings.database, Vault(before), Vault(both.newest_alone()))
        except Refused:  # it is not the key of these secrets: nothing was changed
            _put(file, before)
            raise
        _put(file, both.newest_alone())
    return Rotated(secrets, file)


def _keyring(file: Path, *, is_given: bool) -> Keyring:
    try:
        return Keyring.of(file.read_bytes())
    except FileNotFoundError:
        hint = (
            "Check its path."
            if is_given
            else f"Where systemd hands the key over, name the file it comes from, which is replaced: "
            f"counterfoild rotate-key --key /etc/credstore/{CREDENTIAL_NAME} (see LoadCredential= in the unit)."
        )
        raise Refused(f"There is no key at {file}.", remedy=hint) from None
    except (ValueError, OSError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is damaged"
        raise Refused(f"The key {file} cannot be used: {why}.", remedy="Put the former key back.") from None


def _resealed(database: Path, before: Vault, after: Vault) -> int:
    if not database.exists():
        return 0
    with closing(connect(database, writes=True)) as conn:
        return reseal(conn, lambda sealed: after.seal(before.open(sealed)))


def _put(file: Path, keyring: Keyring) -> None:
    """Replaces the file in one step, for the same owner; it is on the disk when this returns."""
    owner, fresh = file.stat(), file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
        written.write(keyring.content())
        written.flush()
        os.fsync(descriptor)
    fresh.replace(file)
    sync_folder(file.parent)
