"""Carts: what a shopper has gathered, readable by id alone and only while it lives."""

import hashlib
import uuid
from dataclasses import dataclass

from daemon.sandbox.orders import Order
from daemon.sandbox.plan import DAY

LIFE = 30 * DAY  # after the last change
ABANDONED_AFTER = 3600  # seconds without a change


@dataclass(frozen=True, slots=True, kw_only=True)
class CartItem:
    id: str
    product_id: int
    variant_id: int
    sku: str
    name: str
    quantity: int
    price_cents: int
    kind: str = "physical"
    size: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cart:
    id: str
    customer_id: int  # 0 for a guest
    email: str | None  # None until the shopper logs in or reaches the checkout
    channel_id: int
    items: tuple[CartItem, ...]
    created_at: int
    updated_at: int
    version: int = 1
    is_abandoned: bool = False
    order_id: int | None = None  # the incomplete order that the payment page made of it

    @property
    def token(self) -> str:
        """What the recovery mail's link carries: 32 hex digits."""
        return hashlib.md5(self.id.encode(), usedforsecurity=False).hexdigest()

    @property
    def amount_cents(self) -> int:
        return sum(item.price_cents * item.quantity for item in self.items)


def left_behind(order: Order) -> Cart:
    """The cart of an incomplete order: its shopper got as far as the payment page."""
    items = tuple(
        CartItem(
            id=str(uuid.UUID(int=line.id, version=4)),
            product_id=line.product_id,
            variant_id=line.variant_id or 0,
            sku=line.sku,
            name=line.name,
            quantity=line.quantity,
            price_cents=line.price_cents,
            kind="digital" if line.kind == "digital" else "physical",
            size=line.size,
        )
        for line in order.lines
    )
    return Cart(
        id=order.cart_id or "",
        customer_id=order.customer_id,
        email=order.email,
        channel_id=order.channel_id,
        items=items,
        created_at=order.created_at,
        updated_at=order.created_at,
        is_abandoned=True,
        order_id=order.id,
    )
