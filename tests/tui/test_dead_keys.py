"""Every key that the footer tells does something, or says why it does not."""

import re

import pytest

from tests.support.fake_daemon import FakeDaemon
from tests.support.ui import Ui, ui_on
from tui import keymap
from tui.drawing.frame import KeyHint
from tui.drawing.line import Role
from tui.modes import MODES
from tui.widgets.frame import KeyBar

_HERE = {
    "contacts": "carla@example.net",
    "segments": "▌VIP",
    "stores": "xyz789",
    "inbox": "customer 5",
    "status": "── Stores",
    "products": "Gift card",
    "settings": "── Daemon",
}


@pytest.mark.parametrize("mode", list(MODES))
async def test_no_key_of_the_footer_is_dead(daemon: FakeDaemon, mode: str) -> None:
    daemon.saved.put("VIP", "total_revenue > 500")
    async with ui_on(daemon, size=(120, 30), first_screen=mode) as ui:
        await ui.until(_HERE[mode], "● live")
        hints = ui.app.screen.query_one(KeyBar).hints
        assert hints

        for hint in hints:
            await _does_something(ui, hint)


@pytest.mark.parametrize("mode", ["contacts", "segments", "stores", "inbox"])
async def test_without_a_store_none_is_dead_either(empty_daemon: FakeDaemon, mode: str) -> None:
    async with ui_on(empty_daemon, first_screen=mode) as ui:
        await ui.until("● live")
        await ui.until("o", gone="Loading…")

        for hint in ui.app.screen.query_one(KeyBar).hints:
            await _does_something(ui, hint)


async def _does_something(ui: Ui, hint: KeyHint) -> None:
    begun = ui.app.screen
    ui.app.say("", Role.TEXT)
    before = ui.text
    await ui.press(_key(hint))
    await ui.when(lambda: ui.text != before)
    while ui.app.screen is not begun:
        await ui.press("escape")
    if ui.app.focused is None or ui.app.focused.id == "search":
        await ui.press("escape")


def _key(hint: KeyHint) -> str:
    found = re.search(r"'(.+)'", hint.action)
    assert found
    return keymap.in_force().key(found[1]).keys.split(",")[0]
