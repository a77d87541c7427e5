"""Stores, runs and status by hand."""

from pathlib import Path

import pytest

from common import routes
from common.errors import StoreRefused, TryLater
from common.stores import HookCount, HookRow, StoreState
from common.sync import RunState
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import finished_run, run, store
from tests.support.ui import SMALL, WIDE, ui_on


async def test_no_store_says_how_to_connect_one(empty_daemon: FakeDaemon) -> None:
    async with ui_on(empty_daemon, first_screen="stores") as ui:
        await ui.until("No store is connected yet.", "Press a: a guide leads")


async def test_the_form_connects_a_store(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("a")
        await ui.until("Connect a store")

        await ui.type("new123")
        await ui.press("tab")
        await ui.type("s3cret")
        await ui.press("enter")

        await ui.until("store-new123", "Connected store-new123.", gone="Connect a store")


async def test_the_token_is_not_shown(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("a")
        await ui.until("Connect a store")
        await ui.press("tab")

        await ui.type("s3cret")

        await ui.until("••••••")
        assert "s3cret" not in ui.text


async def test_the_form_says_what_is_missing_and_goes_there(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("a")
        await ui.until("Connect a store")
        await ui.press("enter")
        await ui.until("Which store?")

        await ui.type("new123")
        await ui.press("enter")

        await ui.until("The token is missing.")
        assert ui.app.focused is not None
        assert ui.app.focused.id == "token"


async def test_an_address_without_a_hash_is_refused(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("a")
        await ui.until("Connect a store")

        await ui.type("//shop.de/")
        await ui.press("enter")

        await ui.until("holds no store hash")


async def test_the_token_may_come_from_a_file(daemon: FakeDaemon, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("s3cret\n")
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("a")
        await ui.until("Connect a store")
        await ui.type("new123")
        await ui.press("tab", "tab")

        await ui.type("tok")
        await ui.press("enter")
        await ui.until("tok cannot be read: No such file")
        await ui.type("en")
        await ui.press("enter")

        await ui.until("Connected store-new123.")


async def test_what_the_store_refuses_stays_in_the_form(daemon: FakeDaemon) -> None:
    daemon.failures[routes.STORE_ADD] = StoreRefused("The store refused the token.", remedy="Make a new one.")
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("a")
        await ui.until("Connect a store")
        await ui.type("new123")
        await ui.press("tab")
        await ui.type("s3cret")

        await ui.press("enter")

        await ui.until("! The store refused the token. Make a new one.", "new123")


async def test_a_historical_run_is_confirmed_and_its_progress_moves(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("s")
        await ui.until("Sync acme", "Manual", "Historical")

        await ui.press("down", "enter")
        await ui.until("Reads all products")
        await ui.press("enter")
        await ui.until("▸ historical run  orders  0 / 1,000")
        daemon.push_run(run(7))

        await ui.until("612,400 / 1,204,118", "██████████░░░░░░░░░░  51%", "1,930/s", "ETA 5 min 6 s")


async def test_a_stores_name_is_no_markup(daemon: FakeDaemon) -> None:
    daemon.stores = {"abc123": store(name="[red]shop[/] [/b]")}
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("● [red]shop[/] [/b]")

        await ui.press("s")

        await ui.until("Sync [red]shop[/] [/b]")


async def test_a_run_that_is_over_joins_the_history(daemon: FakeDaemon) -> None:
    daemon.runs = [run(7)]
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▸ historical run")

        daemon.push_run(finished_run(7, state=RunState.FAILED, error="The store answered 401."))

        await ui.until("── Runs", "! manual", "failed", gone="▸ historical run")


async def test_a_run_shows_what_it_skipped(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("! 1 skipped")

        await ui.press("end", "enter")

        await ui.until("manual run 6", "── Skipped ── 1", "order 118", "total_inc_tax is ''")


async def test_a_store_shows_its_scopes_and_hooks(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")

        await ui.press("enter")

        await ui.until("✕ store_cart_read_only", "not granted: no abandoned carts", "── Revenue")
        await ui.press("end")
        await ui.until("✓ store_v2_orders_read_only", "● store/order/*")


@pytest.mark.parametrize("hook_id", [None, 13], ids=["missing", "switched off"])
async def test_what_a_store_lacks_stands_before_what_it_sold(daemon: FakeDaemon, hook_id: int | None) -> None:
    dead = HookRow(scope="store/cart/*", hook_id=hook_id, is_active=False, last_delivery_at=None)
    daemon.stores["abc123"] = store(hook_rows=[dead], hooks=HookCount(expected=1, alive=0))
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("enter")

        shown = await ui.until("── Revenue", "store/cart/*")
        assert shown.index("store/cart/*") < shown.index("── Revenue")


async def test_a_store_that_sold_nothing_says_so(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("down", "enter")

        await ui.until("Nothing sold in 12 months.", gone="── Buyers")


async def test_a_store_in_trouble_says_so_by_sign_word_and_reason(daemon: FakeDaemon) -> None:
    daemon.stores["abc123"] = store(
        state=StoreState.NEEDS_RECONNECT, state_reason="The store no longer accepts the token."
    )
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("! acme", "needs reconnect", "The store no longer accepts the token.")


async def test_the_store_under_the_cursor_is_detailed_beside_the_list(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=WIDE, first_screen="stores") as ui:
        await ui.until("acme.example")

        await ui.press("down")

        await ui.until("bazaar.example", gone="acme.example")


async def test_sync_without_a_store_says_why_not(empty_daemon: FakeDaemon) -> None:
    async with ui_on(empty_daemon) as ui:
        await ui.until("No store is connected yet.")

        await ui.press("s")

        await ui.until("No store is connected yet: press 4, then a.")


async def test_adding_a_store_while_the_daemon_is_away_says_why_not(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores", backoff_s=(30,)) as ui:
        await ui.until("▌● acme")
        await daemon.stop()
        await ui.until("daemon away")

        await ui.press("a")

        await ui.until("The daemon is away; this needs it.")


async def test_status_tells_health_with_its_remedy(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=SMALL, first_screen="status") as ui:
        await ui.until(
            "! acme: the token may not read carts", "Give the API account the scope", "scope_missing", "! 1 dead"
        )


async def test_status_follows_health_without_a_key(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="status") as ui:
        await ui.until("scope_missing")

        daemon.push_health([])

        await ui.until("All is as it should be.")


async def test_the_question_before_a_historical_run_says_what_it_comes_to(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("s")
        await ui.until("Sync acme", "Historical")

        await ui.press("down", "enter")

        await ui.until("1,204,118 orders", "5,023 requests", "11 min 10 s", "2.8 GB", "Not now")


async def test_the_question_does_not_wait_for_the_plan(daemon: FakeDaemon) -> None:
    daemon.failures[routes.PLAN] = TryLater("The store does not answer.")
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("▌● acme")
        await ui.press("s")
        await ui.until("Sync acme", "Historical")
        await ui.press("down", "enter")
        await ui.until("Reads all products")

        await ui.press("enter")

        await ui.until("▸ historical run  orders  0 / 1,000")
