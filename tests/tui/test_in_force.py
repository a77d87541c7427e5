"""The settings in force on their screen."""

from pathlib import Path

import pytest

from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import store
from tests.support.fake_settings import setting, settings_in_force
from tests.support.ui import ui_on
from tui.drawing.in_force import OwnSetting, in_force_lines, own_lines
from tui.own_settings import own_settings
from tui.preferences import load_preferences

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


def test_what_the_person_prefers_says_where_it_comes_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COUNTERFOIL_UI__MASKED", "on")
    file = tmp_path / "ui.toml"
    file.write_text('theme = "light"\nlow_bandwidth = true\n\n[keys]\nrefresh = "f5"\n', "utf-8")

    own = own_settings(load_preferences(file, low_bandwidth=False), Path("/run/cf.sock"))

    assert [(one.name, one.value, one.source) for one in own] == [
        ("socket", "/run/cf.sock", "chosen at the start"),
        ("theme", "light", "ui.toml, line 1"),
        ("low_bandwidth", "off", "argument"),
        ("linear", "off", "default"),
        ("masked", "on", "environment"),
        ("keys", "refresh = f5", "ui.toml, line 4"),
    ]


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
