"""One order on the wire, with all that was kept of it."""

from typing import Annotated

from common.contacts import BoughtProduct
from common.money import Money
from common.personal import Email, Personal, PlaceName
from common.statuses import Status
from common.times import Moment
from common.wire import Wire


class OrderLine(BoughtProduct):
    """`total` is the line's price before order discounts, tax included; `options` are "Colour: Blue" pairs."""

    variant_id: int
    category_paths: list[str]
    quantity_refunded: int
    total: Money
    options: list[Annotated[str, Personal.OPTION]]
    is_bundle_part: bool


class StatusChange(Wire):
    """One step of an order's life, in the store's words. `before` is "" for the first one we saw."""

    before: str
    after: str
    seen_at: Moment
    origin: str


class RefundRow(Wire):
    refund_id: int
    amount: Money
    refunded_at: Moment


class Place(Wire):
    """Where an order was billed to; `country` is a two-letter code. All are "" where the store does not say."""

    country: str = ""
    state: str = ""
    city: PlaceName = ""
    postal_code: PlaceName = ""


class OrderDetail(Wire):
    """`contact_id` is 0 and `email` "" where the buyer was erased."""

    store: str
    store_name: str
    number: int
    contact_id: int
    email: Email
    status: Status
    store_status: str
    origin: str
    placed_at: Moment
    modified_at: Moment
    currency: str
    subtotal: Money
    discount: Money
    shipping: Money
    tax: Money
    total: Money
    refunded: Money
    shipping_method: str
    payment_method: str
    cart_id: str
    lines: list[OrderLine]
    refunds: list[RefundRow]
    history: list[StatusChange]
    billed_to: Place = Place()
