"""Products: the list, and one with what was sold of it."""

from aiohttp import web

from common import routes
from common.products import ProductDetail, ProductPage, ProductQuery
from daemon.api.binding import Call, route
from daemon.db import product, products
from daemon.db.database import Database

# Who bought a product is counted line by line; a million lines take half a second and must not hold up the readers.
_MANY_ORDERS = 20_000


class ProductHandlers:
    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[web.RouteDef]:
        return [route(routes.PRODUCTS, self.page), route(routes.PRODUCT, self.product)]

    async def page(self, call: Call) -> ProductPage:
        query = call.asked_as(ProductQuery)
        return await self._database.read(lambda conn: products.product_page(conn, query))

    async def product(self, call: Call) -> ProductDetail:
        store_hash, product_id = call.text("hash"), call.number("id")
        sold = await self._database.read(lambda conn: product.sold_orders(conn, store_hash, product_id))
        lane = self._database.read if sold <= _MANY_ORDERS else self._database.scan
        return await lane(lambda conn: product.product_in_full(conn, store_hash, product_id))
