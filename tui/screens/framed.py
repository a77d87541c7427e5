"""What every screen has in common: the frame, the link to the daemon, questions asked in the background."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer

from common.errors import CounterfoilError
from common.sync import Run
from tui.allowed import why_not_allowed
from tui.bindings import Key, Place
from tui.drawing.frame import KeyHint
from tui.drawing.line import Role
from tui.drawing.said import LOADING, Kind, Said
from tui.format import cut
from tui.keymap import in_force, shown
from tui.screens.edits import undone
from tui.screens.stacked import Stacked
from tui.screens.sync import choose_run, choose_store, why_not_sync
from tui.session import Link, LinkMoved, LinkState, MaskMoved, Regained, Session, StoresRead, Waiting
from tui.taking import Taken
from tui.widgets.frame import Banner, KeyBar, RuleBar, TopBar
from tui.widgets.lines_view import LinesView
from tui.widgets.notice import Notice
from tui.widgets.surface import Surface

Result = TypeVar("Result")

SIDE_BY_SIDE_FROM = 100

_NEED_STORE = ("sync", "inbox.replay", "delivery.replay", "person.erase")
_NEED_DAEMON = (
    "segment.suggested", "segment.rename", "segment.duplicate", "segment.delete",
    "rule.save", "rule.duplicate", "rule.rename", "rule.delete", "rule.why", "rule.keep", "guide.next",
    "undo", "daemon.reload", "contacts.tags", "contacts.lists", "person.tags", "person.lists", "status.doctor",
    "doctor.fix",
)  # fmt: skip


class Framed(Stacked[None]):
    """A screen within the frame. `MODE` is its digit's screen; `PLACES` are those whose keys its help tells.

    A subclass gives `body()` (one widget with the id "content" is shown or hidden as a whole) and `read()`.
    """

    MODE: ClassVar[str] = ""
    PLACES: ClassVar[tuple[Place, ...]] = ()
    AUTO_FOCUS = ""
    AGES_S: ClassVar[int] = 60  # how often ages such as "4m" are drawn anew

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._asking: set[str] = set()
        self._questions: dict[str, Callable[[], Awaitable[None]]] = {}  # the latest of each group, not yet asked
        self._has_content = False
        self._next_read: Timer | None = None
        self._is_stale = False
        self._parts = 1

    def body(self) -> ComposeResult:
        """The widgets within the frame."""
        raise NotImplementedError

    def read(self) -> None:
        """Asks the daemon for what this screen shows; called when it is shown, regained and on r."""
        raise NotImplementedError

    def taken(self) -> Taken | None:
        """What y takes: the thing the cursor is on, else what the screen is about; None = nothing."""
        return None

    @property
    def page(self) -> LinesView | None:
        """The text that e opens: the one with the keys, else the only one that shows."""
        if isinstance(self.focused, LinesView):
            return self.focused
        return next((view for view in self.query(LinesView) if view.display), None)

    def page_text(self, *, is_masked: bool) -> str:
        """All of that text, as drawn for the whole terminal; "" = there is none."""
        shows = self._has_content and self.page is not None
        return self.page.text(self.size.width, is_masked=is_masked) if shows and self.page else ""

    @property
    def sync_store(self) -> str:
        """The store that s is about; "" = ask which."""
        return ""

    @property
    def can_go_back(self) -> bool:
        return self.app.screen_stack[0] is not self

    @property
    def is_saved(self) -> bool:
        """Whether nothing would be lost if the UI ended now."""
        return True

    def leave(self, then: Callable[[], object]) -> None:
        """Has done what is to be done before *then*, which ends the screen; asks where something would be lost."""
        then()

    def show_ages(self) -> None:
        """Draws anew what goes on by itself as time does."""

    def why_not(self, key_id: str) -> str:
        """Why the key does not work now; "" when it does."""
        is_about_store = key_id in _NEED_STORE or key_id.startswith("store.")
        if (is_about_store or key_id in _NEED_DAEMON) and not self.session.is_live:
            return "The daemon is away; this needs it."
        if is_about_store and key_id != "store.add" and self.session.knows_stores and not self.session.stores:
            return f"No store is connected yet: press {shown('go.stores')}, then {shown('store.add')}."
        return why_not_allowed(self.session.caller, key_id)

    def can(self, key_id: str) -> bool:
        """Whether the key works now; says why when it does not."""
        why = self.why_not(key_id)
        if why:
            self.say(why, Role.WARN)
        return not why

    def compose(self) -> ComposeResult:
        yield TopBar(id="top")
        yield Banner(id="banner")
        with Container(id="body"):
            yield Notice(id="notice")
            yield from self.body()
        yield RuleBar(id="rule")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self._parts = len(self.query("*"))
        self.set_interval(self.AGES_S, self.show_ages, name="ages")
        self.bindings_updated_signal.subscribe(self, lambda _: self.show_keys())
        self.show_masked()

    def on_screen_resume(self) -> None:
        self.show_masked()
        self._show_link(self.session.link)
        self._show_stores()
        if self.session.is_live:
            self.read()

    def on_link_moved(self, message: LinkMoved) -> None:
        self._show_link(message.link)

    def on_mask_moved(self, _: MaskMoved) -> None:
        self.show_masked()

    def show_masked(self) -> None:
        """Masks the people on this screen, or shows them, as the session says."""
        self.query_one(TopBar).is_masked = self.session.is_masked
        for surface in self.query(Surface):
            surface.is_masked = self.session.is_masked

    def on_waiting(self, message: Waiting) -> None:
        self.query_one(TopBar).waiting_s = message.for_s

    def on_regained(self, _: Regained) -> None:
        self.read()

    def on_stores_read(self, _: StoresRead) -> None:
        self._show_stores()

    def _show_link(self, link: Link) -> None:
        self.query_one(TopBar).set_reactive(TopBar.mode, self.MODE)
        self.query_one(TopBar).link = link
        self.query_one(Banner).now = self.session.now()
        self.query_one(Banner).link = link
        self.show_keys()
        if link.state is LinkState.AWAY and link.error and not self._has_content:
            self.stand_in(failure(link.error))

    def _show_stores(self) -> None:
        self.query_one(TopBar).stores = len(self.session.stores) if self.session.knows_stores else None
        self.show_keys()

    def show_keys(self) -> None:
        if self.is_attached and self.is_current:
            self.query_one(KeyBar).hints = self._hints()

    def _hints(self) -> list[KeyHint]:
        active = {bound.binding.id for bound in self.active_bindings.values()} - self.idle_keys()
        keys = [key for key in in_force().every() if key.hint and key.id in active]
        return [
            KeyHint(
                _first(key.shown), self._hint_of(key), f"app.press('{key.id}')", not self.why_not(key.id), key.spare
            )
            for key in keys
        ]

    def _hint_of(self, key: Key) -> str:
        return "pager" if key.id == "export" and self.page is not None else key.hint

    def idle_keys(self) -> set[str]:
        """Keys that do nothing here and now: no use telling them."""
        surface = self.focused
        opens = not isinstance(surface, Surface) or surface.can_open
        return (set() if self.can_go_back else {"back"}) | (set() if opens else {"open"})

    def read_soon(self, *, gap_s: float = 1) -> None:
        """Reads now, or *gap_s* after the last time: for changes that come by the hundred."""
        if self._next_read is None:
            self._next_read = self.set_timer(gap_s, self._may_read_again, name="read")
            self.read()
        else:
            self._is_stale = True

    def _may_read_again(self) -> None:
        self._next_read = None
        if self._is_stale:
            self._is_stale = False
            self.read_soon()

    def stand_in(self, said: Said = LOADING) -> None:
        """Shows *said* in place of content."""
        self._has_content = False
        self.query_one("#notice", Notice).said = replace(
            said, title=self.session.shown_text(said.title), action=self.session.shown_text(said.action)
        )
        self.query_one("#notice", Notice).display = True
        self.query_one("#content").display = False

    def stand_back(self) -> None:
        """Shows the content."""
        if not self._has_content:
            self._has_content = True
            self.query_one("#notice", Notice).display = False
            self.query_one("#content").display = True
            self.focus_content()
        self.show_keys()  # what Enter opens may be there only now

    def focus_content(self) -> None:
        """Puts the focus where a person starts."""
        if self.focused is None:
            self.focus_next()

    def say(self, text: str, role: Role = Role.TEXT, *, stays: bool = False) -> None:
        """A message for a few seconds, on the line above the keys; one that *stays* is there until the next."""
        self.query_one(RuleBar).say(self.session.shown_text(text), role, stays=stays)

    def failed(self, error: CounterfoilError) -> None:
        """Where a question that could not be answered ends up: in place of missing content, or as a message."""
        if self._has_content:
            self.say(str(error), Role.BAD)
        else:
            self.stand_in(failure(error))

    def ask(self, call: Callable[[], Awaitable[Result]], then: Callable[[Result], None], *, group: str) -> None:
        """Asks in the background; a newer question of the same *group* cancels one under way."""
        self.run_worker(self._answered(call, then), group=group, exclusive=True)

    def ask_again(self, call: Callable[[], Awaitable[Result]], then: Callable[[Result], None], *, group: str) -> None:
        """Asks now, or once more when the question under way is answered: a flood of events starves none."""
        self._questions[group] = partial(self._answered, call, then)
        if group not in self._asking:
            self._asking.add(group)
            self.run_worker(self._until_settled(group), group=group)

    async def _until_settled(self, group: str) -> None:
        try:
            while question := self._questions.pop(group, None):
                await question()
        finally:
            self._asking.discard(group)

    async def _answered(self, call: Callable[[], Awaitable[Result]], then: Callable[[Result], None]) -> None:
        try:
            result = await self.session.ask(call)
        except CounterfoilError as error:
            if self.is_whole:
                self.failed(error)
        else:
            if self.is_whole:
                then(result)

    @property
    def is_whole(self) -> bool:
        """Whether all there is to show an answer on is there; a screen that is closed loses its parts one by one."""
        return self.is_attached and len(self.query("*")) >= self._parts

    def action_reload(self) -> None:
        self.session.hurry()
        if self.session.is_live:
            self.say("Reading again what is on show.", Role.MUTED)
            self.read_anew()
        else:
            self.say("Trying to reach the daemon.", Role.MUTED)

    def read_anew(self) -> None:
        """Asks for all of it, where there is more to be asked than `read` does."""
        self.read()

    def on_surface_nothing_here(self, _: Surface.NothingHere) -> None:
        self.say("There is nothing to open on this line.", Role.MUTED)

    def action_back(self) -> None:
        if len(self.app.screen_stack) > 1:
            self.dismiss()

    @contextmanager
    def errors_said(self) -> Iterator[None]:
        """What the daemon refuses inside is a message, as long as there is a screen to show it on."""
        try:
            yield
        except CounterfoilError as error:
            if self.is_whole:
                self.say(str(error), Role.BAD)

    def action_undo(self) -> None:
        if self.can("undo"):
            self.run_worker(self._undo(), group="undo", exclusive=True)

    async def _undo(self) -> None:
        with self.errors_said():
            await undone(self.app, self.session, self.say)

    def action_sync(self) -> None:
        if self.can("sync"):
            self.run_worker(self._sync(), group="sync", exclusive=True)

    async def _sync(self) -> None:
        store_hash = self.sync_store or await choose_store(self.app, self.session.stores)
        if not store_hash or self._says_why_not(store_hash):
            return
        plan = partial(self.session.client.plan, store_hash)
        if wanted := await choose_run(self.app, self.session.store_name(store_hash), plan):
            start = partial(self.session.client.start_run, store_hash, wanted.kind, quiet_hours=wanted.quiet_hours)
            await self._answered(start, self._started)

    def _says_why_not(self, store_hash: str) -> bool:
        """Whether the store cannot be read, which is told."""
        store = next((one for one in self.session.stores if one.hash == store_hash), None)
        if why := why_not_sync(store) if store else "":
            self.say(why, Role.WARN)
        return bool(why)

    def _started(self, run: Run) -> None:
        name = self.session.store_name(run.store)
        self.say(
            f"The {run.kind} run of {cut(name, 30)} has begun; {shown('go.stores')} shows how far it is.", Role.GOOD
        )


def failure(error: CounterfoilError) -> Said:
    """The error as it stands in place of content."""
    return Said(Kind.ERROR, error.message, f"{error.remedy} Press {{refresh}} to try again.".strip())


def _first(shown: str) -> str:
    return shown.split(" ", maxsplit=1)[0]
