"""What happens to carts: filled, left for an hour, turned into an order, emptied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from daemon.sandbox.book import cart_uuid
from daemon.sandbox.carts import ABANDONED_AFTER, Cart, CartItem
from daemon.sandbox.order_desk import Basket, OrderDesk
from daemon.sandbox.orders import Order
from daemon.sandbox.world import World


class CartDesk:
    """Acts on the carts of a world; they are found by id alone, as in the real store."""

    def __init__(self, world: World, orders: OrderDesk) -> None:
        self._world = world
        self._orders = orders

    def open(self, customer_id: int = 0, *, email: str | None = None, basket: Basket = ()) -> Cart:
        """A shopper puts products in; the mail address is unknown until it is given or the customer is."""
        world, now = self._world, self._world.clock.seconds()
        buyer = world.customers[customer_id] if customer_id else None
        chosen = basket or [(world.catalogue.in_stock(world.dice).id, 1)]
        cart = Cart(
            id=cart_uuid(world.dice),
            customer_id=customer_id,
            email=buyer.email if buyer and email is None else email,
            channel_id=buyer.channel_id if buyer else 1,
            items=tuple(self._items(chosen)),
            created_at=now,
            updated_at=now,
        )
        world.carts[cart.id] = cart
        self._say(cart, "created")
        self._say(cart, "updated")
        return cart

    def _items(self, basket: Basket) -> Iterable[CartItem]:
        for product_id, quantity in basket:
            product = self._world.catalogue.products[product_id]
            variant = product.variants[0]
            yield CartItem(
                id=cart_uuid(self._world.dice),
                product_id=product.id,
                variant_id=variant.id,
                sku=variant.sku,
                name=product.name,
                quantity=quantity,
                price_cents=variant.price_cents or product.selling_cents,
                kind=product.kind,
                size=variant.size,
            )

    def change(self, cart_id: str, *, email: str | None = None, basket: Basket = ()) -> Cart:
        """Touch a cart: its hour begins anew and it counts as abandoned no longer."""
        before = self._world.carts[cart_id]
        cart = replace(
            before,
            email=email or before.email,
            items=(*before.items, *self._items(basket)),
            updated_at=self._world.clock.seconds(),
            version=before.version + 1,
            is_abandoned=False,
        )
        self._world.carts[cart_id] = cart
        self._say(cart, "updated")
        return cart

    def empty(self, cart_id: str) -> Cart:
        """Every product is taken out, and the cart stays."""
        before = self._world.carts[cart_id]
        now = self._world.clock.seconds()
        cart = replace(before, items=(), updated_at=now, version=before.version + 1, is_abandoned=False)
        self._world.carts[cart_id] = cart
        self._say(cart, "updated")
        return cart

    def abandon(
        self, cart_id: str | None = None, *, customer_id: int = 0, email: str | None = None, basket: Basket = ()
    ) -> Cart:
        """Say now that a cart is abandoned, without waiting its hour; a new cart when none is named."""
        cart = self._world.carts[cart_id] if cart_id else self.open(customer_id, email=email, basket=basket)
        cart = replace(cart, is_abandoned=True, updated_at=min(cart.updated_at, self._hour_ago()))
        self._world.carts[cart.id] = cart
        self._world.cart_of_token[cart.token] = cart.id
        self._world.announce("store/cart/abandoned", {"type": "cart", "id": cart.id, "token": cart.token})
        return cart

    def _hour_ago(self) -> int:
        return self._world.clock.seconds() - ABANDONED_AFTER

    def abandon_idle(self) -> list[Cart]:
        """Every cart without a change for an hour becomes abandoned, once per change."""
        idle = [c for c in self._world.carts.values() if not c.is_abandoned and c.updated_at <= self._hour_ago()]
        return [self.abandon(cart.id) for cart in idle]

    def convert(self, cart_id: str, *, status_id: int = 11) -> Order:
        """The cart becomes an order and is gone; an incomplete order made of it before is the one that moves on."""
        cart = self._world.carts.pop(cart_id)
        order = self._ordered(cart, status_id)
        self._world.announce("store/cart/converted", {"type": "cart", "id": cart_id, "orderId": order.id})
        return order

    def _ordered(self, cart: Cart, status_id: int) -> Order:
        if cart.order_id is not None:
            return self._orders.change_status(cart.order_id, status_id)
        basket = [(i.product_id, i.quantity) for i in cart.items if i.product_id in self._world.catalogue.products]
        email = cart.email or ""
        return self._orders.place(cart.customer_id, basket=basket, email=email, status_id=status_id, cart_id=cart.id)

    def delete(self, cart_id: str) -> Cart:
        cart = self._world.carts.pop(cart_id)
        self._say(cart, "updated")
        self._say(cart, "deleted")
        return cart

    def _say(self, cart: Cart, verb: str) -> None:
        self._world.announce(f"store/cart/{verb}", {"type": "cart", "id": cart.id})
        self._world.announce(f"store/channel/{cart.channel_id}/cart/{verb}", {"cart_id": cart.id})
