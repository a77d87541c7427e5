"""Status by hand: what goes in and out moves on while one looks at it."""

from common import routes
from common.events import What
from common.times import MINUTE_S
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import backup_brief, busy, disk_brief, quiet
from tests.support.ui import WIDE, ui_on
from tui.screens.status import StatusScreen
from tui.widgets.lines_view import LinesView


async def test_a_delivery_moves_the_picture_and_nothing_else(daemon: FakeDaemon) -> None:
    daemon.activity = quiet()
    async with ui_on(daemon, size=WIDE, first_screen="status") as ui:
        await ui.until("none since 11:43 UTC")
        before = ui.text.splitlines()
        daemon.activity = busy()
        daemon.push_changed(What.DELIVERY, 1)

        after = (await ui.until("█ 801 taken in")).splitlines()
        moved = [at for at, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
        assert before[min(moved)].startswith("│ none since")


async def test_time_that_passes_moves_the_picture_without_scrolling(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="status") as ui:
        await ui.until("── Webhooks")
        await ui.press("end")
        await ui.until("── Requests to stores")
        top = ui.app.screen.query_one(LinesView).top
        minutes = daemon.activity.minutes
        later = [slot.model_copy(update={"at": slot.at + MINUTE_S}) for slot in minutes]
        daemon.activity = daemon.activity.model_copy(update={"minutes": [*minutes[1:], later[-1]]})

        shown = ui.text
        screen = ui.app.screen
        assert isinstance(screen, StatusScreen)
        screen.show_ages()

        await ui.when(lambda: ui.text != shown)
        assert ui.app.screen.query_one(LinesView).top == top


async def test_the_daemon_is_not_asked_while_another_screen_shows(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="status") as ui:
        await ui.until("── Webhooks")
        screen = ui.app.screen
        assert isinstance(screen, StatusScreen)
        await ui.press("1")
        await ui.until("carla@example.net")
        asked = daemon.calls[routes.ACTIVITY]

        screen.show_ages()

        await ui.pilot.pause()
        assert daemon.calls[routes.ACTIVITY] == asked


async def test_the_disk_and_the_backups_have_a_line_each(daemon: FakeDaemon) -> None:
    daemon.disk, daemon.backup = disk_brief(), backup_brief()
    async with ui_on(daemon, first_screen="status") as ui:
        shown = await ui.until("restored to try it")

    assert "disk          70.1 GB free" in shown
    assert "backup        3h ago, 3.6 GB · restored to try it 2d ago" in shown
