"""Orders, their lines and refunds, as part of the write unit."""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import attrgetter

from daemon.db import carts, catalogue, census, orders, people, product_totals
from daemon.db.catalogue import ItemKey, Offer
from daemon.db.known import superseding
from daemon.db.orders import Item, KnownOrder, LineRow, StatusStep
from daemon.db.people import Person
from daemon.ingest.apply_people import put_customers, put_guest, settle_consent
from daemon.ingest.changes import Changes, StoreKey
from daemon.ingest.store_rules import StoreRules
from daemon.records import Cause, CustomerRecord, LineRecord, OrderRecord, RefundRecord


def put_orders(
    conn: sqlite3.Connection,
    store: StoreKey,
    records: Collection[OrderRecord],
    cause: Cause,
    changes: Changes,
    *,
    nobodys: Collection[int] = (),
) -> None:
    """Writes the orders that are new or newer; guests' orders are kept only where the store is set so.

    An incomplete order (a payment page that was left) is no order yet, unless it was one before. An archived one is
    kept even when it was never seen before, so that a stale page cannot bring it in. *nobodys* are the numbers of those
    whose buyer was erased.
    """
    if not records:
        return
    known = orders.known_orders(conn, store.id, [order.order_id for order in records])
    wanted = [
        _by_the_stores_map(order, store.rules)
        for order in records
        if order.order_id in known or _is_nobodys(order, nobodys) or is_kept(order, store.rules)
    ]
    _note_passed_over(conn, store, records, known.keys() | {order.order_id for order in wanted})
    fresh = superseding(wanted, known, attrgetter("order_id"), fetched_at_ms=cause.fetched_at_ms)
    newer = fresh.values()
    _win_carts_back(conn, store, records, changes)
    if not newer:
        return
    contacts = _contacts(conn, store, newer, known, cause, changes)
    items = _Items.of(conn, store, newer, known)
    bought = {order.order_id: items.of_lines(order) for order in newer}
    rewritten = [known[order.order_id] for order in newer if order.order_id in known]
    product_totals.take_out(conn, [former.row_id for former in rewritten])
    row_of = orders.put_orders(conn, store.id, fresh, contacts, bought, cause)
    orders.replace_lines(conn, rewritten, _line_rows(newer, contacts, row_of, bought))
    product_totals.put_in(conn, row_of.values())
    orders.add_status_steps(conn, _status_steps(newer, known, row_of), cause)
    changes.orders.update(row_of)
    buyers = {contact_id for contact_id in contacts.values() if contact_id is not None}
    former_buyers = {former.contact_id for former in rewritten if former.contact_id is not None}
    changes.contacts_with_new_totals |= buyers | former_buyers
    for contact_id in former_buyers - buyers:  # an account took over a guest's order
        people.drop_contact_of_nobody(conn, contact_id)
    changes.contacts_with_new_totals |= orders.settle_refunds(conn, store.id, row_of)


def _note_passed_over(
    conn: sqlite3.Connection, store: StoreKey, records: Collection[OrderRecord], kept: Collection[int]
) -> None:
    """Guests' orders are not kept; that the store has them is, so that it can be told when one of ours goes missing."""
    passed = [
        order.order_id
        for order in records
        if order.order_id not in kept and not order.is_incomplete and not order.is_deleted
    ]
    census.pass_over(conn, store.id, passed)
    census.no_longer_passed_over(
        conn, store.id, [order.order_id for order in records if order.order_id in kept or order.is_deleted]
    )


def _is_nobodys(order: OrderRecord, nobodys: Collection[int]) -> bool:
    """Whether it is the order of somebody who was erased: it was sold all the same."""
    return order.order_id in nobodys and not order.is_incomplete


def is_kept(order: OrderRecord, rules: StoreRules) -> bool:
    """Whether an order that is new to us is kept; one we have stays, also when its customer was deleted and it turns a
    guest's."""
    return not order.is_incomplete and is_wanted(order, rules)


def is_wanted(order: OrderRecord, rules: StoreRules) -> bool:
    """Whether its buyer is a contact: a customer, or where guests are taken in whoever gave an email address."""
    return order.customer_id != 0 or (rules.sync_guests and order.billing.email != "")


def _by_the_stores_map(order: OrderRecord, rules: StoreRules) -> OrderRecord:
    status = rules.status_map.get(order.status_id, order.status)
    return order if status is order.status or order.is_incomplete else replace(order, status=status)


def _contacts(
    conn: sqlite3.Connection,
    store: StoreKey,
    newer: Collection[OrderRecord],
    known: Mapping[int, KnownOrder],
    cause: Cause,
    changes: Changes,
) -> dict[int, int | None]:
    """The contact of each order, by its number; None = its buyer was erased."""
    of_customers = [order for order in newer if order.customer_id]
    contact_of: dict[int, int | None] = {**_contacts_of_customers(conn, store, of_customers, cause, changes)}
    return {
        order.order_id: contact_of[order.customer_id]
        if order.customer_id
        else _contact_of_guest(conn, store, order, known.get(order.order_id), cause, changes)
        for order in newer
    }


def _contact_of_guest(
    conn: sqlite3.Connection,
    store: StoreKey,
    order: OrderRecord,
    known: KnownOrder | None,
    cause: Cause,
    changes: Changes,
) -> int | None:
    """Whoever had the order with an account that was deleted since; else the guest it names now."""
    holder = None if known is None else known.contact_id
    if known is not None and known.customer_id and holder is not None:
        is_theirs = people.contact_with_email(conn, order.billing.email) == holder
        return put_guest(conn, store, guest_in(order), cause, changes) if is_theirs else holder
    return put_guest(conn, store, guest_in(order), cause, changes) if is_wanted(order, store.rules) else holder


def guest_in(order: OrderRecord) -> Person:
    """Who the order of a guest is from."""
    billing = order.billing
    return people.guest(billing.email, billing.first_name, billing.last_name, billing.phone, at=order.placed_at)


def _contacts_of_customers(
    conn: sqlite3.Connection, store: StoreKey, newer: Collection[OrderRecord], cause: Cause, changes: Changes
) -> dict[int, int]:
    """The contact of each buyer, by the store's customer id."""
    ids = {order.customer_id for order in newer}
    contacts = people.contacts_of_customers(conn, store.id, ids)
    unknown = {order.customer_id: order for order in newer if order.customer_id not in contacts}
    if not unknown:
        return contacts
    # The store no longer lists this customer, or does not list them yet: the order's billing address says who it is.
    stand_ins = [_customer_from_billing(store, order) for order in unknown.values()]
    emails = put_customers(conn, store, stand_ins, cause, changes)
    settle_consent(conn, store, emails, cause, changes)
    return people.contacts_of_customers(conn, store.id, ids)


def _customer_from_billing(store: StoreKey, order: OrderRecord) -> CustomerRecord:
    billing = order.billing
    return CustomerRecord(
        customer_id=order.customer_id,
        email=billing.email or f"customer-{order.customer_id}@store-{store.id}.invalid",
        first_name=billing.first_name,
        last_name=billing.last_name,
        company="",
        phone=billing.phone,
        accepts_review_mail=False,
        channel_ids=(),
        created_at=order.placed_at,
        modified_at=people.STAND_IN_AT,  # whatever the store's own record says is newer
    )


def _line_rows(
    newer: Collection[OrderRecord],
    contacts: Mapping[int, int | None],
    row_of: Mapping[int, int],
    bought: Mapping[int, Sequence[Item]],
) -> Iterator[LineRow]:
    for order in newer:
        row, contact_id, standing = row_of[order.order_id], contacts[order.order_id], orders.standing_of(order)
        for position, (line, item) in enumerate(zip(order.lines, bought[order.order_id], strict=True)):
            yield LineRow(row, contact_id, standing, position, item.id, line)


def _status_steps(
    newer: Collection[OrderRecord], known: Mapping[int, KnownOrder], row_of: Mapping[int, int]
) -> Iterator[StatusStep]:
    for order in newer:
        before = known.get(order.order_id)
        if before is None or before.status_id != order.status_id:
            yield StatusStep(row_of[order.order_id], before, order)


def _win_carts_back(
    conn: sqlite3.Connection, store: StoreKey, records: Collection[OrderRecord], changes: Changes
) -> None:
    """Carts that were left behind and became one of these orders are recovered; a guest's order wins them back too."""
    order_of_cart = {
        order.cart_id or incomplete_cart_id(order.order_id): order.order_id
        for order in records
        if not order.is_incomplete
    }
    for cart_id in carts.unrecovered_among(conn, store.id, order_of_cart):
        contact_id = carts.recover_cart(conn, store.id, cart_id, order_of_cart[cart_id])
        changes.carts.add(cart_id)
        if contact_id is not None:
            changes.contacts.add(contact_id)


def incomplete_cart_id(number: int) -> str:
    """The id under which an incomplete order without a cart of its own is kept as a cart."""
    return f"order:{number}"


@dataclass(frozen=True, slots=True)
class _Items:
    """What the lines of a batch of orders point to. *kept* is that of lines we have, by our order, product, name, SKU;
    *keys* are those of all others, by the store's order and line."""

    kept: Mapping[tuple[int, int, str, str], Item]
    keys: Mapping[tuple[int, int], ItemKey]
    made: Mapping[ItemKey, int]
    row_of: Mapping[int, int]

    @classmethod
    def of(
        cls,
        conn: sqlite3.Connection,
        store: StoreKey,
        newer: Collection[OrderRecord],
        known: Mapping[int, KnownOrder],
    ) -> "_Items":
        row_of = {order.order_id: known[order.order_id].row_id for order in newer if order.order_id in known}
        kept = orders.items_of_lines(conn, list(row_of.values()))
        products = {line.product_id for order in newer for line in order.lines}
        sets, no_set = catalogue.category_sets(conn, store.id, products), catalogue.no_category_set(conn)
        offers = catalogue.offers(conn, store.id, products)
        keys = {
            (order.order_id, line.line_id): _item_key(store, order, line, sets.get(line.product_id, no_set), offers)
            for order in newer
            for line in order.lines
            if (row_of.get(order.order_id, 0), line.product_id, line.name, line.sku) not in kept
        }
        return cls(kept, keys, catalogue.item_ids(conn, store.id, set(keys.values())), row_of)

    def of_lines(self, order: OrderRecord) -> list[Item]:
        return [self._of_line(order.order_id, line) for line in order.lines]

    def _of_line(self, number: int, line: LineRecord) -> Item:
        kept = self.kept.get((self.row_of.get(number, 0), line.product_id, line.name, line.sku))
        if kept is not None:
            return kept
        key = self.keys[number, line.line_id]
        return Item(self.made[key], key.is_on_sale, key.rating)


def _item_key(
    store: StoreKey, order: OrderRecord, line: LineRecord, category_set_id: int, offers: Mapping[int, Offer]
) -> ItemKey:
    offer = offers.get(line.product_id, _NO_OFFER)
    is_on_sale = _was_on_sale(store, order, line, offer)
    return ItemKey(
        line.product_id, line.variant_id, line.name, line.sku, category_set_id, line.brand, is_on_sale, offer.rating
    )


_NO_OFFER = Offer(sale_minor=None, rating=0)


def _was_on_sale(store: StoreKey, order: OrderRecord, line: LineRecord, offer: Offer) -> bool:
    """Whether the product has a sale price when we first see the line, and the line cost no more than that.

    A line itself does not say so: its `base_price` is a unit's price and not known to be that before a sale. Without
    tax it is compared, since a store's prices may be kept with or without. In another currency the product alone tells.
    """
    if offer.sale_minor is None or line.untaxed_minor <= 0:
        return False
    return order.currency != store.currency or line.untaxed_minor <= offer.sale_minor


def put_refunds(conn: sqlite3.Connection, store: StoreKey, refunds: Collection[RefundRecord], changes: Changes) -> None:
    numbers = orders.put_refunds(conn, store.id, refunds)
    contacts = orders.settle_refunds(conn, store.id, numbers)
    if contacts:
        changes.orders |= numbers
        changes.contacts_with_new_totals |= contacts


def drop_orders(
    conn: sqlite3.Connection, store: StoreKey, numbers: Collection[int], cause: Cause, changes: Changes
) -> None:
    census.no_longer_passed_over(conn, store.id, list(numbers))
    contacts = orders.mark_orders_deleted(conn, store.id, numbers, cause)
    if contacts:
        changes.orders.update(numbers)
        changes.contacts_with_new_totals.update(contacts)
