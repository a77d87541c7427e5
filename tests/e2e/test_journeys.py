"""What people do with the UI from end to end: on a daemon of its own process, beside a store that sells meanwhile."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from common.contacts import ContactDetail
from common.inbox import DeliveryQuery, DeliveryState
from common.sync import RunKind
from tests.support.bench import eventually
from tests.support.house import House
from tests.support.ui import SMALL, WIDE, Ui, ui_on

SIZES = ("--customers=60", "--orders=240", "--products=20", "--quota=0")

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def house() -> AsyncIterator[House]:
    async with House(*SIZES) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def shop(house: House) -> House:
    """With the store connected, and its history read."""
    async with house.api() as api:
        if not (await api.stores()).stores:
            await house.connect(hooks=True)
            await house.over((await api.start_run(house.told["hash"], RunKind.HISTORICAL)).id)
    return house


@pytest_asyncio.fixture(loop_scope="module")
async def buyer(shop: House) -> ContactDetail:
    """Somebody who bought a few times."""
    return next(one for one in (await shop.contacts()).values() if len(one.ecommerce.orders) > 3)


@asynccontextmanager
async def opened(
    house: House, first_screen: str = "contacts", *, size: tuple[int, int] = SMALL, is_guided: bool = False
) -> AsyncIterator[Ui]:
    async with ui_on(
        house, first_screen=first_screen, size=size, is_guided=is_guided, now=lambda: int(time.time())
    ) as ui:
        yield ui


async def found(ui: Ui, email: str) -> None:
    """The cursor on the contact with that address."""
    await ui.press("slash")
    await ui.paste(email)
    await ui.until("1 contact matches")
    await ui.press("enter")
    await ui.when(lambda: email[:15] in ui.cursor_line)


async def test_a_store_is_connected_by_the_guide_and_its_history_read(house: House, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text(house.told["token"])
    async with house.api() as api:
        for store in (await api.stores()).stores:
            await api.purge_store(store.hash, confirm=store.hash)
    async with opened(house, is_guided=True) as ui:
        await ui.until("Which way in")
        await ui.press("enter")
        await ui.until("Which store?")
        await ui.paste(f"https://store-{house.told['hash']}.mybigcommerce.com/manage")
        await ui.press("enter")
        await ui.until("The access token of the API account")
        await ui.press("tab")
        await ui.paste(str(token))
        await ui.press("enter")
        await ui.until("Connect the store", "granted")
        await ui.press("enter")
        await ui.until("is connected.", "webhooks are registered.")
        await ui.press("enter")
        await ui.until("Start it now", "60 customers")
        await ui.press("enter")
        await ui.until("● Done. From now on changes come by themselves.")

        await ui.press("enter")

        await ui.until("60 contacts · sorted by last order", "● live")


async def test_a_historical_run_is_planned_started_and_followed(shop: House) -> None:
    async with opened(shop, "stores", size=WIDE) as ui:
        await ui.until("store-simstore1")
        await ui.press("s")
        await ui.until("Sync Example Shop")
        await ui.press("down", "enter")
        await ui.until("60 customers", "Start it now")
        await ui.press("enter")

        await ui.until("The historical run of Example Shop has begun")
        await ui.press("down")
        await ui.until("historical", "done")


async def test_a_contact_is_found_by_text_and_by_rule_and_an_order_read(shop: House, buyer: ContactDetail) -> None:
    async with opened(shop) as ui:
        await ui.until("60 contacts")
        await found(ui, buyer.email)
        await ui.press("escape")
        await ui.until("60 contacts")
        await ui.press("slash")
        await ui.paste(f':total_orders >= 2 and email is "{buyer.email}"')
        await ui.until("1 contact matches")

        await ui.press("enter", "enter")
        text = await ui.until("── Ecommerce", "── Orders ──")
        latest = max(buyer.ecommerce.orders, key=lambda order: order.placed_at)
        assert f"▌#{latest.number}" in text
        await ui.press("enter")

        await ui.until(f"#{latest.number}", latest.products[0].name[:12], "── Products")
        await ui.press("escape", "escape")
        await ui.when(lambda: buyer.email[:15] in ui.cursor_line)


async def test_a_segment_is_built_counted_and_saved(shop: House) -> None:
    async with shop.api() as api:
        expected = await api.count_rule("total_orders >= 2")
    async with opened(shop, "segments") as ui:
        await ui.until("● live")
        await ui.press("a")
        await ui.until("▌Every contact", "60 of 60")
        await ui.press("a")
        await ui.until("Ask what?")
        await ui.type("total orders")
        await ui.until("▌Total orders")
        await ui.press("enter")
        await ui.until("How many completed orders")
        await ui.press("ctrl+u", "2", "enter")
        await ui.until("▌Total orders is at least 2", f"{expected.count} of 60")
        await ui.press("ctrl+s")
        await ui.until("Save the segment")
        await ui.press("ctrl+u", *"Often", "enter")
        await ui.until("Often is saved.")
        await ui.press("escape")

        await ui.until("▌Often")
        assert str(expected.count) in ui.cursor_line


async def test_a_dead_delivery_is_found_read_and_replayed(shop: House, buyer: ContactDetail) -> None:
    number = buyer.ecommerce.orders[0].number
    await _dies(shop, number)
    async with opened(shop, "inbox") as ui:
        await ui.until("● live")
        await ui.press("f", "f")
        await ui.until("dead deliver", f"order {number}")
        await ui.press("enter")
        await ui.until("── Error", "much")
        await ui.press("R")
        await ui.until(f"Replay order {number}?")
        await ui.press("enter")
        await ui.until("is pending again.")

        await ui.until("● done")


async def test_the_daemon_is_lost_and_an_upgraded_one_found_and_the_screen_keeps_its_place(shop: House) -> None:
    async with opened(shop) as ui:
        await ui.until(" contacts", "● live")
        await ui.press(*["down"] * 4)
        place = ui.cursor_line
        try:
            await shop.kill()
            await ui.until("daemon away", "○ away")
            await ui.press("r", "down", "up")
            await shop.start(version="99.1")

            await ui.until("● live", "The daemon is 99.1, this program", gone="daemon away")
            assert ui.cursor_line == place
        finally:
            await shop.stop()
            await shop.start()
        await ui.until("● live", gone="99.1")
        assert ui.cursor_line == place


async def test_a_tag_given_in_one_ui_shows_in_another_and_is_taken_back(shop: House, buyer: ContactDetail) -> None:
    async with opened(shop) as one, opened(shop, size=WIDE) as other:
        for ui in (one, other):
            await ui.until("60 contacts")
            await found(ui, buyer.email)
        await one.press("t")
        await one.until("Tags of")
        await one.type("wholesale")
        await one.press("enter")
        await one.until("Add tag “wholesale” to 1 contact")
        await one.press("enter")
        await one.until("Added tag “wholesale” to 1 contact.")
        await other.until("· wholesale")

        await other.press("u")
        await other.until("Take back: Add tag “wholesale”")
        await other.press("enter")

        await other.until("Taken back", gone="· wholesale")


async def test_who_comes_meanwhile_is_told_and_moves_no_cursor(shop: House) -> None:
    async with opened(shop) as ui:
        await ui.until(" contacts")
        await ui.press("down", "down")
        place = ui.cursor_line

        await shop.happens("customer", email=f"new{time.time_ns()}@example.com", first_name="Neu", last_name="Ling")

        await ui.until("1 new")
        assert ui.cursor_line == place
        await ui.press("r")
        await ui.until(gone="1 new")


async def _dies(house: House, number: int) -> None:
    """A delivery about order *number* dies: the store sends that order once in a form nobody can read."""
    whole = await house.order(number)
    await house.happens(
        "fail", path=f"/v2/orders/{number}?", status=200, body=json.dumps(whole | {"total_inc_tax": "much"})
    )
    await house.happens("status", order_id=number, status_id=9)

    async def is_dead() -> bool:
        async with house.api() as api:
            dead = await api.deliveries(DeliveryQuery(state=DeliveryState.DEAD))
        return any(row.resource == f"order {number}" for row in dead.deliveries)

    await eventually(is_dead)
