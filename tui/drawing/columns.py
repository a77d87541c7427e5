"""The columns of the contact list: which fit a width, their heads and their cells."""

from enum import StrEnum

from common.contacts import ContactRow, ContactSort
from common.times import ago
from tui.drawing import cells as table
from tui.drawing.cells import GAP, Column, differing, room_beside
from tui.drawing.line import Line, Role
from tui.format import Align, count, full_name


class Field(StrEnum):
    EMAIL = "EMAIL"
    NAME = "NAME"
    ORDERS = "ORDERS"
    REVENUE = "REVENUE"
    LAST = "LAST"


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


def columns_for(width: int) -> tuple[Column[Field], ...]:
    """The columns that fit *width* cells; email, and then the name, share what the numbers leave."""
    numbers = _NUMBERS if width >= _ORDERS_FROM else _NUMBERS[1:]
    room = room_beside(numbers, width)
    if width < _NAME_FROM:
        return (Column(Field.EMAIL, max(room, 1), Align.LEFT), *numbers)
    email_width = max((room - GAP) * 3 // 5, _EMAIL_AT_LEAST)
    name = Column(Field.NAME, room - GAP - email_width, Align.LEFT)
    return (Column(Field.EMAIL, email_width, Align.LEFT), name, *numbers)


def arrow(sort: ContactSort, *, reverse: bool) -> str:
    """↓ for largest, newest or Z first, ↑ for the other way round."""
    return "↓" if (sort in _FALLING) != reverse else "↑"


def heads(columns: tuple[Column[Field], ...], sort: ContactSort, *, reverse: bool) -> Line:
    """The line over the list; the column that sorts carries the arrow."""
    return table.heads(columns, SORTED_FIELD.get(sort), arrow(sort, reverse=reverse))


def cells(row: ContactRow, *, now: int) -> dict[Field, str]:
    """What each column says of *row*; the last order's age is the only one that changes by itself."""
    return {
        Field.EMAIL: row.email,
        Field.NAME: full_name(row.first_name, row.last_name),
        Field.ORDERS: count(row.orders),
        Field.REVENUE: row.revenue.text if row.orders else "–",
        Field.LAST: ago(row.last_order_at, now=now) if row.last_order_at is not None else "never",
    }


def row_line(row: ContactRow, columns: tuple[Column[Field], ...], flashing: frozenset[str], *, now: int) -> Line:
    bright = (Field.EMAIL, Field.ORDERS, Field.REVENUE) if row.orders else ()
    return table.row_line(columns, cells(row, now=now), dict.fromkeys(bright, Role.TEXT), flashing)


def changed_fields(before: ContactRow, after: ContactRow) -> frozenset[Field]:
    """The columns in which two states of one contact differ."""
    old, new = cells(before, now=0), cells(after, now=0)
    moved = {Field.LAST} if before.last_order_at != after.last_order_at else set()
    return differing(old, new) - {Field.LAST} | moved
