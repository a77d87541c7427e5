"""Whatever is pressed, typed, clicked or resized, and whatever the daemon does meanwhile: the UI answers."""

import random

import pytest

from tests.support import sizes
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import people
from tests.support.monkey import Monkey
from tests.support.ui import Ui, ui_on

_LIVES = 2
_ACTS_A_UI = 300
_WAY_BACK = 12  # dialogs and pages that may lie over each other


@pytest.mark.parametrize("life", range(_LIVES))
async def test_nothing_breaks_it_and_help_and_contacts_are_always_reached(daemon: FakeDaemon, life: int) -> None:
    """SOAK_ACTS and SOAK_SEED play longer, and otherwise."""
    seed = sizes.SEED * _LIVES + life
    for ui_number in range(-(-sizes.ACTS // _ACTS_A_UI)):
        daemon.contacts = people(40)
        async with ui_on(daemon) as ui:
            monkey = Monkey(ui, daemon, random.Random(f"{seed}, {ui_number}"))
            await monkey.play(min(sizes.ACTS, _ACTS_A_UI))

            await monkey.calm_down()
            await _help_reached(ui)
            await ui.press("escape")
            await ui.until("contact", "● ", gone="─ Keys ─")
            monkey.look()


async def _help_reached(ui: Ui) -> None:
    for _ in range(_WAY_BACK):
        await ui.press("escape", "1", "1", "question_mark")
        if "─ Keys ─" in ui.text:
            break
    await ui.until("─ Keys ─", "── Contacts")
