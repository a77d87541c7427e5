"""Secrets at rest."""

import stat
from pathlib import Path

import pytest

from common.errors import Refused
from daemon.vault import CREDENTIAL_NAME, new_hook_key, opened_vault


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


def test_the_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    opened_vault(tmp_path)
    key = (tmp_path / CREDENTIAL_NAME).read_bytes()
    opened_vault(tmp_path)

    assert (tmp_path / CREDENTIAL_NAME).read_bytes() == key
    assert stat.S_IMODE((tmp_path / CREDENTIAL_NAME).stat().st_mode) == 0o600


def test_a_secret_comes_back_after_a_restart(tmp_path: Path) -> None:
    sealed = opened_vault(tmp_path).seal("tøken")

    assert opened_vault(tmp_path).open(sealed) == "tøken"


def test_a_sealed_secret_does_not_hold_it_in_clear(tmp_path: Path) -> None:
    assert b"s3cret" not in opened_vault(tmp_path).seal("s3cret")


def test_another_key_is_refused_with_what_to_do(tmp_path: Path) -> None:
    sealed = opened_vault(tmp_path).seal("s3cret")
    (tmp_path / CREDENTIAL_NAME).unlink()

    with pytest.raises(Refused, match="not the one they were encrypted with") as refused:
        opened_vault(tmp_path).open(sealed)

    assert CREDENTIAL_NAME in refused.value.remedy


@pytest.mark.parametrize("content", [b"", b"too short", b"\xff\xfe"])
def test_a_damaged_key_is_refused_with_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / CREDENTIAL_NAME).write_bytes(content)
    (tmp_path / CREDENTIAL_NAME).chmod(0o600)

    with pytest.raises(Refused, match="cannot be used") as refused:
        opened_vault(tmp_path)

    assert "backup" in refused.value.remedy


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    opened_vault(tmp_path)
    (tmp_path / CREDENTIAL_NAME).chmod(0o644)

    with pytest.raises(Refused, match="others may read it") as refused:
        opened_vault(tmp_path)

    assert "chmod 600" in refused.value.remedy


def test_the_service_managers_credential_wins_over_the_key_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials, state = tmp_path / "credentials", tmp_path / "state"
    credentials.mkdir()
    state.mkdir()
    sealed = opened_vault(credentials).seal("s3cret")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))

    assert opened_vault(state).open(sealed) == "s3cret"
    assert not list(state.iterdir())


def test_a_vault_in_print_holds_nothing_of_its_key(tmp_path: Path) -> None:
    vault = opened_vault(tmp_path)
    key = (tmp_path / CREDENTIAL_NAME).read_text()

    assert key not in repr(vault)
    assert key[:8] not in repr(vault)


def test_hook_keys_are_long_and_fit_into_a_header() -> None:
    keys = {new_hook_key() for _ in range(50)}

    assert len(keys) == 50
    assert all(len(key) >= 43 and key.isascii() and key.replace("-", "").replace("_", "").isalnum() for key in keys)
