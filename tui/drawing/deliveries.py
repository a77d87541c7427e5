"""The columns of the inbox: which fit a width, their heads and their cells."""

from dataclasses import dataclass
from enum import StrEnum

from common.inbox import DeliveryRow
from common.times import ago
from tui.drawing.glyphs import DELIVERY_SIGNS
from tui.drawing.line import Line, Role, Span
from tui.format import Align, count, fit

_GAP = 2
_MARK_WIDTH = 2
_ERROR_AT_LEAST = 8
_SCOPE_ROOM = 20
_TRIES_FROM = 66
_RECEIVED_FROM = 46


class Field(StrEnum):
    RECEIVED = "RECEIVED"
    STATE = "STATE"
    SCOPE = "SCOPE"
    RESOURCE = "RESOURCE"
    TRIES = "TRIES"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    width: int
    align: Align = Align.LEFT


_RECEIVED = Column(Field.RECEIVED, 8, Align.RIGHT)
_STATE = Column(Field.STATE, 9)
_RESOURCE = Column(Field.RESOURCE, 14)
_TRIES = Column(Field.TRIES, 5, Align.RIGHT)


def columns_for(width: int) -> tuple[Column, ...]:
    """The columns that fit *width* cells; scope and error share what the others leave, the error most of it."""
    fixed = [_STATE, _RESOURCE]
    if width >= _RECEIVED_FROM:
        fixed.insert(0, _RECEIVED)
    if width >= _TRIES_FROM:
        fixed.append(_TRIES)
    room = width - _MARK_WIDTH - sum(column.width + _GAP for column in fixed)
    error = room - _SCOPE_ROOM - _GAP
    scope_room = _SCOPE_ROOM if error >= _ERROR_AT_LEAST else max(room, 1)
    fixed.insert(fixed.index(_RESOURCE), Column(Field.SCOPE, scope_room))
    if error >= _ERROR_AT_LEAST:
        fixed.append(Column(Field.ERROR, error))
    return tuple(fixed)


def heads(columns: tuple[Column, ...]) -> Line:
    titles = [
        Span(_gap(at) + fit(column.field, column.width, column.align), Role.MUTED) for at, column in _each(columns)
    ]
    return Line((Span(" " * _MARK_WIDTH), *titles))


def cells(row: DeliveryRow, *, now: int) -> dict[Field, str]:
    sign, _ = DELIVERY_SIGNS[row.state]
    return {
        Field.RECEIVED: ago(row.received_at, now=now),
        Field.STATE: f"{sign} {row.state}",
        Field.SCOPE: row.scope.removeprefix("store/"),
        Field.RESOURCE: row.resource or "–",
        Field.TRIES: count(row.attempts) if row.attempts else "–",
        Field.ERROR: row.error,
    }


def row_line(row: DeliveryRow, columns: tuple[Column, ...], flashing: frozenset[str], *, now: int) -> Line:
    texts = cells(row, now=now)
    spans = []
    for at, column in _each(columns):
        role = Role.FLASH if column.field in flashing else _role(column.field, row)
        spans.append(Span(_gap(at) + fit(texts[column.field], column.width, column.align), role))
    return Line(tuple(spans))


def changed_fields(before: DeliveryRow, after: DeliveryRow) -> frozenset[str]:
    """The columns in which two states of one delivery differ."""
    old, new = cells(before, now=0), cells(after, now=0)
    return frozenset(str(field) for field in old if old[field] != new[field])


def _each(columns: tuple[Column, ...]) -> list[tuple[int, Column]]:
    return list(enumerate(columns))


def _gap(at: int) -> str:
    return " " * _GAP if at else ""


def _role(field: Field, row: DeliveryRow) -> Role:
    if field is Field.STATE:
        return DELIVERY_SIGNS[row.state][1]
    return Role.TEXT if field is Field.RESOURCE else Role.MUTED
