"""Everything a sandbox store holds at this moment, and the announcements that go out when it changes."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from daemon.sandbox.book import Bookkeeper
from daemon.sandbox.carts import LIFE, Cart, left_behind
from daemon.sandbox.catalogue import Catalogue, stock
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.dice import dice_of
from daemon.sandbox.orders import INCOMPLETE, Order
from daemon.sandbox.people import GUEST_IDS_FROM, Customer, Registry, Subscriber
from daemon.sandbox.plan import Plan
from daemon.sandbox.refunds import RefundShelf
from daemon.sandbox.shelf import Shelf

Announce = Callable[[str, dict[str, object]], None]


FIRST_SUBSCRIBER_ID = 5


def normal(email: str) -> str:
    return email.strip().lower()


def ids_within(email: str) -> Iterator[int]:
    """Ids of the seed's people who may have that address: their own number stands in it, and a twin is one further."""
    for digits in re.findall(r"(\d+)@", email):
        yield from (int(digits), int(digits) + 1)


class OrderShelf(Shelf[Order]):
    """Orders with the columns that lists filter by, kept in step with every change."""

    def __init__(self, book: Bookkeeper) -> None:
        super().__init__(book.order, array("q", book.columns.ids), array("q", book.columns.modified))
        self.created = array("q", book.columns.created)
        self.statuses = array("b", book.columns.statuses)
        self.customers = array("q", (book.customer_id(place) for place in range(len(self.ids))))
        self.archived = {order_id for order_id in self.ids if book.is_archived(order_id)}

    def keep(self, order: Order) -> None:
        """Put a new or changed order and its columns."""
        is_new = order.id not in self
        self.put(order.id, order, modified=order.modified_at)
        place = self.places(order.id, order.id).start
        if is_new:
            for column in (self.created, self.statuses, self.customers):
                column.insert(place, 0)
        self.created[place] = order.created_at
        self.statuses[place] = order.status_id
        self.customers[place] = order.customer_id
        (self.archived.add if order.is_archived else self.archived.discard)(order.id)

    def of_customer(self, customer_id: int) -> list[int]:
        """Ids of that customer's orders, archived ones too."""
        return [self.ids[place] for place, owner in enumerate(self.customers) if owner == customer_id]


class CustomerShelf(Shelf[Customer]):
    """Customers, found by mail address too."""

    def __init__(self, registry: Registry) -> None:
        staying = array("q", (i for i in registry.ids if not registry.is_deleted(i)))
        super().__init__(registry.person, staying, array("q", (registry.modified(i) for i in staying)))
        self.created = array("q", (registry.person_joined(i) for i in staying))
        self.highest_id = registry.ids[-1] if registry.ids else self.highest_id

    def ids_of_email(self, email: str) -> set[int]:
        """Customers with that address, whatever its case and blanks."""
        wanted = normal(email)
        candidates = {*ids_within(email), *self.changed_ids()}
        return {i for i in candidates if i in self and normal(self[i].email) == wanted}

    def keep(self, customer: Customer) -> None:
        if customer.id not in self:
            self.created.insert(self.places(customer.id).start, customer.created_at)
        self.put(customer.id, customer, modified=customer.modified_at)

    def drop(self, customer_id: int) -> Customer:
        """Delete the record and give it; KeyError when there is none."""
        gone = self[customer_id]
        del self.created[self.places(customer_id).start]
        return self.remove(gone.id)


class SubscriberShelf(Shelf[Subscriber]):
    """Consent records: six customers in ten have one, and some readers are no customers at all."""

    def __init__(self, registry: Registry, customers: CustomerShelf) -> None:
        readers = [i for i in customers.ids if i % 10 < 6]
        if registry.plan.awkward:
            readers += [GUEST_IDS_FROM + place for place in range(len(customers) // 10)]
        person_of = dict(enumerate(readers, start=FIRST_SUBSCRIBER_ID))
        self._of_person = {person: i for i, person in person_of.items()}
        modified = array("q", (registry.modified_or_opening(person) for person in readers))
        super().__init__(lambda i: registry.subscriber(i, person_of[i]), array("q", person_of), modified)

    def ids_of_email(self, email: str) -> set[int]:
        """Records of that address, whatever its case and blanks."""
        wanted = normal(email)
        seeded = (self._of_person.get(person) for person in ids_within(email))
        candidates = {*(i for i in seeded if i is not None), *self.changed_ids()}
        return {i for i in candidates if i in self and normal(self[i].email) == wanted}


@dataclass(slots=True)
class World:
    """The state of one store. Changes go through the desks, which also announce them."""

    plan: Plan
    clock: VirtualClock
    catalogue: Catalogue
    orders: OrderShelf
    customers: CustomerShelf
    subscribers: SubscriberShelf
    refunds: RefundShelf
    announce: Announce  # (scope, data) of every change
    carts: dict[str, Cart] = field(default_factory=dict)
    cart_of_token: dict[str, str] = field(default_factory=dict)
    dice: Random = field(default_factory=lambda: dice_of(0))

    def live_cart(self, cart_id: str) -> Cart | None:
        """The cart while it lives: 30 days after its last change it is gone."""
        cart = self.carts.get(cart_id)
        return cart if cart and cart.updated_at + LIFE > self.clock.now() else None


def build(plan: Plan, clock: VirtualClock, announce: Announce) -> World:
    """The store of *plan* as its history left it."""
    registry, catalogue = Registry(plan), stock(plan)
    book = Bookkeeper(plan, registry, catalogue.ever)
    customers = CustomerShelf(registry)
    orders = OrderShelf(book)
    world = World(
        plan=plan,
        clock=clock,
        catalogue=catalogue,
        orders=orders,
        customers=customers,
        subscribers=SubscriberShelf(registry, customers),
        refunds=RefundShelf(book.columns, book.order, awkward=plan.awkward),
        announce=announce,
        dice=dice_of(f"{plan.seed}/life"),
    )
    for cart in _carts_left(orders, since=plan.ends_at - LIFE):
        world.carts[cart.id] = cart
        world.cart_of_token[cart.token] = cart.id
    return world


def _carts_left(orders: OrderShelf, *, since: int) -> Iterator[Cart]:
    """Carts of incomplete orders that are young enough to be still there."""
    for place, status in enumerate(orders.statuses):
        if status == INCOMPLETE and orders.created[place] > since:
            yield left_behind(orders[orders.ids[place]])
