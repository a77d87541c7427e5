"""The guided start by hand: every step, there and back, and what goes wrong on the way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from common import routes
from common.errors import StoreRefused, TryLater
from common.sync import PhaseProgress, RunState
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import app_link, connecting, finished_run, run, sync_plan, tried
from tests.support.ui import Ui, ui_on
from tui.paths_typed import completed

WAY_IN = "Which way in"


@pytest.fixture
async def ui(empty_daemon: FakeDaemon) -> AsyncIterator[Ui]:
    """At the first step, which came by itself."""
    async with ui_on(empty_daemon, is_guided=True) as opened:
        await opened.until(WAY_IN)
        yield opened


async def to_token(ui: Ui) -> None:
    await ui.press("enter")
    await ui.until("Which store?")
    await ui.type("new123")
    await ui.press("enter")
    await ui.until("The access token of the API account")


async def to_scopes(ui: Ui) -> None:
    await to_token(ui)
    await ui.type("s3cret")
    await ui.press("enter")
    await ui.until("Connect the store")


async def to_plan(ui: Ui) -> None:
    await to_scopes(ui)
    await ui.press("enter")
    await ui.until("On to the first sync")
    await ui.press("enter")
    await ui.until("Start it now", "5,023")


async def test_with_a_store_the_ui_begins_without_the_guide(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, is_guided=True) as ui:
        await ui.until("ann@example.com", "● live")

        assert WAY_IN not in ui.text


async def test_the_first_step_says_what_is_needed(ui: Ui) -> None:
    text = await ui.until("store_v2_orders_read_only", "orders, their products and refunds")

    assert "Settings → Store-level API accounts" in text
    assert "● required  ○ optional" in text
    assert "The store calls https://hooks.example.com" in text


async def test_without_a_public_address_it_says_what_works_all_the_same(empty_daemon: FakeDaemon) -> None:
    empty_daemon.connecting = connecting(public_url="")
    async with ui_on(empty_daemon, is_guided=True, size=(100, 40)) as ui:
        await ui.until("COUNTERFOIL_PUBLIC__URL is not set", "read every 15 min")


async def test_in_a_narrow_terminal_the_first_page_is_read_from_its_top(empty_daemon: FakeDaemon) -> None:
    async with ui_on(empty_daemon, is_guided=True, size=(60, 20)) as ui:
        text = await ui.until("▌With a token")

        assert "Counterfoil reads a store" in text


async def test_which_hash_was_understood_shows_with_every_key(ui: Ui) -> None:
    await ui.press("enter")
    await ui.type("https://store-abc")
    await ui.until("● The store's hash is abc.")

    await ui.type("123.mybigcommerce.com/manage")

    await ui.until("● The store's hash is abc123.")


async def test_what_holds_no_hash_is_refused_where_it_is_typed(ui: Ui) -> None:
    await ui.press("enter")
    await ui.type("//shop.de/")
    await ui.until("There is no store hash in it yet.")

    await ui.press("enter")

    await ui.until("! '//shop.de/' holds no store hash", "▸ 2 Store")


async def test_there_and_back_nothing_typed_is_lost(ui: Ui) -> None:
    await to_token(ui)
    await ui.type("s3cret")

    await ui.press("pageup")
    await ui.until("▸ 2 Store", "new123")
    await ui.press("pageup")
    await ui.until("▸ 1 What is needed")
    await ui.press("enter", "enter")

    await ui.until("▸ 3 Token", "••••••")


async def test_the_token_is_never_shown(ui: Ui) -> None:
    await to_token(ui)

    await ui.type("s3cret")

    await ui.until("••••••")
    assert "s3cret" not in ui.text


async def test_a_wrong_token_stays_at_its_step_with_the_text_kept(ui: Ui, empty_daemon: FakeDaemon) -> None:
    empty_daemon.failures[routes.STORE_TRY] = StoreRefused("The token is not accepted.", remedy="Take another one.")
    await to_token(ui)
    await ui.type("wr0ng")

    await ui.press("enter")
    await ui.until("! The token is not accepted. Take another one.", "▸ 3 Token", "•••••")
    del empty_daemon.failures[routes.STORE_TRY]
    await ui.press("enter")

    await ui.until("▸ 4 Scopes")
    assert empty_daemon.tries[-1].token.get_secret_value() == "wr0ng"


async def test_the_token_comes_from_a_file_whose_path_completes(
    ui: Ui, empty_daemon: FakeDaemon, tmp_path: Path
) -> None:
    (tmp_path / "token.txt").write_text("fr0m-file\n")
    await to_token(ui)
    await ui.press("tab")
    await ui.type("tok")
    await ui.until("token.txt")

    await ui.press("right", "enter")

    await ui.until("▸ 4 Scopes")
    assert empty_daemon.tries[-1].token.get_secret_value() == "fr0m-file"


async def test_scopes_show_what_is_lost_without_one(ui: Ui, empty_daemon: FakeDaemon) -> None:
    empty_daemon.tried = tried("store_cart_read_only")
    await to_scopes(ui)

    await ui.until(
        "New Shop  store-new123", "2 of 3 granted", "✕ store_cart_read_only", "not granted: no abandoned carts"
    )


async def test_a_required_scope_that_is_missing_leads_back_to_the_token(ui: Ui, empty_daemon: FakeDaemon) -> None:
    empty_daemon.tried = tried("store_v2_orders_read_only")
    await to_token(ui)
    await ui.type("s3cret")
    await ui.press("enter")
    await ui.until("! The token may not read what Counterfoil needs", "✕ store_v2_orders_read_only")
    assert "Connect the store" not in ui.text

    await ui.press("enter")

    await ui.until("▸ 3 Token", "••••••")


async def test_connecting_shows_hooks_and_keeps_no_token(ui: Ui, empty_daemon: FakeDaemon) -> None:
    await to_scopes(ui)
    await ui.press("enter")

    await ui.until("● new123 is connected.", "3 of 3 webhooks are registered.")
    (added,) = empty_daemon.added
    assert (added.store, added.hooks, added.token.get_secret_value()) == ("new123", True, "s3cret")
    await ui.press("pageup")
    await ui.until("The store is connected. Press 4, then c, to give it another token.")


async def test_without_a_public_address_no_hooks_are_asked_for(ui: Ui, empty_daemon: FakeDaemon) -> None:
    empty_daemon.tried = tried(hooks=0)
    await to_scopes(ui)
    await ui.until("no webhooks: COUNTERFOIL_PUBLIC__URL is not set")

    await ui.press("enter")

    await ui.until("is connected.")
    assert [wanted.hooks for wanted in empty_daemon.added] == [False]


async def test_what_fails_while_connecting_can_be_tried_again(ui: Ui, empty_daemon: FakeDaemon) -> None:
    empty_daemon.failures[routes.STORE_ADD] = TryLater("The store does not answer.", remedy="Try again.")
    await to_scopes(ui)
    await ui.press("enter")
    await ui.until("! The store does not answer. Try again.", "▸ 4 Scopes")
    del empty_daemon.failures[routes.STORE_ADD]

    await ui.press("enter")

    await ui.until("is connected.")


async def test_the_plan_tells_counts_time_disk_and_limits(ui: Ui) -> None:
    await to_plan(ui)

    await ui.until(
        "1,200 products · 48,000 customers · 1,204,118 orders",
        "5,023, at most 50% of the store's quota of 450 per 30 s",
        "about 11 min 10 s",
        "about 2.8 GB more",
    )


async def test_started_now_it_waits_for_no_hours_and_its_progress_shows(ui: Ui, empty_daemon: FakeDaemon) -> None:
    await to_plan(ui)
    await ui.press("enter")
    await ui.until("The first sync of new123", "historical run  orders  0 / 1,000")
    assert [start.quiet_hours for start in empty_daemon.starts] == ["none"]

    phase = PhaseProgress(name="orders", done=500, total=1000, rate_per_s=50.0, eta_s=10.0)
    empty_daemon.push_run(run(1, store="new123", phase=phase))

    await ui.until("500 / 1,000", "50/s", "ETA 10 s")
    await ui.press("enter")
    await ui.until("No contacts yet", gone="The first sync")


async def test_in_quiet_hours_a_person_names_them(ui: Ui, empty_daemon: FakeDaemon) -> None:
    await to_plan(ui)
    await ui.press("down", "enter")
    await ui.until("of each day, in UTC")
    await ui.press("home", "ctrl+k")
    await ui.type("nights")
    await ui.press("enter")
    await ui.until("! 'nights' is no part of a day")

    await ui.press("home", "ctrl+k")
    await ui.type("02:00-04:30")
    await ui.press("enter")

    await ui.until("The first sync of new123")
    assert [start.quiet_hours for start in empty_daemon.starts] == ["02:00-04:30"]


async def test_the_daemons_own_quiet_hours_are_offered(ui: Ui, empty_daemon: FakeDaemon) -> None:
    empty_daemon.plan = sync_plan(quiet_hours="01:00-05:00")
    await to_plan(ui)
    await ui.until("01:00-05:00 UTC, as the daemon is set", "also outside the quiet hours")

    await ui.press("down", "enter")

    await ui.until("The first sync of new123")
    assert [start.quiet_hours for start in empty_daemon.starts] == ["01:00-05:00"]


async def test_a_run_that_waits_for_its_hours_can_begin_after_all(ui: Ui, empty_daemon: FakeDaemon) -> None:
    empty_daemon.plan = sync_plan(quiet_hours="01:00-05:00")
    await to_plan(ui)
    await ui.press("down", "enter")
    await ui.until("The first sync of new123")
    why = "Waits for the quiet hours, 01:00-05:00 UTC."
    waiting = run(1, store="new123", state=RunState.QUEUED, phase=None, error=why, quiet_hours="01:00-05:00")
    empty_daemon.push_run(waiting)
    await ui.until("Waits for the quiet hours", "Start it now after all")

    await ui.press("home", "enter")

    await ui.when(lambda: [start.quiet_hours for start in empty_daemon.starts] == ["01:00-05:00", "none"])
    assert empty_daemon.calls[routes.RUN_CANCEL] == 1


async def test_later_leaves_with_a_word_on_how_to_begin(ui: Ui, empty_daemon: FakeDaemon) -> None:
    await to_plan(ui)

    await ui.press("down", "down", "enter")

    await ui.until("new123 is connected. Press s to read", gone="First sync")
    assert empty_daemon.starts == []


async def test_a_run_that_failed_says_why_and_is_tried_again(ui: Ui, empty_daemon: FakeDaemon) -> None:
    await to_plan(ui)
    await ui.press("enter")
    await ui.until("The first sync of new123")
    empty_daemon.push_run(finished_run(1, store="new123", state=RunState.FAILED, error="The disk is full. Make room."))
    await ui.until("! It failed: The disk is full. Make room.", "Try again")

    await ui.press("home", "enter")

    await ui.when(lambda: len(empty_daemon.starts) == 2)


async def test_a_plan_that_is_not_to_be_had_stops_nobody(ui: Ui, empty_daemon: FakeDaemon) -> None:
    empty_daemon.failures[routes.PLAN] = TryLater("The store is slow.", remedy="Ask again later.")
    await to_scopes(ui)
    await ui.press("enter")
    await ui.until("On to the first sync")
    await ui.press("enter")
    await ui.until("The store is slow. Ask again later.")

    await ui.press("enter")

    await ui.until("The first sync of new123")


async def test_esc_leaves_and_says_how_to_come_back(ui: Ui) -> None:
    await to_token(ui)
    await ui.type("s3cret")

    await ui.press("escape")
    await ui.until("No store is connected yet.", "press 4, then a, to come back", gone="▸ 3 Token")
    await ui.press("4", "a")

    await ui.until("▸ 3 Token", "••••••")


async def test_the_palette_opens_it(empty_daemon: FakeDaemon) -> None:
    async with ui_on(empty_daemon) as ui:
        await ui.until("No store is connected yet.")
        await ui.press("ctrl+p")
        await ui.until("Search for commands")
        await ui.type("guide")
        await ui.until("Guide to the first store")

        await ui.press("enter")

        await ui.until(WAY_IN)


async def test_without_an_app_that_way_says_what_is_missing(ui: Ui) -> None:
    await ui.press("down", "enter")

    await ui.until("! No app is set up in this daemon", "COUNTERFOIL_BIGCOMMERCE__CLIENT_SECRET are not set")


async def test_the_apps_link_is_whole_and_the_store_appears_by_itself(empty_daemon: FakeDaemon) -> None:
    empty_daemon.connecting = connecting(app=app_link())
    async with ui_on(empty_daemon, is_guided=True, size=(60, 20)) as ui:
        await ui.until(WAY_IN)
        await ui.press("down", "enter")
        text = await ui.until("Waiting for the store…")
        assert app_link().link in "".join(part.strip("│▌ ") for part in text.splitlines())

        await ui.press("y")
        await ui.until("● Sent to the terminal's clipboard")
        assert ui.app.clipboard == app_link().link
        empty_daemon.install("new123")

        await ui.until("● new123 is connected.")


async def test_an_install_that_failed_says_why_and_is_waited_for_again(empty_daemon: FakeDaemon) -> None:
    empty_daemon.connecting = connecting(app=app_link())
    async with ui_on(empty_daemon, is_guided=True) as ui:
        await ui.until(WAY_IN)
        await ui.press("down", "enter")
        await ui.until("Waiting for the store…")

        empty_daemon.install("new123", error="The code was used before.")
        await ui.until("! The install of store-new123 failed: The code was used before.", "Waiting for the store…")
        empty_daemon.install("new123")

        await ui.until("● new123 is connected.")


async def test_away_from_the_daemon_it_says_so_and_keeps_what_was_typed(ui: Ui, empty_daemon: FakeDaemon) -> None:
    await to_token(ui)
    await ui.type("s3cret")
    await empty_daemon.stop()
    await ui.until("daemon away")

    await ui.press("enter")

    await ui.until("The daemon is away; this needs it.", "••••••")


@pytest.mark.parametrize(
    ("typed", "becomes"),
    [
        ("to", "token.txt"),
        ("token.txt", None),
        ("sub", "sub/"),
        ("sub/", None),
        ("sub/o", "sub/other"),
        ("", None),
        (".h", ".hidden"),
        ("x", None),
        ("none/to", None),
        ("\0", None),
    ],
)
def test_a_path_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str, becomes: str | None) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "token.txt").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "other").touch()

    assert completed(typed) == becomes


async def test_a_long_error_is_whole_on_a_small_terminal(empty_daemon: FakeDaemon) -> None:
    empty_daemon.failures[routes.STORE_TRY] = StoreRefused(
        "The token is not accepted: the store simstore1 answered 401 to GET /v2/store (Unauthorized).",
        remedy="It was revoked or replaced, or is another store's. Take the token of an API account of this store; "
        "a connected store is given it by `counterfoil store reconnect`.",
    )
    async with ui_on(empty_daemon, is_guided=True, size=(60, 20)) as ui:
        await ui.until(WAY_IN)
        await to_token(ui)
        await ui.type("wr0ng")

        await ui.press("enter")

        text = await ui.until("! The token is not accepted", "store reconnect`.")
        assert "Client secret" in text
