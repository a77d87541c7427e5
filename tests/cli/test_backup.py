"""`counterfoil backup`."""

import json

import pytest

from common.backups import Task, TaskUnderWay
from tests.cli.conftest import Cli
from tests.support import fake_data
from tests.support.fake_daemon import FakeDaemon


def test_json_is_the_wire_model(cli: Cli, daemon: FakeDaemon) -> None:
    assert json.loads(cli("backup", "list", "--json").stdout) == json.loads(daemon.backups.model_dump_json())


@pytest.mark.usefixtures("daemon")
def test_backups_are_listed_with_what_is_done_about_them(cli: Cli) -> None:
    shown = cli("backup", "list").stdout.splitlines()

    assert shown[1].startswith("made   every 24 h; the next ")
    assert "can be restored, took 42 s" in shown[3]
    assert shown[-1].split()[-5:] == ["3.6", "GB", "1,048,211", "5,004,100", "0.1.0"]


@pytest.mark.parametrize("words", [("now",), ("drill",)])
@pytest.mark.usefixtures("daemon")
def test_one_that_was_made_or_tried_is_told(cli: Cli, words: tuple[str, ...]) -> None:
    done = cli("backup", *words)

    assert (done.exit_code, done.stderr) == (0, "")


def test_one_that_failed_ends_with_its_reason(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.backups = fake_data.backups(failure="No space left on device", fault="its checksum is another one")

    made, tried = cli("backup", "now"), cli("backup", "drill")

    assert (made.exit_code, tried.exit_code) == (1, 1)
    assert "No space left on device" in made.stderr
    assert "its checksum is another one" in tried.stderr


def test_none_is_waited_for_when_nobody_wants_to(cli: Cli, daemon: FakeDaemon) -> None:
    begun = TaskUnderWay(task=Task.BACKUP, began_at=fake_data.NOW, done_bytes=0, total_bytes=0)
    daemon.backups = fake_data.backups(under_way=begun)

    done = cli("backup", "now", "--no-wait")

    assert (done.exit_code, done.stderr) == (0, "The backup has begun.\n")
