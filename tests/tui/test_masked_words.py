"""While people are masked, an address or a phone number shows nowhere: not in what operators and stores call things."""

import re

import pytest

from common import routes
from common.contacts import ListMembership
from common.doctor import Verdict
from common.edits import Edit, EditState, Verb
from common.errors import Refused
from common.inbox import DeliveryState
from common.sync import Skipped
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, contact, delivery, finished_run, health_item, order_detail
from tests.support.fake_doctor import diagnosis, result
from tests.support.ui import SMALL, WIDE, Ui, ui_on
from tests.tui.test_audit import command
from tui.drawing.order import order_lines
from tui.masking import masked
from tui.preferences import Preferences, ThemeName

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
MASKED = Preferences(theme=ThemeName.DARK, masked=True)
SAID = "of zsofia@quennell.example, +49 0170 9988"
_PEOPLE = re.compile(r"quennell|zsófia|zsofia|0170\D*9988", re.IGNORECASE)


@pytest.fixture
def talkative(daemon: FakeDaemon) -> FakeDaemon:
    """An address and a phone number in every text that people type or stores send."""
    lists = [ListMembership(name=f"List {SAID}", status="active")]
    daemon.contacts = [contact(1, "zsofia@quennell.example", "Zsófia Quennell", tags=[f"tag {SAID}"], lists=lists)]
    daemon.audit = [command(1, "edit", subject=f"add_tag tag {SAID}: 1 contacts")]
    daemon.edits.edits = [edit()]
    daemon.health = [health_item().model_copy(update={"title": f"Mail {SAID} failed.", "fix": f"Write {SAID}."})]
    daemon.diagnosis = diagnosis().model_copy(
        update={"results": [result("key-open", verdict, f"Found {SAID}.", f"Ask {SAID}.") for verdict in Verdict]}
    )
    named = {"scope": f"scope {SAID}", "resource": f"customer {SAID}", "error": f"Refused {SAID}."}
    daemon.deliveries = [delivery(1, state=DeliveryState.DEAD, body=f'{{"note": "{SAID}"}}', **named)]
    daemon.runs = [finished_run(skipped=[Skipped(kind="customer", id=f"5 {SAID}", why=f"Who is {SAID}?")])]
    return daemon


def edit() -> Edit:
    return Edit(
        id=1, verb=Verb.ADD_TAG, name=f"tag {SAID}", state=EditState.DONE, contacts=1, looked_at=1, changed=1,
        unsubscribed=0, taken_back=0, error="", made_at=NOW - 60, ended_at=NOW - 50, undone_at=None,
        undoable_until=NOW + 86400,
    )  # fmt: skip


async def _looked(ui: Ui, *wanted: str, gone: str = "") -> None:
    await ui.until(*wanted, gone=gone)
    found = _PEOPLE.search(ui.text)
    assert not found, f"{found} is to be seen:\n{ui.text}"


async def _copied(ui: Ui) -> None:
    """What the menu of copies shows."""
    await ui.press("y")
    await _looked(ui, "takes the first")
    await ui.press("escape")
    await ui.until("? help", gone="takes the first")


@SIZES
async def test_what_contacts_and_their_orders_are_called(talkative: FakeDaemon, size: tuple[int, int]) -> None:
    async with ui_on(talkative, size=size, prefers=MASKED) as ui:
        await _looked(ui, "z••@q••.example", "masked")
        await _copied(ui)
        await ui.press("t")
        await _looked(ui, "Tags of", "z••@q••.example", gone="Loading")
        await ui.press("enter")
        await _looked(ui, "Not now", "z••@q••.example", gone="Counting")
        await ui.press("escape")
        await ui.until("? help", gone="Not now")
        await ui.press("T")
        await _looked(ui, "Lists of", "active")
        await ui.press("escape")
        await ui.until("? help", gone="Lists of")
        await ui.press("u")
        await _looked(ui, "Undo?", "Take back")
        await ui.press("escape")
        await ui.until("? help", gone="Undo?")
        await ui.press("enter")
        await _looked(ui, "tag of z••@q••.example", "List of")
        await _copied(ui)


def test_what_a_shopper_typed_into_a_product_is_masked_where_it_names_somebody() -> None:
    person = contact(1, "zsofia@quennell.example", "Zsófia Quennell")
    order = order_detail(person.ecommerce.orders[0], person, "acme")
    options = ["Recipient name: Zsófia Quennell", f"Note: {SAID}", "Colour: Blue"]
    order.lines[0].options[:] = options

    text = "\n".join(line.text for line in order_lines(masked(order), NOW, 118))

    assert not _PEOPLE.search(text)
    assert "Recipient name: Z•• Q•• · Note: of z••@q••.example, •••• 88 · Colour: Blue" in text


@SIZES
async def test_what_was_commanded_and_found(talkative: FakeDaemon, size: tuple[int, int]) -> None:
    async with ui_on(talkative, size=size, first_screen="settings", prefers=MASKED) as ui:
        await ui.until("── Daemon", "masked")
        await ui.press("A")
        await _looked(ui, "1 command", "add_tag")
        await _copied(ui)
        await ui.press("6")
        await _looked(ui, "── Stores", "Mail of z••@q••.example")
        await ui.press("d")
        await _looked(ui, "── Doctor", "Found of z••@q••.example")
        await _copied(ui)


@SIZES
async def test_what_deliveries_and_runs_tell(talkative: FakeDaemon, size: tuple[int, int]) -> None:
    async with ui_on(talkative, size=size, first_screen="inbox", prefers=MASKED) as ui:
        await _looked(ui, "customer of z" if size == SMALL else "customer of z••@q••.ex")
        await _copied(ui)
        await ui.press("enter")
        await _looked(ui, "── Body", "scope of z••@q••.example")
        await _copied(ui)
        await ui.press("t")
        await _looked(ui, "received", "signature valid")
        await _copied(ui)
        await ui.press("4")
        await ui.until("▌● acme")
        await ui.press("end", "enter")
        await _looked(ui, "manual run 6", "5 of z••@q••.example")
        await _copied(ui)
        await ui.press("4", "escape", "home", "E")
        await _looked(ui, "Settings of acme")
        await ui.press("enter")
        await _looked(ui, "the default")


async def test_what_the_daemon_refuses_in_a_dialog(talkative: FakeDaemon) -> None:
    talkative.failures[routes.TAGS] = Refused(f"Not now, ask {SAID}.")
    async with ui_on(talkative, prefers=MASKED) as ui:
        await ui.until("z••@q••.example", "masked")

        await ui.press("t")

        await _looked(ui, "Not now, ask of z••@q••.example")


async def test_what_is_chosen_masked_is_done_to_what_is_meant(talkative: FakeDaemon) -> None:
    async with ui_on(talkative, prefers=MASKED) as ui:
        await ui.until("z••@q••.example", "masked")
        await ui.press("t")
        await ui.until("tag of z••@q••.example")
        await ui.press("enter")
        await ui.until("Remove tag “tag")
        await ui.press("enter")

        await ui.when(lambda: bool(talkative.edits.requests))

    assert [one.name for one in talkative.edits.requests] == [f"tag {SAID}"]
