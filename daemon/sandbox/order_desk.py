"""What happens to orders: placed, moved on, refunded, archived; each action announces what the store would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Literal

from daemon.sandbox.composer import Composer
from daemon.sandbox.names import PEOPLE, PLACES
from daemon.sandbox.orders import (
    INCOMPLETE,
    PAID,
    PARTLY_REFUNDED,
    REFUNDED,
    USD,
    Consignment,
    Currency,
    Order,
    Ship,
    payment_status_of,
)
from daemon.sandbox.people import Address, Customer
from daemon.sandbox.refunds import Refund, of_amount, whole
from daemon.sandbox.world import World

Basket = Sequence[tuple[int, int]]  # (product id, quantity)


class OrderDesk:
    """Acts on the orders of a world; times are the world's clock."""

    def __init__(self, world: World) -> None:
        self._world = world

    def place(  # noqa: PLR0913 - every keyword is one thing a test may want to be different
        self,
        customer_id: int = 0,
        *,
        basket: Basket = (),
        email: str = "",
        name: tuple[str, str] | None = None,
        status_id: int = 11,
        currency: Currency = USD,
        method: str = "Flat Rate",
        cart_id: str | None = None,
        channel_id: int = 1,
        created_at: int | None = None,
        is_opt_in: bool = False,
    ) -> Order:
        """A new order of a customer, or of the guest *email*; without *basket* one to three products of the catalogue.

        *created_at* in the past makes it an import: old date, new id. KeyError for a customer or product there is not.
        """
        world, now = self._world, self._world.clock.seconds()
        buyer = world.customers[customer_id] if customer_id else None
        billing = buyer.addresses[0] if buyer else self._guest_address(name)
        address = email or (buyer.email if buyer else f"guest{world.orders.next_id()}@example.net")
        order_id = world.orders.next_id()
        composer = Composer(order_id, world.dice, tuple(world.catalogue.products.values()), billing, address, currency)
        parcel = self._parcel(composer, order_id, basket, billing, method)
        order = Order(
            id=order_id,
            customer_id=customer_id,
            email=address,
            billing=billing,
            created_at=now if created_at is None else created_at,
            modified_at=now,
            shipped_at=0,
            status_id=status_id,
            consignments=(parcel,),
            currency=currency,
            display=currency,
            channel_id=buyer.channel_id if buyer else channel_id,
            payment_status=payment_status_of(status_id),
            cart_id=cart_id,
            is_opt_in=is_opt_in,
            external_source=None if created_at is None else "M-MIG",
        )
        world.orders.keep(order)
        self._announce_new(order, buyer)
        return order

    def _guest_address(self, name: tuple[str, str] | None) -> Address:
        dice = self._world.dice
        first, last = name or dice.choice(PEOPLE)
        return Address(id=1, first_name=first, last_name=last, company="", street_1="5 Elm Grove", street_2="",
                       place=dice.choice(PLACES), phone="")  # fmt: skip

    def _parcel(self, composer: Composer, order_id: int, basket: Basket, billing: Address, method: str) -> Consignment:
        products = self._world.catalogue.products
        lines = tuple(composer.line(quantity, product=products[product]) for product, quantity in basket)
        if not lines:
            lines = tuple(composer.line() for _ in range(self._world.dice.choice((1, 1, 2, 3))))
        return Consignment(id=order_id * 3, ship=Ship.SHIPPING, method=method, address=billing, lines=lines,
                           cost_cents=0 if method == "Free Shipping" else 995)  # fmt: skip

    def _announce_new(self, order: Order, buyer: Customer | None) -> None:
        say = self._world.announce
        self._say(order, "created")
        if order.status_id != INCOMPLETE:
            self._say(order, "updated")
            say("store/order/statusUpdated", _transition(order.id, INCOMPLETE, order.status_id))
        if order.status_id in PAID:
            self._sell(order)
        if buyer:
            say("store/customer/updated", {"type": "customer", "id": buyer.id})

    def _say(self, order: Order, verb: str) -> None:
        """The global event and its channel's own variant, whose data has another shape."""
        self._world.announce(f"store/order/{verb}", {"type": "order", "id": order.id})
        self._world.announce(f"store/channel/{order.channel_id}/order/{verb}", {"order_id": order.id})

    def _sell(self, order: Order) -> None:
        """Stock and sales figures move, so products and variants announce a change with every order."""
        world, products = self._world, self._world.catalogue.products
        for line in order.lines:
            if product := products.get(line.product_id):
                products[product.id] = replace(
                    product,
                    inventory=max(product.inventory - line.quantity, 0),
                    total_sold=product.total_sold + line.quantity,
                    modified_at=world.clock.seconds(),
                )
                world.announce("store/product/updated", {"type": "product", "id": product.id})
                variant = next((v for v in product.variants if v.id == line.variant_id), product.variants[0])
                ids = {"product_id": product.id, "variant_id": variant.id}
                world.announce("store/sku/updated", {"type": "sku", "id": variant.sku_id, "sku": ids})

    def change_status(self, order_id: int, status_id: int, *, payment_status: str | None = None) -> Order:
        """Move the order on; setting 4 this way records no refund."""
        before = self._world.orders[order_id]
        shipped = before.shipped_at or (self._world.clock.seconds() if status_id in (2, 3) else 0)
        payment = payment_status_of(status_id) if payment_status is None else payment_status
        order = self._kept(replace(before, status_id=status_id, payment_status=payment, shipped_at=shipped))
        self._say(order, "updated")
        if status_id != before.status_id:
            self._world.announce("store/order/statusUpdated", _transition(order_id, before.status_id, status_id))
        return order

    def edit(self, order_id: int, *, email: str | None = None, staff_notes: str | None = None) -> Order:
        """Change what a merchant may change without moving the order on."""
        before = self._world.orders[order_id]
        order = self._kept(
            replace(
                before,
                email=before.email if email is None else email,
                staff_notes=before.staff_notes if staff_notes is None else staff_notes,
            )
        )
        self._say(order, "updated")
        return order

    def change_lines(self, order_id: int, basket: Basket) -> Order:
        """Other products than were ordered, or another number of them; the lines are numbered from the first again."""
        before = self._world.orders[order_id]
        shelf = tuple(self._world.catalogue.products.values())
        composer = Composer(order_id, self._world.dice, shelf, before.billing, before.email, before.currency)
        parcel = self._parcel(composer, order_id, basket, before.billing, before.consignments[0].method)
        order = self._kept(replace(before, consignments=(parcel,)))
        self._say(order, "updated")
        return order

    def hand_over(self, order_id: int, customer_id: int) -> Order:
        """The order is another customer's from now on; the billing address stays as it was written."""
        order = self._kept(replace(self._world.orders[order_id], customer_id=self._world.customers[customer_id].id))
        self._say(order, "updated")
        return order

    def refund(
        self,
        order_id: int,
        *,
        cents: int | None = None,
        changes_status: bool = True,
        is_declined: bool = False,
        kind: Literal["money", "tax"] = "money",
    ) -> Refund:
        """Record a refund: of everything, or of *cents*; `tax` corrects tax and names no item.

        Unless declined or told otherwise the order moves to Refunded or Partially Refunded.
        """
        world, order = self._world, self._world.orders[order_id]
        refund_id, now = world.refunds.next_id(), world.clock.seconds()
        if cents is None:
            refund = replace(whole(order, refund_id=refund_id, at=now), is_declined=is_declined)
        else:
            refund = of_amount(order, cents, refund_id=refund_id, at=now, is_declined=is_declined)
        if kind == "tax":
            refund = replace(refund, items=(), tax_cents=refund.total_cents)
        world.refunds.keep(refund)
        data = {"type": "order", "id": order_id, "refund": {"refund_id": refund_id}}
        world.announce("store/order/refund/created", data)
        if changes_status and not is_declined:
            self.change_status(order_id, REFUNDED if refund.total_cents >= order.total_cents else PARTLY_REFUNDED)
        return refund

    def archive(self, order_id: int) -> Order:
        """Take the order out of every list; by its id it stays readable, with is_deleted."""
        order = self._kept(replace(self._world.orders[order_id], is_archived=True))
        self._say(order, "archived")
        return order

    def _kept(self, order: Order) -> Order:
        order = replace(order, modified_at=self._world.clock.seconds())
        self._world.orders.keep(order)
        return order

    def any_id(self, dice: Random) -> int | None:
        """An id of one of the latest orders; None when there are none."""
        ids = self._world.orders.ids
        return ids[-1 - dice.randrange(min(len(ids), 200))] if ids else None


def _transition(order_id: int, before: int, after: int) -> dict[str, object]:
    return {"type": "order", "id": order_id, "status": {"previous_status_id": before, "new_status_id": after}}
