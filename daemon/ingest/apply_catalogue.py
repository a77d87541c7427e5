"""Categories and products, as part of the write unit."""

import sqlite3
from collections.abc import Collection
from operator import attrgetter

from daemon.db import catalogue
from daemon.db.known import superseding
from daemon.ingest.changes import Changes, StoreKey
from daemon.records import CategoryRecord, Cause, ProductRecord


def put_categories(
    conn: sqlite3.Connection, store: StoreKey, categories: Collection[CategoryRecord], cause: Cause
) -> None:
    catalogue.replace_categories(conn, store.id, categories, cause)


def put_products(
    conn: sqlite3.Connection, store: StoreKey, products: Collection[ProductRecord], cause: Cause, changes: Changes
) -> None:
    if not products:
        return
    known = catalogue.known_products(conn, store.id, [product.product_id for product in products])
    newer = superseding(products, known, attrgetter("product_id"), fetched_at_ms=cause.fetched_at_ms)
    catalogue.put_products(conn, store.id, newer, fetched_at_ms=cause.fetched_at_ms)
    changes.products.update(product.product_id for product in newer.values())


def drop_products(
    conn: sqlite3.Connection, store: StoreKey, ids: Collection[int], cause: Cause, changes: Changes
) -> None:
    changes.products.update(catalogue.mark_products_deleted(conn, store.id, ids, cause))
