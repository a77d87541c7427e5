"""Completion of the command line: what is offered, how fast, and in real shells."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.shell_completion import get_completion_class

from common import routes
from tests.cli.conftest import ROOT, SOURCES, Cli, Served
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import contact, dead_delivery, delivery, finished_run, store
from tests.support.fake_products import product
from tests.support.keyed import Keyed
from tui.cli.root import counterfoil
from tui.cli.shells import teach

_VARIABLE = "_COUNTERFOIL_COMPLETE"
_SHELLS = ("bash", "zsh", "fish")

Offered = Callable[..., list[str]]


@pytest.fixture
def offered(tmp_path: Path) -> Offered:
    """What may stand in place of the last word."""

    def offer(*words: str) -> list[str]:
        teach()
        shell = get_completion_class("bash")
        assert shell is not None
        made = shell(counterfoil, {}, "counterfoil", _VARIABLE)
        return [item.value for item in made.get_completions(["--socket", str(tmp_path / "s"), *words[:-1]], words[-1])]

    return offer


@pytest.fixture
def full(daemon: FakeDaemon) -> FakeDaemon:
    daemon.stores = {"abc123": store(), "xyz789": store("xyz789", "bazaar")}
    daemon.contacts = [contact(), contact(2, "bob@example.org")]
    daemon.runs = [finished_run(7), finished_run(6)]
    daemon.deliveries = [delivery(1), dead_delivery(2), delivery(3, "customer 5")]
    daemon.saved.put("VIP, bought lately", "total_revenue > 500")
    daemon.goods.products = [product(118), product(120)]
    return daemon


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("st",), ["store", "status"]),
        (("--li",), ["--linear"]),
        (("store", "re"), ["reconnect", "resume"]),
        (("store", "show", ""), ["abc123", "xyz789"]),
        (("store", "show", "x"), ["xyz789"]),
        (("inbox", "list", "--store", "a"), ["abc123"]),
        (("sync", "abc123", "--h"), ["--historical", "--help"]),
        (("runs", "show", ""), ["7", "6"]),
        (("inbox", "show", ""), ["3", "2", "1"]),
        (("inbox", "replay", "1", ""), ["3", "2", "1"]),
        (("order", "show", "abc123", ""), ["1187", "1204"]),
        (("contact", "show", "b"), ["bob@example.org"]),
        (("product", "show", "abc123", "11"), ["118"]),
        (("product", "list", "--store", "x"), ["xyz789"]),
        (("contact", "list", "--sort", "re"), ["revenue"]),
        (("segment", "show", "V"), ["VIP, bought lately"]),
        (("segment", "count", "V"), ["VIP, bought lately"]),
        (("segment", "count", "postal_c"), ["postal_code is", "postal_code is not"]),
        (("contact", "list", "--match", "total_orders > 3 a"), ["total_orders > 3 and"]),
        (("segment", "values", "everyone", "total_r"), ["total_revenue"]),
        (("store", "set", "abc123", "sync"), ["sync_guests"]),
        (("store", "set", "abc123", "sync_guests", ""), ["on", "off"]),
        (("--theme", "d"), ["dark"]),
        (("demo", "--theme", "l"), ["light"]),
        (("completion", ""), ["bash", "zsh", "fish"]),
        (("nonsense", ""), []),
        (("runs", "show", "7", ""), []),
    ],
    ids=" ".join,
)
def test_what_may_stand_there_is_offered(
    full: FakeDaemon, offered: Offered, words: tuple[str, ...], wanted: list[str]
) -> None:
    assert offered(*words)[: len(wanted)] == wanted


@pytest.mark.parametrize(("word", "is_all"), [("V", True), ("postal_c", False)])
def test_a_name_and_a_rule_are_not_mixed_up(full: FakeDaemon, offered: Offered, word: str, is_all: bool) -> None:
    assert ("VIP, bought lately" in offered("segment", "count", word)) is is_all


def test_files_are_left_to_the_shell(tmp_path: Path) -> None:
    asked = {"COMP_WORDS": "counterfoil store add x --token-file tok", "COMP_CWORD": "5"}

    assert _completed("bash", asked) == "file,tok\n"


def test_without_a_daemon_nothing_is_offered_and_nothing_said(offered: Offered) -> None:
    assert offered("store", "show", "") == []


def test_a_daemon_that_is_slow_is_not_waited_for(full: FakeDaemon, offered: Offered) -> None:
    full.delay_s[routes.STORES] = 60
    began_at = time.monotonic()

    assert offered("store", "show", "") == []
    assert time.monotonic() - began_at < 2


def test_a_daemon_that_refuses_offers_nothing(full: FakeDaemon, offered: Offered, served: Served) -> None:
    from common.errors import TryLater

    full.failures[routes.STORES] = TryLater("It is being restored.")

    assert offered("store", "show", "") == []


def test_a_strangers_name_does_not_act_on_the_terminal(full: FakeDaemon, offered: Offered) -> None:
    full.saved.put("a\x1b[31m b\u202ec", "everyone")

    assert offered("segment", "show", "a") == ["a bc"]


def _completed(shell: str, asked: dict[str, str]) -> str:
    words = [sys.executable, "-P", "-m", "tui"]
    environment = os.environ | {"PYTHONPATH": str(ROOT), _VARIABLE: f"{shell}_complete"} | asked
    return subprocess.run(words, capture_output=True, check=True, text=True, env=environment).stdout


@pytest.mark.parametrize(
    ("line", "place", "heavy"),
    [
        ("counterfoil st", 1, {"pydantic", "asyncio", "rich", "aiohttp", "textual"}),
        ("counterfoil contact ", 2, {"aiohttp", "textual", "tui.cli.store", "tui.cli.segment"}),
        ("counterfoil store show ", 3, {"aiohttp", "textual", "tui.cli.contact"}),
        ("counterfoil sync ", 2, {"aiohttp", "textual"}),
        ("counterfoil segment count total_o", 3, {"aiohttp", "textual", "lark"}),
    ],
)
def test_a_completion_loads_what_it_needs_only(line: str, place: int, heavy: set[str]) -> None:
    code = "import sys, tui.__main__ as m\ntry: m.main()\nexcept SystemExit: print(*sys.modules, file=sys.stderr)"
    environment = os.environ | {"COMP_WORDS": line, "COMP_CWORD": str(place), _VARIABLE: "bash_complete"}
    environment |= {"PYTHONPATH": str(ROOT), "COUNTERFOIL_SOCKET": "/nowhere"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, env=environment)

    assert not heavy & set(done.stderr.split())


@pytest.mark.parametrize("shell", _SHELLS)
def test_the_script_is_all_of_stdout_and_its_place_is_told_beside_it(cli: Cli, shell: str) -> None:
    told = cli("completion", shell)

    assert _VARIABLE in told.stdout
    assert "Put it into" not in told.stdout
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (("--state", "=", "d"), "plain,done\nplain,dead\n"),
        (("--state", "="), "plain,pending\nplain,done\nplain,dead\n"),
    ],
    ids=["begun", "empty"],
)
def test_bash_parts_an_option_from_its_value_by_a_sign(given: tuple[str, ...], wanted: str) -> None:
    words = ["counterfoil", "inbox", "list", *given]

    assert _completed("bash", {"COMP_WORDS": "\n".join(words), "COMP_CWORD": str(len(words) - 1)}) == wanted


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_take_an_option_and_its_value_as_one_word(shell: str) -> None:
    last = {"zsh": "3", "fish": "--state=de"}[shell]
    asked = {"COMP_WORDS": "counterfoil inbox list --state=de", "COMP_CWORD": last}

    assert "--state=dead" in _completed(shell, asked)


# Real shells -------------------------------------------------------------------------------------------------------

_START = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], "source ./script\r"),
    "zsh": (["zsh", "-f", "-i"], "autoload -U compinit && compinit -u -D && source ./script\r"),
    "fish": (["fish", "--no-config", "-i"], "source script\r"),
}


@pytest.fixture(params=_SHELLS)
def keyed(
    request: pytest.FixtureRequest, full: FakeDaemon, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Keyed]:
    """A shell with the script and the program on its path."""
    shell: str = request.param
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    program = tmp_path / "bin" / "counterfoil"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nPYTHONPATH={SOURCES} exec {sys.executable} -P -m tui "$@"\n')
    program.chmod(0o755)
    (tmp_path / "script").write_text(cli("completion", shell).stdout)
    monkeypatch.chdir(tmp_path)
    words, begin = _START[shell]
    environment = {"PATH": f"{program.parent}:{os.environ['PATH']}", "HOME": str(tmp_path), "TERM": "xterm"}
    keyed = Keyed(words, environment | {"COUNTERFOIL_SOCKET": str(tmp_path / "s"), "LANG": "C.UTF-8"})
    with keyed:
        keyed.press(begin)
        keyed.press("echo rea''dy\r")
        keyed.until("ready")
        yield keyed


@pytest.mark.slow
def test_a_shell_completes_a_rule_within_quotes(keyed: Keyed, served: Served) -> None:
    keyed.press("counterfoil segment count 'total_rev\t> 500 and postal_c\tis \"10115\"'\r")

    served.until(lambda: bool(served.daemon.counted))
    assert served.daemon.counted == ['total_revenue > 500 and postal_code is "10115"']


@pytest.mark.slow
def test_a_shell_quotes_a_name_that_needs_it(keyed: Keyed) -> None:
    keyed.press("counterfoil segment show V\t\r")

    keyed.until("revision 1")


@pytest.mark.slow
def test_a_shell_completes_what_the_daemon_knows(keyed: Keyed) -> None:
    keyed.press("counterfoil store show xy\t --json\r")

    keyed.until('"hash":')
