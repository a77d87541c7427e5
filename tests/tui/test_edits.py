"""Tags, lists and undo by hand, on one contact and on many; and what happened to a contact."""

import re

import pytest

from common import routes
from common.contacts import ListMembership
from common.edits import EditRequest, EditState, Verb
from common.errors import Invalid
from common.money import Money
from common.timeline import Happened, Happening
from common.times import DAY_S
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, contact
from tests.support.ui import SMALL, WIDE, Ui, assert_golden, ui_on

READY = ("● live", "carla@example.net")


def tags_of(daemon: FakeDaemon) -> dict[int, list[str]]:
    return {one.id: one.tags for one in daemon.contacts}


async def _add_tag(ui: Ui, typed: str) -> None:
    """From t to the question whether it is meant."""
    await ui.press("t")
    await ui.until("bigcommerce-customer")
    await ui.type(typed)
    await ui.press("enter")
    await ui.until("Not now")


async def test_t_gives_the_contact_under_the_cursor_a_tag_and_u_takes_it_back(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)

        await ui.press("down", "t")
        await ui.until("Tags of bob@example.org", "vip")
        await ui.type("vip")
        await ui.press("enter")
        await ui.until("Tag “vip”?", "Add tag “vip” to 1 contact", gone="Remove tag")
        await ui.press("enter")
        await ui.until("Added tag “vip” to 1 contact. u undoes it.")
        assert tags_of(daemon)[2] == ["bigcommerce-customer", "vip"]

        await ui.press("u")
        await ui.until("Undo?", "Take back: Add tag “vip” to 1 contact", "All it changed are put back")
        await ui.press("enter")

        await ui.until("Taken back: Add tag “vip” to 1 contact.")
        assert tags_of(daemon)[2] == ["bigcommerce-customer"]


async def test_space_marks_and_the_prompt_carries_the_count(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)

        await ui.press("space", "space")
        await ui.until("3 contacts · ✓ 2 marked", "✓ann@example.com", "✓bob@example.org")
        await _add_tag(ui, "vip")
        await ui.until("Add tag “vip” to 2 contacts", "1 of them has it already.", "Remove tag “vip” from 2 contacts")
        await ui.press("enter")

        await ui.until("Added tag “vip” to 1 contact; 1 has it already.", gone="marked")
        assert daemon.edits.requests == [EditRequest(verb=Verb.ADD_TAG, name="vip", ids=[1, 2])]


async def test_star_marks_all_that_match_by_the_query_and_not_by_their_ids(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)

        await ui.press("slash")
        await ui.type(":total_orders > 0")
        await ui.until("match “:total_orders > 0”")
        await ui.press("enter", "asterisk")
        await ui.until("✓ 3 marked", "✓carla@example.net")
        await _add_tag(ui, "new")
        await ui.until("Add tag “new” to 3 contacts", "The tag is new.", gone="Remove tag")
        await ui.press("enter")

        await ui.until("Added tag “new” to 3 contacts.")
        assert daemon.edits.requests == [EditRequest(verb=Verb.ADD_TAG, name="new", match="total_orders > 0")]


async def test_star_without_a_filter_says_everybody(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)

        await ui.press("asterisk")
        await ui.until("3 marked")
        await _add_tag(ui, "vip")
        await ui.press("enter")

        await ui.until("Added tag “vip” to 2 contacts; 1 has it already.")
        assert daemon.edits.requests == [EditRequest(verb=Verb.ADD_TAG, name="vip", everybody=True)]


async def test_escape_takes_marks_away_before_the_filter(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("slash")
        await ui.type("example")
        await ui.press("enter")
        await ui.until("match “example”")

        await ui.press("space")
        await ui.until("✓ 1 marked", "Esc back")
        await ui.press("escape")
        await ui.until("match “example”", gone="marked")
        await ui.press("asterisk")
        await ui.until("✓ 3 marked")
        await ui.press("asterisk")
        await ui.until("match “example”", gone="marked")
        await ui.press("escape")

        await ui.until("3 contacts · sorted", gone="match")


async def test_another_filter_takes_away_what_was_marked_as_all(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("asterisk")
        await ui.until("✓ 3 marked")

        await ui.press("space")
        await ui.until("All that match are marked; Esc takes the marks away.")
        await ui.press("slash")
        await ui.type("bob")

        await ui.until("1 contact matches “bob”", gone="marked")


async def test_marks_of_single_contacts_outlive_a_filter(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("space", "slash")
        await ui.type("bob")
        await ui.until("1 contact matches")

        await ui.press("enter", "space")

        await ui.until("✓ 2 marked")


async def test_a_list_is_left_for_good_and_who_unsubscribed_stays_so(daemon: FakeDaemon) -> None:
    gone = [ListMembership(name="Master Contact List", status="unsubscribed")]
    daemon.contacts[1] = daemon.contacts[1].model_copy(update={"lists": gone})
    async with ui_on(daemon) as ui:
        await ui.until(*READY)

        await ui.press("asterisk", "T")
        await ui.until("Lists of 3 marked contacts", "1 active · 1 unsubscribed")
        await ui.press("enter")
        await ui.until("Add 3 contacts to list", "1 of them unsubscribed, and", "stays so.", "Unsubscribe 3 contacts")
        await ui.press("enter")

        await ui.until("Added 1 contact to list “Master Contact List”; 1 is on it")
        assert next(one for one in daemon.contacts if one.id == 2).lists == gone


@pytest.mark.parametrize(
    ("downs", "verb"), [(0, Verb.UNSUBSCRIBE), (1, Verb.REMOVE_FROM_LIST)], ids=["unsubscribe", "remove"]
)
async def test_a_member_is_unsubscribed_or_taken_off(daemon: FakeDaemon, downs: int, verb: Verb) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)

        await ui.press("T")
        await ui.until("Lists of ann@example.com", "2 active")
        await ui.press("enter")
        await ui.until("Unsubscribe 1 contact", "Remove 1 contact", gone="Add 1 contact")
        await ui.press(*["down"] * downs, "enter")

        await ui.until("u undoes it.")
        assert daemon.edits.requests[0].verb is verb


async def test_nothing_to_change_is_said_where_it_would_be_chosen(daemon: FakeDaemon) -> None:
    daemon.contacts = [contact(tags=["vip"]), contact(2, "carla@example.net", tags=["press"])]
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("t")
        await ui.until("press")

        await ui.type("zzz")
        await ui.until("new tag", gone="press")
        await ui.press(*["backspace"] * 3)
        await ui.type("vip")
        await ui.press("enter")

        await ui.until("Remove tag “vip” from 1 contact", "Not now", gone="Add tag")
        await ui.press("escape")
        await ui.until("3 contacts" if len(daemon.contacts) > 2 else "2 contacts")
        assert daemon.edits.requests == []


async def test_in_a_contacts_own_screen_the_keys_are_about_that_contact(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("down", "enter")
        await ui.until("bob@example.org", "── Orders")

        await _add_tag(ui, "gold")
        await ui.press("enter")

        await ui.until("Added tag “gold” to 1 contact.", "bigcommerce-customer · gold")
        assert daemon.edits.requests == [EditRequest(verb=Verb.ADD_TAG, name="gold", ids=[2])]


async def test_u_with_nothing_to_undo_says_so_wherever_it_is_pressed(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="status") as ui:
        await ui.until("── Daemon")

        await ui.press("u")

        await ui.until("There is nothing to undo")


async def test_an_edit_that_is_refused_leaves_the_marks(daemon: FakeDaemon) -> None:
    daemon.failures[routes.EDIT_MAKE] = Invalid("The disk is full.")
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("space")

        await _add_tag(ui, "vip2")
        await ui.press("enter")

        await ui.until("The disk is full.", "✓ 1 marked")


async def test_tags_that_cannot_be_read_are_told_in_the_dialog(daemon: FakeDaemon) -> None:
    daemon.failures[routes.TAGS] = Invalid("The disk is gone.")
    async with ui_on(daemon) as ui:
        await ui.until(*READY)

        await ui.press("t")
        await ui.until("The disk is gone.")
        await ui.press("escape")

        await ui.until("3 contacts", gone="The disk is gone.")


async def test_a_long_edit_is_followed_to_its_end(daemon: FakeDaemon) -> None:
    daemon.edits.stays_running = True
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await _add_tag(ui, "vip2")
        await ui.press("enter")
        await ui.until("Add tag “vip2” to 1 contact: 1 so far; it goes on by itself.")

        daemon.edits.edits[0] = daemon.edits.edits[0].model_copy(update={"state": EditState.DONE})

        await ui.until("Added tag “vip2” to 1 contact.")


async def test_while_the_daemon_is_away_an_edit_says_why_it_cannot_be(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, backoff_s=(30,)) as ui:
        await ui.until(*READY)
        await daemon.stop()
        await ui.until("retrying in")

        await ui.press("t")

        await ui.until("The daemon is away; this needs it.")


def _events() -> list[Happened]:
    blank = {"store": "", "order": None, "before": "", "after": "", "amount": None, "cause": ""}
    told: list[dict[str, object]] = [
        {"what": Happening.TAG_ADDED, "after": "vip", "cause": "operator"},
        {"what": Happening.SEGMENT_ENTERED, "after": "Very important persons of all our shops", "cause": "live"},
        {
            "what": Happening.ORDER_STATUS,
            "store": "abc123",
            "order": 1204,
            "before": "Awaiting Shipment",
            "after": "Completed",
            "cause": "live",
        },
        {
            "what": Happening.ORDER_PLACED,
            "store": "abc123",
            "order": 1204,
            "amount": Money.of(104_00, "USD"),
            "cause": "historical",
        },
        {"what": Happening.CART_LEFT, "store": "xyz789", "amount": Money.of(75_00, "EUR"), "cause": "live"},
    ]
    told += [{"what": Happening.TAG_REMOVED, "after": f"old {number}", "cause": "undo"} for number in range(20)]
    told.append({"what": Happening.KNOWN})
    return [
        Happened.model_validate(blank | {"at": NOW - place * DAY_S} | fields) for place, fields in enumerate(told, 1)
    ]


async def test_the_timeline_stands_below_the_box_and_an_orders_line_opens_it(daemon: FakeDaemon) -> None:
    daemon.edits.events = _events()
    async with ui_on(daemon) as ui:
        await ui.until(*READY)
        await ui.press("enter")
        await ui.until("── Timeline", "tag “vip” added")

        await ui.press("end")
        await ui.until("… earlier: ⏎ reads on", "tag “old 14” removed", gone="became known")
        await ui.press("enter")
        await ui.when(lambda: "tag “old 15” removed" in ui.cursor_line)
        await ui.press("enter")
        await ui.until("This is about no order")
        await ui.press("end")
        await ui.until("became known here", gone="reads on")

        await ui.press("home", *["down"] * 7)
        await ui.when(lambda: "Awaiting Shipment → Completed" in ui.cursor_line)
        await ui.press("enter")
        await ui.until("Blue canvas shoe", "Status history")


async def test_the_timeline_of_one_store_leaves_out_those_of_others(daemon: FakeDaemon) -> None:
    daemon.edits.events = _events()
    async with ui_on(daemon, size=WIDE) as ui:
        await ui.until("── Timeline", "cart left", "tag “vip” added", "order #1204 placed")

        await ui.press("f")

        await ui.until("tag “vip” added", "order #1204 placed", gone="cart left")


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["80x24", "120x40"])
async def test_goldens(daemon: FakeDaemon, size: tuple[int, int]) -> None:
    daemon.edits.events = _events()
    suffix = f"{size[0]}x{size[1]}"
    async with ui_on(daemon, size=size) as ui:
        await ui.until(*READY, "2 stores" if size == WIDE else "")
        await ui.press("space", "asterisk", "t")
        await ui.until("✓" if size == WIDE else "Tags of 3 marked contacts", "vip")
        assert_golden(f"tags-content-{suffix}", await ui.until("Tags of 3 marked contacts", "vip"))
        await ui.type("vip")
        await ui.press("enter")
        assert_golden(f"tag-question-{suffix}", await ui.until("Not now", "do not have it", gone="Tags of"))
        await ui.press("escape", "escape", "home", "enter")
        await ui.until("── Timeline", gone="marked")
        for _ in range(20):  # from which line it begins depends on what was read first
            if re.search("▌  4d  ● order #1204 placed", ui.text):
                break
            await ui.press("down")
        assert_golden(f"timeline-content-{suffix}", await ui.until("── Timeline", "Awaiting Shipment"))
