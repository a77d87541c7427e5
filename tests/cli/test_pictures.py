"""What pictures are drawn of, as tables and as JSON."""

import json

from tests.cli.conftest import Cli
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import busy, store_sales


def test_sales_are_a_row_a_month_with_a_column_a_currency(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.sales = {"abc123": store_sales(currencies=("USD", "EUR"))}

    result = cli("store", "sales", "abc123")

    head, first, *_, last = result.stdout.splitlines()
    assert head.split() == ["MONTH", "REVENUE", "USD", "REVENUE", "EUR", "ORDERS", "NEW", "RETURNING"]
    assert first.split() == ["2025-12", "$11,165.70", "€2,791.42", "210", "70", "105"]
    assert last.split() == ["2026-11", "$4,678.96", "€1,169.74", "88", "29", "44"]
    assert "Europe/Berlin" in result.stderr


def test_sales_as_json_are_the_daemons_answer(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("store", "sales", "abc123", "--months", "3", "--json")

    told = json.loads(result.stdout)
    assert (told["store"], told["currencies"], len(told["months"])) == ("abc123", ["USD"], 3)
    assert told["months"][-1]["revenue"] == [{"minor": 0, "currency": "USD", "text": "$0.00"}]
    assert result.stderr == ""


def test_sales_of_too_many_months_are_a_mistake_of_the_caller(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("store", "sales", "abc123", "--months", "121").exit_code == 2


def test_sales_of_a_store_that_is_not_connected_are_refused(cli: Cli, daemon: FakeDaemon) -> None:
    result = cli("store", "sales", "zzz999")

    assert (result.exit_code, result.stdout) == (1, "")
    assert "zzz999" in result.stderr


def test_activity_leaves_out_what_was_quiet(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("activity").stdout == ""
    daemon.activity = busy()
    daemon.activity.minutes[0] = daemon.activity.minutes[0].model_copy(update={"deliveries": 0, "answered": 0})

    result = cli("activity")

    assert len(result.stdout.splitlines()) == 1 + 59
    assert result.stdout.splitlines()[-1].split() == ["2026-11-23", "12:13", "UTC", "12", "0", "6", "0", "0", "0"]
    assert result.stderr == "Since 2026-11-23 11:14 UTC.\n"


def test_activity_of_a_day_is_by_the_half_hour(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.activity = busy()

    result = cli("activity", "--day")

    assert len(result.stdout.splitlines()) == 1 + 39
    assert result.stderr == "Since 2026-11-22 16:13 UTC.\n"


def test_activity_as_json_has_the_quiet_times_too(cli: Cli, daemon: FakeDaemon) -> None:
    told = json.loads(cli("activity", "--json").stdout)

    assert (len(told["minutes"]), len(told["half_hours"])) == (60, 48)
    assert told["minutes"][-1] == {
        "at": "2026-11-23T12:13:00Z",
        "deliveries": 0,
        "turned_away": 0,
        "answered": 0,
        "refused": 0,
        "over_quota": 0,
        "failed": 0,
    }


def test_growth_is_a_row_a_day(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")

    result = cli("segment", "growth", "vip", "--days", "3")

    head, *_, last = result.stdout.splitlines()
    assert head.split() == ["DAY", "MEMBERS", "ENTERED", "LEFT", "BY", "EDIT"]
    assert last.split() == ["2026-11-23", "1,204", "6", "2"]
    assert result.stderr.startswith("Days as in UTC; known since 2026-05-07")


def test_growth_as_json_is_the_daemons_answer(cli: Cli, daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")

    told = json.loads(cli("segment", "growth", "VIP", "--json").stdout)

    assert (told["segment"], len(told["days"])) == ("VIP", 30)
    assert told["days"][-1] == {"day": "2026-11-23", "members": 1204, "entered": 8, "left": 3, "by_edit": 0}
    assert [day["by_edit"] for day in told["days"] if day["by_edit"]] == [250]


def test_growth_of_an_unknown_segment_is_refused(cli: Cli, daemon: FakeDaemon) -> None:
    assert cli("segment", "growth", "Nobody").exit_code == 1
