"""A page of details: lines drawn for the width there is, with a cursor that keeps to its line when they change."""

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import zip_longest

from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.drawing.line import Draw, Line, Role, Span, line
from tui.masking import masked_call
from tui.widgets.surface import Surface

# For as long as it has no place on the screen; with the place comes its width.
_UNPLACED_WIDTH = 80


class LinesView(Surface):
    """Shows what a Draw gives; Enter on a line with a target opens it.

    What draws people is a partial of a function and models: those are masked when it is.
    """

    marks_when_idle = True  # whether the cursor shows while the focus is elsewhere

    @dataclass
    class Highlighted(Message):
        view: "LinesView"
        target: Hashable | None

        @property
        def control(self) -> "LinesView":
            return self.view

    @dataclass
    class Opened(Message):
        view: "LinesView"
        target: Hashable

        @property
        def control(self) -> "LinesView":
            return self.view

    def __init__(
        self,
        *,
        id: str | None = None,  # noqa: A002 - the name Textual gives it
        classes: str = "",
        opens_at_once: bool = False,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.opens_at_once = opens_at_once
        self._draw: Draw = lambda _: []
        self._lines: list[Line] = []
        self._drawn_width = 0
        self._rows_before = 1  # how many showed before it had another size
        self._told: Hashable | None = None

    @property
    def row_count(self) -> int:
        return len(self._lines)

    @property
    def target(self) -> Hashable | None:
        """What the cursor is on."""
        return self._lines[self.cursor].target if self.cursor < len(self._lines) else None

    def is_stop(self, index: int) -> bool:
        return 0 <= index < len(self._lines) and self._lines[index].target is not None

    def show(self, draw: Draw, *, from_top: bool = False) -> None:
        """Draws *draw* from now on. The cursor stays on its target, unless it is *from_top* that one reads on."""
        self._draw = draw
        self._redraw(keeps_place=not from_top)

    def lines(self, width: int) -> list[Line]:
        """What it shows, drawn for *width* cells."""
        return self._drawn(width, is_masked=self.is_masked)

    def text(self, width: int, *, is_masked: bool) -> str:
        """All of it as drawn for *width* cells; lines that the screen would cut are whole."""
        return "".join(f"{drawn.text.rstrip()}\n" for drawn in self._drawn(width, is_masked=is_masked))

    def _drawn(self, width: int, *, is_masked: bool) -> list[Line]:
        draw: Draw = masked_call(self._draw) if is_masked else self._draw
        return draw(width)

    def watch_is_masked(self) -> None:
        self._redraw(keeps_place=True)

    def rest_on(self, target: Hashable) -> None:
        """Puts the cursor on the line with that *target*, if there is one."""
        if (index := self._index_of(target)) is not None:
            self.move_to(index)

    def action_move(self, step: int) -> None:
        """Reads on line by line towards a cursor that is out of sight; with one in sight, as everywhere."""
        if self.cursor > self.bottom if step > 0 else self.cursor < self.top:
            self.scroll_top_to(self.top + step)
        else:
            super().action_move(step)

    def keep_cursor(self) -> None:
        """A cursor that was in sight stays so; a page begins at its top, wherever its first target is."""
        was_in_sight = self.opens_at_once or self.top <= self.cursor < self.top + self._rows_before
        self._rows_before = self.rows_shown
        if self.scrollable_content_region.width != self._drawn_width:
            is_at_top = self.top == 0  # lines that break otherwise above the cursor push no heading out of sight
            self._redraw(keeps_place=True)
            if is_at_top:
                self.scroll_top_to(0)
        if was_in_sight:
            super().keep_cursor()

    def _redraw(self, *, keeps_place: bool) -> None:
        self._drawn_width = self.scrollable_content_region.width
        kept, offset = self.target, self.cursor - self.top
        before, self._lines = (
            self._lines,
            self.lines(max(self._drawn_width - 1, 1) if self._drawn_width else _UNPLACED_WIDTH),
        )
        self.virtual_size = Size(self._drawn_width, len(self._lines))
        self._refresh_changed(before)
        if not keeps_place:
            self.scroll_top_to(0)
            self.cursor, kept = 0, None
        index = self._index_of(kept)
        if kept is not None and index is not None and index != self.cursor:
            self.scroll_top_to(index - offset)
        self.cursor = self._first_stop() if index is None else index
        self._tell()

    def _refresh_changed(self, before: list[Line]) -> None:
        """Repaints the lines that differ: a progress bar ten lines down costs one line on a slow terminal."""
        for index, (old, new) in enumerate(zip_longest(before, self._lines)):
            if old != new:
                self.refresh_row(index)

    def _index_of(self, target: Hashable | None) -> int | None:
        if target is None:
            return None
        return next((at for at, drawn in enumerate(self._lines) if drawn.target == target), None)

    def _first_stop(self) -> int:
        stop = self._next_stop(min(self.cursor, max(len(self._lines) - 1, 0)), 1)
        return stop if stop is not None else self._next_stop(self.cursor, -1) or 0

    def watch_cursor(self, before: int, after: int) -> None:
        super().watch_cursor(before, after)
        self._tell()

    def _tell(self) -> None:
        if self.target != self._told:
            self._told = self.target
            self.post_message(self.Highlighted(self, self.target))

    def opened(self) -> None:
        if self.target is not None:
            self.post_message(self.Opened(self, self.target))

    def row_strip(self, index: int, width: int, *, is_current: bool) -> Strip:
        drawn = self._lines[index]
        is_marked = is_current and drawn.target is not None and (self.has_focus or self.marks_when_idle)
        mark = Span("▌", Role.ACCENT) if is_marked else Span(" ")
        return self.strip_of(line(mark, *drawn.spans), width, over=self.under(is_current=is_marked))
