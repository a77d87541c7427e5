"""The columns of the inbox: which fit a width, their heads and their cells."""

from enum import StrEnum

from common.inbox import DeliveryRow
from common.times import ago
from tui.drawing import cells as table
from tui.drawing.cells import GAP, Column, differing, room_beside
from tui.drawing.glyphs import DELIVERY_SIGNS
from tui.drawing.line import Line, Role
from tui.format import Align, count

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


_RECEIVED = Column(Field.RECEIVED, 8, Align.RIGHT)
_STATE = Column(Field.STATE, 9)
_RESOURCE = Column(Field.RESOURCE, 14)
_TRIES = Column(Field.TRIES, 5, Align.RIGHT)


def columns_for(width: int) -> tuple[Column[Field], ...]:
    """The columns that fit *width* cells; scope and error share what the others leave, the error most of it."""
    fixed = [_STATE, _RESOURCE]
    if width >= _RECEIVED_FROM:
        fixed.insert(0, _RECEIVED)
    if width >= _TRIES_FROM:
        fixed.append(_TRIES)
    room = room_beside(fixed, width)
    error = room - _SCOPE_ROOM - GAP
    scope_room = _SCOPE_ROOM if error >= _ERROR_AT_LEAST else max(room, 1)
    fixed.insert(fixed.index(_RESOURCE), Column(Field.SCOPE, scope_room))
    if error >= _ERROR_AT_LEAST:
        fixed.append(Column(Field.ERROR, error))
    return tuple(fixed)


def heads(columns: tuple[Column[Field], ...]) -> Line:
    return table.heads(columns)


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


def row_line(row: DeliveryRow, columns: tuple[Column[Field], ...], flashing: frozenset[str], *, now: int) -> Line:
    roles = {Field.STATE: DELIVERY_SIGNS[row.state][1], Field.RESOURCE: Role.TEXT}
    return table.row_line(columns, cells(row, now=now), roles, flashing)


def changed_fields(before: DeliveryRow, after: DeliveryRow) -> frozenset[Field]:
    """The columns in which two states of one delivery differ."""
    return differing(cells(before, now=0), cells(after, now=0))
