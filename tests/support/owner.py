"""What the owner of a sandbox store and its shoppers do, each act by a name and two numbers, to be drawn."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from daemon.sandbox.orders import Order
from daemon.sandbox.people import NEWSLETTER
from daemon.sandbox.store import SandboxStore
from tests.support.past import Past

T = TypeVar("T")

_STATUSES = (11, 2, 10, 5, 4, 1, 7, 12, 13)
_NAMES = (("Ann", "Lee"), ("Bob", "Ortiz"), ("Zoë", "Nunes"))

# Few, so that guests, accounts and subscribers meet under one address.
_ADDRESSES = tuple(f"{name}@example.org" for name in ("amy", "ben", "cleo", "dan"))

# An act that leaves the store with less than this is not done.
_FEWEST = 5


@dataclass(frozen=True)
class Act:
    """*which* of the things it may be done to (counted round), and *how*; *after_s* since the act before."""

    name: str
    which: int = 0
    how: int = 0
    after_s: int = 0


class Owner:
    """Acts on a store. What there is nothing to act on for is left undone."""

    def __init__(self, store: SandboxStore) -> None:
        self._store = store
        self._world = store.world
        self.past = Past(store)

    def act(self, act: Act) -> None:
        self._store.clock.advance(act.after_s)
        does: Callable[[int, int], object] = getattr(self, act.name)
        does(act.which, act.how)
        self.past.look()

    # Orders

    def place(self, which: int, how: int) -> object:
        return self._store.orders.place(self._customer(which), basket=self._basket(how))

    def place_as_guest(self, which: int, how: int) -> object:
        return self._store.orders.place(email=self._address(which), name=_round(_NAMES, how), basket=self._basket(how))

    def leave_unpaid(self, which: int, how: int) -> object:
        return self._store.orders.place(self._customer(which), basket=self._basket(how), status_id=0)

    def move_on(self, which: int, how: int) -> object:
        return self._store.orders.change_status(self._order(which).id, _round(_STATUSES, how))

    def refund(self, which: int, how: int) -> object:
        order = self._order(which)
        part = None if how % 2 == 0 else max(order.total_cents // 3, 1)
        return self._store.orders.refund(order.id, cents=part, changes_status=how % 3 != 2, is_declined=how % 5 == 4)

    def archive(self, which: int, _how: int) -> object:
        return self._store.orders.archive(self._order(which).id) if len(self._listed()) > _FEWEST else None

    def change_order(self, which: int, how: int) -> object:
        return self._store.orders.change_lines(self._order(which).id, self._basket(how))

    def readdress_order(self, which: int, how: int) -> object:
        return self._store.orders.edit(self._order(which).id, email=self._address(how))

    def hand_over(self, which: int, how: int) -> object:
        return self._store.orders.hand_over(self._order(which).id, self._customer(how))

    # People

    def sign_up(self, which: int, how: int) -> object:
        first, last = _round(_NAMES, how)
        email = self._address(which)
        return self._store.customers.create(email, first, last) if self._is_free(email) else None

    def rename(self, which: int, how: int) -> object:
        return self._store.customers.edit(self._customer(which), first_name=f"First{how}", last_name=f"Last{how}")

    def change_phone(self, which: int, how: int) -> object:
        return self._store.customers.edit(self._customer(which), phone=f"+1 555 {how:04d}")

    def change_email(self, which: int, how: int) -> object:
        email = self._address(how)
        return self._store.customers.edit(self._customer(which), email=email) if self._is_free(email) else None

    def delete_customer(self, which: int, _how: int) -> object:
        if len(self._world.customers) <= _FEWEST:
            return None
        return self._store.customers.delete(self._customer(which))

    def subscribe(self, which: int, how: int) -> object:
        return self._store.customers.subscribe(self._somebodys(which, how), consents=[NEWSLETTER])

    def unsubscribe(self, which: int, how: int) -> object:
        email = self._somebodys(which, how)
        return self._store.customers.unsubscribe(email) if self._store.customers.subscriber_of(email) else None

    def readdress_subscriber(self, which: int, how: int) -> object:
        email, ids = self._somebodys(how, which), self._world.subscribers.ids
        if not ids or self._store.customers.subscriber_of(email):
            return None
        return self._store.customers.readdress_subscriber(_round(ids, which), email)

    def delete_subscriber(self, which: int, _how: int) -> object:
        ids = self._world.subscribers.ids
        return self._store.customers.delete_subscriber(_round(ids, which)) if ids else None

    # Catalogue

    def add_product(self, which: int, how: int) -> object:
        return self._store.catalogue.add_product(f"New {how}", categories=(self._category(which),))

    def rename_product(self, which: int, how: int) -> object:
        return self._store.catalogue.edit_product(self._product(which), name=f"Thing {how}")

    def hide_product(self, which: int, how: int) -> object:
        return self._store.catalogue.edit_product(self._product(which), is_visible=how % 2 == 1)

    def sort_product(self, which: int, how: int) -> object:
        return self._store.catalogue.edit_product(self._product(which), categories=(self._category(how),))

    def delete_product(self, which: int, _how: int) -> object:
        if len(self._world.catalogue.products) <= _FEWEST:
            return None
        return self._store.catalogue.delete_product(self._product(which))

    def rename_category(self, which: int, how: int) -> object:
        return self._store.catalogue.rename_category(self._category(which), f"Shelf {how}")

    def delete_category(self, which: int, _how: int) -> object:
        if len(self._world.catalogue.categories) <= _FEWEST:
            return None
        return self._store.catalogue.delete_category(self._category(which))

    # Carts

    def abandon(self, which: int, how: int) -> object:
        return self._store.carts.abandon(customer_id=self._customer(which), basket=self._basket(how))

    def abandon_as_guest(self, which: int, how: int) -> object:
        return self._store.carts.abandon(email=self._address(which), basket=self._basket(how))

    def fill_cart(self, which: int, how: int) -> object:
        return self._of_cart(which, lambda cart_id: self._store.carts.change(cart_id, basket=self._basket(how)))

    def leave_cart_again(self, which: int, _how: int) -> object:
        return self._of_cart(which, self._store.carts.abandon)

    def empty_cart(self, which: int, _how: int) -> object:
        return self._of_cart(which, self._store.carts.empty)

    def order_cart(self, which: int, _how: int) -> object:
        return self._of_cart(which, self._store.carts.convert)

    def delete_cart(self, which: int, _how: int) -> object:
        return self._of_cart(which, self._store.carts.delete)

    def wait_an_hour(self, _which: int, _how: int) -> object:
        self._store.clock.advance(3601)
        return self._store.carts.abandon_idle()

    # What an act is done to

    def _customer(self, which: int) -> int:
        return _round(self._world.customers.ids, which)

    def _address(self, which: int) -> str:
        """One of the few, or a customer's own."""
        return _round((*_ADDRESSES, self._world.customers[self._customer(which)].email), which)

    def _somebodys(self, which: int, how: int) -> str:
        return self._address(which) if how % 4 == 3 else self._world.customers[self._customer(which)].email

    def _is_free(self, email: str) -> bool:
        """A store takes no second account with the same address."""
        return not self._world.customers.ids_of_email(email)

    def _listed(self) -> list[int]:
        orders = self._world.orders
        return [
            number
            for number, status in zip(orders.ids, orders.statuses, strict=True)
            if status and number not in orders.archived
        ]

    def _order(self, which: int) -> Order:
        """The latest first."""
        return self._world.orders[_round(self._listed(), -1 - which)]

    def _product(self, which: int) -> int:
        return _round(self._world.catalogue.products, which)

    def _category(self, which: int) -> int:
        return _round(self._world.catalogue.categories, which)

    def _basket(self, how: int) -> list[tuple[int, int]]:
        return [(self._product(how + place), 1 + how % 3) for place in range(1 + how % 2)]

    def _of_cart(self, which: int, act: Callable[[str], object]) -> object:
        """The latest first. A cart that became an incomplete order has its payment page's id, or none."""
        ids = [cart_id for cart_id in self._world.carts if cart_id]
        return act(_round(ids, -1 - which)) if ids else None


_SUBJECTS = (
    (
        Owner.place,
        Owner.move_on,
        Owner.refund,
        Owner.archive,
        Owner.change_order,
        Owner.readdress_order,
        Owner.hand_over,
        Owner.place_as_guest,
        Owner.delete_customer,
    ),
    (
        Owner.rename,
        Owner.change_phone,
        Owner.change_email,
        Owner.sign_up,
        Owner.delete_customer,
        Owner.place,
        Owner.place_as_guest,
        Owner.hand_over,
    ),
    (
        Owner.subscribe,
        Owner.unsubscribe,
        Owner.readdress_subscriber,
        Owner.delete_subscriber,
        Owner.change_email,
        Owner.sign_up,
        Owner.delete_customer,
    ),
    (
        Owner.abandon,
        Owner.fill_cart,
        Owner.leave_cart_again,
        Owner.empty_cart,
        Owner.order_cart,
        Owner.delete_cart,
        Owner.abandon_as_guest,
        Owner.leave_unpaid,
        Owner.wait_an_hour,
        Owner.change_email,
    ),
    (
        Owner.rename_product,
        Owner.hide_product,
        Owner.sort_product,
        Owner.add_product,
        Owner.delete_product,
        Owner.rename_category,
        Owner.delete_category,
        Owner.place,
    ),
)
SUBJECTS = tuple(tuple(does.__name__ for does in subject) for subject in _SUBJECTS)
"""Names of acts that have to do with each other, the plainest first."""


def _round(things: Collection[T], which: int) -> T:
    """One of *things*, counted round."""
    every = list(things)
    return every[which % len(every)]
