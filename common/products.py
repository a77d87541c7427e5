"""Products on the wire: the list, and one product with what was sold of it."""

from enum import StrEnum

from pydantic import Field

from common.contacts import ContactRow
from common.money import Money
from common.statuses import Status
from common.times import Moment
from common.wire import Query, Wire

MAX_PRODUCTS = 1000

# Far beyond any catalogue, and within what a 64-bit column compares.
_MAX_OFFSET = 10**12

_MAX_SEARCH = 500


class ProductSort(StrEnum):
    """Sort keys; each has its natural direction first (most, newest, A to Z)."""

    SOLD = "sold"
    REVENUE = "revenue"
    NAME = "name"
    PRICE = "price"
    MODIFIED = "modified"


class ProductState(StrEnum):
    """How the store shows it. Unknown: it was bought, and the store's catalogue as we read it does not have it."""

    VISIBLE = "visible"
    HIDDEN = "hidden"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class ProductQuery(Query):
    """Which products, in which order.

    *search* finds names and SKUs that contain each of its words, and the product with exactly that id ("#118" or
    "118"). *after* is the `next` of an earlier page and wins over *offset*; *reverse* turns the sort's natural
    direction round.
    """

    store: str = ""
    search: str = Field(default="", max_length=_MAX_SEARCH)
    sort: ProductSort = ProductSort.SOLD
    reverse: bool = False
    after: str = ""
    offset: int = Field(default=0, ge=0, le=_MAX_OFFSET)
    limit: int = Field(default=50, ge=1, le=MAX_PRODUCTS)


class ProductRow(Wire):
    """One line of the list. `id` is one number for store and product; scripts go by `store` and `product_id`.

    `pieces`, `orders` and `revenue` are of orders that count. Pieces sold as part of a bundle are in; `revenue` is what
    its lines cost, tax included, less the share of refunded pieces, in the currency it is bought in most.
    """

    id: int
    store: str
    product_id: int
    name: str
    sku: str
    state: ProductState
    price: Money | None
    sale_price: Money | None
    pieces: int
    orders: int
    revenue: Money
    modified_at: Moment | None


class ProductPage(Wire):
    """`total` counts all products that match; `next` is "" on the last page."""

    total: int
    products: list[ProductRow]
    next: str = ""


class ProductSales(Wire):
    """What was sold in one currency."""

    currency: str
    pieces: int
    orders: int
    revenue: Money


class ProductOrder(Wire):
    """An order that holds the product: how many pieces, and what they cost before discounts of the whole order.

    `contact_id` is 0 and `email` "" where the buyer was erased.
    """

    number: int
    status: Status
    store_status: str
    placed_at: Moment
    contact_id: int
    email: str
    quantity: int
    total: Money


class ProductBuyer(ContactRow):
    """A contact with how many pieces they bought in orders that count."""

    pieces: int


class ProductDetail(ProductRow):
    """`orders_shown` are the newest ones of any status, archived ones left out; `buyers` those who bought most pieces.

    `rating` is the average of its reviews, of five; None = it has none. `contacts` bought it in `orders`, erased ones
    not counted. `ordered_at` is when the newest of `orders_shown` that counts was placed.
    """

    store_name: str
    rating: float | None
    categories: list[str]
    category_paths: list[str]
    url: str
    contacts: int
    ordered_at: Moment | None
    sales: list[ProductSales]
    orders_shown: list[ProductOrder]
    buyers: list[ProductBuyer]
