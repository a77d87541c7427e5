"""The builder: tree, text and contacts, each following the others."""

import re
from collections.abc import AsyncIterator

import pytest

from common import routes
from common.errors import TryLater
from common.events import What
from common.segments.answers import Suggestion
from tests.support.fake_daemon import FakeDaemon
from tests.support.ui import SMALL, WIDE, Ui, assert_golden, ui_on
from tui.widgets.rule_text import RuleText

SIZES = pytest.mark.parametrize("size", [SMALL, WIDE], ids=lambda size: f"{size[0]}x{size[1]}")
Size = tuple[int, int]

RULE = 'total_revenue > 500 and (total_orders < 9 or product_category_in_any_order is "Shoes")'


@pytest.fixture
async def ui(daemon: FakeDaemon) -> AsyncIterator[Ui]:
    async with ui_on(daemon, first_screen="segments") as opened:
        await building(opened)
        await opened.until("▌Every contact", "3 of 3")
        yield opened


async def building(ui: Ui) -> None:
    await ui.until("No segment is saved yet.")
    await ui.press("a")


async def typed(ui: Ui, rule: str) -> None:
    """The text of the rule, pasted in place of what was there; the cursor is in the tree again."""
    await ui.press("E", "ctrl+a", "ctrl+k")
    ui.app.screen.query_one(RuleText).insert(rule)
    await ui.press("escape")


@SIZES
async def test_a_rule_as_tree_text_and_contacts(daemon: FakeDaemon, size: Size) -> None:
    daemon.rule_counts = {RULE: 1, "total_orders < 9": 2}
    async with ui_on(daemon, size=size, first_screen="segments") as ui:
        await building(ui)
        await ui.until("▌Every contact")
        await typed(ui, RULE)
        beside = "3 contacts match" if size == WIDE else ""

        shown = await ui.until("1 of 3", "Product category in any order is Shoes", beside, gone="… │")
        assert_golden(f"segments-content-{size[0]}x{size[1]}", shown)


@SIZES
async def test_a_count_that_cannot_be_had_is_told(daemon: FakeDaemon, size: Size) -> None:
    daemon.failures[routes.RULE_COUNT] = TryLater("The database is being restored.", remedy="It takes a minute.")
    async with ui_on(daemon, size=size, first_screen="segments") as ui:
        await building(ui)
        shown = await ui.until("not counted", "being restored")
        assert_golden(f"segments-error-{size[0]}x{size[1]}", shown)


async def test_the_tree_follows_the_text_as_far_as_that_is_a_rule(ui: Ui) -> None:
    await typed(ui, "total_orders > 2")
    await ui.until("▌Total orders is greater than 2")

    await ui.press("E", "end")
    await ui.type(" and bogus")

    await ui.until("Total orders is greater than 2", "column 22: there is no condition 'bogus'")


async def test_a_condition_is_found_by_a_word_and_added(ui: Ui, daemon: FakeDaemon) -> None:
    await typed(ui, "total_orders > 2")
    await ui.press("a")
    await ui.until("Ask what?")
    await ui.type("revenue")
    await ui.until("▌Total revenue", gone="Total orders   ")
    await ui.press("enter")
    await ui.until("Total revenue is greater than 500")
    await ui.type("50")
    await ui.press("enter")

    await ui.until("▌└ Total revenue is greater than 50 ", "total_orders > 2 and total_revenue > 50")
    await ui.when(lambda: "total_orders > 2 and total_revenue > 50" in daemon.counted)


async def test_a_condition_that_is_none_is_not_taken(ui: Ui) -> None:
    await ui.press("a")
    await ui.until("Ask what?")
    await ui.type("revenue")
    await ui.until("▌Total revenue", gone="Total orders   ")
    await ui.press("enter")
    await ui.until("Total revenue is greater than 500")
    await ui.press("x", "enter")

    await ui.until("Write an amount, like 500 or 12.50.")
    await ui.press("escape")
    await ui.until("▌Every contact")


async def test_what_is_asked_of_an_order_is_asked_of_any_order(ui: Ui) -> None:
    await ui.press("a")
    await ui.until("Ask what?")
    await ui.type("order total")
    await ui.until("▌Order total")
    await ui.press("enter")
    await ui.until("Order total is greater than 100")
    await ui.press("enter")

    await ui.until("Has an order with", "└ Order total", "same order (order_total")


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        (("t",), "total_orders > 2 or total_revenue > 9"),
        (("down", "x"), "total_revenue > 9 "),
        (("down", "n"), "not total_orders > 2 and total_revenue > 9"),
        (("n",), "not (total_orders > 2 and total_revenue > 9)"),
        (("x",), "everyone "),
    ],
    ids=["turned", "taken out", "denied", "all denied", "all taken out"],
)
async def test_the_text_follows_the_tree(ui: Ui, keys: tuple[str, ...], text: str) -> None:
    await typed(ui, "total_orders > 2 and total_revenue > 9")
    await ui.until("▌All of")

    await ui.press(*keys)

    await ui.until(f"│ {text}")


async def test_enter_edits_the_condition_under_the_cursor(ui: Ui) -> None:
    await typed(ui, "total_orders > 2 and total_revenue > 9")
    await ui.until("▌All of")
    await ui.press("down", "enter")
    await ui.until("How many completed orders")
    await ui.press("backspace", "7", "enter")

    await ui.until("▌├ Total orders is greater than 7", "│ total_orders > 7 and total_revenue > 9")


@SIZES
async def test_money_is_an_amount_and_one_of_the_currencies_that_exist(daemon: FakeDaemon, size: Size) -> None:
    daemon.values = [Suggestion(value="EUR"), Suggestion(value="USD")]
    async with ui_on(daemon, size=size, first_screen="segments") as ui:
        await building(ui)
        await ui.until("▌Every contact", "3 of 3", "● live" if size == SMALL else "2 stores")
        await typed(ui, "total_revenue > 500")
        await ui.until("▌Total revenue is greater than 500", "3 of 3", gone="… │")
        await ui.press("enter")
        await ui.until("‹none› EUR  USD")
        await ui.press("down", "tab", "u")
        shown = await ui.until("◌ Total revenue is at least 500 USD")
        assert_golden(f"condition-money-{size[0]}x{size[1]}", shown)
        await ui.press("enter")

        await ui.until("│ total_revenue >= 500 USD ")


async def test_a_date_is_checked_as_it_is_typed(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="segments") as ui:
        await building(ui)
        await ui.until("▌Every contact", "3 of 3", "● live")
        await typed(ui, "last_order_date before 2026-02-28")
        await ui.until("▌Last order date is before 2026-02-28", "3 of 3", gone="… │")
        await ui.press("enter")
        await ui.until("Date         2026-02-28")
        await ui.press("end", "backspace", "9")
        shown = await ui.until("! 2026-02 has days 01 to 28, no 29.")
        assert_golden("condition-date-error-80x24", shown)
        await ui.press("enter")
        await ui.until("! 2026-02 has days 01 to 28, no 29.")
        await ui.press("backspace", "7", "enter")

        await ui.until("│ last_order_date before 2026-02-27 ")


async def test_a_date_becomes_a_length_of_time_before_now(ui: Ui) -> None:
    await typed(ui, "last_order_date after 2026-02-28")
    await ui.until("▌Last order date is after 2026-02-28")
    await ui.press("enter")
    await ui.until("Date         2026-02-28")
    await ui.press("down", "down")
    await ui.until("How many     30", "‹days›")
    await ui.press("down", "down", "down")
    await ui.until("◌ Last order date is today", gone="How many")
    await ui.press("up", "up", "up", "backspace", "backspace", "6", "tab", "m", "enter")

    await ui.until("│ last_order_date in last 6 months ")


async def test_what_fields_cannot_say_is_written_as_text(ui: Ui) -> None:
    await typed(ui, 'total_revenue on store "abc123" > 500')
    await ui.until("▌Total revenue in abc123")
    await ui.press("enter")
    await ui.until("‹none›")
    await ui.press("end", "0", "ctrl+t")
    await ui.until('total_revenue on store "abc123" > 5000')
    await ui.press("0", "enter")

    await ui.until('│ total_revenue on store "abc123" > 50000 ')


async def test_a_part_that_is_known_is_not_counted_again(ui: Ui, daemon: FakeDaemon) -> None:
    await typed(ui, "total_orders > 2 and total_revenue > 9")
    await ui.until("└ Total revenue is greater than 9", gone="…")
    await ui.press("t")
    await ui.until("Any of", gone="…")

    assert daemon.counted.count("total_orders > 2") == 1
    assert "total_orders > 2 or total_revenue > 9" in daemon.counted


async def test_the_next_change_ends_a_count_under_way(ui: Ui, daemon: FakeDaemon) -> None:
    daemon.delay_s[routes.RULE_COUNT] = 60
    await typed(ui, "total_orders > 2")
    await ui.when(lambda: daemon.calls[routes.RULE_COUNT] > 1)
    daemon.delay_s[routes.RULE_COUNT] = 0
    await ui.press("n")

    await ui.until("Not", "3 of 3")
    await ui.when(lambda: routes.RULE_COUNT in daemon.cancelled)


async def test_tab_goes_through_tree_contacts_and_text(ui: Ui) -> None:
    await ui.press("tab")
    await ui.until("▌ ann@example.com", gone="Every contact")
    await ui.press("tab")
    await ui.until("Esc to the tree")
    await ui.press("tab")
    await ui.until("▌Every contact")


async def test_escape_leaves_the_text_for_the_tree_also_when_the_contacts_were_shown(ui: Ui) -> None:
    await ui.press("tab")
    await ui.until("▌ ann@example.com", gone="Every contact")
    await ui.press("tab")
    await ui.until("Esc to the tree")
    await ui.press("escape")

    await ui.until("▌Every contact", "a and  o or")


async def test_w_says_why_the_rule_holds_or_does_not_for_the_contact(ui: Ui) -> None:
    await typed(ui, "total_orders > 5")
    await ui.until("▌Total orders is greater than 5")
    await ui.press("tab")
    await ui.until("▌ ann@example.com")
    await ui.press("w")

    await ui.until("The rule does not hold for ann@example.com.", "✕ Total orders is greater than 5", "· 3")
    await ui.until("It would, with")


async def test_what_stands_in_quotes_is_looked_up_and_taken_from_the_list(ui: Ui, daemon: FakeDaemon) -> None:
    daemon.values = [Suggestion(value="Tea"), Suggestion(value='Tents "XL"', note="outdoor"), Suggestion(value="Shoes")]
    await typed(ui, 'product_category_in_any_order is "Te"')
    await ui.until("▌Product category in any order is Te")
    await ui.press("enter")
    await ui.until("Ask with:", "Tents", "outdoor", gone="Shoes")
    await ui.press("down", "down", "enter", "enter")

    await ui.until('▌Product category in any order is Tents "XL"')


async def test_values_that_cannot_be_looked_up_are_typed(ui: Ui, daemon: FakeDaemon) -> None:
    daemon.failures[routes.RULE_VALUES] = TryLater("The database is being restored.")
    await typed(ui, 'tag is "vip"')
    await ui.until("▌Tag is vip")
    await ui.press("enter")
    await ui.until("Values cannot be looked up now; type them.", "restored.")
    await ui.press("down", "backspace", *'s"', "enter")

    await ui.until("▌Tag is vips")


async def test_a_rule_is_saved_under_a_name_and_opened_again(ui: Ui, daemon: FakeDaemon) -> None:
    await typed(ui, "total_orders > 2")
    await ui.until("▌Total orders is greater than 2", "New segment *")
    await ui.press("ctrl+s")
    await ui.until("at most 200 characters")
    await ui.press(*"Regulars", "enter")
    await ui.until("── Regulars ──", "Regulars is saved.")
    await ui.press("escape")
    await ui.until("▌Regulars", "total_orders > 2", "1,204")
    await ui.press("enter")
    await ui.until("── Regulars ──", "▌Total orders is greater than 2")
    await ui.press("n", "ctrl+s")

    await ui.until("── Regulars ──", "Regulars is saved.", gone="Regulars *")
    kept = daemon.saved.segments["regulars"]
    assert (kept.rule, kept.revision) == ("not total_orders > 2", 2)


async def test_whose_rule_it_is_to_be_is_asked_when_somebody_changed_it(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="segments") as ui:
        await building(ui)
        await ui.until("▌Every contact", "● live")
        await opened(ui, daemon)
        daemon.saved.put("Regulars", "total_orders > 7")
        await ui.press("n", "ctrl+s")

        shown = await ui.until("It is now: total_orders > 7", "3 of 3", "· 7 ms ─", gone="… │")
        assert_golden("segment-conflict-80x24", shown)
        assert daemon.saved.segments["regulars"].rule == "total_orders > 7"


async def test_counts_follow_the_data_and_are_told_to_be_old_until_they_do(ui: Ui, daemon: FakeDaemon) -> None:
    await typed(ui, "total_orders > 2")
    await ui.until("▌Total orders is greater than 2", "3 of 3 · 7 ms ─")
    daemon.delay_s[routes.RULE_COUNT] = 60
    daemon.rule_counts = {"total_orders > 2": 2}
    daemon.push_changed(What.CONTACT, 1)
    await ui.until("3 of 3 · 7 ms · ◌ counting again")
    daemon.delay_s[routes.RULE_COUNT] = 0
    await ui.press("r")

    await ui.until("2 of 3 · 7 ms ─")


async def test_a_flood_of_changes_is_no_flood_of_counts(ui: Ui, daemon: FakeDaemon) -> None:
    await typed(ui, "total_orders > 2")
    await ui.until("▌Total orders is greater than 2", "3 of 3 · 7 ms ─")
    counted, listed = len(daemon.counted), daemon.calls[routes.CONTACTS]
    for round_ in range(1, 4):
        daemon.push_changed(What.CONTACT, 1)
        await ui.when(lambda at_least=listed + round_: daemon.calls[routes.CONTACTS] >= at_least)  # type: ignore[misc]

    assert len(daemon.counted) <= counted + 1


async def test_a_rule_that_is_not_saved_goes_only_when_that_is_meant(ui: Ui) -> None:
    await typed(ui, "total_orders > 2")
    await ui.until("▌Total orders is greater than 2")
    await ui.press("escape")
    await ui.until("The rule is not saved")
    await ui.press("escape")
    await ui.until("▌Total orders is greater than 2", gone="The rule is not saved")
    await ui.press("escape")
    await ui.until("The rule is not saved")
    await ui.press("down", "enter")

    await ui.until("No segment is saved yet.")


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_who_quits_is_asked_about_a_rule_that_is_not_saved(ui: Ui, key: str) -> None:
    await typed(ui, "total_orders > 2")
    await ui.until("▌Total orders is greater than 2")
    await ui.press("1")
    await ui.until("contacts · sorted by")
    await ui.press(key)
    await ui.until("The rule is not saved", "total_orders > 2")
    await ui.press("escape")
    await ui.until("▌Total orders is greater than 2", gone="The rule is not saved")
    assert ui.app.is_running
    await ui.press(key)
    await ui.until("The rule is not saved")
    await ui.press("ctrl+c")

    await ui.when(lambda: not ui.app.is_running)


async def test_a_copy_is_what_one_goes_on_with(ui: Ui, daemon: FakeDaemon) -> None:
    await opened(ui, daemon)
    await ui.press("n", "d")
    await ui.until("Duplicate Regulars", "Regulars (copy)")
    await ui.press("enter")

    await ui.until("── Regulars (copy) ──", "Regulars stays as it was.")
    rules = {one.name: one.rule for one in daemon.saved.segments.values()}
    assert rules == {"Regulars": "total_orders > 2", "Regulars (copy)": "not total_orders > 2"}


async def test_another_name_saves_nothing_else(ui: Ui, daemon: FakeDaemon) -> None:
    await opened(ui, daemon)
    await ui.press("n", "R")
    await ui.until("Rename Regulars")
    await ui.press("!", "enter")
    await ui.until("── Regulars! * ──")
    await ui.press("ctrl+s")

    await ui.until("── Regulars! ──", "Regulars! is saved.")
    assert daemon.saved.segments["regulars!"].rule == "not total_orders > 2"


async def test_a_segment_is_deleted_from_the_builder_when_that_is_meant(ui: Ui, daemon: FakeDaemon) -> None:
    await opened(ui, daemon)
    await ui.press("X")
    await ui.until("Delete a segment")
    await ui.press("down", "enter")

    await ui.until("No segment is saved yet.")


async def test_what_is_saved_on_the_way_out_is_left_behind(ui: Ui, daemon: FakeDaemon) -> None:
    await opened(ui, daemon)
    await ui.press("n", "escape")
    await ui.until("The rule is not saved")
    await ui.press("enter")

    await ui.until("▌Regulars", "  not total_orders > 2")


async def opened(ui: Ui, daemon: FakeDaemon) -> None:
    """The builder with the saved segment Regulars."""
    daemon.saved.put("Regulars", "total_orders > 2")
    await ui.press("escape")
    await ui.press("r")
    await ui.until("▌Regulars")
    await ui.press("enter")
    await ui.until("▌Total orders is greater than 2")


@SIZES
async def test_a_rule_is_built_while_the_daemon_is_away(daemon: FakeDaemon, size: Size) -> None:
    daemon.saved.put("Regulars", "total_orders > 2")
    async with ui_on(daemon, size=size, first_screen="segments", backoff_s=(30,)) as ui:
        await ui.until("▌Regulars")
        await daemon.stop()
        await ui.until("retrying in 30 s")
        await ui.press("enter")
        await ui.until("▌Total orders is greater than 2", "not counted")
        await ui.press("n", "ctrl+s")

        shown = await ui.until("── Regulars * ── not counted", "The daemon is away; this needs it.")
        assert_golden(f"segments-away-{size[0]}x{size[1]}", re.sub(r"in \d\d s", "in 30 s", shown))


async def test_a_rule_without_contacts_is_built_all_the_same(empty_daemon: FakeDaemon) -> None:
    async with ui_on(empty_daemon, size=WIDE, first_screen="segments") as ui:
        await building(ui)

        await ui.until("▌Every contact", "No store is connected yet.", "0 of 0")


async def test_what_is_wrong_with_the_text_is_told_beside_the_contacts_too(ui: Ui) -> None:
    await ui.press("tab")
    await ui.until("▌ ann@example.com", gone="Every contact")
    await ui.press("tab")
    await ui.until("Esc to the tree")
    await ui.type("x")
    await ui.until("─ line 1, column 1: there is no condition")
    await ui.press("backspace")

    await ui.until("│ everyone", gone="there is no condition")
