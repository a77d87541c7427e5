"""A list with the details of what its cursor is on beside it, where the terminal has room for both."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from functools import partial
from typing import Generic, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.events import Resize
from textual.widget import Widget

from tui.drawing.line import Role
from tui.drawing.said import not_read
from tui.keymap import shown
from tui.pages import Q, R
from tui.screens.framed import SIDE_BY_SIDE_FROM, Framed
from tui.screens.row_list import RowListScreen
from tui.widgets.lines_view import LinesView
from tui.widgets.row_list import RowList

D = TypeVar("D")
T = TypeVar("T")

# The cursor rests this long on a row before its details are read: held-down arrows ask for nothing.
REST_S = 0.1


class Beside(Framed):
    """Shows or hides the second pane as there is room, and leads the focus from one to the other."""

    _beside: Hashable = None  # what the second pane tells of; None = nothing yet

    @property
    def list_pane(self) -> Widget:
        raise NotImplementedError

    @property
    def detail_pane(self) -> LinesView:
        """What stands beside it."""
        raise NotImplementedError

    def read_detail(self) -> None:
        """Asks for what the second pane shows, if it shows."""
        raise NotImplementedError

    def ask_beside(self, about: Hashable, call: Callable[[], Awaitable[T]], then: Callable[[T], None]) -> None:
        """Asks for what the second pane is to tell; while the daemon is away it tells that, and of nothing else."""

        def answered(found: T) -> None:
            self._beside = about
            then(found)

        if self.session.is_live:
            self.ask(call, answered, group="detail")
        elif about != self._beside:
            self._beside = None
            self.detail_pane.show(not_read)

    @property
    def is_side_by_side(self) -> bool:
        return self.size.width >= SIDE_BY_SIDE_FROM

    def on_resize(self, _: Resize) -> None:
        self.detail_pane.display = self.is_side_by_side
        if not self.is_side_by_side and self.focused is self.detail_pane:
            self.list_pane.focus()
        self.read_detail()

    def action_switch_pane(self) -> None:
        if not self.is_side_by_side:
            self.say(f"Two panes need {SIDE_BY_SIDE_FROM} columns; {shown('open')} opens the details.", Role.MUTED)
        elif self.focused is not self.detail_pane:
            self.detail_pane.focus()
        else:
            self.list_pane.focus()


class OverviewBeside(Beside):
    """Two pages of lines: an overview, and what its cursor is on."""

    def body(self) -> ComposeResult:
        with Horizontal(id="content"):
            yield LinesView(id="overview")
            yield LinesView(id="detail")

    @property
    def overview(self) -> LinesView:
        return self.query_one("#overview", LinesView)

    @property
    def list_pane(self) -> LinesView:
        return self.overview

    @property
    def detail_pane(self) -> LinesView:
        return self.query_one("#detail", LinesView)

    @property
    def can_go_back(self) -> bool:
        return self.focused is self.detail_pane

    def focus_content(self) -> None:
        self.overview.focus()

    def on_lines_view_highlighted(self, message: LinesView.Highlighted) -> None:
        if message.view is self.overview:
            self.read_detail()

    def action_back(self) -> None:
        self.overview.focus()


class DetailBeside(Beside, RowListScreen[Q, R], Generic[Q, R, D]):
    """A long list whose rows have more to tell than fits a line."""

    async def ask_detail(self, row: R) -> D:
        """The details of *row* from the daemon."""
        raise NotImplementedError

    def show_detail(self, detail: D) -> None:
        """Puts what was asked for into the second pane."""
        raise NotImplementedError

    @property
    def list_pane(self) -> Widget:
        return self.row_list

    def on_row_list_highlighted(self, _: RowList.Highlighted) -> None:
        self.read_detail(rest_s=REST_S)

    def freshen(self) -> None:
        super().freshen()
        self.read_detail()

    def read_detail(self, *, rest_s: float = 0) -> None:
        row = self.row_list.current
        if row is not None and self.is_side_by_side:
            self.ask_beside(row.id, partial(self._detail_of, row, rest_s), self.show_detail)

    async def _detail_of(self, row: R, rest_s: float) -> D:
        await asyncio.sleep(rest_s)
        return await self.ask_detail(row)
