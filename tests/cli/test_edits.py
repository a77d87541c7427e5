"""`counterfoil tags`, `lists`, `undo` and `contact timeline`: what they ask for, print, and exit with."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from common.contacts import ListMembership
from common.edits import EditRequest, Verb
from common.money import Money
from common.timeline import Happened, Happening
from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, contact

UNSUBSCRIBED = ListMembership(name="News", status="unsubscribed")


@pytest.fixture(autouse=True)
def _with_three_contacts(daemon: FakeDaemon) -> None:
    daemon.contacts = [
        contact(1, tags=["vip"], lists=[ListMembership(name="News", status="active")]),
        contact(2, "bob@example.org", "Bob Ortiz", tags=[], lists=[UNSUBSCRIBED]),
        contact(3, "carla@example.net", "Carla Nunes", tags=[], lists=[]),
    ]


def test_tags_are_listed_with_how_many_have_them(cli: Cli) -> None:
    assert cli("tags", "list").stdout.split() == ["TAG", "CONTACTS", "vip", "1"]
    assert json.loads(cli("tags", "list", "--json").stdout) == {"tags": [{"name": "vip", "contacts": 1}]}


def test_lists_are_listed_with_who_unsubscribed(cli: Cli) -> None:
    assert cli("lists", "list").stdout.splitlines()[1].split() == ["News", "1", "1"]
    (news,) = json.loads(cli("lists", "list", "--json").stdout)["lists"]
    assert news == {"name": "News", "active": 1, "unsubscribed": 1, "is_master": False}


def test_a_tag_is_given_by_address_and_taken_back(cli: Cli, daemon: FakeDaemon) -> None:
    done = cli("tags", "add", "vip", "ann@example.com", "BOB@example.org", "--yes")

    assert (done.exit_code, done.stdout) == (0, "Added tag “vip” to 1 contact; 1 has it already.\n")
    assert daemon.edits.requests[0].emails == ["ann@example.com", "bob@example.org"]

    undone = cli("undo", "--yes")
    assert undone.stdout == "Taken back: Add tag “vip” to 1 contact.\n"
    assert [one.tags for one in sorted(daemon.contacts, key=lambda one: one.id)] == [["vip"], [], []]


@pytest.mark.parametrize(
    ("words", "request_fields"),
    [
        (["--match", "total_orders > 1"], {"match": "total_orders > 1"}),
        (["--search", "example.org"], {"search": "example.org"}),
        (["--search", "example", "--match", "tag is vip"], {"search": "example", "match": "tag is vip"}),
        (["--all"], {"everybody": True}),
    ],
    ids=["rule", "search", "both", "all"],
)
def test_many_are_named_by_what_finds_them(
    cli: Cli, daemon: FakeDaemon, words: list[str], request_fields: dict[str, object]
) -> None:
    assert cli("tags", "add", "vip", *words, "--yes").exit_code == 0

    assert daemon.edits.requests == [EditRequest.model_validate({"verb": "add_tag", "name": "vip"} | request_fields)]


@pytest.mark.parametrize("words", [[], ["ann@example.com", "--all"], ["--match", "tag is vip", "--all"]])
def test_whom_must_be_said_in_one_way(cli: Cli, daemon: FakeDaemon, words: list[str]) -> None:
    refused = cli("tags", "add", "vip", *words, "--yes")

    assert (refused.exit_code, daemon.edits.requests) == (2, [])
    assert "Say whom" in refused.stderr


def test_without_a_terminal_an_edit_wants_yes(cli: Cli, daemon: FakeDaemon) -> None:
    refused = cli("lists", "add", "News", "--all")

    assert (refused.exit_code, daemon.edits.requests) == (2, [])
    assert "1 of them unsubscribed, and stays so." in refused.stderr
    assert "--yes" in refused.stderr


def test_who_unsubscribed_is_told_and_stays_so(cli: Cli, daemon: FakeDaemon) -> None:
    done = cli("lists", "add", "News", "--all", "--yes")

    assert done.stdout == ("Added 1 contact to list “News”; 1 is on it already; 1 unsubscribed and stays so.\n")
    assert next(one for one in daemon.contacts if one.id == 2).lists == [UNSUBSCRIBED]


@pytest.mark.parametrize(
    ("words", "verb"),
    [
        (["tags", "remove", "vip"], Verb.REMOVE_TAG),
        (["lists", "unsubscribe", "News"], Verb.UNSUBSCRIBE),
        (["lists", "remove", "News"], Verb.REMOVE_FROM_LIST),
    ],
)
def test_json_is_the_edit(cli: Cli, words: list[str], verb: Verb) -> None:
    told = json.loads(cli(*words, "ann@example.com", "--yes", "--json").stdout)

    assert (told["verb"], told["state"], told["contacts"], told["changed"]) == (verb.value, "done", 1, 1)


def test_what_is_no_address_is_refused_before_anything(cli: Cli, daemon: FakeDaemon) -> None:
    refused = cli("lists", "add", "Master", "Contact", "List", "ann@example.com", "--yes")

    assert (refused.exit_code, daemon.edits.requests) == (2, [])
    assert "'Contact' is no email address. Quote a name of several words." in " ".join(refused.stderr.split())


def test_edits_are_listed_and_one_is_taken_back_by_its_number(cli: Cli) -> None:
    cli("tags", "add", "a", "--all", "--yes")
    cli("tags", "add", "b", "--all", "--yes")

    assert cli("undo", "1").stdout == "Taken back: Add tag “a” to 3 contacts.\n"
    lines = cli("undo", "--list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["EDIT", "2", "1"]
    assert f"{datetime.fromtimestamp(NOW, UTC) + timedelta(days=90):%Y-%m-%d}" in lines[1]
    assert "undone" in lines[2]
    assert "Add tag “a” to 3 contacts" in lines[2]


def test_nothing_to_undo_is_said(cli: Cli) -> None:
    refused = cli("undo")

    assert refused.exit_code == 1
    assert "nothing to undo" in refused.stderr


def test_a_timeline_is_a_line_per_event(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.edits.events = [
        _event(Happening.TAG_ADDED, after="vip\x1b[31m", cause="operator"),
        _event(Happening.ORDER_STATUS, store="abc123", order=5, before="Shipped", after="Completed", cause="live"),
        _event(Happening.ORDER_PLACED, store="abc123", order=5, amount=Money.of(1050, "USD"), cause="historical"),
        _event(Happening.KNOWN),
    ]

    lines = cli("contact", "timeline", "ann@example.com").stdout.splitlines()
    assert "tag “vip” added" in lines[1]
    assert lines[1].endswith("  operator")
    assert "order #5 Shipped → Completed" in lines[2]
    assert "order #5 placed $10.50" in lines[3]
    assert lines[3].endswith("  historical run")
    assert "became known here" in lines[4]

    page = cli("contact", "timeline", "ann@example.com", "--limit", "2")
    assert "There is more" in page.stderr
    told = json.loads(cli("contact", "timeline", "ann@example.com", "--limit", "2", "--after", "2", "--json").stdout)
    assert [event["what"] for event in told["events"]] == ["order_placed", "known"]


def _event(what: Happening, **fields: object) -> Happened:
    blank = {"at": NOW, "store": "", "order": None, "before": "", "after": "", "amount": None, "cause": ""}
    return Happened.model_validate(blank | {"what": what} | fields)
