"""Records with valid defaults, and a store to write them to."""

import sqlite3
from dataclasses import replace
from typing import Any

from common.statuses import Status
from daemon.db import stores
from daemon.db.stores import Secrets
from daemon.ingest.apply import Applied, Batch, apply
from daemon.ingest.changes import StoreKey
from daemon.records import (
    BillingContact,
    CartLineRecord,
    CartRecord,
    Cause,
    CustomerRecord,
    LineRecord,
    OrderRecord,
    Origin,
    StoreInfo,
    SubscriberRecord,
)

NOW = 1_760_000_000
CAUSE = Cause(origin=Origin.LIVE, now=NOW, fetched_at_ms=NOW * 1000)
SECRETS = Secrets(token=b"t", client_secret=b"c", hook_key=b"h")


def add_store(conn: sqlite3.Connection, store_hash: str = "abc123") -> StoreKey:
    info = StoreInfo(store_hash, "1", "Shop", "shop.example.com", "USD", "UTC", "Standard")
    return StoreKey(stores.insert_store(conn, info, "Shop", SECRETS, wants_hooks=True, now=NOW), "USD")


def put(conn: sqlite3.Connection, store: StoreKey, cause: Cause = CAUSE, **parts: Any) -> Applied:
    """Applies a batch of those parts in one transaction."""
    conn.execute("begin immediate")
    applied = apply(conn, store, Batch(**parts), cause)
    conn.execute("commit")
    return applied


def later(seconds: int = 60) -> Cause:
    return replace(CAUSE, now=NOW + seconds, fetched_at_ms=(NOW + seconds) * 1000)


def customer(number: int, **fields: Any) -> CustomerRecord:
    record = CustomerRecord(
        customer_id=number,
        email=f"customer{number}@example.com",
        first_name="Ann",
        last_name="Lee",
        company="",
        phone="",
        accepts_review_mail=False,
        channel_ids=(),
        created_at=NOW,
        modified_at=NOW,
    )
    return replace(record, **fields)


def subscriber(number: int, **fields: Any) -> SubscriberRecord:
    record = SubscriberRecord(
        subscriber_id=number,
        email=f"customer{number}@example.com",
        channel_id=1,
        accepts_newsletter=True,
        source="storefront",
        order_id=0,
        created_at=NOW,
        modified_at=NOW,
    )
    return replace(record, **fields)


def line(number: int = 1, **fields: Any) -> LineRecord:
    record = LineRecord(
        line_id=number,
        product_id=77,
        variant_id=0,
        name="Mug",
        sku="MUG",
        quantity=1,
        quantity_refunded=0,
        price_minor=1000,
        total_minor=1000,
        parent_line_id=0,
        options=(),
    )
    return record._replace(**fields)


def order(number: int, customer_id: int, **fields: Any) -> OrderRecord:
    record = OrderRecord(
        order_id=number,
        customer_id=customer_id,
        status_id=10,
        store_status="Completed",
        status=Status.COMPLETED,
        is_incomplete=False,
        is_deleted=False,
        currency="USD",
        total_minor=1000,
        subtotal_minor=1000,
        discount_minor=0,
        shipping_minor=0,
        tax_minor=0,
        placed_at=NOW,
        modified_at=NOW,
        shipping_method="Flat Rate",
        payment_method="Card",
        cart_id="",
        channel_id=1,
        billing=BillingContact("", "", "", ""),
        lines=(line(number),),
        raw=b'{"id":%d}' % number,
    )
    return replace(record, **fields)


def cart(cart_id: str, customer_id: int, **fields: Any) -> CartRecord:
    record = CartRecord(
        cart_id=cart_id,
        customer_id=customer_id,
        email="",
        channel_id=1,
        currency="USD",
        total_minor=1000,
        created_at=NOW - 9000,
        updated_at=NOW - 8000,
        lines=(CartLineRecord(77, 0, "Mug", "MUG", 1, 1000),),
    )
    return replace(record, **fields)


def only(conn: sqlite3.Connection, sql: str, *parameters: Any) -> Any:
    """The one value *sql* gives."""
    return conn.execute(sql, parameters).fetchone()[0]
