"""The list of products: sorted, searched, and read page by page."""

import base64
import sqlite3
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from common.errors import Invalid
from common.products import ProductPage, ProductQuery, ProductSort
from daemon.db.product import product_row
from daemon.segments.functions import folded

_Int = Annotated[int, Field(ge=-(2**63), lt=2**63, strict=True)]  # what a column holds


@dataclass(frozen=True, slots=True)
class _Order:
    """A sort: *figure* is told of what was sold, *place* of a product in the catalogue, *unknown* of any other.

    *cursor* is what a cursor of it holds: the sort's name, the place of the row it stands on, and its key.
    """

    place: str
    unknown: str
    cursor: TypeAdapter[Any]
    figure: str = "null"
    is_descending: bool = True

    @property
    def needs_sales(self) -> bool:
        return self.figure != "null"


# Of several currencies the one it was bought in most tells: SQLite takes the row that has the largest number of orders.
_MAIN_REVENUE = "iif(max(orders), revenue_minor, revenue_minor)"

_SOLD_NAME = (
    "(select folded(name) from item where item.store_id = sold.store_id and item.product_id = sold.product_id "
    "order by id desc limit 1)"
)

_ORDERS = {
    ProductSort.SOLD: _Order(
        "coalesce(figure, 0)",
        "figure",
        TypeAdapter(tuple[Literal[ProductSort.SOLD], _Int, _Int, _Int]),
        figure="sum(pieces)",
    ),
    ProductSort.REVENUE: _Order(
        "coalesce(figure, 0)",
        "figure",
        TypeAdapter(tuple[Literal[ProductSort.REVENUE], _Int, _Int, _Int]),
        figure=_MAIN_REVENUE,
    ),
    ProductSort.NAME: _Order(
        "name_folded", _SOLD_NAME, TypeAdapter(tuple[Literal[ProductSort.NAME], str, _Int, _Int]), is_descending=False
    ),
    ProductSort.PRICE: _Order(
        "coalesce(price_minor, -1)", "-1", TypeAdapter(tuple[Literal[ProductSort.PRICE], _Int, _Int, _Int])
    ),
    ProductSort.MODIFIED: _Order(
        "modified_at", "0", TypeAdapter(tuple[Literal[ProductSort.MODIFIED], _Int, _Int, _Int])
    ),
}

# A catalogue is small beside its orders, so that it is walked and sorted as a whole: 20,000 products take 25 ms, of
# which the sales are 10. A row without a name is of a product that was gone before we ever held it.
_SHELF = """
with sold as materialized (
  select store_id, product_id, {figure} as figure from product_total  -- primary key
  where {of_store} group by store_id, product_id),
shelf (store_id, product_id, place) as (
  select product.store_id, product.product_id, {place} from product{with_sales}
  where {of_product_store} and name != '' and {matching}
  union all
  select store_id, product_id, {unknown} from sold
  where not exists (select 1 from product where product.store_id = sold.store_id
    and product.product_id = sold.product_id and name != '') and {matching_sold})
"""

_WITH_SALES = " left join sold on sold.store_id = product.store_id and sold.product_id = product.product_id"

_PAGE = """
select store_id, product_id, place, total from (select *, count(*) over () as total from shelf)
where {after} order by place {way}, store_id {way}, product_id {way} limit ? offset ?
"""


def product_page(conn: sqlite3.Connection, query: ProductQuery) -> ProductPage:
    """The products that match *query*. Raises Invalid for a cursor that is none of ours."""
    order = _ORDERS[query.sort]
    shelf, values = _shelf(query, order)
    is_falling = order.is_descending != query.reverse
    after = f"(place, store_id, product_id) {'<' if is_falling else '>'} (?, ?, ?)" if query.after else "true"
    sql = shelf + _PAGE.format(after=after, way="desc" if is_falling else "asc")
    place = _position(query.after, order) if query.after else []
    offset = 0 if query.after else query.offset
    rows = conn.execute(sql, (*values, *place, query.limit + 1, offset)).fetchall()
    total = rows[0][3] if rows else conn.execute(f"{shelf} select count(*) from shelf", values).fetchone()[0]
    shown = rows[: query.limit]
    return ProductPage(
        total=total,
        products=[product_row(conn, store_id, product_id) for store_id, product_id, _, _ in shown],
        next=_cursor(shown[-1], query.sort) if len(rows) > query.limit else "",
    )


def _shelf(query: ProductQuery, order: _Order) -> tuple[str, list[str | int]]:
    """The query's products with what they are sorted by, and its parameters."""
    words = query.search.replace("\0", " ").split()  # to SQLite a text ends there
    values = [value for word in words for value in _values(word)]
    of_store = "store_id = (select id from store where hash = ?)" if query.store else "true"
    store = [query.store] if query.store else []
    sql = _SHELF.format(
        figure=order.figure,
        place=order.place,
        unknown=order.unknown,
        with_sales=_WITH_SALES if order.needs_sales else "",
        of_store=of_store,
        of_product_store=f"product.{of_store}" if query.store else "true",
        matching=" and ".join([_OF_PRODUCT] * len(words)) or "true",
        matching_sold=" and ".join([_OF_SOLD] * len(words)) or "true",
    )
    return sql, [*store, *store, *values, *values]


_OF_PRODUCT = "(product.product_id = ? or instr(name_folded, ?) or instr(lower(sku), ?))"
_OF_SOLD = (
    "(sold.product_id = ? or exists (select 1 from item where item.store_id = sold.store_id "
    "and item.product_id = sold.product_id and (instr(folded(name), ?) or instr(lower(sku), ?))))"
)


def _values(word: str) -> tuple[int, str, str]:
    """The parameters for one word: the id it may be (0 = none), and what name and SKU may contain."""
    number = word.removeprefix("#")
    is_id = number.isascii() and number.isdigit() and len(number) <= 18
    return int(number) if is_id else 0, folded(word), word.lower()


def _cursor(row: tuple[int, int, int | str, int], sort: ProductSort) -> str:
    store_id, product_id, place, _ = row
    return base64.urlsafe_b64encode(_ORDERS[sort].cursor.dump_json((sort, place, store_id, product_id))).decode()


def _position(cursor: str, order: _Order) -> list[str | int]:
    """Place and key of the row on which *cursor* stands."""
    try:
        named: tuple[str | int, ...] = order.cursor.validate_json(base64.urlsafe_b64decode(cursor))
    except ValueError:  # both what is no base64 and what is no place
        raise Invalid(
            f"{cursor!r} is no cursor of this list.", remedy="Use `next` of the page before, with the same sort."
        ) from None
    return list(named[1:])
