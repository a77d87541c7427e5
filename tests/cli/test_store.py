"""`counterfoil store`, and how its token gets in."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import tried


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("sekrit-token\n", encoding="utf-8")
    path.chmod(0o600)
    return path


def test_add_connects_and_shows_the_store_but_not_the_token(cli: Cli, daemon: FakeDaemon, token_file: Path) -> None:
    result = cli(
        "store", "add", "https://store-xyz789.mybigcommerce.com", "--token-file", str(token_file), "--name", "Bazaar"
    )

    assert result.exit_code == 0
    assert result.stdout.startswith("Bazaar  connected\n")
    assert "SCOPE" in result.stdout
    assert "counterfoil sync xyz789 --historical" in result.stderr
    assert "sekrit" not in result.output


def test_add_json_is_the_store(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("store", "add", "xyz789", "--token-file", "-", "--json", given="sekrit-token\n")

    assert json.loads(result.stdout)["hash"] == "xyz789"
    assert result.stderr == ""


def test_add_of_a_connected_store_is_refused(cli: Cli, daemon: FakeDaemon, token_file: Path) -> None:
    result = cli("store", "add", "abc123", "--token-file", str(token_file))

    assert (result.exit_code, result.stdout) == (1, "")
    assert "already connected" in result.stderr


@pytest.mark.parametrize(
    ("held", "complaint"),
    [
        ("", "is empty"),
        (" \n\n", "is empty"),
        ("one\ntwo\n", "holds more than a token"),
        ("Access token: abc\n", "holds more than a token"),
        ("abc\x1b[31m\n", "holds more than a token"),
    ],
    ids=["empty", "blank", "two lines", "a sentence", "controls"],
)
def test_a_token_is_one_line(cli: Cli, held: str, complaint: str) -> None:
    result = cli("store", "add", "abc123", "--token-file", "-", given=held)

    assert result.exit_code == 2
    assert complaint in result.stderr


def test_a_missing_token_file_is_named(cli: Cli, tmp_path: Path) -> None:
    result = cli("store", "add", "abc123", "--token-file", str(tmp_path / "nowhere"))

    assert result.exit_code == 2
    assert "nowhere cannot be read: No such file or directory." in result.stderr


def test_a_file_others_can_read_is_warned_of(cli: Cli, daemon: FakeDaemon, token_file: Path) -> None:
    token_file.chmod(0o644)

    result = cli("store", "add", "xyz789", "--token-file", str(token_file))

    assert result.exit_code == 0
    assert f"chmod 600 {token_file}" in result.stderr


def test_only_one_secret_can_come_from_stdin(cli: Cli) -> None:
    assert cli("store", "add", "abc123", "--token-file", "-", "--client-secret-file", "-").exit_code == 2


def test_list_json_is_the_wire_model(cli: Cli, daemon: FakeDaemon) -> None:
    (store,) = json.loads(cli("store", "list", "--json").stdout)["stores"]

    assert (store["hash"], store["state"]) == ("abc123", "connected")
    assert set(store["hooks"]) == {"expected", "alive"}
    assert store["last_sync_at"].endswith("Z")


def test_list_is_a_line_per_store(cli: Cli, daemon: FakeDaemon) -> None:
    titles, line = cli("store", "list").stdout.splitlines()

    assert titles.startswith("STORE   NAME  STATE")
    assert line.startswith("abc123  acme  connected  3/3 alive")


def test_list_without_stores_says_how_to_connect_one(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.stores = {}

    assert cli("store", "list").stdout == ""
    assert "counterfoil store add" in cli("store", "list").stderr
    assert json.loads(cli("store", "list", "--json").stdout) == {"stores": []}


def test_show_lists_scopes_and_hooks(cli: Cli, daemon: FakeDaemon) -> None:
    shown = cli("store", "show", "abc123").stdout

    assert "granted" in shown
    assert "store/" in shown


def test_show_of_an_unknown_store_is_exit_1(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("store", "show", "other1").exit_code == 1


def test_what_a_store_has_to_give_is_told_beforehand(cli: Cli, daemon: FakeDaemon) -> None:
    shown = cli("store", "needs").stdout

    for scope in daemon.connecting.scopes:
        assert scope.scope in shown
    assert json.loads(cli("store", "needs", "--json").stdout) == json.loads(daemon.connecting.model_dump_json())


@pytest.mark.parametrize(
    ("lacking", "said"), [((), "It is enough."), (("store_v2_orders_read_only",), "It is not enough")]
)
def test_a_token_is_tried_and_the_store_is_not_connected(
    cli: Cli, daemon: FakeDaemon, token_file: Path, lacking: tuple[str, ...], said: str
) -> None:
    daemon.tried = tried(*lacking)

    result = cli("store", "try", "xyz789", "--token-file", str(token_file))

    assert result.stdout.startswith(daemon.tried.name)
    assert ("missing" in result.stdout) is bool(lacking)
    assert said in result.stderr
    assert "sekrit" not in result.output
    assert len(daemon.stores) == 1
