"""Exit codes, and where errors are written."""

import json

import pytest

from common import routes
from common.errors import CounterfoilError, Invalid, NotFound, Refused, StoreRefused, TryLater
from tests.cli.conftest import Cli, Served, program
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import people

_CODES = [(CounterfoilError, 1), (NotFound, 1), (Refused, 1), (StoreRefused, 1), (Invalid, 2), (TryLater, 4)]


@pytest.mark.parametrize(("kind", "code"), _CODES)
def test_each_error_of_the_daemon_has_its_exit_code(
    cli: Cli, daemon: FakeDaemon, kind: type[CounterfoilError], code: int
) -> None:
    daemon.failures[routes.STATUS] = kind("It is broken.", remedy="Mend it.")

    result = cli("status")

    assert (result.exit_code, result.stdout, result.stderr) == (code, "", "counterfoil: It is broken.\nMend it.\n")


def test_an_absent_daemon_is_exit_3_with_the_remedy(cli: Cli) -> None:
    result = cli("contact", "list")

    assert result.exit_code == 3
    assert "No daemon answers" in result.stderr
    assert "counterfoil run" in result.stderr


def test_with_json_an_error_is_one_line_on_stderr_and_nothing_on_stdout(cli: Cli) -> None:
    result = cli("status", "--json")

    assert (result.exit_code, result.stdout) == (3, "")
    assert json.loads(result.stderr)["error"]["code"] == "daemon_unreachable"
    assert set(json.loads(result.stderr)["error"]) == {"code", "message", "remedy"}


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["contact", "list", "--limit", "0"],
        ["contact", "list", "--limit", "100001"],
        ["contact", "list", "--sort", "shoe-size"],
        ["contact", "show"],
        ["contact", "show", "nobody"],
        ["order", "show", "abc123", "one"],
        ["store", "show", "!"],
        ["sync", "--json", "no hash"],
        ["runs", "show", "zero"],
        ["store", "add", "abc123"],
        ["demo", "--json"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_exit_2_and_says_what_is_wrong(cli: Cli, words: list[str]) -> None:
    result = cli(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.strip()


def test_wrong_usage_with_json_is_json_too(cli: Cli) -> None:
    result = cli("contact", "show", "--json")

    assert json.loads(result.stderr)["error"] == {
        "code": "invalid",
        "message": "Missing argument 'EMAIL'.",
        "remedy": "See `counterfoil contact show --help`.",
    }


def test_a_group_without_a_command_shows_its_help_on_stderr(cli: Cli) -> None:
    result = cli("store")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr


@pytest.mark.parametrize("words", [[], ["demo"]], ids=["ui", "demo"])
def test_the_ui_without_a_terminal_is_exit_2(cli: Cli, words: list[str]) -> None:
    result = cli(*words)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "needs a terminal" in result.stderr


def test_an_error_message_reaches_the_terminal_without_escapes(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.failures[routes.STATUS] = Refused("The store \x1b[31mEvil\u202e says no.")

    assert cli("status").stderr == "counterfoil: The store Evil says no.\n"


def test_an_answer_of_another_version_is_explained(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.failures[routes.STATUS] = _Odd("x")

    result = cli("status")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "not understood" in result.stderr


class _Odd(CounterfoilError):
    """Crosses the socket as a success whose body is not the one expected."""

    http_status = 200


def test_a_full_disk_behind_stdout_is_exit_1(served: Served) -> None:
    with open("/dev/full", "wb") as full:
        asked = program("--socket", str(served.daemon.socket), "status", stdout=full)
        _, told = asked.communicate(timeout=5)

    assert asked.returncode == 1
    assert told == b"counterfoil: [Errno 28] No space left on device.\n"


def test_a_reader_that_wants_no_more_is_no_failure(served: Served) -> None:
    served.daemon.contacts = people(2000)
    socket = str(served.daemon.socket)
    asked = program("--socket", socket, "contact", "list", "--limit", "2000", PYTHONUNBUFFERED="")
    assert asked.stdout is not None

    asked.stdout.readline()
    asked.stdout.close()
    asked.stdout = None
    _, told = asked.communicate(timeout=5)

    assert (asked.returncode, told) == (0, b"")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        pytest.param("(" * 3_000_000, "more than 25,000 characters", id="megabytes"),
        pytest.param("\udcff > 1", "no text in UTF-8", id="no text"),
    ],
)
def test_a_rule_that_no_call_can_carry_is_refused_in_words(cli: Cli, given: str, told: str) -> None:
    for words in (
        ("segment", "count", given),
        ("segment", "save", "VIP", given),
        ("contact", "list", "--match", given),
    ):
        result = cli(*words)

        assert (result.exit_code, result.stdout) == (2, "")
        assert told in result.stderr


def test_a_name_that_is_too_long_is_refused_in_words(cli: Cli) -> None:
    result = cli("segment", "show", "n" * 300)

    assert (result.exit_code, result.stderr) == (2, "counterfoil: name: String should have at most 200 characters.\n")
