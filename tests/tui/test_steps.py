"""Screens and questions that come one after the other, as text in both sizes: the terminal changes between the two."""

import re

import pytest

from common import routes
from common.segments.answers import SuggestedSegment
from common.stores import StoreState
from common.sync import PhaseProgress
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, app_link, connecting, finished_run, run, store, tried
from tests.support.ui import SMALL, WIDE, Ui, assert_golden, ui_on
from tui.drawing.line import Role, Span
from tui.preferences import Preferences, ThemeName
from tui.widgets.frame import RuleBar

READY = ("● live", "carla@example.net")


async def shows(ui: Ui, name: str, *wanted: str, gone: str = "", wide: str = "") -> None:
    """The screen once it shows *wanted* is the golden, wide first; *wide* is what shows there alone."""
    for size in (WIDE, SMALL):
        await ui.pilot.resize_terminal(*size)
        beside = (wide,) if size == WIDE and wide else ()
        text = await ui.until(*wanted, *beside, gone=gone)
        assert_golden(f"{name}-{size[0]}x{size[1]}", re.sub(r"(retrying in 9|waiting )\d+ s", r"\g<1>9 s", text))


async def test_the_guide_by_a_token(empty_daemon: FakeDaemon) -> None:
    empty_daemon.tried = tried("store_cart_read_only")
    async with ui_on(empty_daemon, is_guided=True) as ui:
        await shows(ui, "guide-needs", "Which way in", "● live", wide="store_cart_read_only")
        await ui.press("enter")
        await ui.type("https://store-new123")
        await shows(ui, "guide-store", "The store's hash is new123")
        await ui.press("enter")
        await ui.type("s3cret")
        await shows(ui, "guide-token", "••••••", "Client secret")
        await ui.press("enter")
        await shows(ui, "guide-scopes", "▌Connect the store", "2 of 3 granted")
        await ui.press("enter")
        await shows(ui, "guide-connected", "▌On to the first sync")
        await ui.press("enter")
        await shows(ui, "guide-plan", "▌Start it now", "about 2.8 GB more")
        await ui.press("enter")
        await ui.until("0 / 1,000")
        phase = PhaseProgress(name="orders", done=500, total=1000, rate_per_s=50.0, eta_s=10.0)
        empty_daemon.push_run(run(1, store="new123", phase=phase))
        await shows(ui, "guide-running", "500 / 1,000", "▌Go to contacts")
        empty_daemon.push_run(finished_run(1, store="new123"))
        await shows(ui, "guide-done", "From now on changes come by themselves.")


async def test_the_guide_by_an_app(empty_daemon: FakeDaemon) -> None:
    empty_daemon.connecting = connecting(public_url="")
    empty_daemon.tried = tried("store_v2_orders_read_only")
    async with ui_on(empty_daemon, is_guided=True) as ui:
        await ui.until("Which way in", "● live")
        await ui.press("down", "enter")
        await shows(ui, "guide-no-app", "No app is set up in this daemon. Set", wide="the store cannot call")
        empty_daemon.connecting = connecting(app=app_link())
        await ui.press("r")
        await ui.until("installed in the store by a link")
        ui.app.say("", Role.TEXT)  # that it was read again fades by itself
        await ui.press("enter")
        await shows(ui, "guide-install", "Waiting for the store…")
        empty_daemon.install("new123", error="The code was used before.")
        await shows(ui, "guide-install-failed", "The code was used before.")


async def test_what_lies_over_the_contacts(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("o")
        await shows(ui, "sort-menu", "Sort contacts by", wide="orders  last 2d")
        await ui.press("escape", "T")
        await shows(ui, "lists", "Lists of ann@example.com", "Master Contact List", wide="orders  last 2d")
        await ui.press("escape", "ctrl+p")
        await ui.until("Search for commands", "Ecommerce box: all stores")
        await ui.type("contrast")
        await shows(ui, "palette-found", "Theme: contrast", gone="Ecommerce box: all stores", wide="orders  last 2d")
        await ui.press("escape", "slash", *"nobody")
        await shows(ui, "contacts-no-match", "No contact matches “nobody”")
        await ui.press("escape")
        await ui.until("▌", "⏎ open", *READY)
        told = "Order 118 was not saved: the store sent total_inc_tax='' (expected money). It is in dead letters."
        bar = ui.app.screen.query_one(RuleBar)
        bar.message = Span(f"{told} Mend it in the store, and then replay the delivery.", Role.BAD)
        await shows(ui, "contacts-said", "replay the delivery")


async def test_the_box_on_the_whole_screen(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("enter", "x")
        await shows(ui, "erase", "Erase ann@example.com", "type it to erase")
        await ui.press("escape")
        ui.app.session.mask(is_masked=True)
        await shows(ui, "contact-masked", "A•• L••", gone="Ann")


async def test_the_question_before_an_undo(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("t")
        await ui.until("Tags of ann@example.com", "vip")
        await ui.type("new")
        await ui.press("enter")
        await ui.until("Add tag “new” to 1 contact")
        await ui.press("enter")
        await ui.until("Added tag “new” to 1 contact.")
        ui.app.say("", Role.TEXT)
        await ui.press("u")
        await shows(ui, "undo", "Undo?", "Take back", gone="Added tag", wide="orders  last 2d")


async def test_the_link_of_the_app(daemon: FakeDaemon) -> None:
    daemon.connecting = connecting(app=app_link())
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("● live", "▌● acme")
        await ui.press("a")
        await ui.until("By the app")
        await ui.press("down", "enter")
        await shows(ui, "app-link", "Connect a store by the app", "/install", gone="With a token")


@pytest.mark.parametrize("look", [look for look in ThemeName if look is not ThemeName.AUTO])
async def test_every_theme_tells_states_by_words_and_signs_as_well(daemon: FakeDaemon, look: ThemeName) -> None:
    """What no colour reaches is the same text in each: the golden of the dark one's stores in trouble."""
    lost = {"state": StoreState.NEEDS_RECONNECT, "state_reason": "The store no longer accepts the token."}
    daemon.stores["xyz789"] = store("xyz789", "bazaar", **lost)
    daemon.runs = [run(7), *daemon.runs]
    async with ui_on(daemon, first_screen="stores", prefers=Preferences(theme=look)) as ui:
        await ui.until("● live", "● acme", "! bazaar", "connected", "needs reconnect", "▸ historical run", "▌")
        await shows(ui, "stores-trouble", "c gives it another token", wide="── Hooks")


async def test_building_a_segment(daemon: FakeDaemon) -> None:
    daemon.suggested = [SuggestedSegment(name="VIP", rule="total_revenue >= 125.00 USD", why="The top.", count=2)]
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("No segment is saved yet.", "● live")
        await ui.press("S")
        await shows(ui, "suggested", "Suggested segments", "The top.")
        await ui.press("enter")
        await ui.until("▌Total revenue is at least 125", "3 of 3", gone="◌")
        await ui.press("a")
        await shows(ui, "picker", "Ask what?", "── Their last order", wide="3 of 3 · 7 ms ─")
        await ui.type("order status")
        await ui.press("enter")
        await shows(ui, "condition-status", "take", gone="Ask what?", wide="3 of 3 · 7 ms ─")
        await ui.press("escape", "ctrl+s")
        await shows(ui, "segment-name", "Save the segment", "3 of 3 · 7 ms ─")
        await ui.press("escape", "w")
        await shows(ui, "why", "The rule", "ann@example.com", gone="3 of 3")


async def test_pages_and_questions_of_stores(daemon: FakeDaemon) -> None:
    lost = {"state": StoreState.NEEDS_RECONNECT, "state_reason": "The store no longer accepts the token."}
    daemon.stores["xyz789"] = store("xyz789", "bazaar", **lost)
    daemon.runs = [run(7), *daemon.runs]
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("● live", "! bazaar")
        await shows(ui, "stores-trouble", "c gives it another token", wide="── Hooks")
        await ui.press("end", "enter")
        await shows(ui, "run-content", "manual run 6", "total_inc_tax is ''")
        await ui.press("escape", "home", "c")
        await shows(ui, "reconnect", "Reconnect acme")
        await ui.press("escape", "x")
        await shows(ui, "store-delete", "Delete a store")
        await ui.press("escape", "E")
        await ui.until("Settings of acme")
        await ui.press("enter")
        await shows(ui, "setting", "the default")


async def test_pages_and_questions_of_deliveries_and_products(daemon: FakeDaemon) -> None:
    daemon.deliveries = daemon.deliveries[:2]
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("● live", "order 1187")
        await ui.press("R")
        await shows(ui, "replay", "Not now")
        await ui.press("escape", "f")
        await shows(ui, "inbox-no-match", "No pending delivery.")
        await ui.press("escape")
        await ui.until("▌", "⏎ open", "order 1187")
        await ui.press("enter")
        await shows(ui, "delivery-content", "Esc back", "── Body")
        await ui.press("7")
        await ui.until("Gift card")
        await ui.press("enter")
        await shows(ui, "product-content", "Esc back", "── Bought most")


async def test_a_daemon_that_never_answers(daemon: FakeDaemon) -> None:
    await daemon.stop()
    async with ui_on(daemon, backoff_s=(999,)) as ui:
        await shows(ui, "never", "daemon away, retrying in", "Press r to")


async def test_what_is_stale_and_of_another_version(daemon: FakeDaemon) -> None:
    daemon.version = "9.9.9"
    daemon.delay_s[routes.DELIVERIES] = 60
    clock = [NOW]
    async with ui_on(daemon, first_screen="inbox", backoff_s=(999,), now=lambda: clock[0]) as ui:
        await shows(ui, "other-version", "The daemon is 9.9.9", "◔ wait")
        await ui.pilot.resize_terminal(*WIDE)
        await ui.press("1")
        await ui.until("carla@example.net", "── Carts")  # and still waits for the inbox
        await daemon.stop()
        await ui.until("daemon away")
        clock[0] += 180
        await shows(ui, "contacts-stale", "what shows is 3 min old", "retrying in")
