"""The terminal UI: its screens, the session they share, and the actions that work on every one of them."""

import asyncio
import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text
from textual import events
from textual.app import App
from textual.message import Message

from common.client import ApiClient
from common.errors import CounterfoilError
from common.paths import default_state_dir, ui_config_file
from tui import keymap
from tui.bindings import Place, bindings
from tui.clipboard import Sending, sending
from tui.commands import Commands
from tui.crash import crash_message
from tui.drawing.line import Role
from tui.driver import EnduringDriver
from tui.keymap import Keymap
from tui.lean import look_for_garbage
from tui.modes import MODES, screen_class
from tui.pace import Pace
from tui.pager import show_paged
from tui.preferences import Preferences, ThemeName
from tui.screens.choice import Choice
from tui.screens.copying import CopyMenu, LinkWanted, ask_form, copy_link
from tui.screens.exporting import Export
from tui.screens.framed import Framed
from tui.screens.help import HelpScreen
from tui.screens.palette import Palette
from tui.screens.row_list import RowListScreen
from tui.session import BACKOFF_S, Session
from tui.themes import ANSI, PALETTES, fitting, theme
from tui.way import Way
from tui.widgets.inked import INKS

_REST_S = 1.0
_RIGHT = 3  # the mouse button


class CounterfoilApp(App[None]):
    """Shows what the daemon behind *client* keeps, as *prefers* says. *now* gives epoch seconds; tests hold it still.

    *is_guided*: while no store is connected, it begins with the guide to the first one. Raises Invalid for keys that
    cannot be what the preferences make of them.
    """

    TITLE = "counterfoil"
    CSS_PATH = "theme.tcss"
    BINDINGS = bindings(Place.EVERYWHERE)
    COMPONENT_CLASSES = set(INKS)  # noqa: RUF012 - the type Textual declares
    COMMANDS = {Commands}  # noqa: RUF012 - the type Textual declares
    ALLOW_SELECT = False
    DEFAULT_MODE = "contacts"

    def __init__(
        self,
        client: ApiClient,
        *,
        prefers: Preferences | None = None,
        first_screen: str = "contacts",
        is_guided: bool = True,
        now: Callable[[], int] | None = None,
        backoff_s: Sequence[int] = BACKOFF_S,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        prefers = prefers or Preferences()
        look = fitting(prefers.theme)
        super().__init__(driver_class=EnduringDriver, ansi_color=True if look in ANSI else None)
        self.animation_level = "none"
        self._put_in_force(Keymap(prefers.keys))
        for name in PALETTES:
            self.register_theme(theme(name))
        self._look_like(look)
        self._pace = Pace(self) if prefers.low_bandwidth else None
        self.session = Session(client, self.tell, prefers=prefers, now=now or _wall_clock, backoff_s=backoff_s)
        self.session.is_masked = prefers.masked
        self._way = Way(first_screen)
        self._first_screen = first_screen
        self._environ = environ
        self._export = Export(self.say)
        self._is_guided = is_guided
        self._guided_from = first_screen
        for mode in MODES:
            self.add_mode(mode, partial(self._screen, mode))
        self.add_mode("guide", self._guide)

    def _put_in_force(self, keys: Keymap) -> None:
        keymap.put_in_force(keys)
        self.set_keymap(keys.changed)

    def _look_like(self, look: ThemeName) -> None:
        self.theme = look
        self.no_color = look is ThemeName.NONE

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return theme(ThemeName.DARK).variables

    def refresh_css(self, animate: bool = True) -> None:
        """The theme of the start meets nothing that is parsed yet: that is not to be parsed for it, and then again."""
        if self.screen_stack:
            super().refresh_css(animate)
        else:
            self.stylesheet.set_variables(self.get_css_variables())
            self.stylesheet.update(self, animate=animate)

    async def on_mount(self) -> None:
        if self._pace is not None:
            self._pace.begin()
        await self.switch_mode(self._first_screen)
        self.run_worker(self.session.follow(), group="link")
        self.run_worker(self.session.keep_stores(), group="stores")
        if self._is_guided:
            self.run_worker(self._offer_guide(), group="guide")
        self.run_worker(self._load_the_rest(), group="rest")

    def _screen(self, mode: str) -> Framed:
        screen: Framed = screen_class(mode)(self.session)
        # It is styled when it is mounted; told nothing, it would have all parsed anew, twice.
        screen._css_update_count = self._css_update_count
        return screen

    async def _load_the_rest(self) -> None:
        """Beside all else, once what was asked for stands: a digit then opens at once."""
        await asyncio.sleep(_REST_S)
        for mode in MODES:
            await asyncio.to_thread(screen_class, mode)
        look_for_garbage()

    def _guide(self) -> Framed:
        from tui.screens.guide import GuideScreen  # seldom needed

        return GuideScreen(self.session, self._leave_guide)

    async def _offer_guide(self) -> None:
        await self.session.has_read_stores.wait()
        if not self.session.stores and isinstance(self.screen, Framed):
            await self.action_guide()

    async def action_guide(self) -> None:
        """Opens the guide to the first store, where it was left."""
        if self.current_mode != "guide":
            self._guided_from = self.current_mode
            await self.action_go("guide")

    async def _leave_guide(self, mode: str, words: str) -> None:
        await self.action_go(mode or self._guided_from)
        if words:
            self.say(words, Role.GOOD)

    def on_unmount(self) -> None:
        self.session.close()

    def _fatal_error(self) -> None:
        """Leaves with a sentence: Textual's own traceback would show the values at hand, typed tokens among them."""
        self._exit_renderables.append(Text(crash_message(self._exception, default_state_dir())))
        self._close_messages_no_wait()

    def panic(self, *renderables: RenderableType) -> None:
        """Leaves as after any fault: what fails in the terminal's own thread comes here, and with code 0."""
        del renderables
        self._return_code = 1
        self._fatal_error()

    def tell(self, message: Callable[[], Message]) -> None:
        """Hands each screen that is on show, or beneath one, its own copy of a message."""
        for screen in self.screen_stack:
            screen.post_message(message())

    async def on_event(self, event: events.Event) -> None:
        if self._pace is not None and isinstance(event, events.InputEvent | events.Paste | events.Resize):
            self._pace.free()
        await super().on_event(event)

    async def action_go(self, mode: str) -> None:
        """To a digit's screen as one left it; who is there already goes to its first page."""
        if mode == self.current_mode:
            self._to_first_page()
        else:
            self._way.went(mode)
            await self.switch_mode(mode)

    async def action_go_first(self, mode: str) -> None:
        """To the first page of a digit's screen, whose keys a command needs."""
        if mode != self.current_mode:
            await self.action_go(mode)
        self._to_first_page()

    def _to_first_page(self) -> None:
        """What is not saved is asked about first, and is where it ends."""
        while len(self.screen_stack) > 1 and isinstance(screen := self.screen, Framed):
            if not screen.is_saved:
                screen.leave(screen.dismiss)
                return
            self.pop_screen()

    async def action_go_back(self) -> None:
        """To the screen one came from, as one left it."""
        if mode := self._way.back():
            await self.switch_mode(mode)
        else:
            self.say("This is where you began.", Role.WARN)

    def action_theme(self, name: str) -> None:
        """The look *name* for as long as the UI runs."""
        wanted = ThemeName(name)
        self.ansi_color = True if wanted in ANSI else None
        self._look_like(wanted)
        self.say(f'To keep it: theme = "{name}" in {ui_config_file()}', Role.GOOD)

    def action_later(self, title: str) -> None:
        verb = "come" if title.endswith("s") else "comes"
        self.say(f"{title} {verb} in a later version.", Role.WARN)

    def action_press(self, key_id: str) -> None:
        """What a click on a key of the footer does."""
        self.simulate_key(keymap.in_force().key(key_id).keys.split(",", maxsplit=1)[0])

    def action_press_in_dialog(self, key: str) -> None:
        """What a click on a key at the foot of a dialog does; from there it would go no further than the dialog."""
        self.call_later(self.simulate_key, key)

    def on_click(self, event: events.Click) -> None:
        """The right button opens the palette, which has what no line on the screen can be clicked for."""
        if event.button == _RIGHT and isinstance(self.screen, Framed):
            self.action_command_palette()

    def say(self, text: str, role: Role) -> None:
        """A message on the screen that is on show."""
        if self.screen_stack and isinstance(self.screen, Framed) and self.screen.is_whole:
            self.screen.say(text, role)

    def action_mask(self) -> None:
        self.session.mask(is_masked=not self.session.is_masked)
        again = f"{keymap.shown('mask')} shows them again. What is copied or exported is not masked."
        masked = f"Names, addresses and phones are masked; {again}"
        self.say(masked if self.session.is_masked else "Names, addresses and phones are shown.", Role.GOOD)

    def action_copy(self) -> None:
        if isinstance(self.screen, Framed):
            ask_form(self.screen, self._send)
        elif isinstance(self.screen, CopyMenu):  # two quick keys: the second came before the menu had any
            self.screen.action_take_first()

    async def _send(self, text: str) -> Sending:
        found = await sending(text, self._environ)
        self._clipboard = text  # for the fields of this UI, too
        if self._driver is not None:
            self._driver.write(found.sequence)
        return found

    def on_link_wanted(self, message: LinkWanted) -> None:
        self.run_worker(copy_link(message, self._send), group="copy", exclusive=True)

    def action_export(self) -> None:
        """A list goes into a file, a text to the pager."""
        screen = self.screen
        if isinstance(screen, RowListScreen) and screen.page is None:
            self.run_worker(self._export.begin(screen), group="export")
        elif isinstance(screen, Framed | HelpScreen):
            self.run_worker(self._page(screen), group="pager", exclusive=True)

    async def _page(self, screen: Framed | HelpScreen) -> None:
        text = screen.page_text(is_masked=self.session.is_masked)
        if not text:
            self.say("There is no text here to take out.", Role.WARN)
            return
        try:
            await show_paged(self, text, self._environ)
        except CounterfoilError as error:
            self.say(str(error), Role.WARN)

    async def action_quit(self) -> None:
        """What is not saved is asked about first; who quits once more while it is, means it."""
        unsaved = {
            mode: screen
            for mode, stack in self._screen_stacks.items()
            for screen in stack
            if isinstance(screen, Framed) and not screen.is_saved
        }
        if not unsaved or isinstance(self.screen, Choice):
            self.exit()
            return
        mode, screen = next(iter(unsaved.items()))
        if self.screen is not screen:
            await self.action_go(mode)
        screen.leave(self.exit)

    def action_help(self) -> None:
        if isinstance(self.screen, Framed):
            self.screen.open_over(HelpScreen(self.screen.PLACES))

    def action_command_palette(self) -> None:
        if isinstance(self.screen, Framed):
            self.screen.open_over(Palette())


def run_ui(socket: Path, prefers: Preferences, *, first_screen: str = "contacts") -> int:
    """Runs the terminal UI on the daemon at *socket* until the person leaves; the exit code."""
    return asyncio.run(_run(socket, prefers, first_screen))


async def _run(socket: Path, prefers: Preferences, first_screen: str) -> int:
    async with ApiClient(socket) as client:
        app = CounterfoilApp(client, prefers=prefers, first_screen=first_screen)
        await app.run_async()
        return app.return_code or 0


def _wall_clock() -> int:
    return int(time.time())
