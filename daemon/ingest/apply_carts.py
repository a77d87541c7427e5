"""Abandoned carts, as part of the write unit: those the store told us of, and payment pages that were left."""

import sqlite3
from collections.abc import Callable, Collection

from common.statuses import Status
from common.times import DAY_S
from daemon.db import carts, catalogue, orders, people
from daemon.db.carts import KnownCart
from daemon.db.catalogue import ItemKey
from daemon.db.known import digest, supersedes
from daemon.db.people import Person
from daemon.ingest.apply_orders import incomplete_cart_id, is_wanted
from daemon.ingest.apply_people import put_guest
from daemon.ingest.changes import Changes, StoreKey
from daemon.records import CartLineRecord, CartRecord, Cause, OrderRecord

# The store calls a cart abandoned after an hour without a change; a payment page that was left goes by the same hour.
ABANDONED_AFTER_S = 3600

# The store forgets a cart this long after its last change.
LIFE_S = 30 * DAY_S


def put_carts(
    conn: sqlite3.Connection, store: StoreKey, records: Collection[CartRecord], cause: Cause, changes: Changes
) -> None:
    """Writes the carts that are new or newer and belong to a contact; a cart of nobody we know is not kept.

    A cart found to be gone stays closed, unless a later fetch of the cart itself shows it again.
    """
    _put(conn, store, records, cause, changes, may_reopen=True)


def _put(
    conn: sqlite3.Connection,
    store: StoreKey,
    records: Collection[CartRecord],
    cause: Cause,
    changes: Changes,
    *,
    may_reopen: bool,
) -> None:
    ids = [cart.cart_id for cart in records]
    known, gone = carts.known_carts(conn, store.id, ids), carts.gone_among(conn, store.id, ids)
    shown_again = {cart_id for cart_id, gone_at_ms in gone.items() if may_reopen and gone_at_ms < cause.fetched_at_ms}
    news = [
        (cart, contact_id)
        for cart in records
        if (cart.cart_id in shown_again or _is_news(cart, known.get(cart.cart_id), cause))
        and (contact_id := _contact(conn, store, cart, cause, changes)) is not None
    ]
    if not news:
        return
    item_of = _items_of(conn, store, [cart for cart, _ in news])
    for cart, contact_id in news:
        gone_at_ms = None if cart.cart_id in shown_again else gone.get(cart.cart_id)
        _put_cart(conn, store, cart, contact_id, item_of, cause, gone_at_ms)
        changes.carts.add(cart.cart_id)
        changes.contacts.add(contact_id)
        if (former := known.get(cart.cart_id)) is not None:
            changes.contacts.add(former.contact_id)


def _is_news(cart: CartRecord, known: KnownCart | None, cause: Cause) -> bool:
    """Where a cart and the payment page it was left at are of the same second, the cart itself is believed."""
    if known and known.modified_at == cart.updated_at and known.is_from_order != cart.is_from_order:
        return known.is_from_order
    return supersedes(known, modified_at=cart.updated_at, fetched_at_ms=cause.fetched_at_ms, fingerprint=digest(cart))


def drop_carts(
    conn: sqlite3.Connection, store: StoreKey, cart_ids: Collection[str], cause: Cause, changes: Changes
) -> None:
    """Closes carts that the store has no longer; one that became an order is won back all the same."""
    for cart_id in cart_ids:
        contact_id = carts.close_gone(conn, store.id, cart_id, cause=cause)
        _note_closed(cart_id, contact_id, changes)


def expire_carts(
    conn: sqlite3.Connection, store: StoreKey, cart_ids: Collection[str], cause: Cause, changes: Changes
) -> None:
    """Closes carts that the store has forgotten by now."""
    for cart_id in cart_ids:
        before = cause.now - LIFE_S
        contact_id = carts.close_expired(conn, store.id, cart_id, before=before, life_s=LIFE_S)
        _note_closed(cart_id, contact_id, changes)


def _note_closed(cart_id: str, contact_id: int | None, changes: Changes) -> None:
    """*contact_id* None = it was not open, so nothing changed."""
    if contact_id is not None:
        changes.carts.add(cart_id)
        changes.contacts.add(contact_id)


def put_incomplete_orders(
    conn: sqlite3.Connection, store: StoreKey, records: Collection[OrderRecord], cause: Cause, changes: Changes
) -> None:
    """Takes incomplete orders as the carts they are, once they were left alone for an hour."""
    left = [
        order
        for order in records
        if order.is_incomplete and is_wanted(order, store.rules) and order.modified_at <= cause.now - ABANDONED_AFTER_S
    ]
    _put(conn, store, [_cart_from_order(order) for order in left], cause, changes, may_reopen=False)
    _recover_paid(conn, store, left, changes)


def _recover_paid(conn: sqlite3.Connection, store: StoreKey, left: Collection[OrderRecord], changes: Changes) -> None:
    """A page fetched before the order was paid may arrive after the paid order did."""
    known = orders.known_orders(conn, store.id, [order.order_id for order in left])
    for number, order in known.items():
        if order.status != Status.ABANDONED:
            cart_id = incomplete_cart_id(number)
            _note_closed(cart_id, carts.recover_cart(conn, store.id, cart_id, number), changes)


def _contact(conn: sqlite3.Connection, store: StoreKey, cart: CartRecord, cause: Cause, changes: Changes) -> int | None:
    if cart.customer_id:
        return people.contacts_of_customers(conn, store.id, [cart.customer_id]).get(cart.customer_id)
    if cart.email and store.rules.sync_guests:
        return put_guest(conn, store, Person(cart.email), cause, changes)
    return people.contact_with_email(conn, cart.email) if cart.email else None


def _items_of(
    conn: sqlite3.Connection, store: StoreKey, records: Collection[CartRecord]
) -> Callable[[CartLineRecord], int]:
    """What gives the item of a line of one of these carts."""
    lines = [line for cart in records for line in cart.lines]
    sets = catalogue.category_sets(conn, store.id, {line.product_id for line in lines})
    no_set = catalogue.no_category_set(conn)

    def key_of(line: CartLineRecord) -> ItemKey:
        return ItemKey(line.product_id, line.variant_id, line.name, line.sku, sets.get(line.product_id, no_set))

    ids = catalogue.item_ids(conn, store.id, {key_of(line) for line in lines})
    return lambda line: ids[key_of(line)]


def _put_cart(
    conn: sqlite3.Connection,
    store: StoreKey,
    cart: CartRecord,
    contact_id: int,
    item_of: Callable[[CartLineRecord], int],
    cause: Cause,
    gone_at_ms: int | None,
) -> None:
    left = _left(cart, cause, gone_at_ms)
    row = carts.put_cart(conn, store.id, cart, contact_id=contact_id, left=left, cause=cause)
    carts.put_cart_lines(conn, row, cart.lines, {place: item_of(line) for place, line in enumerate(cart.lines)})
    number = carts.order_of_cart(conn, store.id, cart.cart_id)
    if number is not None:
        carts.recover_cart(conn, store.id, cart.cart_id, number)


def _left(cart: CartRecord, cause: Cause, gone_at_ms: int | None) -> carts.Left:
    """Open, unless it is empty, gone, or so old that the store has forgotten it."""
    abandoned_at = min(cart.updated_at + ABANDONED_AFTER_S, cause.now)
    forgotten_at = cart.updated_at + LIFE_S
    if not cart.lines or cart.total_minor <= 0:
        return carts.Left(abandoned_at, carts.EMPTIED, cause.now, gone_at_ms)
    if gone_at_ms is not None:
        return carts.Left(abandoned_at, carts.DELETED, cause.now, gone_at_ms)
    if forgotten_at < cause.now:
        return carts.Left(abandoned_at, carts.EXPIRED, forgotten_at, None)
    return carts.Left(abandoned_at, None, None, None)


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
        is_from_order=True,
    )
