"""What works on every screen: digits, help, the palette, the way out."""

import pytest

from tests.support.fake_daemon import FakeDaemon
from tests.support.ui import ui_on
from tui.bindings import KEYS


async def test_digits_go_from_screen_to_screen(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("4")
        await ui.until("── Stores ── 2")
        await ui.press("5")
        await ui.until("customer 5")
        await ui.press("6")
        await ui.until("── Daemon")
        await ui.press("1")

        await ui.until("ann@example.com")


@pytest.mark.parametrize(
    ("digit", "said"),
    [
        ("3", "Automations come in a later version."),
    ],
)
async def test_screens_to_come_say_so(daemon: FakeDaemon, digit: str, said: str) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press(digit)

        await ui.until(said)


async def test_help_tells_the_keys_of_the_screen(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=(80, 62)) as ui:
        await ui.until("ann@example.com")

        await ui.press("question_mark")

        await ui.until("Filter by email, name or order number", "Command palette")
        await ui.press("escape")
        await ui.until("ann@example.com", gone="Command palette")


@pytest.mark.parametrize(
    ("typed", "named", "shown"),
    [("status", "Status", "── Daemon"), ("saved rules", "Segments", "No segment is saved yet.")],
)
async def test_the_palette_runs_a_command(daemon: FakeDaemon, typed: str, named: str, shown: str) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("ctrl+p")
        await ui.until("Connect a store")
        await ui.type(typed)
        await ui.until(named, gone="Connect a store")
        await ui.press("enter")

        await ui.until(shown)


async def test_q_leaves(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("q")

        await ui.when(lambda: ui.app.return_code == 0)


async def test_wrong_keys_do_no_harm(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("x", "z", "f", "tab", "l", "h", "f9", "ctrl+z", "backspace", "delete", "9", "0", "escape")

        await ui.until("ann@example.com")


async def test_a_small_terminal_and_a_change_of_size_keep_the_list(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=(60, 20)) as ui:
        await ui.until("ann@example.com")

        for size in ((160, 50), (30, 8), (80, 24)):
            await ui.pilot.resize_terminal(*size)

        await ui.until("ann@example.com", "? help")


async def test_a_click_moves_the_cursor_and_a_second_one_opens(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("bob@example.org")

        await ui.pilot.click("#contacts", offset=(5, 2))
        await ui.when(lambda: "bob@example.org" in ui.cursor_line)
        await ui.pilot.click("#contacts", offset=(5, 2))

        await ui.until("Revenue $310.00")


async def test_a_digit_can_be_clicked(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.pilot.click("TopBar", offset=(ui.text.index("6 Status"), 0))

        await ui.until("── Daemon")


async def test_a_key_of_the_footer_can_be_clicked(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        text = await ui.until("ann@example.com", "o sort")

        await ui.pilot.click("KeyBar", offset=(text.splitlines()[-1].index("o sort"), 0))

        await ui.until("Sort contacts by")


async def test_a_fault_of_the_terminal_ends_with_a_failures_code(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        ui.pilot.app.panic("Traceback: token=s3cret")

    assert ui.pilot.app.return_code == 1


def test_every_key_has_an_id_of_its_own() -> None:
    ids = [key.id for keys in KEYS.values() for key in keys]

    assert len(ids) == len(set(ids))
