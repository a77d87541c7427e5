"""Carts: what a shopper has gathered, readable by id alone and only while it lives."""

import hashlib
from dataclasses import dataclass

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

    @property
    def token(self) -> str:
        """What the recovery mail's link carries: 32 hex digits."""
        return hashlib.md5(self.id.encode(), usedforsecurity=False).hexdigest()

    @property
    def amount_cents(self) -> int:
        return sum(item.price_cents * item.quantity for item in self.items)
