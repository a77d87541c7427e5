"""The columns of the product list: which fit a width, their heads and their cells."""

from dataclasses import dataclass
from enum import StrEnum

from common.products import ProductRow, ProductSort, ProductState
from common.times import ago
from tui.drawing.glyphs import PRODUCT_SIGNS
from tui.drawing.line import Line, Role, Span
from tui.format import Align, count, cut, fit

_GAP = 2
_MARK_WIDTH = 2


class Field(StrEnum):
    NAME = "NAME"
    SKU = "SKU"
    STORE = "STORE"
    PRICE = "PRICE"
    SOLD = "SOLD"
    REVENUE = "REVENUE"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    width: int
    align: Align = Align.RIGHT


_STORE = Column(Field.STORE, 10, Align.LEFT)
_PRICE = Column(Field.PRICE, 11)
_SOLD = Column(Field.SOLD, 7)
_REVENUE = Column(Field.REVENUE, 13)
_CHANGED = Column(Field.CHANGED, 9)

# Narrower than this the column is left out: too little of a name would be left to tell products apart.
_STORE_FROM = 90
_SKU_FROM = 62
_PRICE_FROM = 46

SORT_TITLES: dict[ProductSort, str] = {
    ProductSort.SOLD: "pieces sold",
    ProductSort.REVENUE: "revenue",
    ProductSort.NAME: "name",
    ProductSort.PRICE: "price",
    ProductSort.MODIFIED: "last change",
}

_SORTED_FIELD = {
    ProductSort.SOLD: Field.SOLD,
    ProductSort.REVENUE: Field.REVENUE,
    ProductSort.NAME: Field.NAME,
    ProductSort.PRICE: Field.PRICE,
    ProductSort.MODIFIED: Field.CHANGED,
}


def columns_for(width: int, sort: ProductSort, *, with_store: bool = False) -> tuple[Column, ...]:
    """The columns that fit *width* cells; the name, and then the SKU, share what the others leave.

    What the list is sorted by always shows.
    """
    numbers = [_SOLD, _CHANGED if sort is ProductSort.MODIFIED else _REVENUE]
    if width >= _PRICE_FROM or sort is ProductSort.PRICE:
        numbers = [_PRICE, *numbers] if width >= _PRICE_FROM else [_PRICE, _SOLD]
    fixed = [_STORE, *numbers] if with_store and width >= _STORE_FROM else numbers
    room = width - _MARK_WIDTH - sum(column.width + _GAP for column in fixed)
    if width < _SKU_FROM:
        return (Column(Field.NAME, max(room, 1), Align.LEFT), *fixed)
    sku_width = max((room - _GAP) // 3, 8)
    name = Column(Field.NAME, max(room - _GAP - sku_width, 1), Align.LEFT)
    return (name, Column(Field.SKU, sku_width, Align.LEFT), *fixed)


def arrow(sort: ProductSort, *, reverse: bool) -> str:
    """↓ for most, dearest, newest or Z first, ↑ for the other way round."""
    return "↓" if (sort is not ProductSort.NAME) != reverse else "↑"


def heads(columns: tuple[Column, ...], sort: ProductSort, *, reverse: bool) -> Line:
    """The line over the list; the column that sorts carries the arrow."""
    spans = [Span(" " * _MARK_WIDTH)]
    for at, column in enumerate(columns):
        sorts = _SORTED_FIELD[sort] is column.field
        title = f"{column.field} {arrow(sort, reverse=reverse)}" if sorts else str(column.field)
        role = Role.ACCENT if sorts else Role.MUTED
        spans.append(Span(_gap(at) + fit(title, column.width, column.align), role))
    return Line(tuple(spans))


def cells(row: ProductRow, store_name: str, *, now: int) -> dict[Field, str]:
    """What each column says of *row*. A name that is not on show in the store has a sign before it."""
    sign = "" if row.state is ProductState.VISIBLE else f"{PRODUCT_SIGNS[row.state][0]} "
    price = row.sale_price or row.price
    on_sale = "▾" if row.sale_price else ""
    return {
        Field.NAME: f"{sign}{cut(row.name, 400) or '(no name)'}",
        Field.SKU: row.sku,
        Field.STORE: store_name,
        Field.PRICE: f"{on_sale}{price.text}" if price else "–",
        Field.SOLD: count(row.pieces) if row.orders else "–",
        Field.REVENUE: row.revenue.text if row.orders else "–",
        Field.CHANGED: ago(row.modified_at, now=now) if row.modified_at is not None else "–",
    }


def row_line(
    row: ProductRow, columns: tuple[Column, ...], flashing: frozenset[str], store_name: str, *, now: int
) -> Line:
    texts = cells(row, store_name, now=now)
    spans = []
    for at, column in enumerate(columns):
        role = Role.FLASH if column.field in flashing else _role(column.field, row)
        spans.append(Span(_gap(at) + fit(texts[column.field], column.width, column.align), role))
    return Line(tuple(spans))


def changed_fields(before: ProductRow, after: ProductRow) -> frozenset[str]:
    """The columns in which two states of one product differ."""
    old, new = cells(before, "", now=0), cells(after, "", now=0)
    return frozenset(str(field) for field in old if old[field] != new[field])


def _gap(at: int) -> str:
    return " " * _GAP if at else ""


def _role(field: Field, row: ProductRow) -> Role:
    if field is Field.NAME:
        return Role.TEXT if row.state is ProductState.VISIBLE else Role.MUTED
    if field in (Field.SKU, Field.STORE, Field.CHANGED):
        return Role.MUTED
    return Role.TEXT if row.orders or field is Field.PRICE else Role.MUTED
