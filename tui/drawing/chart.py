"""Columns over an axis, of one series or of two, one upon the other, told apart by their signs.

Every line is exactly as wide as there is room. No label is cut: what does not fit is left out, and where not all
columns fit the latest are drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len

from tui.drawing.blocks import EIGHTHS, FULL, SHADE, hanging, share, standing
from tui.drawing.line import Line, Role, Span, line
from tui.format import Align, count, fit

_WIDEST_COLUMN = 6
_GAP_FROM = 3  # cells a column, of which the last is left free
_LABELS_TAKE = 3  # at most this part of the width

Values = Sequence[int | None]
"""The oldest first; None = not known."""

Cell = tuple[str, Role]


@dataclass(frozen=True, slots=True)
class Axis:
    """What stands beside and below the columns: how a value *reads*, and *marks*, one a value ("" = none).

    Labels have *labels* cells at least, so that two pictures can stand one below the other.
    """

    reads: Callable[[int], str] = count
    marks: Sequence[str] = ()
    labels: int = 0


PLAIN = Axis()


def column_lines(values: Values, width: int, height: int, axis: Axis = PLAIN) -> list[Line]:
    """Columns in eighths of a row, *height* rows in all; what is less than nothing hangs below the axis."""
    known = [value or 0 for value in values]
    frame = _Frame.of(len(known), width, max(axis.labels, *(cell_len(_label(end, axis)) for end in _ends(known))))
    shown = known[len(known) - frame.columns :]
    top, bottom = _ends(shown)
    below = _rows_below(top, bottom, height)
    above = height - below
    return [
        *frame.rows(
            [[_column(one, row, above, top) for one in shown] for row in range(above)][::-1], _label(top, axis)
        ),
        frame.base(axis.reads(0) if bottom else ""),
        *frame.rows(
            [[_depth(one, row, below, -bottom) for one in shown] for row in range(below)], last=_label(bottom, axis)
        ),
        *frame.marked(axis.marks),
    ]


def _ends(values: Sequence[int]) -> tuple[int, int]:
    """The highest and the lowest, of which the axis is always one."""
    return max((*values, 0)), min((*values, 0))


def _label(end: int, axis: Axis) -> str:
    """None at the axis itself."""
    return axis.reads(end) if end else ""


@dataclass(frozen=True, slots=True)
class Part:
    """One of two series. *label* says in the legend what it is."""

    label: str
    values: Values
    role: Role = Role.ACCENT


def stacked_lines(lower: Part, upper: Part, width: int, height: int, axis: Axis = PLAIN) -> list[Line]:
    """*upper*, shaded and in whole rows, upon *lower*; neither is ever so small that it does not show."""
    pairs = [(max(one or 0, 0), max(other or 0, 0)) for one, other in zip(lower.values, upper.values, strict=True)]
    frame = _Frame.of(len(pairs), width, max(axis.labels, cell_len(_label(_peak(pairs), axis))))
    shown = pairs[len(pairs) - frame.columns :]
    peak = _peak(shown)
    columns = [_stack(pair, height, peak) for pair in shown]
    cells = [[_stacked(column, row, lower.role, upper.role) for column in columns] for row in range(height)]
    return [*frame.rows(cells[::-1], _label(peak, axis)), frame.base(), *frame.marked(axis.marks)]


def _peak(pairs: Sequence[tuple[int, int]]) -> int:
    return max((sum(pair) for pair in pairs), default=0)


def legend(lower: Part, upper: Part, width: int, *, says: Sequence[tuple[str, str]] = ()) -> Line:
    """Which sign is which: what it *says* of both, the first that has room, else their labels, else nothing."""
    for one, other in (*says, (lower.label, upper.label)):
        whole = line(Span(FULL, lower.role), f" {one}   ", Span(SHADE, upper.role), f" {other}")
        if whole.width <= width:
            return whole
    return line(Span(FULL, lower.role), Span(SHADE, upper.role))


def first_that_fits(texts: Sequence[str], width: int) -> str:
    """The first of *texts* that is no wider than that; "" = none is."""
    return next((text for text in texts if cell_len(text) <= width), "")


def _rows_below(top: int, bottom: int, height: int) -> int:
    """How many of the rows lie below the axis: as many as the depth is of the whole, and at least one."""
    if not bottom:
        return 0
    if not top:
        return height
    return min(max(share(-bottom, top - bottom, height), 1), height - 1)


def _column(value: int, row: int, rows: int, peak: int) -> Cell:
    """What a column shows in *row*, counted from the axis."""
    eighths = max(share(value, peak, rows * EIGHTHS), 1) if value > 0 else 0
    return standing(eighths - row * EIGHTHS), Role.ACCENT


def _depth(value: int, row: int, rows: int, depth: int) -> Cell:
    halves = max(share(-value, depth, 2 * rows), 1) if value < 0 else 0
    return hanging(halves - 2 * row), Role.WARN


def _stack(pair: tuple[int, int], height: int, peak: int) -> tuple[int, int]:
    """Eighths of the lower one, and up to which row, not included, the upper one goes (0 = there is none)."""
    lower, upper = pair
    if not upper:
        return (max(share(lower, peak, height * EIGHTHS), 1) if lower else 0), 0
    rows = max(share(lower + upper, peak, height), 2 if lower else 1)
    own = min(max(share(lower, peak, height), 1), rows - 1) if lower else 0
    return own * EIGHTHS, min(rows, height)


def _stacked(column: tuple[int, int], row: int, lower: Role, upper: Role) -> Cell:
    eighths, until = column
    if row * EIGHTHS < eighths:
        return standing(eighths - row * EIGHTHS), lower
    return (SHADE, upper) if row < until else (" ", lower)


@dataclass(frozen=True, slots=True)
class _Frame:
    """How the cells of a line are shared out: *labels* for the axis' labels (0 = no room), *size* for each column."""

    width: int
    labels: int
    size: int
    columns: int

    @classmethod
    def of(cls, values: int, width: int, labels: int) -> "_Frame":
        beside = labels if labels < width // _LABELS_TAKE else 0
        room = max(width - beside - (1 if beside else 0), 0)
        size = min(max(room // max(values, 1), 1), _WIDEST_COLUMN)
        return cls(width, beside, size, min(values, room))

    def rows(self, rows: Sequence[Sequence[Cell]], first: str = "", last: str = "") -> list[Line]:
        """From above; *first* and *last* are the labels of those two."""
        labels = {0: first} if first else {len(rows) - 1: last}
        return [
            self._line(self._beside(labels.get(at, ""), "┤" if labels.get(at) else "│"), self._spans(cells))
            for at, cells in enumerate(rows)
        ]

    def base(self, label: str = "") -> Line:
        rule = Span("─" * (self.columns * self.size), Role.RULE)
        return self._line(self._beside(label, "┼" if label else "└"), [rule])

    def marked(self, marks: Sequence[str]) -> list[Line]:
        """A line with as many of *marks* as can be read, each below its column; none = no line."""
        shown = marks[len(marks) - self.columns :] if self.columns else ()
        text = _placed([(at * self.size, mark) for at, mark in enumerate(shown) if mark], self.columns * self.size)
        return [self._line(self._beside("", " "), [Span(text, Role.MUTED)])] if text else []

    def _beside(self, label: str, sign: str) -> list[Span]:
        if not self.labels:
            return []
        return [Span(fit(label, self.labels, Align.RIGHT), Role.MUTED), Span(sign, Role.RULE)]

    def _spans(self, cells: Sequence[Cell]) -> list[Span]:
        gap = " " if self.size >= _GAP_FROM else ""
        drawn = ((sign * (self.size - len(gap)) + gap, role) for sign, role in cells)
        return [Span("".join(part for part, _ in run), role) for role, run in groupby(drawn, lambda cell: cell[1])]

    def _line(self, beside: list[Span], drawn: list[Span]) -> Line:
        used = line(*beside, *drawn)
        return line(*used.spans, " " * (self.width - used.width)) if used.width < self.width else used


def _placed(marks: Sequence[tuple[int, str]], width: int) -> str:
    """The marks at their places, a cell at least between them; the latest comes first, and may stand further left."""
    text, free = "", width
    for at, mark in reversed(marks):
        start = at if text else min(at, free - cell_len(mark))
        gap = free - start - cell_len(mark)
        if start >= 0 and gap >= (1 if text else 0):
            text, free = f"{mark}{' ' * gap}{text}", start
    return f"{' ' * free}{text}" if text else ""
