"""The terminal UI: its screens, the session they share, and the actions that work on every one of them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text
from textual.app import App
from textual.message import Message

from common.client import ApiClient
from common.paths import default_state_dir
from tui.bindings import Place, bindings, key_named
from tui.commands import Commands
from tui.crash import crash_message
from tui.drawing.line import Role
from tui.driver import EnduringDriver
from tui.screens.choice import Choice
from tui.screens.contacts import ContactsScreen
from tui.screens.framed import Framed
from tui.screens.help import HelpScreen
from tui.screens.inbox import InboxScreen
from tui.screens.status import StatusScreen
from tui.screens.stores import StoresScreen
from tui.session import BACKOFF_S, Session


class CounterfoilApp(App[None]):
    """Shows what the daemon behind *client* keeps. *now* gives epoch seconds; tests hold it still.

    *is_guided*: while no store is connected, it begins with the guide to the first one.
    """

    TITLE = "counterfoil"
    CSS_PATH = "theme.tcss"
    BINDINGS = bindings(Place.EVERYWHERE)
    COMMANDS = {Commands}  # noqa: RUF012 - the type Textual declares
    ALLOW_SELECT = False

    def __init__(
        self,
        client: ApiClient,
        *,
        first_screen: str = "contacts",
        is_guided: bool = True,
        now: Callable[[], int] | None = None,
        backoff_s: Sequence[int] = BACKOFF_S,
    ) -> None:
        super().__init__(driver_class=EnduringDriver)
        self.animation_level = "none"
        self.session = Session(client, self.tell, now=now or _wall_clock, backoff_s=backoff_s)
        self._first_screen = first_screen
        self._is_guided = is_guided
        self._guided_from = first_screen

    async def on_mount(self) -> None:
        for screen in (ContactsScreen, StoresScreen, InboxScreen, StatusScreen):
            self.add_mode(screen.MODE, partial(screen, self.session))
        self.add_mode("segments", self._segments)
        self.add_mode("guide", self._guide)
        await self.switch_mode(self._first_screen)
        self.run_worker(self.session.follow(), group="link")
        self.run_worker(self.session.keep_stores(), group="stores")
        if self._is_guided:
            self.run_worker(self._offer_guide(), group="guide")

    def _segments(self) -> Framed:
        from tui.screens.segments import SegmentsScreen  # with the language of rules, which takes a moment to load

        return SegmentsScreen(self.session)

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
            await self.switch_mode("guide")

    async def _leave_guide(self, mode: str, words: str) -> None:
        await self.switch_mode(mode or self._guided_from)
        if words and isinstance(self.screen, Framed):
            self.screen.say(words, Role.GOOD)

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

    async def action_go(self, mode: str) -> None:
        await self.switch_mode(mode)

    def action_later(self, title: str) -> None:
        verb = "come" if title.endswith("s") else "comes"
        if isinstance(self.screen, Framed):
            self.screen.say(f"{title} {verb} in a later version.", Role.WARN)

    def action_press(self, key_id: str) -> None:
        """What a click on a key of the footer does."""
        self.simulate_key(key_named(key_id).keys.split(",", maxsplit=1)[0])

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
            await self.switch_mode(mode)
        screen.leave(self.exit)

    def action_help(self) -> None:
        if isinstance(self.screen, Framed):
            self.push_screen(HelpScreen(self.screen.PLACES))


def run_ui(socket: Path, *, first_screen: str = "contacts") -> int:
    """Runs the terminal UI on the daemon at *socket* until the person leaves; the exit code."""
    return asyncio.run(_run(socket, first_screen))


async def _run(socket: Path, first_screen: str) -> int:
    async with ApiClient(socket) as client:
        app = CounterfoilApp(client, first_screen=first_screen)
        await app.run_async()
        return app.return_code or 0


def _wall_clock() -> int:
    return int(time.time())
