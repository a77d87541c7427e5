"""A store that lives: shoppers come and go at a given pace, until told to stop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from daemon.sandbox.orders import FULFILL, PAID
from daemon.sandbox.people import NEWSLETTER

if TYPE_CHECKING:
    from daemon.sandbox.store import SandboxStore

NEXT_STATUS = {1: 11, 7: 11, 11: 9, 9: 2, 3: 2, 2: 10, 8: 10, 12: 11}


class Life:
    """Picks what happens next; the choice follows the seed, only the pace is real time."""

    def __init__(self, store: SandboxStore) -> None:
        self._store = store
        self._dice = store.world.dice
        self._happenings: tuple[tuple[int, Callable[[], None]], ...] = (
            (34, self._order),
            (26, self._move_on),
            (5, self._refund),
            (12, self._abandon),
            (7, self._convert),
            (6, self._sign_up),
            (6, self._consent),
            (4, self._edit_customer),
        )

    async def run(self, events_per_minute: float) -> None:
        """One happening after another, spaced as in a shop: irregularly."""
        while True:
            await asyncio.sleep(self._dice.expovariate(events_per_minute / 60))
            self.step()

    def step(self) -> None:
        """One thing happens."""
        weights = [weight for weight, _ in self._happenings]
        (chosen,) = self._dice.choices(self._happenings, weights)
        self._store.carts.abandon_idle()
        chosen[1]()

    def _customer_id(self) -> int:
        """A customer, or 0: one order in eight is a guest's."""
        ids = self._store.world.customers.ids
        return self._dice.choice(ids) if ids and self._dice.random() > 0.12 else 0

    def _order(self) -> None:
        if not self._store.world.catalogue.products:
            return
        status = self._dice.choices((FULFILL, 7, 1, 0, 6), (80, 6, 4, 7, 3))[0]
        self._store.orders.place(self._customer_id(), status_id=status, is_opt_in=self._dice.random() < 0.25)

    def _move_on(self) -> None:
        order_id = self._store.orders.any_id(self._dice)
        if order_id is None:
            return
        status = self._store.world.orders[order_id].status_id
        self._store.orders.change_status(order_id, NEXT_STATUS.get(status, status))

    def _refund(self) -> None:
        order_id = self._store.orders.any_id(self._dice)
        if order_id is None or self._store.world.orders[order_id].status_id not in PAID:
            return
        part = self._store.world.orders[order_id].total_cents // 3
        self._store.orders.refund(
            order_id,
            cents=part if part and self._dice.random() < 0.5 else None,
            is_declined=self._dice.random() < 0.1,
            changes_status=self._dice.random() < 0.8,
        )

    def _abandon(self) -> None:
        self._store.carts.abandon(customer_id=self._customer_id())

    def _convert(self) -> None:
        waiting = [cart_id for cart_id, cart in self._store.world.carts.items() if cart.is_abandoned]
        if waiting:
            self._store.carts.convert(self._dice.choice(waiting))

    def _sign_up(self) -> None:
        number = self._store.world.customers.next_id()
        self._store.customers.create(f"new.customer{number}@example.org", "New", f"Customer {number}")

    def _consent(self) -> None:
        ids = self._store.world.subscribers.ids
        if ids:
            consents = self._dice.choice(((NEWSLETTER,), ()))
            self._store.customers.consent(self._dice.choice(ids), consents)

    def _edit_customer(self) -> None:
        if customer_id := self._customer_id():
            self._store.customers.edit(customer_id, phone=f"+1 555 01{self._dice.randint(0, 99):02d}")
