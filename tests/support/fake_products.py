"""Invented products, and the calls about them as the fake daemon answers them."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from common import routes
from common.errors import NotFound
from common.money import Money
from common.products import (
    ProductBuyer,
    ProductDetail,
    ProductOrder,
    ProductPage,
    ProductQuery,
    ProductRow,
    ProductSales,
    ProductSort,
    ProductState,
)
from common.routes import Endpoint
from common.statuses import Status
from common.times import DAY_S
from common.wire import Wire
from tests.support.fake_data import NOW, contact, row_of


def product(product_id: int = 118, name: str = "Blue canvas shoe", **changes: object) -> ProductDetail:
    """A product that sold 31 pieces in 12 orders."""
    made = ProductDetail(
        id=product_id,
        store="abc123",
        product_id=product_id,
        name=name,
        sku=f"SKU-{product_id}",
        state=ProductState.VISIBLE,
        price=Money.of(5200, "USD"),
        sale_price=None,
        pieces=31,
        orders=12,
        revenue=Money.of(161_200, "USD"),
        modified_at=NOW - 3 * DAY_S,
        store_name="acme",
        rating=4.5,
        categories=["Shoes"],
        category_paths=["Shop / Shoes"],
        url=f"https://acme.example/product-{product_id}/",
        contacts=9,
        ordered_at=NOW - 2 * DAY_S,
        sales=[ProductSales(currency="USD", pieces=31, orders=12, revenue=Money.of(161_200, "USD"))],
        orders_shown=[
            holding(1204),
            holding(1187, quantity=10, status=Status.REFUNDED, placed_at=NOW - 9 * DAY_S),
            holding(1100, contact_id=0, email="", placed_at=NOW - 120 * DAY_S),
        ],
        buyers=[
            ProductBuyer(pieces=12, **row_of(contact()).model_dump()),
            ProductBuyer(pieces=3, **row_of(contact(2, "bob@example.org", "Bob Ortiz")).model_dump()),
        ],
    )
    return made.model_copy(update=changes)


def holding(number: int, **changes: object) -> ProductOrder:
    """An order of Ann's that holds a product."""
    made = ProductOrder(
        number=number,
        status=Status.COMPLETED,
        store_status="Completed",
        placed_at=NOW - 2 * DAY_S,
        contact_id=1,
        email="ann@example.com",
        quantity=2,
        total=Money.of(10_400, "USD"),
    )
    return made.model_copy(update=changes)


def unsold(product_id: int, name: str, **changes: object) -> ProductDetail:
    nothing = {
        "pieces": 0,
        "orders": 0,
        "revenue": Money.of(0, "USD"),
        "contacts": 0,
        "ordered_at": None,
        "sales": [],
        "orders_shown": [],
        "buyers": [],
    }
    return product(product_id, name, **(nothing | changes))


def catalogue() -> list[ProductDetail]:
    """Two stores: one of each state, one on sale, one without a price."""
    return [
        product(100),
        product(101, "Wool scarf", pieces=1204, sale_price=Money.of(1990, "USD"), revenue=Money.of(2_500_000, "USD")),
        product(102, "Red mug", state=ProductState.HIDDEN, pieces=7),
        product(103, "Walking boots", state=ProductState.DELETED, pieces=2, rating=None),
        unsold(104, "Gift card", price=None, sku="", category_paths=[], rating=None),
        product(
            105, "Old lamp", state=ProductState.UNKNOWN, price=None, modified_at=None, pieces=3, url="", rating=None
        ),
        product(2106, "山田のマグカップ", store="xyz789", store_name="bazaar", pieces=5),
    ]


class FakeProducts:
    """Answers by what `products` holds. `queries` keeps what was asked."""

    def __init__(self) -> None:
        self.products: list[ProductDetail] = []
        self.queries: list[ProductQuery] = []

    def answers(self) -> dict[Endpoint[Any], Callable[[web.Request], Awaitable[Wire]]]:
        return {routes.PRODUCTS: self._page, routes.PRODUCT: self._product}

    async def _page(self, request: web.Request) -> ProductPage:
        query = ProductQuery.model_validate(dict(request.query))
        self.queries.append(query)
        rows = self._matching(query)
        start = int(query.after or query.offset)
        end = start + query.limit
        shown = [ProductRow.model_validate(one.model_dump()) for one in rows[start:end]]
        return ProductPage(total=len(rows), products=shown, next=str(end) if end < len(rows) else "")

    def _matching(self, query: ProductQuery) -> list[ProductDetail]:
        rows = [one for one in self.products if query.store in ("", one.store) and _matches(one, query.search)]
        return sorted(rows, key=_KEYS[query.sort], reverse=(query.sort is not ProductSort.NAME) != query.reverse)

    async def _product(self, request: web.Request) -> ProductDetail:
        key = (request.match_info["hash"], int(request.match_info["id"]))
        for one in self.products:
            if (one.store, one.product_id) == key:
                return one
        raise NotFound(f"Store {key[0]} has no product {key[1]} here.")


def _matches(product: ProductDetail, search: str) -> bool:
    words = search.casefold().split()
    return all(
        word in product.name.casefold() or word in product.sku.casefold() or word.removeprefix("#") == str(product.id)
        for word in words
    )


_KEYS: dict[ProductSort, Callable[[ProductDetail], Any]] = {
    ProductSort.SOLD: lambda one: (one.pieces, one.id),
    ProductSort.REVENUE: lambda one: (one.revenue.minor, one.id),
    ProductSort.NAME: lambda one: (one.name.casefold(), one.id),
    ProductSort.PRICE: lambda one: (one.price.minor if one.price else -1, one.id),
    ProductSort.MODIFIED: lambda one: (one.modified_at or 0, one.id),
}
