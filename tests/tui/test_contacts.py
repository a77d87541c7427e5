"""Contacts by hand: finding, inspecting, watching changes arrive."""

import pytest

from common import routes
from common.contacts import ContactRow
from common.errors import TryLater
from common.events import What
from common.money import Money
from common.statuses import Status
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW, bought, box_order, contact, row_of, run
from tests.support.ui import WIDE, ui_on

CONTACTS = routes.CONTACTS


class MillionRows(list[ContactRow]):
    """A list a million rows long of which only what is asked for is made."""

    def __len__(self) -> int:
        return 1_000_000

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        start, stop, _ = index.indices(len(self))
        return [row_of(contact(at + 1, f"user{at + 1}@example.com")) for at in range(start, stop)]


async def test_typing_after_slash_filters_the_list(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("slash")
        await ui.type("bob")

        await ui.until("1 contact matches “bob”", "bob@example.org", gone="ann@example.com")


async def test_after_a_colon_the_filter_is_a_rule(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("slash")
        await ui.type(":total_orders")
        await ui.until("must be followed by one of", "3 contacts · sorted by")
        await ui.type(" > 2")

        await ui.until("match “:total_orders > 2”")
        assert daemon.queries[-1].match == "total_orders > 2"


async def test_an_order_number_finds_who_placed_it(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("slash")
        await ui.type("#1201")

        await ui.until("1 contact matches", "bob@example.org", gone="ann@example.com")


async def test_the_next_key_cancels_a_search_under_way(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        daemon.delay_s[CONTACTS] = 60
        calls = daemon.calls[CONTACTS]
        await ui.press("slash", "b")
        await ui.when(lambda: daemon.calls[CONTACTS] > calls)

        daemon.delay_s[CONTACTS] = 0
        await ui.press("o")

        await ui.until("1 contact matches “bo”")
        await ui.when(lambda: CONTACTS in daemon.cancelled)


async def test_escape_clears_the_filter(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("slash")
        await ui.type("bob")
        await ui.until("1 contact matches", gone="ann@example.com")

        await ui.press("escape")

        await ui.until("3 contacts · sorted by last order ↓", "ann@example.com")


async def test_a_filter_without_a_match_says_so(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("slash")
        await ui.type("zzz")

        await ui.until("No contact matches “zzz”.", "Esc clears the filter")


async def test_enter_opens_the_box_and_escape_returns(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("enter")
        await ui.until("Revenue $1,204.50", "#1204", "cart", "bazaar")
        await ui.press("escape")

        await ui.until("3 contacts")


async def test_f_goes_from_store_to_store_in_the_box(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("enter")
        await ui.until("all stores ▾", "#88")

        await ui.press("f")
        await ui.until("acme ▾", gone="#88")
        await ui.press("f")

        await ui.until("bazaar ▾", "Revenue €49.90", gone="#1204")


async def test_enter_on_an_order_shows_its_lines(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("enter")
        await ui.until("▌#1204")

        await ui.press("enter")

        await ui.until("#1204  acme", "SKU SH-BLU", "Colour: Blue", "Shop / Shoes", "Status history")


async def test_a_cart_says_that_there_is_nothing_more(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("enter")
        await ui.until("▌#1204")

        await ui.press("end", "enter")

        await ui.until("This cart has not become an order")


async def test_a_wide_terminal_shows_the_box_beside_the_list(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=WIDE) as ui:
        await ui.until("Revenue $1,204.50")

        await ui.press("down")

        await ui.until("Bob Ortiz   bob@example.org", "Revenue $310.00")


async def test_a_change_shows_without_a_key_and_leaves_the_cursor(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("down")

        orders = [box_order(1300, total=Money.of(999_00, "USD"), placed_at=NOW - 60)]
        daemon.replace_contact(contact(2, "bob@example.org", "Bob Ortiz", ecommerce=bought(orders)))
        daemon.push_changed(What.CONTACT, 2)

        await ui.until("$999.00")
        assert "bob@example.org" in ui.cursor_line
        assert ui.text.index("ann@example.com") < ui.text.index("bob@example.org")


async def test_an_open_box_follows_changes(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("down", "enter")
        await ui.until("#1201", "Completed")

        orders = [box_order(1201, status=Status.CANCELED, store_status="Cancelled")]
        daemon.replace_contact(contact(2, "bob@example.org", "Bob Ortiz", ecommerce=bought(orders)))
        daemon.push_changed(What.ORDER, 1201)

        await ui.until("✕ Canceled", gone="Completed")


async def test_new_contacts_wait_behind_a_mark_until_r(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        daemon.replace_contact(
            contact(9, "new@example.com", "New One", ecommerce=bought([box_order(5, placed_at=NOW)]))
        )
        daemon.push_changed(What.CONTACT, 9)
        await ui.until("4 contacts", "1 new · r")
        assert "new@example.com" not in ui.text
        await ui.press("r")

        await ui.until("new@example.com", gone="1 new")
        assert "ann@example.com" in ui.cursor_line


async def test_a_store_without_contacts_yet_points_to_its_first_run(daemon: FakeDaemon) -> None:
    daemon.contacts = []
    async with ui_on(daemon) as ui:
        await ui.until("No contacts yet.", "press s and choose the")


async def test_the_first_contacts_appear_by_themselves(empty_daemon: FakeDaemon) -> None:
    async with ui_on(empty_daemon) as ui:
        await ui.until("No store is connected yet.", "Press 4, then a: a guide leads to the first one.")

        empty_daemon.replace_contact(contact())
        empty_daemon.push_changed(What.CONTACT, 1)

        await ui.until("1 contact", "ann@example.com")


async def test_a_run_fills_the_list_in_order_while_nobody_has_a_place_in_it(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        daemon.replace_contact(contact(9, "new@example.com", ecommerce=bought([box_order(5, placed_at=NOW)])))
        daemon.push_run(run())
        await ui.until("4 contacts", "new@example.com", gone="new · r")
        await ui.press("down")
        daemon.replace_contact(contact(10, "later@example.com"))
        daemon.push_run(run())

        await ui.until("5 contacts", "1 new · r")
        assert "later@example.com" not in ui.text


async def test_the_end_of_a_million_rows_is_one_jump_away(daemon: FakeDaemon) -> None:
    daemon.rows = MillionRows()
    async with ui_on(daemon) as ui:
        await ui.until("1,000,000 contacts", "user1@example.com")
        await ui.when(lambda: len(daemon.queries) >= 2)
        before = len(daemon.queries)

        await ui.press("G")

        await ui.until("user1000000@example.com")
        await ui.when(lambda: len(daemon.queries) == before + 2)
        assert [query.offset for query in daemon.queries[before:]] == [999_900, 999_800]


async def test_scrolling_on_asks_for_what_follows_the_last_row(daemon: FakeDaemon) -> None:
    daemon.rows = MillionRows()
    async with ui_on(daemon) as ui:
        await ui.until("user1@example.com")

        await ui.press(*["pagedown"] * 7)

        await ui.until("user130@example.com")
        await ui.when(lambda: len(daemon.queries) >= 3)
        assert [query.after for query in daemon.queries[1:3]] == ["100", "200"]


async def test_o_chooses_the_order_and_capital_o_turns_it_round(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("o", "down", "enter")
        await ui.until("sorted by revenue ↓", "REVENUE ↓")
        await ui.press("O")

        await ui.until("sorted by revenue ↑", "REVENUE ↑")
        assert "carla@example.net" in ui.cursor_line


async def test_strangers_text_stays_text(daemon: FakeDaemon) -> None:
    hostile = contact(
        4, "x@example.com", "[red]Eve[/] \x1b[31m\u202egnp", ecommerce=bought([box_order(7, placed_at=NOW)])
    )
    daemon.replace_contact(hostile)
    async with ui_on(daemon, size=WIDE) as ui:
        text = await ui.until("[red]Eve[/] gnp", "Orders")

        assert "\x1b" not in text
        assert "\u202e" not in text


async def test_what_an_error_quotes_is_made_safe(daemon: FakeDaemon) -> None:
    daemon.failures[CONTACTS] = TryLater("Order [b]\x1b[31m\u202e1[/b] is locked.")
    async with ui_on(daemon) as ui:
        await ui.until("Order [b]1[/b] is locked.")


async def test_a_failed_reading_leaves_the_list_and_says_why(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        daemon.failures[CONTACTS] = TryLater("The database is being restored.", remedy="Try again in a minute.")

        await ui.press("r")

        await ui.until("The database is being restored. Try again in a minute.", "ann@example.com")


async def test_a_list_that_cannot_be_read_offers_a_retry(daemon: FakeDaemon) -> None:
    daemon.failures[CONTACTS] = TryLater("The database is being restored.")
    async with ui_on(daemon) as ui:
        await ui.until("The database is being restored.", "Press r to try again.")

        daemon.failures.clear()
        await ui.press("r")

        await ui.until("ann@example.com")


async def test_data_stays_while_the_daemon_is_away_and_is_read_again_when_it_is_back(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com", "● live")

        await daemon.stop()
        await ui.until("○ daemon away, retrying in 1 s", "ann@example.com")
        daemon.replace_contact(contact(1, name="Ann Renamed"))
        await daemon.start()

        await ui.until("● live", "Ann Renamed", gone="daemon away")


async def test_r_tries_the_daemon_at_once(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, backoff_s=(600,)) as ui:
        await ui.until("ann@example.com", "● live")
        await daemon.stop()
        await ui.until("daemon away, retrying in 600 s")
        await daemon.start()

        await ui.press("r")

        await ui.until("● live", gone="daemon away")


async def test_a_daemon_that_is_not_there_is_named_and_awaited(daemon: FakeDaemon) -> None:
    await daemon.stop()
    async with ui_on(daemon) as ui:
        await ui.until("No daemon answers: there is no socket at cf.sock.", "counterfoil run")

        await daemon.start()

        await ui.until("ann@example.com")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ann", "Filter by a rule first"),
        (":", "Filter by a rule first"),
        (":bogus", "there is no condition 'bogus'"),
    ],
    ids=["a word", "nothing", "no rule"],
)
async def test_only_a_rule_can_be_saved_from_the_list(daemon: FakeDaemon, typed: str, said: str) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("slash")
        await ui.type(typed)
        await ui.press("ctrl+s")

        await ui.until(said)


async def test_a_fault_is_no_longer_told_once_it_is_mended(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("slash")
        await ui.type(":total_orders >")
        await ui.until("it takes one value")
        await ui.type("2")

        await ui.until("match “:total_orders >2”", gone="it takes one value")


async def test_the_box_tells_of_orders_alone_or_carts_alone(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=WIDE) as ui:
        await ui.until("── Orders ── 4", "── Carts ── 1", "all stores ▾ everything ▾")

        await ui.press("F")
        await ui.until("── Orders ── 4", "all stores ▾ orders ▾", gone="── Carts")
        await ui.press("F")
        await ui.until("── Carts ── 1", "carts left ▾", gone="── Orders")
        await ui.press("F")

        await ui.until("── Orders ── 4", "── Carts ── 1", "everything ▾")


async def test_rows_show_before_they_are_all_counted(daemon: FakeDaemon) -> None:
    daemon.counts_up_to = 2
    async with ui_on(daemon) as ui:
        await ui.until("carla@example.net")
        await ui.press("slash")
        await ui.type("example")

        text = await ui.until("3 contacts match “example”", gone="· …")

        assert "ann@example.com" in text
        assert [query.quick for query in daemon.queries if query.search == "example"][-2:] == [True, False]
