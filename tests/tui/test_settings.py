"""The settings of a store on their screen."""

import pytest

from common import routes
from common.errors import TryLater
from tests.support.fake_daemon import FakeDaemon
from tests.support.ui import SMALL, WIDE, assert_golden, ui_on

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE])


@SIZES
async def test_capital_e_on_a_store_shows_its_settings(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    daemon.settings = {"sync_guests": "on", "status.13": "Completed"}
    async with ui_on(daemon, size=size, first_screen="stores") as ui:
        await ui.until("acme", "── Runs")
        await ui.press("E")

        assert_golden(f"settings-content-{size[0]}x{size[1]}", await ui.until("Settings of acme", "sync_guests"))


@SIZES
async def test_settings_that_are_on_their_way(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    daemon.delay_s[routes.STORE_SETTINGS] = 60
    async with ui_on(daemon, size=size, first_screen="stores") as ui:
        await ui.until("acme", "── Runs")
        await ui.press("E")

        assert_golden(f"settings-loading-{size[0]}x{size[1]}", await ui.until("Loading…", gone="── Runs"))


@SIZES
async def test_settings_that_cannot_be_read(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    daemon.failures[routes.STORE_SETTINGS] = TryLater("The database is being restored.", remedy="It takes a minute.")
    async with ui_on(daemon, size=size, first_screen="stores") as ui:
        await ui.until("acme", "── Runs")
        await ui.press("E")

        assert_golden(f"settings-error-{size[0]}x{size[1]}", await ui.until("being restored", gone="── Runs"))


async def test_enter_changes_the_setting_under_the_cursor(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("acme", "── Runs")
        await ui.press("E")
        await ui.until("▌sync_guests")
        await ui.press("enter")
        await ui.until("Orders of guests", "on", "the default")
        await ui.press("up", "enter")

        await ui.until("sync_guests is changed.", "not the default, off")
        assert daemon.settings == {"sync_guests": "on"}


async def test_guests_are_erased_only_when_that_is_meant(daemon: FakeDaemon) -> None:
    daemon.settings, daemon.guest_orders = {"sync_guests": "on"}, 12
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("acme", "── Runs")
        await ui.press("E")
        await ui.until("▌sync_guests")
        await ui.press("enter")
        await ui.until("the default")
        await ui.press("down", "enter")
        await ui.until("12 orders of guests are erased")
        await ui.press("enter")
        await ui.until("▌sync_guests", gone="orders of guests are erased")

        assert daemon.settings == {"sync_guests": "on"}


async def test_a_date_is_asked_for_until_it_is_one(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("acme", "── Runs")
        await ui.press("E")
        await ui.until("▌sync_guests")
        await ui.press("down", "down", "down", "down", "enter")
        await ui.until("like 2024-01-31, or none")
        await ui.press("end", *["backspace"] * 4, *"soon", "enter")
        await ui.until("expected a date")
        await ui.press(*["backspace"] * 4, *"2023-01-01", "enter")

        await ui.until("account.created_on is changed.")
        assert daemon.settings == {"account.created_on": "2023-01-01"}
