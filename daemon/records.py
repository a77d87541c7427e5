"""What the store's payloads become before they are rows: the one vocabulary that `bigcommerce` and `db` share.

Times are epoch seconds UTC, money integer minor units of the record's own currency, emails normalised ("" = none),
texts as the store sent them (they are made safe where they are shown, never where they are kept).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from common.statuses import Status


class Origin(StrEnum):
    """Why a change reached us. Only live changes may ever start an automation. An operator's are made here."""

    LIVE = "live"
    MANUAL = "manual"
    HISTORICAL = "historical"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Cause:
    """Why and when rows are written: *fetched_at_ms* is when the fetch began that brought them."""

    origin: Origin
    now: int
    fetched_at_ms: int


class Kind(StrEnum):
    """The kinds of resource a delivery can name and a run can skip."""

    ORDER = "order"
    CUSTOMER = "customer"
    SUBSCRIBER = "subscriber"
    PRODUCT = "product"
    CATEGORY = "category"
    CART = "cart"
    REFUND = "refund"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """A store's own description (v2 store). *store_id* is its numeric id as text, "" when it does not say."""

    hash: str
    store_id: str
    name: str
    domain: str
    currency: str
    timezone: str
    plan: str


@dataclass(frozen=True, slots=True)
class CategoryRecord:
    """*parent_id* 0 = a root."""

    category_id: int
    parent_id: int
    name: str


@dataclass(frozen=True, slots=True)
class ProductRecord:
    """Prices are in the store's default currency. *price_minor* None = the store gives none.

    *sale_minor* None = it is not on sale. *rating* is the average of its reviews in tenths, 0 = it has none.
    """

    product_id: int
    name: str
    sku: str
    price_minor: int | None
    category_ids: tuple[int, ...]
    is_visible: bool
    url_path: str
    image_url: str
    modified_at: int
    sale_minor: int | None = None
    rating: int = 0


@dataclass(frozen=True, slots=True)
class SubscriberRecord:
    """A mail consent: one email in one channel. *channel_id* 0 = the store does not say, so it holds everywhere."""

    subscriber_id: int
    email: str
    channel_id: int
    accepts_newsletter: bool
    source: str
    order_id: int
    created_at: int
    modified_at: int


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """*channel_ids* empty = the customer is known in every channel."""

    customer_id: int
    email: str
    first_name: str
    last_name: str
    company: str
    phone: str
    accepts_review_mail: bool
    channel_ids: tuple[int, ...]
    created_at: int
    modified_at: int


class LineRecord(NamedTuple):
    """One product line. *product_id* 0 = not from the catalogue; *parent_line_id* 0 = not a part of a bundle.

    *price_minor* is one unit and *total_minor* the line before order discounts, both with tax. *untaxed_minor* is one
    unit without. *brand* is what the product's was called when it was bought.
    """

    line_id: int
    product_id: int
    variant_id: int
    name: str
    sku: str
    quantity: int
    quantity_refunded: int
    price_minor: int
    total_minor: int
    parent_line_id: int
    options: tuple[str, ...]
    untaxed_minor: int = 0
    brand: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is, "" = it does not say. *country_code* is of two capital letters."""

    country_code: str
    state: str
    city: str
    postal_code: str


NOWHERE = Place("", "", "", "")


@dataclass(frozen=True, slots=True)
class BillingContact:
    """Who the order says its buyer is."""

    email: str
    first_name: str
    last_name: str
    phone: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order with its lines in the store's order. *customer_id* 0 = a guest; *cart_id* "" = from no cart.

    *currency* is the one all amounts are in (the store's `default_currency_code`, not what the shopper saw).
    *status* is the normalised one; *is_incomplete* = status 0: the payment page was reached and left, no order yet.
    *raw* is the payload's JSON as received, for deriving anew; it takes no part in telling whether an order changed.
    """

    order_id: int
    customer_id: int
    status_id: int
    store_status: str
    status: Status
    is_incomplete: bool
    is_deleted: bool
    currency: str
    total_minor: int
    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int
    placed_at: int
    modified_at: int
    shipping_method: str
    payment_method: str
    cart_id: str
    channel_id: int
    billing: BillingContact
    lines: tuple[LineRecord, ...]
    raw: bytes


@dataclass(frozen=True, slots=True)
class RefundRecord:
    """Money given back on an order. *amount* is a decimal text in the order's own currency ("" never)."""

    refund_id: int
    order_id: int
    amount: str
    created_at: int


@dataclass(frozen=True, slots=True)
class CartLineRecord:
    product_id: int
    variant_id: int
    name: str
    sku: str
    quantity: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class CartRecord:
    """A cart as fetched. *customer_id* 0 and *email* "" = nobody knows whose it is.

    *is_from_order*: not the cart itself but the payment page at which it was left, an incomplete order.
    """

    cart_id: str
    customer_id: int
    email: str
    channel_id: int
    currency: str
    total_minor: int
    created_at: int
    updated_at: int
    lines: tuple[CartLineRecord, ...]
    is_from_order: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A thing of the store that is no record: which, and why, in words for the operator."""

    kind: Kind
    resource_id: str
    why: str
