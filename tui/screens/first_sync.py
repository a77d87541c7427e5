"""The end of the guide: the plan of the first sync, when it is to begin, and how far it is."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from common.sync import ANY_HOUR, Run, RunKind, SyncPlan
from tui.drawing.first_sync import scopes_lines, sync_lines
from tui.drawing.guide import page_lines
from tui.drawing.line import Line
from tui.guide import Act, Journey, Step
from tui.screens.framed import Framed
from tui.screens.sync import asked_hours
from tui.session import RunsMoved, Session
from tui.widgets.guide import GuidePage
from tui.widgets.lines_view import LinesView

_WITH_FIELDS = (Step.STORE, Step.TOKEN)


class FirstSync(Framed):
    """The part of the guide that knows a store. `acts` says what each line does that can be opened."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.journey = Journey()
        self.acts: dict[Act, Callable[[], object]] = {
            Act.TO_SYNC: self._to_sync,
            Act.NOW: partial(self._begin_soon, Act.NOW),
            Act.QUIET: partial(self._begin_soon, Act.QUIET),
            Act.LATER: partial(self._finish_soon, "contacts"),
            Act.CONTACTS: partial(self._finish_soon, "contacts"),
            Act.STORES: partial(self._finish_soon, "stores"),
        }

    @property
    def page(self) -> GuidePage:
        return self.query_one(GuidePage)

    @property
    def can_go_back(self) -> bool:
        return False  # Esc leaves: it is a key of its own

    def go(self, step: Step) -> None:
        raise NotImplementedError

    async def finish(self, mode: str) -> None:
        raise NotImplementedError

    def focus_content(self) -> None:
        self.go(self.journey.step)

    def draw(self, *, from_top: bool = False) -> None:
        has_fields = self.journey.step in _WITH_FIELDS
        self.page.can_focus = not has_fields
        width = max(self.page.scrollable_content_region.width - 1, 1)
        # it gives way to what is said below the fields, where the terminal is small
        self.page.styles.max_height = len(lines_of(self.journey, width)) if has_fields else None
        self.page.show(partial(lines_of, self.journey), from_top=from_top)

    def on_resize(self) -> None:
        self.draw()

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        if isinstance(message.target, Act):
            self.act(message.target)

    def act(self, act: Act) -> None:
        self.acts[act]()

    def read(self) -> None:
        if self.journey.step is Step.SYNC:
            self._ask_plan()

    def _to_sync(self) -> None:
        self.go(Step.SYNC)
        self._ask_plan()

    def _ask_plan(self) -> None:
        store = self.journey.store
        if store is not None and self.journey.run is None:
            call = partial(self.session.client.plan, store.hash, RunKind.HISTORICAL)
            self.ask(call, self._planned, group="plan")

    def _planned(self, plan: SyncPlan) -> None:
        self.journey = replace(self.journey, plan=plan)
        self.draw()

    def _begin_soon(self, act: Act) -> None:
        if self.can("guide.next"):
            self.run_worker(self._begin(act), group="begin", exclusive=True)

    async def _begin(self, act: Act) -> None:
        hours = ANY_HOUR if act is Act.NOW else await self._hours()
        store = self.journey.store
        if hours is None or store is None:
            return
        await self._answered(partial(self._started_anew, store.hash, hours), self._begun)

    async def _started_anew(self, store_hash: str, hours: str) -> Run:
        """A run in place of the one that waits, if one does."""
        client, waiting = self.session.client, self.journey.run
        if waiting is not None and not waiting.state.is_over:
            await client.cancel_run(waiting.id)
        return await client.start_run(store_hash, RunKind.HISTORICAL, quiet_hours=hours)

    async def _hours(self) -> str | None:
        """The daemon's quiet hours, or those a person names; None = they thought better of it."""
        plan = self.journey.plan
        if plan is not None and plan.quiet_hours != ANY_HOUR:
            return plan.quiet_hours
        return await asked_hours(self.app)

    def _begun(self, run: Run) -> None:
        self.journey = replace(self.journey, run=run)
        self.go(Step.SYNC)

    def on_runs_moved(self, message: RunsMoved) -> None:
        run = self.journey.run
        moved = next((one for one in message.runs if run is not None and one.id == run.id), None)
        if moved is not None:
            self.journey = replace(self.journey, run=moved)
            self.draw()

    def _finish_soon(self, mode: str) -> None:
        self.run_worker(self.finish(mode), group="leave")


def lines_of(journey: Journey, width: int) -> list[Line]:
    match journey.step:
        case Step.SCOPES:
            return scopes_lines(journey, width)
        case Step.SYNC:
            return sync_lines(journey, width)
        case _:
            return page_lines(journey, width)
