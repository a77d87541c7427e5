"""The secrets' key is replaced with no secret lost, wherever it is cut off."""

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from common.errors import Refused
from daemon.db import migrate, sealed, stores
from daemon.db.database import connect
from daemon.db.stores import Secrets
from daemon.lock import locked_state_dir
from daemon.rotation import rotated
from daemon.settings import Settings
from daemon.vault import CREDENTIAL_NAME, Keyring, opened_vault
from tests.db.rows import add_store

NAMES = ("t0ken", "s3cret", "h00k", "n3w")


@pytest.fixture
def settings(path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A database with the secrets of two stores."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    vault = opened_vault(path.parent)
    with closing(connect(path, writes=True)) as conn:
        for store_hash in ("abc123", "xyz789"):
            store_id = add_store(conn, store_hash).id
            stores.set_secrets(conn, store_id, Secrets(*(vault.seal(f"{name} {store_hash}") for name in NAMES[:3])))
            stores.rotate_hook_key(conn, store_id, vault.seal(f"{NAMES[3]} {store_hash}"), now=1)
    return Settings(state_dir=path.parent)


def opened(settings: Settings) -> list[str]:
    """Every secret as the daemon would read it at its start."""
    vault = opened_vault(settings.state_dir)
    with closing(connect(settings.database, writes=True)) as conn:
        return [
            vault.open(one)
            for row in stores.all_stores(conn)
            for one in (row.token, row.client_secret, row.former_hook_key, row.hook_key)
            if one is not None
        ]  # fmt: skip


ALL = [f"{name} {store_hash}" for store_hash in ("abc123", "xyz789") for name in NAMES]


def test_secrets_open_with_the_new_key_alone_and_people_stay_erased(settings: Settings) -> None:
    file = settings.state_dir / CREDENTIAL_NAME
    before, persons = Keyring.of(file.read_bytes()), opened_vault(settings.state_dir).person_key

    done = rotated(settings, None)

    after = Keyring.of(file.read_bytes())
    assert (done.secrets, opened(settings)) == (8, ALL)
    assert len(after.keys) == 1
    assert after.keys != before.keys
    assert opened_vault(settings.state_dir).person_key == persons
    assert file.stat().st_mode & 0o777 == 0o600


class _Cut(BaseException):
    """The power goes."""


@pytest.mark.parametrize("after", range(4))
def test_cut_off_anywhere_every_secret_opens_and_the_next_try_ends_it(
    settings: Settings, after: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After each time that the key's file, or its folder, reaches the disk: twice before the rows, twice after."""
    times, fsync = [0], os.fsync

    def cutting(descriptor: int) -> None:
        if times[0] == after:
            raise _Cut
        times[0] += 1
        fsync(descriptor)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", cutting)
        with pytest.raises(_Cut):
            rotated(settings, None)

    assert opened(settings) == ALL
    rotated(settings, None)
    assert opened(settings) == ALL
    assert len(Keyring.of((settings.state_dir / CREDENTIAL_NAME).read_bytes()).keys) == 1


def test_a_key_of_something_else_changes_nothing(settings: Settings) -> None:
    file = settings.state_dir / CREDENTIAL_NAME
    kept = file.read_bytes()
    other = settings.state_dir / "other.key"
    opened_vault(settings.state_dir)
    file.rename(other)
    opened_vault(settings.state_dir)

    with pytest.raises(Refused, match="cannot be decrypted"):
        rotated(settings, None)

    other.replace(file)
    assert file.read_bytes() == kept
    assert opened(settings) == ALL


def test_a_running_daemon_is_not_rotated_under(settings: Settings) -> None:
    with locked_state_dir(settings.state_dir), pytest.raises(Refused, match="Another daemon"):
        rotated(settings, None)


def test_where_the_key_is_a_credential_the_file_it_comes_from_is_asked_for_and_replaced(
    settings: Settings, tmp_path: Path
) -> None:
    source = tmp_path / "etc.key"
    (settings.state_dir / CREDENTIAL_NAME).rename(source)

    with pytest.raises(Refused, match="There is no key at") as refused:
        rotated(settings, None)
    assert "--key" in refused.value.remedy
    rotated(settings, source)

    source.rename(settings.state_dir / CREDENTIAL_NAME)
    assert opened(settings) == ALL


def test_every_column_that_is_encrypted_is_rotated() -> None:
    base = (Path(migrate.__file__).parent / "migrations" / "0001_base.sql").read_text("utf-8")

    assert set(sealed._COLUMNS) == set(re.findall(r"^\s+(\w+)\s+blob.*-- encrypted", base, re.MULTILINE))


def test_a_transaction_that_fails_leaves_every_secret_as_it_was(settings: Settings) -> None:
    def failing(one: bytes) -> bytes:
        raise sqlite3.OperationalError(f"disk full at {len(one)} bytes")

    with closing(connect(settings.database, writes=True)) as conn, pytest.raises(sqlite3.OperationalError):
        sealed.reseal(conn, failing)

    assert opened(settings) == ALL
