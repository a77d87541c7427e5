"""The inbox by hand: finding a delivery, reading it, working it in again."""

from common import routes
from common.errors import Refused
from common.inbox import DeliveryState, ReplayRequest
from tests.support.bench import Bench, small_store
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import dead_delivery, delivery
from tests.support.ui import WIDE, Ui, ui_on


async def _open(ui: Ui) -> None:
    await ui.until("● live", "customer 5", "order 1187")


async def test_5_shows_the_inbox_newest_first(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("5")
        text = await ui.until("4 deliveries · 1 pending · ! 1 dead")

        assert text.index("order 1205") < text.index("customer 5") < text.index("order 1187")


async def test_slash_filters_by_scope_and_escape_clears(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)

        await ui.press("slash")
        await ui.type("customer")
        await ui.until("1 delivery matches “customer”", gone="order 1187")
        await ui.press("escape")

        await ui.until("4 deliveries", "order 1187")


async def test_f_goes_from_all_to_pending_to_dead(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)

        await ui.press("f")
        await ui.until("1 pending delivery", "order 1205", gone="customer 5")
        await ui.press("f")
        await ui.until("1 dead delivery", "order 1187", gone="order 1205")
        await ui.press("f")

        await ui.until("4 deliveries", "customer 5")


async def test_a_state_without_deliveries_says_so(daemon: FakeDaemon) -> None:
    daemon.deliveries = [delivery(1)]
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("1 delivery")

        await ui.press("f")

        await ui.until("No pending delivery.", "f shows the others")


async def test_enter_opens_again_once_there_are_rows_again(daemon: FakeDaemon) -> None:
    daemon.deliveries = [delivery(1)]
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("1 delivery")
        await ui.press("f")
        await ui.until("No pending delivery.")

        await ui.press("escape")
        await ui.until("▌", "⏎ open", gone="No pending")
        await ui.press("slash", "x")
        await ui.until("No delivery matches")
        await ui.press("escape")

        await ui.until("▌", "⏎ open", gone="matches")


async def test_a_list_that_was_empty_meanwhile_has_the_keys_again(daemon: FakeDaemon) -> None:
    daemon.deliveries = [dead_delivery(2)]
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("1 delivery", "● live")
        await ui.press("f")
        await ui.until("No pending delivery.")
        await ui.press("f")
        await ui.until("1 dead delivery", gone="No pending")

        await ui.press("enter")

        await ui.until("── Error")


async def test_an_empty_inbox_says_what_fills_it(daemon: FakeDaemon) -> None:
    daemon.deliveries = []
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("The inbox is empty.", "Screen 4")


async def test_enter_shows_a_delivery_and_what_it_changed_opens(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)

        await ui.press("end", "enter")
        await ui.until("── It changed", "▌order 1204", '"scope": "store/order/updated"', "contact 1")
        await ui.press("enter")

        await ui.until("ann@example.com", "Blue canvas shoe")


async def test_a_wide_terminal_shows_the_delivery_beside_the_list(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=WIDE, first_screen="inbox") as ui:
        await ui.until("── Error", "The store does not answer.")

        await ui.press("down", "down")

        await ui.until("expected money", gone="does not answer")


async def test_R_replays_the_delivery_under_the_cursor(daemon: FakeDaemon) -> None:  # noqa: N802 - the key
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)

        await ui.press("down", "down", "R")
        await ui.until("Replay order 1187?")
        await ui.press("enter")

        await ui.until("1 delivery is pending again.", "2 pending · 0 dead")
        assert daemon.replays == [ReplayRequest(ids=[2])]


async def test_marked_deliveries_are_replayed_together(daemon: FakeDaemon) -> None:
    daemon.deliveries.append(dead_delivery(5, "order 1188"))
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("order 1188")
        await ui.press("f", "f")
        await ui.until("2 dead deliveries", gone="customer 5")

        await ui.press("space", "space")
        await ui.until("✓ 2 marked")
        await ui.press("R")
        await ui.until("Replay 2 deliveries?")
        await ui.press("enter")

        await ui.until("2 deliveries are pending again.", gone="marked")
        assert daemon.replays == [ReplayRequest(ids=[2, 5])]


async def test_not_now_replays_nothing(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)
        await ui.press("end", "R")
        await ui.until("Replay order 1204?")

        await ui.press("down", "enter")

        await ui.until("4 deliveries", gone="Replay order 1204?")
        assert daemon.replays == []


async def test_escape_takes_the_marks_away(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)
        await ui.press("space")
        await ui.until("✓ 1 marked")

        await ui.press("escape")

        await ui.until("4 deliveries", gone="marked")


async def test_a_replay_that_is_refused_says_why(daemon: FakeDaemon) -> None:
    daemon.failures[routes.REPLAY] = Refused("The database is read-only.")
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)

        await ui.press("R", "enter")

        await ui.until("The database is read-only.")


async def test_a_change_shows_without_a_key_and_leaves_the_cursor(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)
        await ui.press("down", "down")
        await ui.when(lambda: "order 1187" in ui.cursor_line)

        daemon.replace_delivery(dead_delivery(2, state=DeliveryState.DONE, error="", attempts=0))
        daemon.replace_delivery(delivery(9, "order 1300"))

        await ui.until("1 new · r", "0 dead")
        await ui.when(lambda: "order 1187" in ui.cursor_line and "● done" in ui.cursor_line)


async def test_a_row_that_leaves_the_filter_keeps_its_place(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)
        await ui.press("f", "f")
        await ui.until("1 dead delivery", gone="customer 5")

        daemon.replace_delivery(dead_delivery(2, state=DeliveryState.PENDING, error=""))

        await ui.when(lambda: "order 1187" in ui.cursor_line and "◌ pending" in ui.cursor_line)


async def test_a_flood_of_changes_asks_for_few_pages(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)
        before = daemon.calls[routes.DELIVERIES]

        for number in range(200):
            daemon.replace_delivery(delivery(10 + number))

        await ui.until("200 new · r")
        assert daemon.calls[routes.DELIVERIES] - before < 10


async def test_a_strangers_body_cannot_act_on_the_terminal(daemon: FakeDaemon) -> None:
    daemon.deliveries = [delivery(1, body='{"scope":"\\u001b[31m[red]\\u202e","x":"' + "y" * 300 + '"}')]
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("1 delivery")

        await ui.press("enter")
        text = await ui.until("── Body", "[red]", "yyy")

        assert "\x1b" not in text
        assert "\u202e" not in text


async def test_r_reads_the_inbox_anew(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await _open(ui)
        daemon.replace_delivery(delivery(9, "order 1300"))
        await ui.until("1 new · r")

        await ui.press("r")

        await ui.until("5 deliveries", "order 1300", gone="new · r")


async def test_a_real_daemon_shows_what_came_and_replays_it() -> None:
    async with Bench(small_store()) as bench:
        await bench.synced()
        number = next(order.id for order in bench.store.world.orders if order.customer_id)
        bench.store.fail(path=f"/v2/orders/{number}?", status=200, body='{"id": "odd"}')
        bench.store.orders.edit(number, staff_notes="x")
        await bench.deliver()
        async with ui_on(bench, first_screen="inbox") as ui:
            await ui.until(f"order {number}", "! dead")

            await ui.press("f", "f")
            await ui.until("1 dead delivery")
            await ui.press("R")
            await ui.until(f"Replay order {number}?")
            await ui.press("enter")

            await ui.when(lambda: "● done" in ui.cursor_line)
            assert bench.rows("select id from delivery where state = 'dead'") == []


async def test_t_tells_what_a_delivery_went_through(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("● live", "order 1187")
        await ui.press("down", "t")

        await ui.until("failed", "The store abc123 did not answer", "Contact 1 entered the segment “VIP”.")
        await ui.press("escape")
        await ui.until("order 1187")
