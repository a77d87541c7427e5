"""m: people are masked on every screen, at once, and operations go on with who they are."""

import re

import pytest

from common import routes
from common.errors import NotFound
from common.events import What
from common.products import ProductBuyer
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import contact, delivery, row_of
from tests.support.fake_products import holding, product
from tests.support.ui import SMALL, WIDE, Ui, assert_golden, ui_on
from tui.drawing.line import Role
from tui.preferences import Preferences, ThemeName

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE])

# What must not be made out of anybody: the needles are found nowhere else on a screen.
_PEOPLE = re.compile(r"quennell|zsófia|zsofia|0170\D*9988|ptolemy", re.IGNORECASE)


@pytest.fixture
def stranger(daemon: FakeDaemon) -> FakeDaemon:
    """Somebody with needles in all that is kept of them."""
    person = contact(1, "zsofia@quennell.example", "Zsófia Quennell", phone="+49 0170 9988")
    daemon.contacts = [person]
    body = '{"data": {"id": 1001, "email": "zsofia@quennell.example", "last_name": "Quennell", "street_1": "Ptolemy"}}'
    error = "The customer zsofia@quennell.example was not read: ask +49 0170 9988."
    daemon.deliveries = [delivery(1, "order 1001", body=body, error=error)]
    buyer = ProductBuyer(pieces=2, **row_of(person).model_dump())
    daemon.goods.products = [product(buyers=[buyer], orders_shown=[holding(1204, email=person.email)])]
    return daemon


def _nobody_in(ui: Ui) -> None:
    found = _PEOPLE.search(ui.text)
    assert not found, f"{found} is to be seen:\n{ui.text}"


@SIZES
async def test_no_screen_shows_anybody_once_m_is_pressed(stranger: FakeDaemon, size: tuple[int, int]) -> None:
    async with ui_on(stranger, size=size) as ui:
        await ui.until("zsofia@quennell", "● live")
        await ui.press("m")
        await ui.until("z••@q••.example", "masked", gone="zsofia")
        _nobody_in(ui)

        await ui.press("enter")
        await ui.until("── Ecommerce", "•••• 88", "Z•• Q••")
        _nobody_in(ui)
        await ui.press("enter")
        await ui.until("Status history", "z••@q••.example")
        _nobody_in(ui)

        await ui.press("5")
        await ui.until("order 1001", "masked")
        _nobody_in(ui)
        await ui.press("enter")
        await ui.until("── Body", "z••@q••.example")
        _nobody_in(ui)

        for digit, shown in (("2", "segment"), ("4", "acme"), ("6", "database")):
            await ui.press(digit)
            await ui.until(shown, "masked")
            _nobody_in(ui)


@SIZES
async def test_the_builder_and_its_answers_show_nobody(stranger: FakeDaemon, size: tuple[int, int]) -> None:
    async with ui_on(stranger, size=size) as ui:
        await ui.until("zsofia@quennell", "● live")
        await ui.press("m", "2")
        await ui.until("No segment is saved yet.")
        await ui.press("a")
        await ui.until("New segment")
        await ui.press("tab")
        await ui.until("z••@q••.")
        _nobody_in(ui)

        await ui.press("w")

        await ui.until("The rule", "for z••@q••.example")
        _nobody_in(ui)


@SIZES
async def test_products_and_their_buyers_are_shown_without_who_they_are(
    stranger: FakeDaemon, size: tuple[int, int]
) -> None:
    async with ui_on(stranger, size=size, first_screen="products") as ui:
        await ui.until("Blue canvas shoe", "● live")
        await ui.press("m", "enter", "end")
        await ui.until("z••@q••.example", "masked")
        _nobody_in(ui)

        await ui.press("home", "8")

        await ui.until("── Stores", "masked")
        _nobody_in(ui)


async def test_what_was_looked_for_among_products_is_nobody(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="products") as ui:
        await ui.until("Wool scarf", "● live")
        await ui.press("m", "slash")
        await ui.type("mug")
        await ui.until("1 product matches “mug”")

        await ui.press("enter")

        await ui.until("│ mug ")


async def test_dialogs_about_a_contact_do_not_name_it(stranger: FakeDaemon) -> None:
    async with ui_on(stranger) as ui:
        await ui.until("zsofia@quennell", "● live")
        await ui.press("m", "t")
        await ui.until("Tags of z••@q••.example")
        _nobody_in(ui)

        await ui.press("escape", "enter")
        await ui.until("── Ecommerce", gone="Tags of")
        await ui.press("T")

        await ui.until("Lists of z••@q••.example")
        _nobody_in(ui)


async def test_who_prefers_it_begins_masked(stranger: FakeDaemon) -> None:
    async with ui_on(stranger, prefers=Preferences(theme=ThemeName.DARK, masked=True)) as ui:
        await ui.until("z••@q••.example", "● masked")
        _nobody_in(ui)


async def test_m_once_more_shows_people_again(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=WIDE) as ui:
        await ui.until("ann@example.com", "Revenue $1,204.50", "● live")
        await ui.press("m")
        await ui.until("a••@e••.com", "masked", gone="ann@example.com")
        assert "Ann" not in ui.text

        await ui.press("m")

        await ui.until("ann@example.com", "Ann Lee", gone="masked")


async def test_a_screen_that_was_open_elsewhere_is_masked_when_one_comes_to_it(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("enter")
        await ui.until("Ann Lee", "── Ecommerce")
        await ui.press("6")
        await ui.until("database")
        await ui.press("m")
        await daemon.stop()
        await ui.until("daemon away")

        await ui.press("1")

        await ui.until("A•• L••", "── Ecommerce", gone="Ann Lee")


async def test_what_changes_later_comes_masked(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("m")
        await ui.until("a••@e••.com")

        daemon.replace_contact(contact(1, "zsofia@quennell.example", "Zsófia Quennell"))
        daemon.push_changed(What.CONTACT, 1)

        await ui.until("z••@q••.example")
        _nobody_in(ui)


async def test_who_was_looked_for_can_be_read_only_while_it_is_typed(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("m", "slash")
        await ui.type("ann")
        await ui.until("1 contact matches “a••”", "ann")

        await ui.press("enter")

        await ui.until("1 contact matches “a••”", "•••", gone="ann")


async def test_nobody_found_is_told_without_the_name(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("m", "slash")
        await ui.type("quennell")
        await ui.until("No contact matches “q••”.")

        await ui.press("escape", "m", "slash")
        await ui.type("quennell")

        await ui.until("No contact matches “quennell”.")


async def test_a_rule_is_the_operators_own_and_stays(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("m", "slash")
        await ui.type(":total_orders > 2")
        await ui.press("enter")

        await ui.until("“:total_orders > 2”", ":total_orders > 2")


async def test_erasing_is_refused_while_the_address_cannot_be_seen(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("enter", "m")
        await ui.until("A•• L••", "── Ecommerce")

        await ui.press("x")

        await ui.until("press m first")
        assert len(daemon.contacts) == 3


async def test_an_error_that_names_somebody_is_masked(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")
        await ui.press("m")
        daemon.failures[routes.CONTACTS] = NotFound("There is no zsofia@quennell.example.")

        await ui.press("r")

        await ui.until("There is no z••@q••.example.")
        _nobody_in(ui)


@SIZES
async def test_masked_contacts(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    async with ui_on(daemon, size=size) as ui:
        await ui.until("ann@example.com", "● live", "Orders" if size == WIDE else "")
        await ui.press("m")
        await ui.until("a••@e••.com", " masked ┐")
        ui.app.say("", Role.TEXT)

        assert_golden(f"contacts-masked-{size[0]}x{size[1]}", await ui.until("c••@e••.net", gone="m shows them"))
