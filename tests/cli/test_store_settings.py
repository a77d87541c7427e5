"""`counterfoil store settings` and `store set`."""

import json

from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon


def test_settings_tell_value_and_what_it_does(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.settings = {"status.13": "Completed"}

    shown = cli("store", "settings", "abc123").stdout

    assert "sync_guests" in shown
    assert "status.13" in shown
    assert "(default Waiting)" in shown


def test_set_changes_and_says_what_follows(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.doing = "a historical run brings guests' orders"

    done = cli("store", "set", "abc123", "sync_guests", "yes")

    assert (done.exit_code, daemon.settings) == (0, {"sync_guests": "on"})
    assert "Under way: a historical run" in done.stderr


def test_set_back_to_the_default(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.settings = {"status.13": "Completed"}

    answer = cli("store", "set", "abc123", "status.13", "--default", "--json")

    assert {row["name"]: row["value"] for row in json.loads(answer.stdout)["settings"]}["status.13"] == "Waiting"


def test_guests_are_erased_only_when_that_is_meant(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.settings, daemon.guest_orders = {"sync_guests": "on"}, 1234

    kept = cli("store", "set", "abc123", "sync_guests", "off")  # nobody can be asked here
    assert (kept.exit_code, daemon.settings["sync_guests"]) == (2, "on")

    assert cli("store", "set", "abc123", "sync_guests", "off", "--yes").exit_code == 0
    assert daemon.settings["sync_guests"] == "off"


def test_wrong_words_are_a_mistake_of_usage(cli: Cli, daemon: FakeDaemon) -> None:
    for words in (("sync_guest", "on"), ("sync_guests", "maybe"), ("sync_guests",), ("sync_guests", "on", "--default")):
        assert cli("store", "set", "abc123", *words).exit_code == 2
