"""y: what is under the cursor, in the form one wants, to the terminal's clipboard."""

import json
import re

import pytest

from common import routes
from common.contacts import ContactDetail
from common.errors import TryLater
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import contact
from tests.support.ui import SMALL, WIDE, Ui, assert_golden, ui_on
from tui.drawing.line import Role


async def _copied(ui: Ui, form: str = "") -> str:
    """What comes to the clipboard by y and the menu's *form*, the first by y once more."""
    ui.app.say("", Role.TEXT)
    await ui.press("y")
    await ui.until("Copy ─", "y takes the first", gone="Sent")
    if not form:
        await ui.press("y")
    else:
        await _choose(ui, form)
    await ui.until("Sent", gone="y takes the first")
    return ui.app.clipboard


async def _choose(ui: Ui, form: str) -> None:
    for _ in range(10):
        if re.search(rf"▌  [^│\n]*{form}", ui.text):
            await ui.press("enter")
            return
        await ui.press("down")
    pytest.fail(f"the menu has no {form}:\n{ui.text}")


async def test_yy_copies_the_address_and_says_who_decides(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")

        assert await _copied(ui) == "ann@example.com"

        await ui.until("Sent to the terminal's clipboard, if it takes that: ann@example.com")


async def test_two_keys_that_come_at_once_copy_too(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")

        ui.app.simulate_key("y")
        ui.app.simulate_key("y")

        await ui.until("Sent to the terminal's clipboard", gone="y takes the first")
        assert ui.app.clipboard == "ann@example.com"


async def test_a_row_is_what_stands_in_the_list_between_tabs(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")

        assert await _copied(ui, "Row") == "ann@example.com\tAnn Lee\t3\t$1,204.50\t2d"


async def test_json_is_what_the_command_prints(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")

        assert ContactDetail.model_validate_json(await _copied(ui, "JSON")) == daemon.contacts[0]


async def test_the_command_is_quoted_and_finds_the_daemon(daemon: FakeDaemon) -> None:
    daemon.contacts = [contact(1, "o'brien@example.com")]
    async with ui_on(daemon) as ui:
        await ui.until("o'brien@example.com", "● live")

        words = f"counterfoil --socket {daemon.socket.absolute()} contact show "
        assert await _copied(ui, "command") == words + "'o'\"'\"'brien@example.com'"


_STORES = ("4", "── Runs")
_PRODUCTS = ("7", "Wool scarf")
_PRODUCT = ("enter", "── Sold")
_SETTINGS = ("8", "── Stores")
_BUILDER = (("2", "No segment is saved yet."), ("a", "New segment"))


@pytest.mark.parametrize(
    ("steps", "first", "command"),
    [
        ([], "ann@example.com", "contact show ann@example.com"),
        ([("enter", "── Carts")], "1204", "order show abc123 1204"),
        ([("enter", "── Carts"), ("enter", "Status history")], "1204", "order show abc123 1204"),
        ([_STORES], "abc123", "store show abc123"),
        ([_STORES, ("enter", "── Revenue")], "abc123", "store show abc123"),
        ([_STORES, ("end", "▌● manual")], "6", "runs show 6"),
        ([_STORES, ("end", "▌● manual"), ("enter", "── Skipped")], "6", "runs show 6"),
        ([_STORES, ("E", "Settings of")], "off", "store settings abc123"),
        ([("5", "order 1204")], "4", "inbox show 4"),
        ([("5", "order 1204"), ("enter", "── Body")], "4", "inbox show 4"),
        ([("6", "database")], "acme: the token may not read carts. Give", "status"),
        ([_PRODUCTS], "SKU-101", "product show abc123 101"),
        ([_PRODUCTS, _PRODUCT], "1204", "order show abc123 1204"),
        ([_PRODUCTS, _PRODUCT, ("end", "▌")], "bob@example.org", "contact show bob@example.org"),
        ([_SETTINGS], "abc123", "store show abc123"),
        ([*_BUILDER], "everyone", "segment preview everyone"),
        ([*_BUILDER, ("tab", "▌ ann@")], "ann@example.com", "contact show ann@example.com"),
        (
            [*_BUILDER, ("tab", "▌ ann@"), ("w", "does not hold")],
            "The rule does not hold for",
            "segment explain everyone ann@example.com",
        ),
    ],
)
async def test_every_screen_has_something_to_copy(
    daemon: FakeDaemon, steps: list[tuple[str, str]], first: str, command: str
) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        for key, shown in steps:
            await ui.press(key)
            await ui.until(shown)

        assert (await _copied(ui)).startswith(first)
        json.loads(await _copied(ui, "JSON"))
        assert (await _copied(ui, "command")).endswith(command)


@pytest.mark.parametrize(
    ("steps", "form", "copied"),
    [
        ([("enter", "── Carts")], "Email", "ann@example.com"),
        ([_PRODUCTS, _PRODUCT], "Email", "ann@example.com"),
        ([_PRODUCTS, _PRODUCT], "SKU", "SKU-101"),
    ],
)
async def test_on_a_line_of_a_page_what_the_page_is_about_can_be_copied_too(
    daemon: FakeDaemon, steps: list[tuple[str, str]], form: str, copied: str
) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        for key, shown in steps:
            await ui.press(key)
            await ui.until(shown)

        assert await _copied(ui, form) == copied


async def test_a_saved_segment_is_copied_by_its_name(daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_orders >= 3")
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("VIP", "● live")

        assert await _copied(ui) == "VIP"
        assert await _copied(ui, "Rule") == "total_orders >= 3"
        assert json.loads(await _copied(ui, "JSON"))["name"] == "VIP"


async def test_a_page_is_copied_whole(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=(80, 12)) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("enter", "enter")
        await ui.until("Products")

        page = await _copied(ui, "This page")

        assert "#1204  acme" in page
        assert "Status history" in page


async def test_with_people_masked_the_menu_shows_none_and_the_copy_is_the_real_thing(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("m")
        await ui.until("a••@e••.com")
        await ui.press("y")
        assert "ann@" not in await ui.until("y takes the first", "a••@e••.com · A•• L••", "contact show 'a••@e••.com'")

        await ui.press("y")

        await ui.until("Sent unmasked to the terminal's clipboard, if it takes that: a••@e••.com")
        assert ui.app.clipboard == "ann@example.com"


async def test_a_terminal_without_a_clipboard_says_so_with_the_way_out(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, environ={"TERM": "linux"}) as ui:
        await ui.until("ann@example.com", "● live")

        await ui.press("y", "y")

        await ui.until("TERM says linux, the console, which has no clipboard. e takes it out")
        assert ui.app.clipboard == ""


async def test_json_that_cannot_be_had_is_not_sent(daemon: FakeDaemon) -> None:
    daemon.failures[routes.CONTACT] = TryLater("The database is being restored.")
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("y")
        await ui.until("y takes the first")

        await _choose(ui, "JSON")

        await ui.until("The database is being restored.", gone="y takes the first")
        assert ui.app.clipboard == ""


async def test_where_there_is_nothing_y_says_so(empty_daemon: FakeDaemon) -> None:
    async with ui_on(empty_daemon) as ui:
        await ui.until("No store is connected yet.")

        await ui.press("y")

        await ui.until("There is nothing to copy here.")


async def test_escape_copies_nothing(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("y")
        await ui.until("y takes the first")

        await ui.press("escape")

        await ui.until("3 contacts", gone="y takes the first")
        assert ui.app.clipboard == ""


async def test_controls_in_a_name_do_not_reach_the_clipboard(daemon: FakeDaemon) -> None:
    daemon.contacts = [contact(1, name="Eve\x1b[201~\nrm -rf")]
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")

        assert await _copied(ui, "Name") == "Everm -rf" or "\x1b" not in ui.app.clipboard
        assert "\n" not in ui.app.clipboard


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_the_menu(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    async with ui_on(daemon, size=size) as ui:
        await ui.until("ann@example.com", "● live", "Orders" if size == WIDE else "")
        await ui.press("y")

        assert_golden(f"copy-menu-{size[0]}x{size[1]}", await ui.until("y takes the first"))
