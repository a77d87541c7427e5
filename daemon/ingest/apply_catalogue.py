"""Categories and products, as part of the write unit."""

import sqlite3
from collections.abc import Collection

from daemon.db import catalogue
from daemon.db.known import digest, supersedes
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
    newer = [
        product
        for product in products
        if supersedes(
            known.get(product.product_id),
            modified_at=product.modified_at,
            fetched_at_ms=cause.fetched_at_ms,
            fingerprint=digest(product),
        )
    ]
    catalogue.put_products(conn, store.id, newer, fetched_at_ms=cause.fetched_at_ms)
    changes.products.update(product.product_id for product in newer)


def drop_products(
    conn: sqlite3.Connection, store: StoreKey, ids: Collection[int], cause: Cause, changes: Changes
) -> None:
    changes.products.update(catalogue.mark_products_deleted(conn, store.id, ids, cause))
