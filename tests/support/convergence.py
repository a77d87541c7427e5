"""Where our rows differ from what a store has, whatever happened to both; worked out from the store alone.

What cannot be known without having been told (a cart that nobody announced, who a deleted account was) may be held or
not, but only as it once was.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from common.contacts import ContactDetail
from daemon.sandbox.carts import Cart
from daemon.sandbox.orders import Order
from daemon.sandbox.store import SandboxStore
from tests.support import truth
from tests.support.bench import Bench
from tests.support.past import Past

_HOUR_S = 3600

_CUSTOMER_TAG, _GUEST_TAG = "bigcommerce-customer", "bigcommerce-guest"

_CARTS = (
    "select cart_id, contact.email, status, coalesce(closed_as, ''), order_number, total_minor, is_from_order, "
    "(select json_group_array(json_array(product_id, quantity)) from cart_line join item on item.id = item_id "
    "where cart_line.cart_id = cart.id) from cart join contact on contact.id = contact_id"
)


async def differences(
    bench: Bench, past: Past, *, told_carts: Collection[str], guests: bool, caught_up_at: int
) -> list[str]:
    """One line each; empty when we hold what the store has, and nothing else.

    *told_carts* are the carts whose telling reached us while they lived; *guests* whether guests' orders are kept;
    *caught_up_at* is when the last catch-up began, by the store's clock.
    """
    comparison = _Comparison(bench, await bench.contacts(), past, told_carts, guests=guests, caught_up_at=caught_up_at)
    return [line for check in _CHECKS for line in check(comparison)]


class _Comparison:
    """Both sides, gathered once."""

    def __init__(
        self,
        bench: Bench,
        contacts: dict[str, ContactDetail],
        past: Past,
        told_carts: Collection[str],
        *,
        guests: bool,
        caught_up_at: int,
    ) -> None:
        self.rows = bench.rows
        self.store: SandboxStore = bench.store
        self.world = bench.store.world
        self.contacts = contacts
        self.past = past
        self.told_carts = told_carts
        self.guests = guests
        self.caught_up_at = caught_up_at
        self.emails = {customer.id: truth.email_of(customer) for customer in self.world.customers}
        self.listed = {order.id: order for order in self.world.orders if not order.is_archived and order.status_id}
        self.holder: dict[int, str] = dict(
            self.rows(
                "select number, email from store_order join contact on contact.id = contact_id where deleted_at is null"
            )
        )


def _customers(both: _Comparison) -> Iterator[str]:
    accepts = {customer.id: truth.accepts_marketing(both.world, customer) for customer in both.world.customers}
    ours = both.rows(
        "select customer_id, json_array(customer.email, contact.email, customer.first_name, customer.last_name, "
        "customer.phone, accepts_marketing) from customer join contact on contact.id = contact_id "
        "where deleted_at is null"
    )
    theirs = {
        one.id: [both.emails[one.id]] * 2 + [one.first_name, one.last_name, one.phone, int(accepts[one.id])]
        for one in both.world.customers
    }
    yield from _unlike("customer", {key: json.loads(row) for key, row in ours}, theirs)


def _subscribers(both: _Comparison) -> Iterator[str]:
    ours = {
        row[0]: row[1:]
        for row in both.rows("select subscriber_id, email, accepts_newsletter from subscriber where digest != x''")
    }
    theirs = {one.id: (truth.normal(one.email), int(truth.says_newsletter(one))) for one in both.world.subscribers}
    yield from _unlike("subscriber", ours, theirs)


def _products(both: _Comparison) -> Iterator[str]:
    ours = both.rows(
        "select product_id, json_array(name, is_visible, (select json_group_array(category.category_id) "
        "from json_each(category_ids) as kept join category on category.store_id = product.store_id "
        "and category.category_id = kept.value where category.deleted_at is null)) "
        "from product where deleted_at is null"
    )
    theirs = {
        one.id: [one.name, int(one.is_visible), sorted(one.categories)]
        for one in both.world.catalogue.products.values()
    }
    shown = {key: json.loads(row) for key, row in ours}
    yield from _unlike("product", {key: [*row[:2], sorted(row[2])] for key, row in shown.items()}, theirs)


def _categories(both: _Comparison) -> Iterator[str]:
    ours = dict(both.rows("select category_id, name from category where deleted_at is null"))
    yield from _unlike("category", ours, {one.id: one.name for one in both.world.catalogue.categories.values()})


def _orders_held(both: _Comparison) -> Iterator[str]:
    """Every order of a customer is held, of guests where the store is set so; what a deleted account left may be."""
    passed_over = set(both.rows("select number from passed_over"))
    if twice := passed_over & both.holder.keys():
        yield f"orders {twice} are held and passed over"
    yield from _unlike("order", dict.fromkeys(passed_over | both.holder.keys()), dict.fromkeys(both.listed))
    for number, order in both.listed.items():
        whose = both.holder.get(number)
        may_be: set[str | None]
        if order.customer_id:
            may_be = {both.emails[order.customer_id]}
        elif number in both.past.of_customers:
            may_be = {*both.past.buyers[number], *(() if both.guests else (None,))}
        else:
            may_be = {truth.normal(order.email) if both.guests else None}
        if whose not in may_be:
            yield f"order {number} is held for {whose}, not for {may_be}"


def _boxes(both: _Comparison) -> Iterator[str]:
    """Orders with their lines, statuses and refunds, and the sums of each contact."""
    theirs: dict[str, list[Order]] = defaultdict(list)
    for number, email in both.holder.items():
        if number in both.listed:
            theirs[email].append(both.listed[number])
    boxes = truth.bought(both.store, {email: theirs[email] for email in both.contacts})
    for email, contact in both.contacts.items():
        ours = truth.shown(contact)
        orders, totals = boxes[email]
        yield from _unlike(f"{email}'s order", _plain(ours.orders), _plain(orders))
        yield from _unlike(f"{email}'s total", ours.totals, totals)


def _plain(orders: Mapping[tuple[str, int], truth.Purchase]) -> dict[int, truth.Purchase]:
    return {number: truth.without_categories(order) for (_, number), order in orders.items()}


def _contacts(both: _Comparison) -> Iterator[str]:
    """Nobody but who was once in the store; customers as their account says."""
    known = both.past.customers | set(both.emails.values())
    strangers = both.past.guests.keys() | both.past.shoppers if both.guests else set()
    for email, contact in both.contacts.items():
        if email not in known and email not in strangers:
            yield f"{email} was never in the store"
        if email in known:
            continue
        if contact.tags != [_GUEST_TAG]:
            yield f"guest {email} is tagged {contact.tags}"
        yield from _guest_name(both, email, contact)
    for customer in both.world.customers:
        found = both.contacts.get(truth.email_of(customer))
        if found is None:
            yield f"{customer.email} is no contact"
            continue
        if found.tags != [_CUSTOMER_TAG]:
            yield f"{customer.email} is tagged {found.tags}"
        if (found.first_name, found.last_name) != (customer.first_name, customer.last_name):
            yield f"{customer.email} is called {found.first_name} {found.last_name}, not {customer}"
        if customer.phone and found.phone != customer.phone:
            yield f"{customer.email} has the phone {found.phone}, not {customer.phone}"


def _guest_name(both: _Comparison, email: str, contact: ContactDetail) -> Iterator[str]:
    """A guest is called as in their latest order, if all of them are still there to be compared."""
    orders = [both.world.orders[number] for number in both.past.guests.get(email, ())]
    if not orders or any(
        one.customer_id or one.is_archived or not one.status_id or truth.normal(one.email) != email for one in orders
    ):
        return
    latest = max(order.created_at for order in orders)
    names = {(one.billing.first_name, one.billing.last_name) for one in orders if one.created_at == latest}
    if (contact.first_name, contact.last_name) not in names:
        yield f"guest {email} is called {contact.first_name} {contact.last_name}, not one of {names}"


def _list(both: _Comparison) -> Iterator[str]:
    """Who accepts marketing is a member. Who no longer does may have stayed one, and who had the account and the
    consent one after the other may have seemed to have them together."""
    accepting = {truth.email_of(one) for one in both.world.customers if truth.accepts_marketing(both.world, one)}
    members = {
        email
        for email, contact in both.contacts.items()
        if [(one.name, one.status) for one in contact.lists] == [("Master Contact List", "active")]
    }
    listed = {email for email, contact in both.contacts.items() if contact.lists}
    yield from (f"{email} accepts marketing and is not on the list" for email in accepting - members)
    yield from (
        f"{email} is on a list, and never accepted marketing"
        for email in listed - (both.past.customers & both.past.subscribers)
    )


def _carts(both: _Comparison) -> Iterator[str]:
    held = {row[0]: row[1:] for row in both.rows(_CARTS)}
    unpaid = _unpaid(both)
    for cart_id, (email, status, closed_as, order_number, total, is_from_order, lines) in held.items():
        what = (email, total, sorted(map(tuple, json.loads(lines))))
        cart = both.world.carts.get(cart_id)
        if status == "Recovered":
            yield from _recovered(both, cart_id, order_number)
        elif is_from_order:
            if cart_id in unpaid and what != _of_order(both, unpaid[cart_id], email):
                yield f"unpaid cart {cart_id} is {what}, not {_of_order(both, unpaid[cart_id], email)}"
        elif not closed_as and cart is None:
            yield f"cart {cart_id} is open and the store has none"
        elif not closed_as and cart is not None and what != _of_cart(both, cart, email):
            yield f"cart {cart_id} is {what}, not {_of_cart(both, cart, email)}"
    must_be = {cart_id for cart_id in both.told_carts if _is_known(both, both.world.carts.get(cart_id))}
    must_be |= {cart_id for cart_id, order in unpaid.items() if order.customer_id or both.guests}
    still_open = {cart_id for cart_id, row in held.items() if row[1] == "Abandoned"}
    yield from (f"cart {cart_id} was left and is not held so" for cart_id in must_be - still_open)


def _unpaid(both: _Comparison) -> dict[str, Order]:
    """Payment pages that were left an hour before the catch-up, by the id of the cart they are kept as."""
    until = both.caught_up_at - _HOUR_S
    return {
        order.cart_id or f"order:{order.id}": order
        for order in both.world.orders
        if not order.status_id and not order.is_archived and order.modified_at <= until
    }


def _is_known(both: _Comparison, cart: Cart | None) -> bool:
    """Whether a cart that is there is a contact's beyond doubt: a guest's may have been fetched before its account."""
    if cart is None or not cart.items or (cart.order_id is not None):
        return False
    return cart.customer_id in both.emails if cart.customer_id else both.guests


def _whose(both: _Comparison, customer_id: int, email: str | None, holder: str) -> str:
    """The contact it must be with: what a deleted account left stays with *holder*."""
    if customer_id:
        return both.emails.get(customer_id, holder)
    return truth.normal(email or "")


def _of_cart(both: _Comparison, cart: Cart, holder: str) -> tuple[str, int, list[tuple[int, int]]]:
    lines = sorted((item.product_id, item.quantity) for item in cart.items)
    return _whose(both, cart.customer_id, cart.email, holder), cart.amount_cents, lines


def _of_order(both: _Comparison, order: Order, holder: str) -> tuple[str, int, list[tuple[int, int]]]:
    whose = _whose(both, order.customer_id, order.email, holder) if order.customer_id else holder
    lines = sorted((line.product_id, line.quantity) for line in order.lines)
    return whose, truth.minor(order.total_cents, order.currency.code), lines


def _recovered(both: _Comparison, cart_id: str, number: int) -> Iterator[str]:
    order = both.world.orders.find(number)
    if order is None or cart_id not in (order.cart_id, f"order:{number}") or not order.status_id:
        yield f"cart {cart_id} is won back by order {number}, which is not of it: {order}"


def _unlike(what: str, ours: Mapping[Any, Any], theirs: Mapping[Any, Any]) -> Iterator[str]:
    for key in sorted(ours.keys() | theirs.keys(), key=str):
        if (mine := ours.get(key, "missing")) != (other := theirs.get(key, "missing")):
            yield f"{what} {key}: ours {mine}, theirs {other}"


_CHECKS = (
    _customers,
    _subscribers,
    _products,
    _categories,
    _orders_held,
    _boxes,
    _contacts,
    _list,
    _carts,
)
