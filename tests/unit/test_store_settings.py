"""What a store can be set to."""

import pytest

from common.errors import Invalid
from common.statuses import Status
from common.store_settings import SETTINGS, setting_named, settings_rows, value_in
from daemon.db.consents import Signal
from daemon.ingest.store_rules import StoreRules


@pytest.mark.parametrize("name", SETTINGS)
def test_the_default_of_a_setting_is_a_value_of_it(name: str) -> None:
    assert value_in(SETTINGS[name], SETTINGS[name].default) == SETTINGS[name].default


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("sync_guests", "ON", "on"),
        ("sync_guests", "true", "on"),
        ("sync_guests", "no", "off"),
        ("status.13", "completed", "Completed"),
        ("status.13", " pending PAYMENT ", "Pending payment"),
        ("account.created_on", "2023-12-31", "2023-12-31"),
        ("account.created_on", "None", "none"),
        ("marketing.signal", "review_mail", "review_mail"),
    ],
)
def test_values_may_be_spelled_in_several_ways(name: str, text: str, value: str) -> None:
    assert value_in(setting_named(name), text) == value


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("sync_guests", "maybe", "sync_guests cannot be 'maybe': expected on or off"),
        ("status.13", "Abandoned", "expected Pending payment or Completed or Waiting"),
        ("account.created_on", "yesterday", "expected a date like 2024-01-31, or none"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_expected(name: str, text: str, said: str) -> None:
    with pytest.raises(Invalid, match=said):
        value_in(setting_named(name), text)


@pytest.mark.parametrize(("name", "near"), [("sync_guest", "sync_guests"), ("status.99", "status.9")])
def test_a_wrong_name_is_refused_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(Invalid) as refused:
        setting_named(name)

    assert near in refused.value.remedy


def test_rows_tell_every_setting_with_what_is_in_force() -> None:
    values = {row.name: row.value for row in settings_rows({"status.13": "Completed"})}

    assert values.keys() == SETTINGS.keys()
    assert (values["status.13"], values["status.12"]) == ("Completed", "Waiting")


def test_rules_of_nothing_kept_are_the_defaults() -> None:
    assert StoreRules.of({}) == StoreRules()


def test_rules_of_what_is_kept() -> None:
    kept = {
        "sync_guests": "on",
        "lists.follow_rename": "on",
        "account.created_on": "2024-01-07",
        "marketing.signal": "review_mail",
        "status.12": "Completed",
    }

    assert StoreRules.of(kept) == StoreRules(True, True, False, Signal.REVIEW_MAIL, {12: Status.COMPLETED})


@pytest.mark.parametrize(("day", "joins"), [("2024-01-08", True), ("2024-01-07", False)])
def test_accounts_from_before_the_eighth_of_january_2024_join_no_list(day: str, joins: bool) -> None:
    assert StoreRules.of({"account.created_on": day}).joins_lists is joins
