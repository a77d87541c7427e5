"""A scrolling surface of lines with a cursor: the ground of every list and every page of details."""

from dataclasses import dataclass

from textual.events import Click
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.bindings import Place, bindings
from tui.widgets.inked import CURSOR, Inked


class Surface(ScrollView, Inked, can_focus=True):
    """Lines by number, one under the cursor. *head_rows* lines on top stay while the rest scrolls."""

    COMPONENT_CLASSES = Inked.COMPONENT_CLASSES  # of two bases Textual reads the first one's only
    BINDINGS = bindings(Place.LINES)
    ALLOW_SELECT = False

    head_rows = 0
    opens_at_once = False  # whether a click opens a line the cursor is not on yet, as in a menu
    cursor: reactive[int] = reactive(0, repaint=False)
    is_masked: reactive[bool] = reactive(False)  # whether people in what it shows are masked

    @dataclass
    class Scrolled(Message):
        """Other rows show than before."""

        surface: "Surface"

        @property
        def control(self) -> "Surface":
            return self.surface

    @dataclass
    class NothingHere(Message):
        """Enter, where there is nothing to open."""

    @property
    def row_count(self) -> int:
        """How many lines there are to scroll through."""
        raise NotImplementedError

    def row_strip(self, index: int, width: int, *, is_current: bool) -> Strip:
        raise NotImplementedError

    def head_strip(self, width: int) -> Strip:
        return Strip.blank(width, self.rich_style)

    def is_stop(self, index: int) -> bool:
        """Whether the cursor may rest on line *index*."""
        return 0 <= index < self.row_count

    @property
    def can_open(self) -> bool:
        """Whether there is anything for Enter to open."""
        return any(self.is_stop(index) for index in range(self.row_count))

    def opened(self) -> None:
        """Enter, or a click on the line under the cursor."""

    @property
    def rows_shown(self) -> int:
        return max(self.scrollable_content_region.height - self.head_rows, 1)

    @property
    def top(self) -> int:
        return self.scroll_offset.y

    @property
    def bottom(self) -> int:
        """The last row that shows."""
        return min(self.top + self.rows_shown, self.row_count) - 1

    def measure(self) -> None:
        """To be called when the number of rows may have changed."""
        self.virtual_size = Size(self.scrollable_content_region.width, self.row_count + self.head_rows)
        self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if y < self.head_rows:
            return self.head_strip(width)
        index = self.top + y - self.head_rows
        if index >= self.row_count:
            return Strip.blank(width, self.rich_style)
        return self.row_strip(index, width, is_current=index == self.cursor)

    def refresh_row(self, index: int) -> None:
        """Repaints one row, without the scrollbar beside it."""
        y = index + self.head_rows - self.top
        self.refresh(Region(0, y, self.scrollable_content_region.width, 1))

    def under(self, *, is_current: bool) -> str:
        """The component that lies under a row."""
        return CURSOR if is_current else ""

    def watch_cursor(self, before: int, after: int) -> None:
        self.refresh_row(before)
        self.refresh_row(after)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if round(old_value) != round(new_value):
            self.post_message(self.Scrolled(self))

    def on_resize(self) -> None:
        self.measure()
        self.keep_cursor()
        self.post_message(self.Scrolled(self))

    def keep_cursor(self) -> None:
        """Has the cursor in sight in a size that is new."""
        self.reveal(self.cursor)

    def reveal(self, index: int) -> None:
        """Scrolls as little as needed for row *index* to show."""
        if index < self.top:
            self.scroll_top_to(index)
        elif index >= self.top + self.rows_shown:
            self.scroll_top_to(index - self.rows_shown + 1)

    def scroll_top_to(self, top: int) -> None:
        self.scroll_to(y=max(top, 0), animate=False, immediate=True)

    def move_to(self, index: int) -> None:
        self.cursor = index
        self.reveal(index)

    def action_move(self, step: int) -> None:
        """To the next line the cursor may rest on; past the last one the view scrolls on."""
        index = self._next_stop(self.cursor + step, step)
        if index is None or abs(index - self.cursor) > self.rows_shown:
            self.scroll_top_to(min(self.top + step, self.row_count - self.rows_shown))
        else:
            self.move_to(index)

    def action_turn(self, direction: int) -> None:
        span = max(self.rows_shown - 1, 1) * direction
        self.scroll_top_to(min(self.top + span, max(self.row_count - self.rows_shown, 0)))
        target = min(max(self.cursor + span, 0), self.row_count - 1)
        self._settle(target, direction)

    def action_leap(self, to_end: bool) -> None:
        target = self.row_count - 1 if to_end else 0
        self.reveal(target)
        self._settle(target, 1 if to_end else -1)

    def action_open(self) -> None:
        if self.is_stop(self.cursor):
            self.opened()
        else:
            self.post_message(self.NothingHere())

    def _settle(self, target: int, direction: int) -> None:
        """Puts the cursor on *target* or the nearest stop before it."""
        index = self._next_stop(target, -direction)
        if index is None:
            index = self._next_stop(target, direction)
        if index is not None:
            self.cursor = index

    def _next_stop(self, index: int, step: int) -> int | None:
        way = 1 if step > 0 else -1
        while 0 <= index < self.row_count:
            if self.is_stop(index):
                return index
            index += way
        return None

    def on_click(self, event: Click) -> None:
        index = self.top + event.y - self.head_rows
        if event.button != 1 or event.y < self.head_rows or not self.is_stop(index):
            return
        was_here = index == self.cursor
        self.move_to(index)
        if was_here or self.opens_at_once:
            self.opened()
