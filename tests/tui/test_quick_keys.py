"""Keys that come before the last one was answered: of each screen one is opened, and one is closed."""

from common import routes
from tests.support.fake_daemon import FakeDaemon
from tests.support.ui import Ui, ui_on
from tui.screens.contact import ContactScreen
from tui.screens.contacts import ContactsScreen


def _at_once(ui: Ui, *keys: str) -> None:
    for key in keys:
        ui.app.simulate_key(key)


async def test_two_enters_open_one_page(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")

        _at_once(ui, "enter", "enter")
        await ui.until("Revenue $1,204.50")

        assert [type(screen) for screen in ui.app.screen_stack] == [ContactsScreen, ContactScreen]


async def test_two_enters_close_the_menu_alone(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("enter")
        await ui.until("Revenue $1,204.50")
        await ui.press("y")
        await ui.until("y takes the first")

        _at_once(ui, "enter", "enter")

        await ui.until("Sent to the terminal's clipboard", "Revenue $1,204.50", gone="y takes the first")


async def test_a_dialog_that_is_closed_asks_for_nothing_more(daemon: FakeDaemon) -> None:
    daemon.delay_s[routes.TAGS] = 60
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("t")
        await ui.until("Tags of ann@example.com")
        dialog = ui.app.screen
        asking = [worker for worker in ui.app.workers if worker.node is dialog]
        assert asking

        dialog.dismiss()

        assert all(worker.is_cancelled for worker in asking)


async def test_a_page_turned_in_the_palette_before_it_is_painted_does_no_harm(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        _at_once(ui, "ctrl+p", "pageup", "pagedown")

        await ui.until("Search for commands", "Choose the order of the list")


async def test_what_ends_while_one_is_elsewhere_is_gone_when_one_comes_back(daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_revenue > 500")
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("▌VIP", "● live")
        await ui.press("enter")
        await ui.until("── VIP ──")
        daemon.delay_s[routes.SEGMENT_DELETE] = 0.2
        await ui.press("X")
        await ui.until("Keep it")
        await ui.press("down", "enter", "1")
        await ui.until("ann@example.com")
        await ui.when(lambda: not daemon.saved.segments)

        await ui.press("2")

        await ui.until("No segment is saved yet.", gone="── VIP ──")


async def test_a_digit_leads_to_where_one_was_and_once_more_to_the_first_page(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("enter")
        await ui.until("Revenue $1,204.50")
        await ui.press("6")
        await ui.until("── Daemon")
        await ui.press("1")
        await ui.until("Revenue $1,204.50")

        await ui.press("1")

        await ui.until("3 contacts", "bob@example.org")


async def test_a_command_that_needs_the_first_page_finds_it(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("enter")
        await ui.until("Revenue $1,204.50")

        await ui.press("ctrl+p")
        await ui.type("sort contacts")
        await ui.until("Sort contacts", gone="Sort products")
        await ui.press("enter")

        await ui.until("Sort contacts by")
