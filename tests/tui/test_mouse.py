"""The mouse: all that keys do can be clicked, too."""

from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import dead_delivery, delivery
from tests.support.ui import Ui, ui_on

_WIDE = (110, 30)


async def _click_on(ui: Ui, text: str, **how: object) -> None:
    """Clicks the first place where the screen says *text*."""
    y, row = next((y, row) for y, row in enumerate(ui.text.splitlines()) if text in row)
    await ui.pilot.click(offset=(row.index(text), y), **how)  # type: ignore[arg-type]


async def test_a_click_in_the_column_of_marks_marks_the_row_and_a_second_one_takes_it_away(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("bob@example.org")

        await ui.pilot.click("#contacts", offset=(1, 2))
        await ui.until("✓ 1 marked", "▌✓bob@example.org")
        await ui.pilot.click("#contacts", offset=(1, 2))

        await ui.until("▌ bob@example.org", gone="marked")


async def test_a_click_with_ctrl_marks_anywhere_in_a_row(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("bob@example.org")

        await ui.pilot.click("#contacts", offset=(20, 2), control=True)

        await ui.until("✓ 1 marked", "▌✓bob@example.org")


async def test_a_click_on_the_head_of_the_marks_marks_all(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("bob@example.org")

        await ui.pilot.click("#contacts", offset=(1, 0))

        await ui.until("✓ 3 marked")


async def test_deliveries_are_marked_by_a_click(daemon: FakeDaemon) -> None:
    daemon.deliveries = [delivery(1), dead_delivery(2)]
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("order 1187")

        await ui.pilot.click("#deliveries", offset=(0, 1))

        await ui.until("1 marked")


async def test_a_click_on_the_head_of_a_column_sorts_and_a_second_one_turns_the_order_round(
    daemon: FakeDaemon,
) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("bob@example.org")

        await _click_on(ui, "ORDERS")
        await ui.until("sorted by orders ↓", "ORDERS↓")
        await _click_on(ui, "ORDERS↓")

        await ui.until("sorted by orders ↑", "ORDERS↑")


async def test_a_menu_takes_what_is_clicked_at_once(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("o")
        await ui.until("date added")

        await _click_on(ui, "date added")

        await ui.until("sorted by date added ↓")


async def test_the_keys_at_the_foot_of_a_dialog_can_be_clicked(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("o")
        await ui.until("Esc cancel")

        await _click_on(ui, "Esc cancel")

        await ui.until("ann@example.com", gone="Esc cancel")


async def test_what_the_box_tells_of_is_changed_by_a_click(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=_WIDE) as ui:
        await ui.until("all stores ▾ everyth")

        await _click_on(ui, "everyth")

        await ui.until("all stores ▾ orders")


async def test_the_right_button_and_the_mark_of_the_connection_open_the_palette(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")

        await _click_on(ui, "ann@", button=3)
        await ui.until("Search for commands")
        await ui.press("escape")
        await ui.until("ann@example.com", gone="Search for commands")
        await _click_on(ui, "live")

        await ui.until("Search for commands")
