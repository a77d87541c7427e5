"""The window over a long list: draws the rows at hand and says which others it would show."""

from dataclasses import dataclass
from typing import Any, Generic

from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui.drawing.cells import MARK_WIDTH
from tui.drawing.line import Line, Role, Span, line
from tui.masking import masked
from tui.pages import ListQuery, Pages, R, Row
from tui.widgets.inked import HEAD
from tui.widgets.surface import Surface

_FLASH_S = 0.8
_NOTHING: frozenset[str] = frozenset()


class RowList(Surface, Generic[R]):
    """Shows *pages* and keeps the cursor on one row, wherever data puts the others.

    A subclass draws: the line of titles, and a row's cells, those named in *flashing* as just changed.
    """

    head_rows = 1

    pages: reactive[Pages[Any, Any]] = reactive(lambda: Pages[Any, Any](None), repaint=False, always_update=True)
    now: reactive[int] = reactive(0, repaint=False)
    marked: reactive[frozenset[int]] = reactive(frozenset, repaint=False)
    marks_all: reactive[bool] = reactive(False)  # every row there is, also those that are not at hand

    @dataclass
    class Highlighted(Message):
        """The cursor is on another row; None while that is not at hand."""

        row: Row | None

    @dataclass
    class Opened(Message):
        row: Row

    @dataclass
    class SortAsked(Message):
        """The head of a column was clicked by which the list can be sorted."""

        sort: str

    @dataclass
    class MarkAsked(Message):
        """The row under the cursor is to be marked, or no longer; or with *all_rows* every one."""

        all_rows: bool = False

    def __init__(
        self,
        query: ListQuery,
        *,
        id: str | None = None,  # noqa: A002 - the name Textual gives it
        takes_marks: bool = False,
    ) -> None:
        super().__init__(id=id)
        self._takes_marks = takes_marks
        self.set_reactive(RowList.pages, Pages(query))
        self._flashing: dict[int, frozenset[str]] = {}
        self._told: int | None = None

    def titles(self, width: int) -> Line:
        raise NotImplementedError

    def sort_at(self, x: int, width: int) -> str:
        """The sort whose column has its head at cell *x*; "" = there is none."""
        return ""

    def cells(self, row: R, width: int, flashing: frozenset[str]) -> Line:
        raise NotImplementedError

    def changed_cells(self, before: R, after: R) -> frozenset[str]:
        """The cells in which two states of one row differ."""
        raise NotImplementedError

    @property
    def row_count(self) -> int:
        return self.pages.total

    @property
    def can_open(self) -> bool:
        return self.pages.total > 0

    @property
    def current(self) -> R | None:
        row: R | None = self.pages.row(self.cursor)
        return row

    def show(self, pages: Pages[Any, R], *, cursor: int, top: int) -> None:
        """Another list, with the cursor on row *cursor* and row *top* the first that shows."""
        self.pages = pages
        self.measure()
        self.scroll_top_to(top)
        self.move_to(min(cursor, max(pages.total - 1, 0)))
        self.tell()

    def rows_arrived(self, first: int, last: int) -> None:
        """Rows *first* to *last* of the same list are at hand now."""
        if self.virtual_size.height != self.row_count + self.head_rows:
            self.measure()
        for index in range(max(first, self.top), min(last, self.bottom) + 1):
            self.refresh_row(index)
        self.tell()

    def flash(self, changed: dict[int, tuple[R, R]]) -> None:
        """Shows for a moment what has just changed in which rows."""
        calmed = self._flashing
        self._flashing = {row_id: self.changed_cells(*states) for row_id, states in changed.items()}
        self._repaint({*calmed, *changed})
        self.set_timer(_FLASH_S, self._calm, name="flash")

    def _calm(self) -> None:
        calmed, self._flashing = self._flashing, {}
        self._repaint(set(calmed))

    def watch_marked(self, before: frozenset[int], after: frozenset[int]) -> None:
        self._repaint(set(before ^ after))

    def _repaint(self, row_ids: set[int]) -> None:
        for index in range(self.top, self.bottom + 1):
            row = self.pages.row(index)
            if row and row.id in row_ids:
                self.refresh_row(index)

    def watch_cursor(self, before: int, after: int) -> None:
        super().watch_cursor(before, after)
        self.tell()

    def tell(self) -> None:
        """Says once which row the cursor is on."""
        row = self.current
        row_id = row.id if row else None
        if row_id != self._told:
            self._told = row_id
            self.post_message(self.Highlighted(row))

    def on_click(self, event: Click) -> None:
        """In the column of marks, or with Ctrl anywhere in a row, a click marks; on a head it sorts."""
        is_mark = self._takes_marks and (event.x < MARK_WIDTH or event.ctrl)
        if event.button != 1 or (event.y >= self.head_rows and not is_mark):
            return
        event.prevent_default()
        index = self.top + event.y - self.head_rows
        if event.y < self.head_rows:
            self._head_clicked(event.x, is_mark=is_mark)
        elif self.is_stop(index):
            self.move_to(index)
            self.post_message(self.MarkAsked())

    def _head_clicked(self, x: int, *, is_mark: bool) -> None:
        if is_mark:
            self.post_message(self.MarkAsked(all_rows=True))
        elif sort := self.sort_at(x, self.scrollable_content_region.width):
            self.post_message(self.SortAsked(sort))

    def opened(self) -> None:
        if row := self.current:
            self.post_message(self.Opened(row))

    def head_strip(self, width: int) -> Strip:
        return self.strip_of(self.titles(width), width, over=HEAD)

    def row_strip(self, index: int, width: int, *, is_current: bool) -> Strip:
        row: R | None = self.pages.row(index)
        body = line(Span("·", Role.FAINT)) if row is None else self._cells(row, width)
        gutter = self._gutter(row, is_current=is_current)
        return self.strip_of(line(gutter, *body.spans), width, over=self.under(is_current=is_current))

    def _cells(self, row: R, width: int) -> Line:
        shown = masked(row) if self.is_masked else row
        return self.cells(shown, width, self._flashing.get(row.id, _NOTHING))

    def _gutter(self, row: R | None, *, is_current: bool) -> Span:
        cursor = "▌" if is_current else " "
        mark = "✓" if row and (self.marks_all or row.id in self.marked) else " "
        return Span(cursor + mark, Role.ACCENT) if is_current or mark != " " else Span("  ")
