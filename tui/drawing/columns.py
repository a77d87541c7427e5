"""The columns of the contact list: which fit a width, their heads and their cells."""

from dataclasses import dataclass
from enum import StrEnum

from common.contacts import ContactRow, ContactSort
from common.times import ago
from tui.drawing.line import Line, Role, Span
from tui.format import Align, count, fit, full_name

_GAP = 2
_MARK_WIDTH = 2


class Field(StrEnum):
    EMAIL = "EMAIL"
    NAME = "NAME"
    ORDERS = "ORDERS"
    REVENUE = "REVENUE"
    LAST = "LAST"


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    width: int
    align: Align


_NUMBERS = (
    Column(Field.ORDERS, 7, Align.RIGHT),
    Column(Field.REVENUE, 12, Align.RIGHT),
    Column(Field.LAST, 6, Align.RIGHT),
)

# Narrower than this the column is left out: below it too little of an email would be left to tell people apart.
_NAME_FROM = 64
_EMAIL_AT_LEAST = 20
_ORDERS_FROM = 46

SORTED_FIELD = {
    ContactSort.EMAIL: Field.EMAIL,
    ContactSort.NAME: Field.NAME,
    ContactSort.ORDERS: Field.ORDERS,
    ContactSort.REVENUE: Field.REVENUE,
    ContactSort.LAST_ORDER: Field.LAST,
}

_FALLING = frozenset({ContactSort.LAST_ORDER, ContactSort.REVENUE, ContactSort.ORDERS, ContactSort.CREATED})


def columns_for(width: int) -> tuple[Column, ...]:
    """The columns that fit *width* cells; email, and then the name, share what the numbers leave."""
    numbers = _NUMBERS if width >= _ORDERS_FROM else _NUMBERS[1:]
    room = width - _MARK_WIDTH - sum(column.width + _GAP for column in numbers)
    if width < _NAME_FROM:
        return (Column(Field.EMAIL, max(room, 1), Align.LEFT), *numbers)
    email_width = max((room - _GAP) * 3 // 5, _EMAIL_AT_LEAST)
    name = Column(Field.NAME, room - _GAP - email_width, Align.LEFT)
    return (Column(Field.EMAIL, email_width, Align.LEFT), name, *numbers)


def arrow(sort: ContactSort, *, reverse: bool) -> str:
    """↓ for largest, newest or Z first, ↑ for the other way round."""
    return "↓" if (sort in _FALLING) != reverse else "↑"


def heads(columns: tuple[Column, ...], sort: ContactSort, *, reverse: bool) -> Line:
    """The line over the list; the column that sorts carries the arrow."""
    spans = [Span(" " * _MARK_WIDTH)]
    for at, column in enumerate(columns):
        sorts = SORTED_FIELD.get(sort) is column.field
        title = f"{column.field} {arrow(sort, reverse=reverse)}" if sorts else str(column.field)
        role = Role.ACCENT if sorts else Role.MUTED
        spans.append(Span(_gap(at) + fit(title, column.width, column.align), role))
    return Line(tuple(spans))


def cells(row: ContactRow, *, now: int) -> dict[Field, str]:
    """What each column says of *row*; the last order's age is the only one that changes by itself."""
    return {
        Field.EMAIL: row.email,
        Field.NAME: full_name(row.first_name, row.last_name),
        Field.ORDERS: count(row.orders),
        Field.REVENUE: row.revenue.text if row.orders else "–",
        Field.LAST: ago(row.last_order_at, now=now) if row.last_order_at is not None else "never",
    }


def row_line(row: ContactRow, columns: tuple[Column, ...], flashing: frozenset[Field], *, now: int) -> Line:
    texts = cells(row, now=now)
    spans = []
    for at, column in enumerate(columns):
        role = Role.FLASH if column.field in flashing else _role(column.field, row)
        spans.append(Span(_gap(at) + fit(texts[column.field], column.width, column.align), role))
    return Line(tuple(spans))


def _gap(at: int) -> str:
    """The space before column *at*. It goes with the column's text: each change of look costs 40 bytes on the line."""
    return " " * _GAP if at else ""


def _role(field: Field, row: ContactRow) -> Role:
    if field in (Field.NAME, Field.LAST) or not row.orders:
        return Role.MUTED
    return Role.TEXT


def changed_fields(before: ContactRow, after: ContactRow) -> frozenset[Field]:
    """The columns in which two states of one contact differ."""
    old, new = cells(before, now=0), cells(after, now=0)
    moved = {Field.LAST} if before.last_order_at != after.last_order_at else set()
    return frozenset({field for field in old if field is not Field.LAST and old[field] != new[field]} | moved)
