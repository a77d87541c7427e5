"""The keys that turn runs and stores."""

from common import routes
from common.errors import Refused
from common.stores import StoreState
from common.sync import RunState
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import run, store
from tests.support.ui import WIDE, ui_on


async def test_p_pauses_the_run_under_the_cursor_and_goes_on_with_it(daemon: FakeDaemon) -> None:
    daemon.runs = [run(7)]
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▸ historical run")
        await ui.press("down", "p")
        await ui.until("‖ historical run  paused  orders  612,400 / 1,204,118", "Run 7 is paused.")

        await ui.press("p")

        await ui.until("▸ historical run  orders", "Run 7 is running.")


async def test_x_cancels_the_run_under_the_cursor_once_that_is_meant(daemon: FakeDaemon) -> None:
    daemon.runs = [run(7)]
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▸ historical run")
        await ui.press("down", "x")
        await ui.until("Let it go on", "Cancel the run")
        await ui.press("enter")
        await ui.until("▸ historical run", gone="Let it go on")
        assert daemon.calls[routes.RUN_CANCEL] == 0

        await ui.press("x")
        await ui.until("Cancel the run")
        await ui.press("down", "enter")

        await ui.until("── Runs", "cancelled", gone="▸ historical run")


async def test_x_on_a_run_that_is_over_says_so(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("── Runs")

        await ui.press("end", "x")

        await ui.until("Run 6 is over: it is done.")


async def test_p_pauses_the_store_under_the_cursor_and_goes_on_with_it(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("p")
        await ui.until("▌‖ acme", "acme is paused.")

        await ui.press("p")

        await ui.until("▌● acme", "acme is connected.")


async def test_x_deletes_the_store_under_the_cursor_once_that_is_meant(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("x")
        await ui.until("Keep it", "Delete the store", "To erase it: counterfoil")

        await ui.press("down", "enter")

        await ui.until("▌✕ acme", "acme is deleted.", gone="Keep it")


async def test_what_the_daemon_refuses_is_said(daemon: FakeDaemon) -> None:
    daemon.failures[routes.STORE_PAUSE] = Refused("The store abc123 is deleted.", remedy="Connect it again.")
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")

        await ui.press("p")

        await ui.until("The store abc123 is deleted. Connect it again.")


async def test_c_gives_the_store_another_token(daemon: FakeDaemon) -> None:
    daemon.stores["abc123"] = store(state=StoreState.NEEDS_RECONNECT, state_reason="The token was revoked.")
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌! acme")
        await ui.press("c")
        await ui.until("Reconnect acme")
        await ui.press("enter")
        await ui.until("The token is missing.")

        await ui.type("n3w")
        await ui.press("enter")

        await ui.until("▌● acme", "Reconnected acme.", gone="Reconnect acme")
        (sent,) = daemon.reconnects
        assert sent.token.get_secret_value() == "n3w"


async def test_without_a_store_the_keys_say_why_not(empty_daemon: FakeDaemon) -> None:
    async with ui_on(empty_daemon, first_screen="stores") as ui:
        await ui.until("No store is connected yet.")

        await ui.press("x")

        await ui.until("No store is connected yet: press 4, then a.")


async def test_away_from_the_daemon_the_keys_say_why_not(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores", backoff_s=(30,)) as ui:
        await ui.until("▌● acme")
        await daemon.stop()
        await ui.until("daemon away")

        await ui.press("x")

        await ui.until("The daemon is away; this needs it.")


async def test_the_palette_pauses_from_any_screen(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=WIDE, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("1", "colon")
        await ui.until("Search for commands")

        await ui.type("pause or")
        await ui.until("Pause or resume")
        await ui.press("enter")

        await ui.until("▌‖ acme")


async def test_a_paused_run_tells_its_state_in_its_details(daemon: FakeDaemon) -> None:
    daemon.runs = [run(7, state=RunState.PAUSED)]
    async with ui_on(daemon, size=WIDE, first_screen="stores") as ui:
        await ui.until("‖ historical run")

        await ui.press("down")

        await ui.until("historical run 7", "‖ paused")
