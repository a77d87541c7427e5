"""What `counterfoil --help` costs, and how the daemon's own commands are passed on."""

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import Cli, program
from tui.cli.root import counterfoil

_HEAVY = {"textual", "aiohttp", "pydantic", "rich", "asyncio"}
_CALL = "from tui.__main__ import counterfoil\ntry: counterfoil.main({})\nexcept SystemExit: pass"


def _modules_after(code: str) -> set[str]:
    printing = f"import sys\n{code}\nprint(*sys.modules, file=sys.stderr)"
    return set(
        subprocess.run([sys.executable, "-c", printing], capture_output=True, check=True, text=True).stderr.split()
    )


def test_the_program_imports_nothing_heavy() -> None:
    assert not _HEAVY & _modules_after("import tui.__main__")


def test_help_imports_nothing_heavy() -> None:
    assert not _HEAVY & _modules_after(_CALL.format(["--help"]))


def test_a_commands_help_needs_neither_the_ui_nor_the_network() -> None:
    assert not {"textual", "aiohttp"} & _modules_after(_CALL.format(["contact", "list", "--help"]))


def test_help_names_every_command(cli: Cli) -> None:
    shown = cli("--help")

    assert shown.exit_code == 0
    assert all(f"  {name} " in shown.stdout for name in counterfoil.list_commands(None))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["demo", "store", "sync", "runs", "contact", "order", "status", "events"])
def test_every_command_explains_itself(cli: Cli, name: str) -> None:
    assert cli(name, "--help").exit_code == 0


@pytest.mark.parametrize("words", [["run", "--help"], ["check", "--", "--json", "-x"], ["rebuild", "--to", "a b", ""]])
def test_the_daemons_commands_get_their_arguments_untouched(words: list[str]) -> None:
    out, _ = program(*words).communicate(timeout=10)

    assert json.loads(out)[0] == words


def test_the_daemon_is_told_of_the_socket_given_before_the_command() -> None:
    out, _ = program("--socket", "/run/x.sock", "check").communicate(timeout=10)

    assert json.loads(out) == [["check"], "/run/x.sock"]


def test_version_is_that_of_the_distribution(cli: Cli) -> None:
    assert cli("--version").stdout.startswith("counterfoil ")
