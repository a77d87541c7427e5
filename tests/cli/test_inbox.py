"""`counterfoil inbox`: what it asks for, prints, and exits with."""

import csv
import io
import json

import pytest

from common.inbox import DeliveryState, ReplayRequest
from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import dead_delivery, delivery
from tui.cli.inbox import delivery_lines
from tui.cli.paper import PLAIN
from tui.delivery import body_lines


@pytest.fixture(autouse=True)
def _with_an_inbox(daemon: FakeDaemon) -> None:
    daemon.deliveries = [delivery(1), dead_delivery(2), delivery(3, "customer 5", store="xyz789")]


def test_list_json_is_the_contract(cli: Cli) -> None:
    told = json.loads(cli("inbox", "list", "--json").stdout)

    assert (told["pending"], told["done"], told["dead"]) == (0, 2, 1)
    assert [row["id"] for row in told["deliveries"]] == [3, 2, 1]
    assert {"id", "store", "scope", "resource", "received_at", "state", "attempts", "error"} <= set(
        told["deliveries"][0]
    )
    assert told["deliveries"][1]["resource"] == "order 1187"


def test_list_shows_a_line_each_and_counts_on_stderr(cli: Cli) -> None:
    result = cli("inbox", "list", "--limit", "2")

    assert [line.split()[0] for line in result.stdout.splitlines()] == ["ID", "3", "2"]
    assert result.stderr == "2 of 3 deliveries; the inbox holds 0 pending, 2 done, 1 dead\n"


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--state", "dead"], [2]),
        (["--store", "xyz789"], [3]),
        (["--kind", "customer"], [3]),
        (["--search", "#1204"], [1]),
    ],
    ids=["state", "store", "kind", "search"],
)
def test_list_filters(cli: Cli, words: list[str], ids: list[int]) -> None:
    told = json.loads(cli("inbox", "list", *words, "--json").stdout)

    assert [row["id"] for row in told["deliveries"]] == ids


def test_causes_tell_why_deliveries_are_dead(cli: Cli) -> None:
    result = cli("inbox", "list", "--causes")

    assert "expected money" in result.stdout
    assert "inbox replay --cause" in result.stderr
    assert json.loads(cli("inbox", "list", "--causes", "--json").stdout)["dead"] == 1


def test_show_prints_body_error_and_what_changed(cli: Cli) -> None:
    result = cli("inbox", "show", "1")

    assert '"scope": "store/order/updated"' in result.stdout
    assert "order 1204; contact 1" in result.stdout
    assert "expected money" in cli("inbox", "show", "2").stdout
    assert json.loads(cli("inbox", "show", "2", "--json").stdout)["state"] == "dead"


def test_show_of_a_delivery_nobody_knows_is_exit_1(cli: Cli) -> None:
    assert cli("inbox", "show", "99").exit_code == 1


def test_what_a_list_shows_is_exported(cli: Cli) -> None:
    (row,) = csv.DictReader(io.StringIO(cli("inbox", "export", "--state", "dead").stdout))

    assert (row["id"], row["state"], row["resource"]) == ("2", "dead", "order 1187")


def test_a_list_goes_on_after_a_page(cli: Cli) -> None:
    first = json.loads(cli("inbox", "list", "--limit", "2", "--json").stdout)

    rest = json.loads(cli("inbox", "list", "--after", first["next"], "--json").stdout)

    assert [row["id"] for row in rest["deliveries"]] == [1]


def test_replay_by_id_makes_it_pending(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("inbox", "replay", "2")

    assert (result.exit_code, result.stdout) == (0, "1 delivery is pending again.\n")
    assert daemon.replays == [ReplayRequest(ids=[2])]


def test_replay_by_cause_is_about_dead_ones(cli: Cli, daemon: FakeDaemon) -> None:
    told = json.loads(cli("inbox", "replay", "--cause", "money", "--store", "abc123", "--json").stdout)

    assert told == {"replayed": 1, "left": []}
    assert daemon.replays == [ReplayRequest(state=DeliveryState.DEAD, store="abc123", cause="money")]


def test_a_replay_of_nothing_that_can_be_replayed_is_exit_1(cli: Cli) -> None:
    result = cli("inbox", "replay", "99")

    assert result.exit_code == 1
    assert "99: No such delivery" in result.stdout
    assert "Nothing was replayed." in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["replay"],
        ["replay", "2", "--state", "dead"],
        ["replay", "--store", "abc123"],
        ["replay", "--state", "done", "--cause", "x"],
        ["replay", "--state", "pending"],
        ["replay", "0"],
        ["list", "--state", "lost"],
        ["list", "--causes", "--state", "done"],
    ],
)
def test_what_makes_no_sense_is_exit_2(cli: Cli, daemon: FakeDaemon, words: list[str]) -> None:
    assert cli("inbox", *words).exit_code == 2
    assert daemon.replays == []


def test_a_body_cannot_act_on_the_terminal() -> None:
    shown = "\n".join(delivery_lines(delivery(body='{"scope":"\x1b[31mred\\u001b[0m\\u202e"}'), PLAIN))

    assert "\x1b" not in shown
    assert "\u202e" not in shown


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ('{"a":{"b":1}}', ["{", '  "a": {', '    "b": 1', "  }", "}"]),
        ("no json", ["no json"]),
        ("", ["It is not kept any more."]),
    ],
)
def test_a_body_reads_a_field_a_line(body: str, lines: list[str]) -> None:
    assert body_lines(body) == lines


def test_a_trace_is_a_line_per_step(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.deliveries = [delivery(118)]

    lines = cli("inbox", "show", "118", "--trace").stdout.splitlines()

    assert [line.split()[3] for line in lines[1:]] == ["received", "failed", "applied", "entered"]
