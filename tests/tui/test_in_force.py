"""The settings in force on their screen."""

import pytest

from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import store
from tests.support.fake_settings import setting, settings_in_force
from tests.support.ui import ui_on
from tui.drawing.in_force import OwnSetting, in_force_lines, own_lines

HOSTILE = "\x1b[31mred\x07 \u202e" + "山" * 300


async def test_eight_shows_them_and_enter_on_a_store_opens_its_own(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("● live", "ann@example.com")

        await ui.press("8")
        await ui.until("▌acme", "── Daemon")
        await ui.press("down", "enter")

        await ui.until("Settings of bazaar", "sync_guests")


async def test_enter_on_a_setting_says_what_sets_it(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="settings") as ui:
        await ui.until("▌acme", "── Daemon")

        await ui.press("down", "down", "down", "enter")

        await ui.until("COUNTERFOIL_LOG_LEVEL sets it")


async def test_every_setting_can_be_reached_with_the_arrows(daemon: FakeDaemon) -> None:
    names = [one.name for group in daemon.in_force.groups for one in group.settings]
    seen: list[str] = []
    async with ui_on(daemon, size=(60, 20), first_screen="settings") as ui:
        await ui.until("▌acme", "── Daemon")
        await ui.press("down")

        for _ in names:
            await ui.press("down")
            await ui.pilot.pause()
            seen.append(ui.cursor_line.split()[0].lstrip("│▌"))

    assert seen == names


@pytest.mark.parametrize("width", [18, 40, 58, 77, 118, 198])
def test_what_strangers_and_files_say_brings_no_control_character(width: int) -> None:
    found = settings_in_force()
    group = found.groups[0].model_copy(update={"settings": [setting("state_dir", HOSTILE, HOSTILE)], "help": HOSTILE})
    shop = store(name=HOSTILE)

    lines = in_force_lines(
        found.model_copy(update={"file": HOSTILE, "groups": [group]}),
        [shop],
        [OwnSetting("a", HOSTILE, HOSTILE)],
        width,
    )

    assert all(drawn.text.isprintable() for drawn in lines)


def test_a_value_too_long_for_its_line_stands_below() -> None:
    (_, _, name, value, *_) = own_lines([OwnSetting("socket", "/run/" + "x" * 60, "default")], 77)

    assert name.text.split() == ["socket", "default"]
    assert value.text == "  /run/" + "x" * 60
