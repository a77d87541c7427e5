"""The window over all contacts: draws the rows at hand and says which others it would show."""

from dataclasses import dataclass

from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from common.contacts import ContactQuery, ContactRow
from tui.drawing.columns import Column, Field, columns_for, heads, row_line
from tui.drawing.line import Line, Role, Span, line
from tui.pages import Pages
from tui.widgets.inked import HEAD
from tui.widgets.surface import Surface

_FLASH_S = 0.8
_NOTHING: frozenset[Field] = frozenset()


class ContactList(Surface):
    """Shows *pages* and keeps the cursor on one contact, wherever data puts the others."""

    head_rows = 1

    pages: reactive[Pages] = reactive(lambda: Pages(ContactQuery()), repaint=False, always_update=True)
    now: reactive[int] = reactive(0, repaint=False)

    @dataclass
    class Highlighted(Message):
        """The cursor is on another contact; None while its row is not at hand."""

        row: ContactRow | None

    @dataclass
    class Opened(Message):
        row: ContactRow

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - the name Textual gives it
        super().__init__(id=id)
        self._flashing: dict[int, frozenset[Field]] = {}
        self._told: int | None = None

    @property
    def row_count(self) -> int:
        return self.pages.total

    @property
    def can_open(self) -> bool:
        return self.pages.total > 0

    @property
    def current(self) -> ContactRow | None:
        return self.pages.row(self.cursor)

    def show(self, pages: Pages, *, cursor: int, top: int) -> None:
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

    def flash(self, changed: dict[int, frozenset[Field]]) -> None:
        """Shows for a moment which fields of which contacts have just changed."""
        calmed, self._flashing = self._flashing, changed
        self._repaint({*calmed, *changed})
        self.set_timer(_FLASH_S, self._calm, name="flash")

    def _calm(self) -> None:
        calmed, self._flashing = self._flashing, {}
        self._repaint(set(calmed))

    def _repaint(self, contact_ids: set[int]) -> None:
        for index in range(self.top, self.bottom + 1):
            row = self.pages.row(index)
            if row and row.id in contact_ids:
                self.refresh_row(index)

    def watch_cursor(self, before: int, after: int) -> None:
        super().watch_cursor(before, after)
        self.tell()

    def tell(self) -> None:
        """Says once which contact the cursor is on."""
        row = self.current
        contact_id = row.id if row else None
        if contact_id != self._told:
            self._told = contact_id
            self.post_message(self.Highlighted(row))

    def opened(self) -> None:
        if row := self.current:
            self.post_message(self.Opened(row))

    def head_strip(self, width: int) -> Strip:
        query = self.pages.query
        return self.strip_of(heads(columns_for(width), query.sort, reverse=query.reverse), width, over=HEAD)

    def row_strip(self, index: int, width: int, *, is_current: bool) -> Strip:
        mark = Span("▌ ", Role.ACCENT) if is_current else Span("  ")
        body = self._row_line(index, columns_for(width))
        return self.strip_of(line(mark, *body.spans), width, over=self.under(is_current=is_current))

    def _row_line(self, index: int, columns: tuple[Column, ...]) -> Line:
        row = self.pages.row(index)
        if row is None:
            return line(Span("·", Role.FAINT))
        return row_line(row, columns, self._flashing.get(row.id, _NOTHING), now=self.now)
