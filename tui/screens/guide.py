"""The guided start: from no store to a connected one, step by step, on the whole screen."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from common.connecting import Connecting, StoreTry
from common.errors import CounterfoilError, Invalid
from common.stores import StoreDetail, store_hash_from
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.drawing.line import Role
from tui.format import cut
from tui.guide import Act, Journey, Step, Way
from tui.keymap import shown, with_keys
from tui.screens.copying import LinkWanted
from tui.screens.first_sync import FirstSync
from tui.session import RowsChanged, Session
from tui.store_request import BadField, hash_typed, name_typed, store_request
from tui.widgets.form import FormMessage
from tui.widgets.guide import GuideFields, GuidePage, StepBar

Leave = Callable[[str, str], Awaitable[None]]
"""Goes to another screen ("" = the one before) and says something there."""

_COME_BACK = "The guide keeps its place; press {go.stores}, then {store.add}, to come back to it."


class GuideScreen(FirstSync):
    MODE = "guide"
    PLACES = (Place.GUIDE, Place.LINES)
    BINDINGS = bindings(Place.GUIDE)

    def __init__(self, session: Session, leave: Leave) -> None:
        super().__init__(session)
        self._leave = leave
        self._is_busy = False
        self.acts |= {
            Act.BY_ACCOUNT: self._by_account,
            Act.BY_APP: self._by_app,
            Act.COPY_LINK: self.action_copy,
            Act.GIVE_AGAIN: partial(self.go, Step.TOKEN),
            Act.CONNECT: self._connect,
        }

    def body(self) -> ComposeResult:
        with Vertical(id="content", classes="guide"):
            yield StepBar()
            yield GuidePage(id="page")
            yield GuideFields()
            yield FormMessage()

    @property
    def fields(self) -> GuideFields:
        return self.query_one(GuideFields)

    def read(self) -> None:
        super().read()
        self.ask_again(self.session.client.connecting, self._needs_read, group="needs")

    def _needs_read(self, needs: Connecting) -> None:
        self.journey = replace(self.journey, needs=needs)
        self.stand_back()
        self.draw()
        if self.journey.step is Step.INSTALL and self.journey.installs > self.journey.installs_seen:
            self._installed(needs)

    def on_rows_changed(self, _: RowsChanged) -> None:
        if self.journey.step is Step.INSTALL:
            self.read()

    def go(self, step: Step) -> None:
        """Shows *step* and puts the focus where one goes on."""
        self.journey = self.journey.at(step)
        self.tell(Told())
        self.draw(from_top=True)
        if not self.fields.show(step):
            self.page.focus()
        if step is Step.STORE:
            self._understand()
        self.show_keys()

    def draw(self, *, from_top: bool = False) -> None:
        self.query_one(StepBar).journey = self.journey
        super().draw(from_top=from_top)

    def tell(self, told: Told) -> None:
        self.query_one(FormMessage).told = told
        self.query_one(FormMessage).display = bool(told.text)

    def on_input_changed(self, event: Input.Changed) -> None:
        if self.journey.step is Step.STORE:
            self._understand()
        elif event.input.has_focus and not self._is_busy:
            self.tell(Told())

    def _understand(self) -> None:
        """Says which store was understood, with every key."""
        typed = self.fields.typed().store
        try:
            self.tell(Told(f"The store's hash is {store_hash_from(typed)}.", is_good=True))
        except Invalid:
            self.tell(Told("There is no store hash in it yet." if typed.strip() else ""))

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self.action_step(1)

    def idle_keys(self) -> set[str]:
        is_first = self.journey.before is None
        here = {"guide.back"} if is_first else set()
        return (
            super().idle_keys()
            | here
            | {"sync", "open"}
            | (set() if self.journey.step is Step.INSTALL else {"guide.copy"})
        )

    def action_back(self) -> None:
        if not self._is_busy:
            self._step_back()

    def action_step(self, step: int) -> None:
        """To the step before, or on to the next one by way of what this one asks for; a long page is turned first."""
        if self._is_busy or (self.focused is self.page and self.page.turned(step)):
            return
        if step < 0:
            self._step_back()
        elif self.journey.step in (Step.STORE, Step.TOKEN):
            self._take_in(self._on_to_token if self.journey.step is Step.STORE else self._try)
        elif isinstance(self.page.target, Act):
            self.act(self.page.target)

    def _step_back(self) -> None:
        if self.journey.before is not None:
            self.go(self.journey.before)
        elif self.journey.store is not None:
            text = "The store is connected. Press {go.stores}, then {store.reconnect}, to give it another token."
            self.say(with_keys(text), Role.WARN)
        else:
            self.say(f"This is the first step; {shown('guide.leave')} leaves.", Role.WARN)

    def _take_in(self, fields: Callable[[], None]) -> None:
        """Goes on with what was typed; a field that is wrong is gone to and told about."""
        try:
            fields()
        except BadField as error:
            self.fields.focus_on(error.field)
            self.tell(Told(str(error), is_error=True))

    def _on_to_token(self) -> None:
        typed = self.fields.typed()
        hash_typed(typed.store)
        name_typed(typed.name)
        self.go(Step.TOKEN)

    def _try(self) -> None:
        """Has the daemon ask the store what the token may read."""
        wanted = store_request(self.fields.typed())
        if self.can("guide.next"):
            attempt = StoreTry(store=wanted.store, token=wanted.token)
            self._work("Asking the store what the token may read…", partial(self._tried, attempt))

    async def _tried(self, attempt: StoreTry) -> None:
        tried = await self.session.ask(partial(self.session.client.try_store, attempt))
        self.journey = replace(self.journey, tried=tried)
        self.go(Step.SCOPES)

    def _work(self, doing: str, work: Callable[[], Awaitable[None]]) -> None:
        """Does *work*, saying so meanwhile; what goes wrong is told on the step it was begun from."""
        self._is_busy = True
        self.tell(Told(doing))
        self.run_worker(self._worked(work), group="guide", exclusive=True)

    async def _worked(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except CounterfoilError as error:
            self.tell(Told(str(error), is_error=True))
        finally:
            self._is_busy = False

    def act(self, act: Act) -> None:
        if not self._is_busy:
            super().act(act)

    def _by_account(self) -> None:
        self.journey = replace(self.journey, way=Way.ACCOUNT)
        self.go(Step.STORE)

    def _by_app(self) -> None:
        needs = self.journey.needs
        if needs is None or not needs.app.link:
            text = (
                "No app is set up in this daemon. Set what is missing, restart the daemon and press "
                f"{shown('refresh')}; or go the way of a token."
            )
            self.tell(Told(text, is_error=True))
            return
        self.journey = replace(self.journey, way=Way.APP, installs_seen=self.journey.installs)
        self.go(Step.INSTALL)

    def _installed(self, needs: Connecting) -> None:
        """The app was installed, or somebody tried to."""
        self.journey = replace(self.journey, installs_seen=self.journey.installs)
        last = needs.last_install
        if last is not None and last.error:
            self.tell(Told(f"The install of store-{last.store} failed: {last.error}", is_error=True))
        elif last is not None:
            self.ask(partial(self.session.client.store, last.store), self._connected, group="installed")

    def _connect(self) -> None:
        if self.can("guide.next"):
            self._work("Connecting the store and registering its webhooks…", self._connecting)

    async def _connecting(self) -> None:
        has_hooks = bool(self.journey.tried and self.journey.tried.hooks)
        wanted = store_request(self.fields.typed()).model_copy(update={"hooks": has_hooks})
        self._connected(await self.session.ask(partial(self.session.client.add_store, wanted)))

    def _connected(self, store: StoreDetail) -> None:
        self.fields.forget("token", "client_secret")
        self.journey = replace(self.journey, store=store)
        self.go(Step.SCOPES)

    def action_copy(self) -> None:
        """Copies the app's link."""
        needs = self.journey.needs
        if self.journey.step is Step.INSTALL and needs is not None:
            self.post_message(LinkWanted(needs.app.link, self.tell))

    async def action_leave(self) -> None:
        if self.journey.store is None:
            await self._leave("", with_keys(_COME_BACK))
        else:
            await self.finish("")

    async def finish(self, mode: str) -> None:
        """Leaves for good: the next time it begins anew."""
        store, run = self.journey.store, self.journey.run
        name = cut(store.name or store.hash, 30) if store else ""
        words = f"{name} is connected. Press {shown('sync')} to read what it already has." if run is None else ""
        self.journey = Journey(needs=self.journey.needs)
        self.fields.forget()
        self.go(Step.NEEDS)
        await self._leave(mode, words)
