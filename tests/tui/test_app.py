"""What works on every screen: digits, help, the palette, the way out."""

import pytest

from common import routes
from common.errors import TryLater
from common.version import own_version
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import NOW
from tests.support.ui import ui_on
from tui.bindings import KEYS
from tui.preferences import Preferences, ThemeName
from tui.themes import PALETTES


async def test_digits_go_from_screen_to_screen(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("4")
        await ui.until("── Stores ── 2")
        await ui.press("5")
        await ui.until("customer 5")
        await ui.press("6")
        await ui.until("── Daemon")
        await ui.press("1")

        await ui.until("ann@example.com")


@pytest.mark.parametrize(
    ("digit", "said"),
    [
        ("3", "Automations come in a later version."),
    ],
)
async def test_screens_to_come_say_so(daemon: FakeDaemon, digit: str, said: str) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press(digit)

        await ui.until(said)


async def test_help_tells_the_keys_of_the_screen(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=(80, 66)) as ui:
        await ui.until("ann@example.com")

        await ui.press("question_mark")

        await ui.until("Filter by email, name or order number", "Command palette")
        await ui.press("escape")
        await ui.until("ann@example.com", gone="Command palette")


@pytest.mark.parametrize(
    ("typed", "named", "shown"),
    [("status", "Status", "── Daemon"), ("saved rules", "Segments", "No segment is saved yet.")],
)
async def test_the_palette_runs_a_command(daemon: FakeDaemon, typed: str, named: str, shown: str) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("ctrl+p")
        await ui.until("Sort", "Choose the order of the list (o)")
        await ui.type(typed)
        await ui.until(named, gone="Choose the order")
        await ui.press("enter")

        await ui.until(shown)


async def test_the_palette_offers_what_the_keys_of_the_screen_do(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, first_screen="inbox") as ui:
        await ui.until("customer 5")

        await ui.press("ctrl+p")
        await ui.type("state")
        await ui.until("All deliveries, the pending ones, the dead ones (f)")
        await ui.press("enter")

        await ui.until("pending deliver", gone="Search for commands")


async def test_minus_goes_back_through_the_screens_as_they_were_left(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")
        await ui.press("down", "enter")
        await ui.until("Revenue $310.00")
        await ui.press("4")
        await ui.until("── Stores ── 2")
        await ui.press("6")
        await ui.until("── Daemon")

        await ui.press("minus")
        await ui.until("── Stores ── 2")
        await ui.press("minus")
        await ui.until("Revenue $310.00")
        await ui.press("minus")

        await ui.until("This is where you began.", "Revenue $310.00")


async def test_a_changed_key_works_and_is_told_wherever_it_is_named(daemon: FakeDaemon) -> None:
    daemon.failures[routes.CONTACTS] = TryLater("The database is being restored.")
    prefers = Preferences(keys={"refresh": "f5", "sort": "z"})
    async with ui_on(daemon, prefers=prefers, size=(120, 30)) as ui:
        await ui.until("Press F5 to try again.")
        daemon.failures.clear()

        await ui.press("f5")
        await ui.until("ann@example.com", "z sort", "F5 refresh")
        await ui.press("z")
        await ui.until("Sort contacts by")
        await ui.press("escape", "question_mark")

        await ui.until("Choose the order of the list")
        assert "z           Choose the order of the list" in ui.text


async def test_the_usual_key_of_a_changed_one_does_nothing(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, prefers=Preferences(keys={"sort": "z"})) as ui:
        await ui.until("ann@example.com")

        await ui.press("o", "6")

        await ui.until("── Daemon", gone="Sort contacts by")


@pytest.mark.parametrize("look", list(PALETTES))
async def test_every_theme_shows_every_part(daemon: FakeDaemon, look: ThemeName) -> None:
    async with ui_on(daemon, prefers=Preferences(theme=look)) as ui:
        await ui.until("ann@example.com")
        await ui.press("slash")
        await ui.type("ann")
        await ui.until("matches “ann”")
        await ui.press("enter", "ctrl+p")
        await ui.until("Search for commands")
        await ui.press("escape", "question_mark")

        await ui.until("Filter by email", gone="Search for commands")


async def test_a_theme_is_taken_from_the_palette(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, prefers=Preferences(theme=ThemeName.DARK)) as ui:
        await ui.until("ann@example.com")

        await ui.press("ctrl+p")
        await ui.type("theme: light")
        await ui.until("Dark on light")
        await ui.press("enter")

        await ui.until('theme = "light" in')
        assert ui.app.theme == "light"


async def test_no_color_leaves_no_colour(daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with ui_on(daemon, prefers=Preferences(theme=ThemeName.LIGHT)) as ui:
        await ui.until("ann@example.com")

        strips = ui.app.screen._compositor.render_strips(ui.app.size)
        colours = {
            colour.name
            for strip in strips
            for segment in strip
            if segment.style
            for colour in (segment.style.color, segment.style.bgcolor)
            if colour
        }

    assert colours <= {"default"}


async def test_a_daemon_of_another_version_is_told(daemon: FakeDaemon) -> None:
    daemon.version = "9.9.9"
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.until(f"The daemon is 9.9.9, this program {own_version()}: bring both to the newer one.")


async def test_an_answer_that_takes_long_is_told(daemon: FakeDaemon) -> None:
    daemon.delay_s[routes.CONTACTS] = 60
    async with ui_on(daemon) as ui:
        await ui.until("Loading…", "◔ wait")


async def test_what_is_stale_says_how_old_it_is(daemon: FakeDaemon) -> None:
    clock = [NOW]
    async with ui_on(daemon, backoff_s=(1,), now=lambda: clock[0]) as ui:
        await ui.until("ann@example.com")
        await daemon.stop()
        await ui.until("daemon away")
        clock[0] += 180

        await ui.until("what shows is 3 min old")


async def test_q_leaves(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("q")

        await ui.when(lambda: ui.app.return_code == 0)


async def test_wrong_keys_do_no_harm(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.press("x", "z", "f", "tab", "l", "h", "f9", "ctrl+z", "backspace", "delete", "9", "0", "escape")

        await ui.until("ann@example.com")


async def test_a_small_terminal_and_a_change_of_size_keep_the_list(daemon: FakeDaemon) -> None:
    async with ui_on(daemon, size=(60, 20)) as ui:
        await ui.until("ann@example.com")

        for size in ((160, 50), (30, 8), (80, 24)):
            await ui.pilot.resize_terminal(*size)

        await ui.until("ann@example.com", "? help")


async def test_a_click_moves_the_cursor_and_a_second_one_opens(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("bob@example.org")

        await ui.pilot.click("#contacts", offset=(5, 2))
        await ui.when(lambda: "bob@example.org" in ui.cursor_line)
        await ui.pilot.click("#contacts", offset=(5, 2))

        await ui.until("Revenue $310.00")


async def test_a_digit_can_be_clicked(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        await ui.pilot.click("TopBar", offset=(ui.text.index("6Status"), 0))

        await ui.until("── Daemon")


async def test_a_key_of_the_footer_can_be_clicked(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        text = await ui.until("ann@example.com", "o sort")

        await ui.pilot.click("KeyBar", offset=(text.splitlines()[-1].index("o sort"), 0))

        await ui.until("Sort contacts by")


async def test_a_fault_of_the_terminal_ends_with_a_failures_code(daemon: FakeDaemon) -> None:
    async with ui_on(daemon) as ui:
        await ui.until("ann@example.com")

        ui.pilot.app.panic("Traceback: token=s3cret")

    assert ui.pilot.app.return_code == 1


def test_every_key_has_an_id_of_its_own() -> None:
    ids = [key.id for keys in KEYS.values() for key in keys]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("screen", ["contacts", "stores", "inbox", "products"])
async def test_a_terminal_made_wide_while_the_daemon_is_away_says_what_is_not_read(
    daemon: FakeDaemon, screen: str
) -> None:
    async with ui_on(daemon, first_screen=screen, backoff_s=(30,)) as ui:
        await ui.until("● live", "▌")
        await daemon.stop()
        await ui.until("daemon away")

        await ui.pilot.resize_terminal(120, 40)

        await ui.until("The daemon is away; this is read")
