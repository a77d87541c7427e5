"""Erasing a person from their box."""

import pytest

from tests.support.fake_daemon import FakeDaemon
from tests.support.ui import SMALL, WIDE, ui_on


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_x_erases_the_person_once_the_address_is_typed(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    first = max(daemon.contacts, key=lambda one: max((order.placed_at for order in one.ecommerce.orders), default=0))
    async with ui_on(daemon, size=size) as ui:
        await ui.until(first.email)
        await ui.press("enter")
        await ui.until("── Ecommerce")
        await ui.press("x")
        await ui.until(f"Erase {first.email}")
        await ui.type("nobody@example.com")
        await ui.press("enter")
        await ui.until("That is not")
        assert first in daemon.contacts

        await ui.press("home", "ctrl+k")
        await ui.type(first.email)
        await ui.press("enter")

        await ui.until("orders stay, and no longer say whose", gone="type it to erase")
        assert first not in daemon.contacts
        following = "── Ecommerce" if size == WIDE else "▌"
        await ui.until("2 contacts", following, gone=first.email)
