"""`counterfoil store pause|resume|reconnect|delete|purge`."""

import json
from pathlib import Path

import pytest

from common import routes
from common.stores import StoreState
from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import store


def test_pause_shows_the_store_and_says_how_it_goes_on(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("store", "pause", "abc123")

    assert result.stdout.startswith("acme  paused\n")
    assert "counterfoil store resume abc123" in result.stderr


@pytest.mark.parametrize(
    ("words", "state"),
    [(["pause"], "paused"), (["resume"], "connected"), (["delete", "--yes"], "deleted")],
    ids=["pause", "resume", "delete"],
)
def test_a_verb_gives_the_store_as_json(cli: Cli, daemon: FakeDaemon, words: list[str], state: str) -> None:
    result = cli("store", *words, "abc123", "--json")

    assert json.loads(result.stdout)["state"] == state
    assert result.stderr == ""


def test_a_refusal_is_exit_1(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.stores["abc123"] = store(state=StoreState.DELETED)

    result = cli("store", "pause", "abc123")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "is deleted" in result.stderr


def test_reconnect_sends_both_secrets_and_shows_neither(cli: Cli, daemon: FakeDaemon, tmp_path: Path) -> None:
    for name in ("token", "secret"):
        (tmp_path / name).write_text(f"sekrit-{name}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o600)

    result = cli(
        "store",
        "reconnect",
        "abc123",
        "--token-file",
        str(tmp_path / "token"),
        "--client-secret-file",
        str(tmp_path / "secret"),
    )

    (sent,) = daemon.reconnects
    assert (sent.token.get_secret_value(), sent.client_secret.get_secret_value()) == ("sekrit-token", "sekrit-secret")
    assert "sekrit" not in result.output
    assert "counterfoil runs list --store abc123" in result.stderr


def test_reconnect_wants_a_token(cli: Cli) -> None:
    assert cli("store", "reconnect", "abc123").exit_code == 2


def test_delete_without_a_terminal_wants_yes(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("store", "delete", "abc123")

    assert result.exit_code == 2
    assert "--yes" in result.stderr
    assert daemon.calls[routes.STORE_DELETE] == 0


def test_purge_without_a_terminal_wants_the_hash(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("store", "purge", "abc123")

    assert result.exit_code == 2
    assert "--confirm HASH" in result.stderr
    assert daemon.calls[routes.STORE_PURGE] == 0


def test_purge_with_another_hash_erases_nothing(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("store", "purge", "abc123", "--confirm", "abc124")

    assert result.exit_code == 2
    assert "abc123" in daemon.stores


def test_purge_waits_until_nothing_is_left_and_says_so(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("store", "purge", "abc123", "--confirm", "abc123")

    assert (result.exit_code, result.stdout) == (0, "abc123 is erased.\n")
    assert "5,310 orders, 2,104 customers" in result.stderr


def test_purge_json_is_the_hash(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("store", "purge", "abc123", "--confirm", "abc123", "--json")

    assert json.loads(result.stdout) == {"hash": "abc123"}
    assert result.stderr == ""


def test_adding_a_store_that_was_deleted_says_that_its_data_is_there(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.stores["abc123"] = store(state=StoreState.DELETED)

    result = cli("store", "add", "abc123", "--token-file", "-", given="sekrit\n")

    assert "counterfoil runs list --store abc123" in result.stderr
