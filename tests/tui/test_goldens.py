"""Each screen in each state as text; read the difference before updating (COUNTERFOIL_UPDATE_GOLDENS=1)."""

from typing import Any

import pytest

from common import routes
from common.errors import TryLater
from common.routes import Endpoint
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import run
from tests.support.ui import SMALL, WIDE, Ui, assert_golden, ui_on

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
Size = tuple[int, int]

FIRST_CALL: dict[str, Endpoint[Any]] = {
    "contacts": routes.CONTACTS,
    "stores": routes.STORES,
    "inbox": routes.DELIVERIES,
    "status": routes.STATUS,
    "products": routes.PRODUCTS,
    "settings": routes.SETTINGS,
}
CONTENT = {
    "contacts": "carla@example.net",
    "stores": "xyz789",
    "inbox": "customer 5",
    "status": "── Stores",
    "products": "Gift card",
    "settings": "── Daemon",
}
SCREENS = pytest.mark.parametrize("screen", list(FIRST_CALL))


def live(stores: int, size: Size) -> str:
    return f"● live · {stores} stores" if size == WIDE else "● live"


def name(screen: str, state: str, size: Size) -> str:
    screen = "in-force" if screen == "settings" else screen  # those of a store are settings, too
    return f"{screen}-{state}-{size[0]}x{size[1]}"


@SIZES
@SCREENS
async def test_loading(daemon: FakeDaemon, screen: str, size: Size) -> None:
    daemon.delay_s[FIRST_CALL[screen]] = 60
    async with ui_on(daemon, size=size, first_screen=screen) as ui:
        mark = "● live" if screen == "stores" else live(2, size)

        assert_golden(name(screen, "loading", size), await ui.until("Loading…", mark))


@SIZES
@SCREENS
async def test_empty(empty_daemon: FakeDaemon, screen: str, size: Size) -> None:
    wanted = {"status": "None yet", "settings": "No store is connected yet: press 4"}.get(
        screen, "No store is connected yet."
    )
    async with ui_on(empty_daemon, size=size, first_screen=screen) as ui:
        assert_golden(name(screen, "empty", size), await ui.until(live(0, size), wanted))


@SIZES
@SCREENS
async def test_error(daemon: FakeDaemon, screen: str, size: Size) -> None:
    daemon.failures[FIRST_CALL[screen]] = TryLater("The database is being restored.", remedy="It takes a minute.")
    mark = "● live" if screen == "stores" else live(2, size)
    async with ui_on(daemon, size=size, first_screen=screen) as ui:
        assert_golden(name(screen, "error", size), await ui.until(mark, "being restored"))


# What is opened from a screen: its key there, and what it asks first.
OPENED: dict[str, tuple[str, str, Endpoint[Any]]] = {
    "contact": ("contacts", "enter", routes.CONTACT),
    "store": ("stores", "enter", routes.STORE),
    "delivery": ("inbox", "enter", routes.DELIVERY),
    "product": ("products", "enter", routes.PRODUCT),
    "audit": ("settings", "A", routes.AUDIT),
    "doctor": ("status", "d", routes.DIAGNOSIS),
    "segments-list": ("segments", "", routes.SEGMENTS),
}
PLACES = pytest.mark.parametrize("place", list(OPENED))


async def opened(ui: Ui, place: str, size: Size) -> None:
    screen, key, _ = OPENED[place]
    await ui.until("● live" if screen == "stores" else live(2, size), CONTENT.get(screen, ""))
    await ui.press(*([key] if key else []))


@SIZES
@PLACES
async def test_opened_while_it_loads(daemon: FakeDaemon, place: str, size: Size) -> None:
    screen, _, asked = OPENED[place]
    daemon.delay_s[asked] = 60
    async with ui_on(daemon, size=size, first_screen=screen) as ui:
        await opened(ui, place, size)

        is_beside = size == WIDE and place in ("store", "delivery", "product")  # where nothing stands until it has come
        assert_golden(name(place, "loading", size), await ui.until("" if is_beside else "Loading…"))


@SIZES
@PLACES
async def test_opened_in_vain(daemon: FakeDaemon, place: str, size: Size) -> None:
    screen, _, asked = OPENED[place]
    daemon.failures[asked] = TryLater("The database is being restored.", remedy="It takes a minute.")
    async with ui_on(daemon, size=size, first_screen=screen) as ui:
        await opened(ui, place, size)

        assert_golden(name(place, "error", size), await ui.until("being restored"))


@SIZES
@SCREENS
async def test_content(daemon: FakeDaemon, screen: str, size: Size) -> None:
    daemon.runs = [run(7), *daemon.runs]
    beside = (
        {"contacts": "── Carts", "stores": "── Hooks", "inbox": "── Body", "products": "── Bought most"}.get(screen, "")
        if size == WIDE
        else ""
    )
    async with ui_on(daemon, size=size, first_screen=screen) as ui:
        assert_golden(name(screen, "content", size), await ui.until(live(2, size), CONTENT[screen], beside))


@SIZES
async def test_away(daemon: FakeDaemon, size: Size) -> None:
    async with ui_on(daemon, size=size, backoff_s=(30,)) as ui:
        await ui.until(live(2, size), "carla@example.net", "── Carts" if size == WIDE else "")
        await daemon.stop()

        assert_golden(name("contacts", "away", size), await ui.until("retrying in 30 s"))


@SIZES
async def test_order(daemon: FakeDaemon, size: Size) -> None:
    async with ui_on(daemon, size=size) as ui:
        await ui.until(live(2, size), "carla@example.net", "── Carts" if size == WIDE else "")
        await ui.press("enter")
        await ui.until("▌#1204")
        await ui.press("end", "up", "enter")

        assert_golden(name("order", "content", size), await ui.until("Status history"))


async def test_the_box_on_a_small_terminal(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("● live", "carla@example.net")
        await ui.press("enter")

        assert_golden(name("contact", "content", SMALL), await ui.until("── Carts"))


async def test_a_store_on_a_small_terminal(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("● live", "▌● acme")
        await ui.press("enter")

        assert_golden(name("store", "content", SMALL), await ui.until("── Revenue"))
        await ui.press("pagedown")
        assert_golden(name("store", "buyers", SMALL), await ui.until("░ 29 new in Nov"))


async def test_what_goes_in_and_out_on_a_small_terminal(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="status") as ui:
        await ui.until("● live", "── Stores")
        await ui.press("end")

        assert_golden(name("status", "activity", SMALL), await ui.until("── Requests to stores"))


@SIZES
async def test_how_a_segment_grew(daemon: FakeDaemon, size: Size) -> None:
    daemon.saved.put("VIP", "total_revenue > 2000 USD")
    async with ui_on(daemon, size=size, first_screen="segments") as ui:
        await ui.until("▌VIP", live(2, size))
        await ui.press("v")

        assert_golden(name("segment-growth", "content", size), await ui.until("Esc back", "── Entered less left"))


@SIZES
async def test_dialogs(daemon: FakeDaemon, size: Size) -> None:
    async with ui_on(daemon, size=size, first_screen="stores") as ui:
        await ui.until(live(2, size), "xyz789", "── Hooks" if size == WIDE else "")
        await ui.press("a")
        assert_golden(name("store-form", "content", size), await ui.until("Connect a store"))
        await ui.press("escape", "s")
        assert_golden(name("sync-menu", "content", size), await ui.until("Sync acme"))
        await ui.press("down", "enter")
        assert_golden(name("sync-historical", "content", size), await ui.until("2.8 GB", "Not now", gone="Sync acme"))
        await ui.press("escape", "question_mark")
        assert_golden(name("help", "content", size), await ui.until("Keys", "Moving", gone="Sync acme"))
