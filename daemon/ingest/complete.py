"""What must be known to write an order down: its customer and its products, fetched where we lack them."""

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace

from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.orders import MAX_ROWS
from daemon.db import catalogue, people
from daemon.db.database import Database
from daemon.ingest.apply import Batch, Gone
from daemon.ingest.apply_orders import is_wanted
from daemon.ingest.bans import erased_customers
from daemon.ingest.changes import StoreKey
from daemon.ingest.store_rules import rules_of
from daemon.records import Kind, OrderRecord
from daemon.slices import slices


@dataclass(frozen=True, slots=True)
class _Lacking:
    customers: list[int]
    products: list[int]


async def completed(database: Database, api: StoreApi, store: StoreKey, batch: Batch) -> Batch:
    """*batch* with the customers and products that its orders and carts name and we do not have.

    What the store does not list any more is left out; the order's own words stand in for it.
    """
    lacking = await database.read(lambda conn: _lacking(conn, store, batch, _wanted(conn, store.id, batch)))
    for some in slices(lacking.customers, MAX_ROWS):
        page = await api.customers_by_id(some)
        batch = replace(batch, customers=batch.customers + page.records)
    for some in slices(lacking.products, MAX_ROWS):
        found = await api.products_by_id(some, currency=store.currency)
        absent = set(some) - {product.product_id for product in found.records}
        batch = replace(batch, products=batch.products + found.records, gone=batch.gone + _gone(absent))
    return await with_categories(database, api, store, batch)


async def with_categories(database: Database, api: StoreApi, store: StoreKey, batch: Batch) -> Batch:
    """*batch* with all categories, if one of its products is in a category we do not know."""
    named = {category_id for product in batch.products for category_id in product.category_ids}
    if batch.categories is not None or not named:
        return batch
    if not await database.read(lambda conn: catalogue.unknown_categories(conn, store.id, named)):
        return batch
    return replace(batch, categories=(await api.categories()).records)


async def with_products_gone(database: Database, store: StoreKey, batch: Batch) -> Batch:
    """*batch*, noting that products its orders name and we do not hold are gone: right after all products were read."""
    lacking = await database.read(lambda conn: _lacking(conn, store, batch, batch.orders))
    return replace(batch, gone=batch.gone + _gone(lacking.products))


def _wanted(conn: sqlite3.Connection, store_id: int, batch: Batch) -> list[OrderRecord]:
    """The orders whose buyers are contacts; the others are not kept."""
    rules = rules_of(conn, store_id)
    return [order for order in batch.orders if is_wanted(order, rules)]


def _gone(product_ids: Collection[int]) -> tuple[Gone, ...]:
    return tuple(Gone(Kind.PRODUCT, str(product_id)) for product_id in sorted(product_ids))


def _lacking(conn: sqlite3.Connection, store: StoreKey, batch: Batch, orders: Collection[OrderRecord]) -> _Lacking:
    customers = {order.customer_id for order in orders} | {cart.customer_id for cart in batch.carts}
    products = {line.product_id for order in orders for line in order.lines}
    products |= {line.product_id for cart in batch.carts for line in cart.lines}
    known_customers = people.contacts_of_customers(conn, store.id, customers)
    erased = erased_customers(conn, store, customers)
    known_products = catalogue.known_products(conn, store.id, products)
    return _Lacking(
        customers=sorted(customers - known_customers.keys() - erased - {0}),
        products=sorted(products - known_products.keys() - {0}),
    )
