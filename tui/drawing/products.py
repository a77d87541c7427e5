"""The columns of the product list: which fit a width, their heads and their cells."""

from enum import StrEnum

from common.products import ProductRow, ProductSort, ProductState
from common.times import ago
from tui.drawing import cells as table
from tui.drawing.cells import GAP, Column, differing, room_beside
from tui.drawing.glyphs import PRODUCT_SIGNS
from tui.drawing.line import Line, Role
from tui.format import Align, count, cut


class Field(StrEnum):
    NAME = "NAME"
    SKU = "SKU"
    STORE = "STORE"
    PRICE = "PRICE"
    SOLD = "SOLD"
    REVENUE = "REVENUE"
    CHANGED = "CHANGED"


_STORE = Column(Field.STORE, 10)
_PRICE = Column(Field.PRICE, 11, Align.RIGHT)
_SOLD = Column(Field.SOLD, 7, Align.RIGHT)
_REVENUE = Column(Field.REVENUE, 13, Align.RIGHT)
_CHANGED = Column(Field.CHANGED, 9, Align.RIGHT)

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

SORTED_FIELD = {
    ProductSort.SOLD: Field.SOLD,
    ProductSort.REVENUE: Field.REVENUE,
    ProductSort.NAME: Field.NAME,
    ProductSort.PRICE: Field.PRICE,
    ProductSort.MODIFIED: Field.CHANGED,
}


def columns_for(width: int, sort: ProductSort, *, with_store: bool = False) -> tuple[Column[Field], ...]:
    """The columns that fit *width* cells; the name, and then the SKU, share what the others leave.

    What the list is sorted by always shows.
    """
    numbers = [_SOLD, _CHANGED if sort is ProductSort.MODIFIED else _REVENUE]
    if width >= _PRICE_FROM or sort is ProductSort.PRICE:
        numbers = [_PRICE, *numbers] if width >= _PRICE_FROM else [_PRICE, _SOLD]
    fixed = [_STORE, *numbers] if with_store and width >= _STORE_FROM else numbers
    room = room_beside(fixed, width)
    if width < _SKU_FROM:
        return (Column(Field.NAME, max(room, 1)), *fixed)
    sku_width = max((room - GAP) // 3, 8)
    name = Column(Field.NAME, max(room - GAP - sku_width, 1))
    return (name, Column(Field.SKU, sku_width), *fixed)


def arrow(sort: ProductSort, *, reverse: bool) -> str:
    """↓ for most, dearest, newest or Z first, ↑ for the other way round."""
    return "↓" if (sort is not ProductSort.NAME) != reverse else "↑"


def heads(columns: tuple[Column[Field], ...], sort: ProductSort, *, reverse: bool) -> Line:
    """The line over the list; the column that sorts carries the arrow."""
    return table.heads(columns, SORTED_FIELD[sort], arrow(sort, reverse=reverse))


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
    row: ProductRow, columns: tuple[Column[Field], ...], flashing: frozenset[str], store_name: str, *, now: int
) -> Line:
    return table.row_line(columns, cells(row, store_name, now=now), _roles(row), flashing)


def changed_fields(before: ProductRow, after: ProductRow) -> frozenset[Field]:
    """The columns in which two states of one product differ."""
    return differing(cells(before, "", now=0), cells(after, "", now=0))


def _roles(row: ProductRow) -> dict[Field, Role]:
    bright = [Field.PRICE, *([Field.SOLD, Field.REVENUE] if row.orders else [])]
    if row.state is ProductState.VISIBLE:
        bright.append(Field.NAME)
    return dict.fromkeys(bright, Role.TEXT)
