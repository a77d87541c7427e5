"""Contacts on the wire: the list, and one contact with its ecommerce box."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from common.money import Money
from common.personal import Email, Name, Personal, Phone, Prose
from common.statuses import Status
from common.times import Moment
from common.wire import Query, Wire

MAX_PAGE = 100_000

# Far beyond any list, and within what a 64-bit column compares.
_MAX_OFFSET = 10**12

# The longest email has 254 characters; a person types less.
_MAX_SEARCH = 500

# More than the language takes, which says so itself.
MAX_RULE = 25_000


class ContactSort(StrEnum):
    """Sort keys; each has its natural direction first (newest, largest, A to Z)."""

    LAST_ORDER = "last_order"
    REVENUE = "revenue"
    ORDERS = "orders"
    EMAIL = "email"
    NAME = "name"
    CREATED = "created"


class ContactQuery(Query):
    """Which contacts, in which order.

    *search* finds emails and names that contain it, and contacts with exactly that order number ("#1204" or "1204").
    *match* is a rule of the language of segments that has to hold, "" = any.
    *after* is the `next` of an earlier page and wins over *offset*; *reverse* turns the sort's natural direction round.
    *quick* wants the rows first: a search that finds many need not be counted to its end.
    """

    search: Annotated[str, Personal.SEARCH] = Field(default="", max_length=_MAX_SEARCH)
    match: str = Field(default="", max_length=MAX_RULE)
    sort: ContactSort = ContactSort.LAST_ORDER
    reverse: bool = False
    after: str = ""
    offset: int = Field(default=0, ge=0, le=_MAX_OFFSET)
    limit: int = Field(default=50, ge=1, le=MAX_PAGE)
    quick: bool = False


class ContactRow(Wire):
    """One line of the list. `revenue` is in the currency the contact buys in most; `last_order_at` None = never."""

    id: int
    email: Email
    first_name: Name
    last_name: Name
    orders: int
    revenue: Money
    last_order_at: Moment | None


class ContactPage(Wire):
    """`total` counts all contacts that match; so many at least, if not `is_counted`. `next` is "" on the last one."""

    total: int
    contacts: list[ContactRow]
    next: str = ""
    is_counted: bool = True


class ListMembership(Wire):
    """`status` is active or unsubscribed."""

    name: Prose
    status: str


class Totals(Wire):
    """What a contact bought: per store and currency, and with `store` None per currency over all stores.

    Only orders whose status counts (Completed, Recovered); `revenue` is net of refunds, tax and shipping included.
    """

    store: str | None
    currency: str
    revenue: Money
    orders: int
    products: int
    first_order_at: Moment | None
    last_order_at: Moment | None


class BoughtProduct(Wire):
    """One product line. `categories` are the names at the time of purchase; `price` is one unit, tax included."""

    product_id: int
    name: str
    sku: str
    categories: list[str]
    quantity: int
    price: Money


class BoxOrder(Wire):
    """An order in the box. `number` is the store's order id; `total` is what was charged, before refunds."""

    store: str
    number: int
    status: Status
    store_status: str
    total: Money
    refunded: Money
    placed_at: Moment
    shipping_method: str
    products: list[BoughtProduct]


class BoxCart(Wire):
    """A cart left behind, or won back: then `order` is the number of the order it became.

    `closed_as` says why one that was not won back is over: the shopper deleted it (its status is Canceled), or it
    expired 30 days after its last change; None = it is open.
    """

    store: str
    cart_id: str
    status: Status
    total: Money
    abandoned_at: Moment
    order: int | None
    closed_as: Literal["deleted", "expired"] | None = None
    closed_at: Moment | None = None
    products: list[BoughtProduct]


class Ecommerce(Wire):
    """The ecommerce box, newest first."""

    totals: list[Totals]
    orders: list[BoxOrder]
    carts: list[BoxCart]


class Consent(Wire):
    """Whether a customer of `store` accepts marketing, by the signal that the store is set to.

    `source` says how it came (as the store words it), `changed_at` when; "" and None where nothing was ever said.
    """

    store: str
    accepts_marketing: bool
    signal: str
    source: str
    changed_at: Moment | None


class ContactDetail(Wire):
    """`consents` holds those of stores set to show them (`display.consent`)."""

    id: int
    email: Email
    first_name: Name
    last_name: Name
    phone: Phone
    created_at: Moment
    tags: list[Prose]
    lists: list[ListMembership]
    consents: list[Consent] = Field(default_factory=list)
    ecommerce: Ecommerce
