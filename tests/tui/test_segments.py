"""The list of saved segments, and the suggested ones."""

import pytest

from common import routes
from common.errors import TryLater
from common.segments.answers import SuggestedSegment
from tests.support.fake_daemon import FakeDaemon
from tests.support.ui import SMALL, WIDE, assert_golden, ui_on

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
Size = tuple[int, int]


@SIZES
async def test_saved_segments_with_their_members_and_rules(daemon: FakeDaemon, size: Size) -> None:
    daemon.saved.put("VIP", "total_revenue > 2000 USD")
    broken = daemon.saved.put("Broken", "total_orders > 1")
    daemon.saved.segments["broken"] = broken.model_copy(update={"fault": "There is no segment “Gone”."})
    fresh = daemon.saved.put("Fresh", "total_orders > 1")
    daemon.saved.segments["fresh"] = fresh.model_copy(update={"as_of": None})
    async with ui_on(daemon, size=size, first_screen="segments") as ui:
        more = ("● live",) if size == SMALL else ("2 stores", "── Members")
        shown = await ui.until("▌VIP", "cannot be asked", "computing", *more)
        assert_golden(f"segments-list-content-{size[0]}x{size[1]}", shown)


@SIZES
async def test_without_any_the_next_step_is_told(daemon: FakeDaemon, size: Size) -> None:
    async with ui_on(daemon, size=size, first_screen="segments") as ui:
        shown = await ui.until("No segment is saved yet.", "● live" if size == SMALL else "2 stores")
        assert_golden(f"segments-list-empty-{size[0]}x{size[1]}", shown)


async def test_segments_that_cannot_be_read_say_why(daemon: FakeDaemon) -> None:
    daemon.failures[routes.SEGMENTS] = TryLater("The database is being restored.")
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("The database is being restored.", "Press r to try again")


async def test_a_segment_is_deleted_when_that_is_meant(daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_revenue > 2000 USD")
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("▌VIP")
        await ui.press("x")
        await ui.until("Delete a segment")
        await ui.press("enter")
        await ui.until("▌VIP", gone="Delete a segment")
        await ui.press("x")
        await ui.until("Delete a segment")
        await ui.press("down", "enter")

        await ui.until("No segment is saved yet.")
        assert daemon.saved.segments == {}


async def test_a_suggested_segment_is_opened_in_the_builder(daemon: FakeDaemon) -> None:
    daemon.suggested = [SuggestedSegment(name="VIP", rule="total_revenue >= 125.00 USD", why="The top.", count=2)]
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("No segment is saved yet.")
        await ui.press("S")
        await ui.until("Suggested segments", "VIP  2", "The top.")
        await ui.press("enter")

        await ui.until("── VIP * ──", "▌Total revenue is at least 125.00 USD")


async def test_a_copy_has_a_name_that_is_free(daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_revenue > 2000 USD")
    daemon.saved.put("VIP (copy)", "total_orders > 2")
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("▌VIP")
        await ui.press("d")
        await ui.until("VIP (copy 2)")
        await ui.press("enter")

        await ui.until("▌VIP (copy 2)", gone="Duplicate VIP")
        assert daemon.saved.segments["vip (copy 2)"].rule == "total_revenue > 2000 USD"


async def test_a_name_that_is_taken_is_told_where_it_is_typed(daemon: FakeDaemon) -> None:
    daemon.saved.put("Regulars", "total_orders > 2")
    daemon.saved.put("VIP", "total_revenue > 2000 USD")
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("▌Regulars", "● live")
        await ui.press("R", "ctrl+u", *"vip", "enter")

        shown = await ui.until("There is a segment “VIP” already.")
        assert_golden("segment-name-error-80x24", shown)


async def test_a_segment_that_cannot_be_read_is_not_copied(daemon: FakeDaemon) -> None:
    newer = daemon.saved.put("Newer", "total_orders > 1")
    daemon.saved.segments["newer"] = newer.model_copy(update={"rule": "", "fault": "It is of version 9."})
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("▌Newer")
        await ui.press("d")

        await ui.until("It cannot be read: It is of version 9.")


async def test_the_picture_is_of_the_segment_under_the_cursor(daemon: FakeDaemon) -> None:
    daemon.saved.put("Regulars", "total_orders > 2")
    daemon.saved.put("VIP", "total_revenue > 2000 USD")
    async with ui_on(daemon, size=WIDE, first_screen="segments") as ui:
        await ui.until("▌Regulars", "│ Regulars ", "── Members")
        await ui.press("down")

        await ui.until("▌VIP", "│ VIP ", "── Members")


async def test_growth_without_any_segment_says_what_to_do(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("No segment is saved yet.")
        await ui.press("v")

        await ui.until("There is no segment yet: press a to build one.")


async def test_a_segment_that_goes_while_its_growth_is_looked_at_is_told(daemon: FakeDaemon) -> None:
    daemon.saved.put("VIP", "total_revenue > 2000 USD")
    async with ui_on(daemon, first_screen="segments") as ui:
        await ui.until("▌VIP")
        await ui.press("v")
        await ui.until("── Members")
        daemon.saved.segments.clear()
        await ui.press("r")

        await ui.until("There is no segment “VIP”.", "── Members")
