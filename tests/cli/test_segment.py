"""`counterfoil segment`: rules kept under a name, and as files."""

import json
from pathlib import Path

import pytest

from common.segments.answers import LogEntry, Member, Suggestion
from common.segments.files import file_name_of
from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, people
from tui.cli.values import minute

AT = minute(NOW)
ODD_NAMES = ("VIP", "../../etc/passwd", "a/b\\c", "Größe 😀", "-rf", "…", ".hidden", "x" * 200, "100% * ?")


def test_a_saved_segment_is_shown_with_its_members_and_when_they_were_counted(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("segment", "save", "VIP", "total_revenue>500")

    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "VIP",
        "  total_revenue > 500",
        f"  1,204 members, as of {AT}",
        f"  revision 1, changed {AT}",
    ]


def test_a_rule_may_come_on_stdin_and_the_answer_as_json(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("segment", "save", "VIP", "-", "--json", given="total_orders >= 3")

    told = json.loads(result.stdout)
    assert (told["name"], told["rule"], told["revision"]) == ("VIP", "total_orders >= 3", 1)
    assert json.loads(told["document"])["version"] == 1


def test_a_revision_that_is_not_the_latest_is_refused(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")
    daemon.saved.put("VIP", "total_orders >= 4")

    result = cli("segment", "save", "vip", "everyone", "--revision", "1")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "meanwhile" in result.stderr
    assert daemon.saved.segments["vip"].rule == "total_orders >= 4"


def test_a_duplicate_has_the_rule_and_replaces_nobody(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")

    told = json.loads(cli("segment", "duplicate", "vip", "Best", "--json").stdout)

    assert (told["name"], told["rule"], told["revision"]) == ("Best", "total_orders >= 3", 1)
    assert cli("segment", "duplicate", "VIP", "Best").exit_code == 1


def test_list_says_what_each_is(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")

    result = cli("segment", "list")

    assert result.stdout.splitlines()[1].split() == ["VIP", "1,204", *AT.split(), "total_orders", ">=", "3"]
    assert json.loads(cli("segment", "list", "--json").stdout)["segments"][0]["members"] == 1204


def test_members_come_in_pages(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")
    daemon.saved.members = [
        Member(id=number, email=f"p{number}@example.com", first_name="Ann", last_name="Lee", since=NOW)
        for number in (3, 4, 5)
    ]

    first = cli("segment", "members", "VIP", "--limit", "2")
    rest = json.loads(cli("segment", "members", "VIP", "--after", "4", "--json").stdout)

    assert f"p4@example.com  Ann Lee  {AT}" in first.stdout
    assert "--after 4" in first.stderr
    assert ([one["email"] for one in rest["contacts"]], rest["next"]) == (["p5@example.com"], 0)


def test_the_log_says_who_entered_and_left_and_why(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")
    daemon.saved.entries = [
        LogEntry(id=1, email="ann@example.com", entered=False, at=NOW, cause="clock"),
        LogEntry(id=1, email="ann@example.com", entered=True, at=NOW, cause="live"),
    ]

    lines = cli("segment", "log", "VIP").stdout.splitlines()

    assert [line.split()[3:] for line in lines[1:]] == [
        ["left", "ann@example.com", "clock"],
        ["entered", "ann@example.com", "live"],
    ]


def test_delete_wants_a_yes(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")

    assert cli("segment", "delete", "VIP").exit_code == 2
    assert cli("segment", "delete", "vip", "--yes").stdout == "Deleted: VIP\n"
    assert cli("segment", "show", "VIP").exit_code == 1


def test_export_then_apply_is_the_identity(cli: Cli, daemon: FakeDaemon, tmp_path: Path) -> None:
    for number, name in enumerate(ODD_NAMES):
        daemon.saved.put(name, f'total_orders > {number} and first_name is "a\\"b # c"')
    before = dict(daemon.saved.segments)

    exported = cli("segment", "export", "--dir", str(tmp_path / "defs"))
    again = json.loads(cli("segment", "apply", "--dir", str(tmp_path / "defs"), "--json").stdout)
    daemon.saved.segments.clear()
    applied = json.loads(cli("segment", "apply", "--dir", str(tmp_path / "defs"), "--json").stdout)

    assert exported.exit_code == 0
    assert sorted(again["unchanged"]) == sorted(applied["created"]) == sorted(ODD_NAMES)
    assert {one.name: one.document for one in daemon.saved.segments.values()} == {
        one.name: one.document for one in before.values()
    }


def test_files_are_named_so_that_they_stay_in_their_folder(tmp_path: Path) -> None:
    names = [file_name_of(name) for name in ODD_NAMES]

    assert len(set(names)) == len(ODD_NAMES)
    assert all(Path(name).name == name and not name.startswith((".", "-")) for name in names)
    assert names[0] == "VIP.segment"
    assert max(len(name.encode()) for name in names) <= 255


def test_a_file_of_a_newer_version_is_refused_with_its_version(cli: Cli, daemon: FakeDaemon, tmp_path: Path) -> None:
    (tmp_path / "a.segment").write_text("total_orders > 1", encoding="utf-8")
    (tmp_path / "b.segment").write_text("# counterfoil segment, version 7\n# name: b\nmagic", encoding="utf-8")

    result = cli("segment", "apply", "--dir", str(tmp_path))

    assert result.exit_code == 2
    assert "b.segment has version 7" in result.stderr
    assert daemon.saved.segments == {}


@pytest.mark.parametrize("command", ["show", "members", "log"])
def test_a_name_that_is_none_is_told(cli: Cli, daemon: FakeDaemon, command: str) -> None:
    result = cli("segment", command, "Nobody")

    assert result.exit_code == 1
    assert "There is no segment “Nobody”" in result.stderr


def test_what_can_be_asked_is_found_by_several_words(cli: Cli) -> None:
    result = cli("segment", "conditions", "cart date")

    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == [
        "Abandoned carts",
        "abandoned_cart_date  date  in last 7 days  When a cart that is still waiting was left behind",
    ]


def test_values_are_counted_and_what_is_not_told_is_said(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.contacts = people(12)
    daemon.values = [Suggestion(value="Blue mug"), Suggestion(value="Red\x1b[31m mug"), Suggestion(value="Tent")]

    result = cli("segment", "values", "everyone", "product_name_in_any_order", "--limit", "2")

    assert [line.split() for line in result.stdout.splitlines()[:2]] == [
        ["VALUE", "CONTACTS", "SHARE"],
        ["Blue", "mug", "3", "25.0", "%"],
    ]
    assert "\x1b" not in result.stdout
    assert result.stderr == "12 contacts, 1 without a value, 1 more values: --limit 3, 4 ms\n"
    told = json.loads(cli("segment", "values", "everyone", "tag", "--json").stdout)
    assert (told["condition"], told["different"], told["values"][0]["contacts"]) == ("tag", 3, 3)


def test_conditions_are_data_for_scripts(cli: Cli) -> None:
    told = json.loads(cli("segment", "conditions", "cart date", "--json").stdout)["conditions"]

    assert told[0] == {
        "name": "abandoned_cart_date",
        "label": "Abandoned cart date",
        "type": "date",
        "group": "Abandoned carts",
        "of": "contact",
        "many": True,
        "example": "in last 7 days",
        "help": "When a cart that is still waiting was left behind",
    }
    assert json.loads(cli("segment", "conditions", "xyzzy", "--json").stdout) == {"conditions": []}
