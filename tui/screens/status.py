"""Status: how the daemon, its inbox and its stores stand, what goes in and out, and what needs a person."""

from functools import partial

from textual.app import ComposeResult

from common.activity import Activity
from common.status import Status
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.status import status_lines
from tui.screens.doctor import DoctorScreen
from tui.screens.framed import Framed
from tui.session import HealthMoved, InboxMoved, RowsChanged, RunsMoved
from tui.taking import Taken
from tui.widgets.lines_view import LinesView


class StatusScreen(Framed):
    MODE = "status"
    PLACES = (Place.STATUS, Place.LINES)
    BINDINGS = bindings(Place.STATUS)
    AGES_S = 10  # a minute begins in the pictures within so many seconds; nothing is painted where nothing moved

    _status: Status | None = None

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def read(self) -> None:
        self.ask_again(self._look, self._shown, group="status")

    async def _look(self) -> tuple[Status, Activity]:
        return await self.session.client.status(), await self.session.client.activity()

    def taken(self) -> Taken | None:
        return partial(taking.status, self._status, self.session.client.status) if self._status else None

    def _shown(self, found: tuple[Status, Activity]) -> None:
        self._status = found[0]
        self.query_one(LinesView).show(partial(status_lines, *found, self.session.now()))
        self.stand_back()

    def action_doctor(self) -> None:
        if self.can("status.doctor"):
            self.app.push_screen(DoctorScreen(self.session))

    def show_ages(self) -> None:
        if self.is_current and self.session.is_live:
            self.read()

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read_soon()

    def on_inbox_moved(self, _: InboxMoved) -> None:
        self.read_soon()

    def on_runs_moved(self, _: RunsMoved) -> None:
        self.read_soon()

    def on_health_moved(self, _: HealthMoved) -> None:
        self.read()
