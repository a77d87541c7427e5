"""What the caller's role does not allow is said before, not after."""

from common import routes
from common.roles import Caller, Role
from tests.support.fake_daemon import FakeDaemon
from tests.support.ui import ui_on
from tui.allowed import why_not_allowed
from tui.bindings import KEYS

VIEWER = Caller(
    uid=1000,
    user="ann",
    role=Role.VIEWER,
    ways={Role.OPERATOR: "Join the group counterfoil.", Role.ADMIN: "Do it as root."},
)


async def test_a_viewers_key_says_why_it_is_off_and_asks_nothing_of_the_daemon(daemon: FakeDaemon) -> None:
    daemon.caller = VIEWER
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("● live", "order 1187")

        await ui.press("R")

        await ui.until("You, ann, are a viewer here; this needs an operator. Join")
    assert daemon.calls[routes.REPLAY] == 0


async def test_an_operator_works_and_is_told_who_deletes_a_store(daemon: FakeDaemon) -> None:
    daemon.caller = VIEWER.model_copy(update={"role": Role.OPERATOR})
    async with ui_on(daemon, first_screen="stores", size=(120, 40)) as ui:
        await ui.until("● live", "acme")

        await ui.press("x")

        await ui.until("this needs an admin. Do it as root.")
    assert daemon.calls[routes.STORE_DELETE] == 0


async def test_a_viewer_reads_a_stores_settings_and_is_told_who_may_change_them(daemon: FakeDaemon) -> None:
    daemon.caller = VIEWER
    async with ui_on(daemon, first_screen="stores") as ui:
        await ui.until("● live", "acme", "── Runs")
        await ui.press("E")
        await ui.until("▌sync_guests")

        await ui.press("enter")

        await ui.until("You, ann, are a viewer here; this needs an operator.", gone="the default")


async def test_the_doctor_sets_nothing_right_for_a_viewer(daemon: FakeDaemon) -> None:
    daemon.caller = VIEWER
    async with ui_on(daemon, first_screen="status") as ui:
        await ui.until("● live", "── Stores")
        await ui.press("d")
        await ui.until("── Doctor", "key-open")

        await ui.press("F")

        await ui.until("You, ann, are a viewer here; this needs an operator.", gone="Set right 2?")


def test_every_key_that_is_limited_is_a_key() -> None:
    from tui.allowed import _CALLS

    ids = {key.id for keys in KEYS.values() for key in keys}
    assert set(_CALLS) - ids <= {"person.erase", "store.change", "store.delete", "store.rotate"}


def test_a_daemon_that_tells_no_role_limits_no_key() -> None:
    assert why_not_allowed(None, "sync") == ""
