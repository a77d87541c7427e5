"""A long list's rows as cells in columns, whatever they are of: the heads over them, a row, what changed in one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tui.drawing.line import Line, Role, Span
from tui.format import Align, fit

F = TypeVar("F", bound=StrEnum)

GAP = 2
MARK_WIDTH = 2


@dataclass(frozen=True, slots=True)
class Column(Generic[F]):
    """*field* is its head, too."""

    field: F
    width: int
    align: Align = Align.LEFT


def room_beside(columns: Iterable[Column[F]], width: int) -> int:
    """What those columns, each with its gap, leave of *width* cells."""
    return width - MARK_WIDTH - sum(column.width + GAP for column in columns)


def heads(columns: Iterable[Column[F]], sorted_by: F | None = None, arrow: str = "") -> Line:
    """The line over the list; the column that sorts carries the arrow."""
    spans = [Span(" " * MARK_WIDTH)]
    for at, column in enumerate(columns):
        sorts = column.field is sorted_by
        room = " " if len(column.field) + 2 <= column.width else ""
        title = f"{column.field}{room}{arrow}" if sorts else str(column.field)
        spans.append(_cell(at, column, title, Role.ACCENT if sorts else Role.MUTED))
    return Line(tuple(spans))


def field_at(columns: Iterable[Column[F]], x: int) -> F | None:
    """The column whose head stands at cell *x*; a gap belongs to the column behind it."""
    edge = MARK_WIDTH
    for at, column in enumerate(columns):
        edge += column.width + (GAP if at else 0)
        if MARK_WIDTH <= x < edge:
            return column.field
    return None


def row_line(
    columns: Iterable[Column[F]], texts: Mapping[F, str], roles: Mapping[F, Role], flashing: Collection[str]
) -> Line:
    """A row's *texts*, muted where *roles* says nothing; those in *flashing* have just changed."""
    return Line(
        tuple(
            _cell(
                at,
                column,
                texts[column.field],
                Role.FLASH if column.field in flashing else roles.get(column.field, Role.MUTED),
            )
            for at, column in enumerate(columns)
        )
    )


def differing(before: Mapping[F, str], after: Mapping[F, str]) -> frozenset[F]:
    """The fields whose texts differ."""
    return frozenset(field for field in before if before[field] != after[field])


def _cell(at: int, column: Column[F], text: str, role: Role) -> Span:
    """The gap before it goes with its text: each change of look costs 40 bytes on the line."""
    return Span((" " * GAP if at else "") + fit(text, column.width, column.align), role)
