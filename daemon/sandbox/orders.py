"""What an order is in the sandbox: lines in consignments, amounts in hundredths of its transaction currency."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from daemon.sandbox.people import Address

TAX_PER_MILLE = 82  # one flat rate: what matters is that ex + tax = inc on every level
LINES_PER_CONSIGNMENT = 50  # the include is cut here and carries a `__warning__`


class Currency(NamedTuple):
    """A currency of the store; `rate` is units per unit of the store's default (USD)."""

    id: int
    code: str
    name: str
    token: str
    places: int
    rate: float
    country: str
    is_transactional: bool


USD = Currency(1, "USD", "US Dollar", "$", 2, 1.0, "US", True)
EUR = Currency(2, "EUR", "Euro", "€", 2, 0.92, "DE", True)
GBP = Currency(3, "GBP", "British Pound", "£", 2, 0.79, "GB", True)
JPY = Currency(4, "JPY", "Japanese Yen", "¥", 0, 149.5, "JP", True)
CAD = Currency(5, "CAD", "Canadian Dollar", "C$", 2, 1.36, "CA", False)  # display only: never what is charged
CURRENCIES = (USD, EUR, GBP, JPY, CAD)

STATUSES: tuple[str, ...] = (
    "Incomplete",
    "Pending",
    "Shipped",
    "Partially Shipped",
    "Refunded",
    "Cancelled",
    "Declined",
    "Awaiting Payment",
    "Awaiting Pickup",
    "Awaiting Shipment",
    "Completed",
    "Awaiting Fulfillment",
    "Manual Verification Required",
    "Disputed",
    "Partially Refunded",
)
RENAMED = {9: "Packing today", 10: "Done & dusted"}  # the merchant's own labels
INCOMPLETE, REFUNDED, CANCELLED, FULFILL, PARTLY_REFUNDED = 0, 4, 5, 11, 14
PAID = frozenset((2, 3, 8, 9, 10, 11))

PAYMENT_STATUS: dict[int, str] = {
    0: "",
    1: "",
    4: "refunded",
    5: "void",
    6: "declined",
    7: "pending",
    12: "held for review",
    14: "partially refunded",
}


class Ship(StrEnum):
    """The four groups of consignments."""

    SHIPPING = "shipping"
    PICKUP = "pickups"
    DOWNLOAD = "downloads"
    GIFT = "gift_certificates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One product of an order. Cents are per unit, tax excluded; product_id 0 is a custom item."""

    id: int
    product_id: int
    variant_id: int | None  # None: the key is left out, as the store does at times
    name: str
    sku: str
    kind: str  # physical | digital | giftcertificate
    quantity: int
    price_cents: int
    size: str = ""
    cost_cents: int = 0
    discount_cents: int = 0  # of the whole line
    discount_code: str = ""
    brand: str = ""
    parent_id: int | None = None  # the line this one is a bundled part of
    is_bundled: bool = False
    quantity_refunded: int = 0
    has_discounted_total: bool = True  # the newer field is absent on some lines

    @property
    def tax_cents(self) -> int:
        return self.price_cents * TAX_PER_MILLE // 1000

    @property
    def total_cents(self) -> int:
        """Of the line, tax included, before discounts."""
        return (self.price_cents + self.tax_cents) * self.quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """Lines that go the same way; `method` is what the shopper read, at times the word None."""

    id: int
    ship: Ship
    method: str
    address: Address
    lines: tuple[Line, ...]
    cost_cents: int = 0  # tax excluded
    hides_lines: bool = False  # the fault of the store: `line_items` empty though `items_total` is not

    @property
    def items_total(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def cost_tax_cents(self) -> int:
        return self.cost_cents * TAX_PER_MILLE // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order. `currency` is charged (the store's default_currency_code), `display` is what the shopper saw."""

    id: int
    customer_id: int  # 0 for a guest or a deleted customer
    email: str
    billing: Address
    created_at: int
    modified_at: int
    shipped_at: int  # 0 = never
    status_id: int
    consignments: tuple[Consignment, ...]
    currency: Currency = USD
    display: Currency = USD
    channel_id: int = 1
    payment_method: str = "Credit Card"
    payment_status: str = ""
    coupon_cents: int = 0
    discount_cents: int = 0
    coupon_code: str = ""
    store_credit_cents: int = 0
    gift_certificate_cents: int = 0
    cart_id: str | None = None
    source: str = "www"
    external_source: str | None = None
    external_id: str | None = None
    is_archived: bool = False
    is_opt_in: bool = False
    locale: str = "en"
    customer_message: str = ""
    staff_notes: str = ""
    ip_address: str = ""
    names_store_currency: bool = True  # off: store_default_currency_code is ""
    writes_short_money: bool = False  # some sums come as "8" or "7.39"

    @property
    def lines(self) -> tuple[Line, ...]:
        return tuple(line for consignment in self.consignments for line in consignment.lines)

    @property
    def items_total(self) -> int:
        return sum(consignment.items_total for consignment in self.consignments)

    @property
    def subtotal_cents(self) -> int:
        """Tax excluded."""
        return sum(line.price_cents * line.quantity for line in self.lines)

    @property
    def subtotal_tax_cents(self) -> int:
        return sum(line.tax_cents * line.quantity for line in self.lines)

    @property
    def shipping_cents(self) -> int:
        return sum(c.cost_cents for c in self.consignments)

    @property
    def shipping_tax_cents(self) -> int:
        return sum(c.cost_tax_cents for c in self.consignments)

    @property
    def tax_cents(self) -> int:
        return self.subtotal_tax_cents + self.shipping_tax_cents

    @property
    def total_cents(self) -> int:
        """What was charged, tax included; refunds never lower it."""
        gross = self.subtotal_cents + self.shipping_cents + self.tax_cents
        return max(gross - self.coupon_cents - self.discount_cents, 0)

    @property
    def is_digital(self) -> bool:
        return all(c.ship is Ship.DOWNLOAD for c in self.consignments)


def payment_status_of(status_id: int) -> str:
    """The payment status that usually goes with an order status."""
    return PAYMENT_STATUS.get(status_id, "captured")
