"""Abandoned carts, as part of the write unit: those the store told us of, and payment pages that were left."""

import sqlite3
from collections.abc import Collection

from common.statuses import Status
from daemon.db import carts, catalogue, orders, people
from daemon.db.known import digest, supersedes
from daemon.ingest.apply_orders import incomplete_cart_id
from daemon.ingest.changes import Changes, StoreKey
from daemon.records import CartLineRecord, CartRecord, Cause, OrderRecord

# The store calls a cart abandoned after an hour without a change; a payment page that was left goes by the same hour.
ABANDONED_AFTER_S = 3600


def put_carts(
    conn: sqlite3.Connection, store: StoreKey, records: Collection[CartRecord], cause: Cause, changes: Changes
) -> None:
    """Writes the carts that are new or newer and belong to a contact; a cart of nobody we know is not kept."""
    if not records:
        return
    known = carts.known_carts(conn, store.id, [cart.cart_id for cart in records])
    for cart in records:
        contact_id = _contact(conn, store, cart)
        is_news = supersedes(
            known.get(cart.cart_id),
            modified_at=cart.updated_at,
            fetched_at_ms=cause.fetched_at_ms,
            fingerprint=digest(cart),
        )
        if contact_id is not None and is_news:
            _put_cart(conn, store, cart, contact_id, cause)
            changes.carts.add(cart.cart_id)
            changes.contacts.add(contact_id)


def put_incomplete_orders(
    conn: sqlite3.Connection, store: StoreKey, records: Collection[OrderRecord], cause: Cause, changes: Changes
) -> None:
    """Takes incomplete orders of customers as the carts they are, once they were left alone for an hour."""
    left = [
        order
        for order in records
        if order.is_incomplete and order.customer_id and order.modified_at <= cause.now - ABANDONED_AFTER_S
    ]
    put_carts(conn, store, [_cart_from_order(order) for order in left], cause, changes)
    _recover_paid(conn, store, left)


def _recover_paid(conn: sqlite3.Connection, store: StoreKey, left: Collection[OrderRecord]) -> None:
    """A page fetched before the order was paid may arrive after the paid order did."""
    known = orders.known_orders(conn, store.id, [order.order_id for order in left])
    for number, order in known.items():
        if order.status != Status.ABANDONED:
            carts.recover_cart(conn, store.id, incomplete_cart_id(number), number)


def _contact(conn: sqlite3.Connection, store: StoreKey, cart: CartRecord) -> int | None:
    if cart.customer_id:
        return people.contacts_of_customers(conn, store.id, [cart.customer_id]).get(cart.customer_id)
    return people.contact_with_email(conn, cart.email) if cart.email else None


def _put_cart(conn: sqlite3.Connection, store: StoreKey, cart: CartRecord, contact_id: int, cause: Cause) -> None:
    abandoned_at = min(cart.updated_at + ABANDONED_AFTER_S, cause.now)
    row = carts.put_cart(conn, store.id, cart, contact_id=contact_id, abandoned_at=abandoned_at, cause=cause)
    sets = catalogue.category_sets(conn, store.id, {line.product_id for line in cart.lines})
    no_set = catalogue.no_category_set(conn)
    keys = [
        (line.product_id, line.variant_id, line.name, line.sku, sets.get(line.product_id, no_set))
        for line in cart.lines
    ]
    item_of_key = catalogue.item_ids(conn, store.id, set(keys))
    carts.put_cart_lines(conn, row, cart.lines, {place: item_of_key[key] for place, key in enumerate(keys)})
    number = carts.order_of_cart(conn, store.id, cart.cart_id)
    if number is not None:
        carts.recover_cart(conn, store.id, cart.cart_id, number)


def _cart_from_order(order: OrderRecord) -> CartRecord:
    return CartRecord(
        cart_id=order.cart_id or incomplete_cart_id(order.order_id),
        customer_id=order.customer_id,
        email=order.billing.email,
        channel_id=order.channel_id,
        currency=order.currency,
        total_minor=order.total_minor,
        created_at=order.placed_at,
        updated_at=order.modified_at,
        lines=tuple(
            CartLineRecord(line.product_id, line.variant_id, line.name, line.sku, line.quantity, line.price_minor)
            for line in order.lines
        ),
    )
