"""The store's payloads, as models of only the fields we use, lenient wherever the store is known to vary.

Texts accept numbers (v2 writes money as text, v3 as a number); every field but an id may be missing or null.
"""

from typing import Annotated, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, PlainValidator

# What a 64-bit column holds; anything beyond is a damaged payload.
_MAX = 2**63 - 1

Id: TypeAlias = Annotated[int, Field(ge=0, le=_MAX)]
Count: TypeAlias = Annotated[int, Field(ge=-_MAX, le=_MAX)]


class Row(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)


class BillingRow(Row):
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    phone: str | None = None
    country_iso2: str | None = None
    state: str | None = None
    city: str | None = None
    zip: str | None = None


class OptionRow(Row):
    """Texts normally; a date or file option may hold anything, and decoration must not cost an order."""

    display_name: object = None
    name: object = None
    display_value: object = None
    value: object = None


class LineRow(Row):
    """v2 order products. `product_id` 0 = a custom product; `variant_id` may be absent."""

    id: Id
    product_id: Id | None = None
    variant_id: Id | None = None
    name: str | None = None
    sku: str | None = None
    type: str | None = None
    quantity: Count | None = None
    quantity_refunded: Count | None = None
    brand: str | None = None
    price_ex_tax: str | None = None
    price_inc_tax: str | None = None
    total_inc_tax: str | None = None
    parent_order_product_id: Id | None = None
    product_options: list[OptionRow] | None = None


_Anything: TypeAlias = Annotated[None, PlainValidator(lambda _: None)]

# Without the include the lines are `{url, resource}`; that, and a line we cannot read, is None: they are read again.
Lines: TypeAlias = Annotated[list[LineRow] | _Anything, Field(union_mode="left_to_right")]


class ConsignmentRow(Row):
    """One parcel, pickup, download or gift certificate; `shipping_method` may be the literal text "None"."""

    shipping_method: str | None = None
    pickup_method_display_name: str | None = None
    line_items: Lines = None


class EmailRow(Row):
    gift_certificates: list[ConsignmentRow] | None = None


class ConsignmentsRow(Row):
    """All None when the store gave `{url, resource}` in place of the include."""

    shipping: list[ConsignmentRow] | None = None
    pickups: list[ConsignmentRow] | None = None
    downloads: list[ConsignmentRow] | None = None
    # [] where PHP had an empty object
    email: Annotated[EmailRow | list[object] | None, Field(union_mode="left_to_right")] = None


class OrderRow(Row):
    """v2 orders. `products` is a link, or the full lines where we put them in its place."""

    id: Annotated[int, Field(ge=1, le=_MAX)]
    customer_id: Id | None = None
    status_id: Id | None = None
    status: str | None = None
    custom_status: str | None = None
    is_deleted: bool | None = None
    default_currency_code: str | None = None
    store_default_currency_code: str | None = None
    currency_code: str | None = None
    total_inc_tax: str | None = None
    subtotal_inc_tax: str | None = None
    shipping_cost_inc_tax: str | None = None
    total_tax: str | None = None
    discount_amount: str | None = None
    coupon_discount: str | None = None
    date_created: str | None = None
    date_modified: str | None = None
    payment_method: str | None = None
    cart_id: str | None = None
    channel_id: Id | None = None
    items_total: Count | None = None
    billing_address: Annotated[BillingRow | list[object] | None, Field(union_mode="left_to_right")] = None
    consignments: Annotated[ConsignmentsRow | list[ConsignmentsRow] | None, Field(union_mode="left_to_right")] = None
    products: Lines = None


class StatusCountRow(Row):
    id: Id
    count: Id | None = None


class OrderCountRow(Row):
    count: Id
    statuses: list[StatusCountRow] | None = None


class CustomerRow(Row):
    """v3 customers. `channel_ids` null or absent = all channels."""

    id: Id
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    phone: str | None = None
    accepts_product_review_abandoned_cart_emails: bool | None = None
    channel_ids: list[Id] | None = None
    date_created: str | None = None
    date_modified: str | None = None


class SubscriberRow(Row):
    """v3 subscribers. Records from before `consents` existed lack the key: they were made for the newsletter."""

    id: Id
    email: str | None = None
    channel_id: Id | None = None
    origin_channel_id: Id | None = None
    consents: list[str] | None = ["marketing_newsletter"]
    source: str | None = None
    order_id: Id | None = None
    date_created: str | None = None
    date_modified: str | None = None


class UrlRow(Row):
    url: str | None = None


class ImageRow(Row):
    url_standard: str | None = None
    url_thumbnail: str | None = None


class ProductRow(Row):
    """v3 products. `sale_price` 0 = it is not on sale."""

    id: Id
    name: str | None = None
    sku: str | None = None
    price: str | None = None
    sale_price: str | None = None
    calculated_price: str | None = None
    reviews_rating_sum: Count | None = None
    reviews_count: Count | None = None
    categories: list[Id] | None = None
    is_visible: bool | None = None
    custom_url: Annotated[UrlRow | object, Field(union_mode="left_to_right")] = None
    primary_image: Annotated[ImageRow | object, Field(union_mode="left_to_right")] = None
    date_modified: str | None = None


class CategoryRow(Row):
    """Both category lists: the tree's rows say `category_id`, the legacy ones `id`."""

    category_id: Id | None = None
    id: Id | None = None
    parent_id: Id | None = None
    name: str | None = None


class PaymentRow(Row):
    is_declined: bool | None = None


class RefundRow(Row):
    """v3 refunds. A refund whose every payment was declined gave nothing back."""

    id: Id
    order_id: Id
    created: str | None = None
    total_amount: str | None = None
    payments: list[PaymentRow] | None = None


class CartItemRow(Row):
    """A cart's item of any group; gift certificates have an amount and no quantity."""

    parent_id: str | None = None
    product_id: Id | None = None
    variant_id: Id | None = None
    sku: str | None = None
    name: str | None = None
    quantity: Count | None = None
    sale_price: str | None = None
    list_price: str | None = None
    amount: str | None = None


class CartItemsRow(Row):
    physical_items: list[CartItemRow] | None = None
    digital_items: list[CartItemRow] | None = None
    custom_items: list[CartItemRow] | None = None
    gift_certificates: list[CartItemRow] | None = None


class CurrencyRow(Row):
    code: str | None = None


class CartRow(Row):
    id: str
    customer_id: Id | None = None
    email: str | None = None
    channel_id: Id | None = None
    currency: CurrencyRow | None = None
    cart_amount: str | None = None
    created_time: str | None = None
    updated_time: str | None = None
    line_items: CartItemsRow | None = None


class TimezoneRow(Row):
    name: str | None = None


class StoreRow(Row):
    """v2 store. Only what we keep: `logo` and `features` change their shape between stores."""

    id: str | None = None
    store_id: str | None = None
    name: str | None = None
    domain: str | None = None
    currency: str | None = None
    timezone: Annotated[TimezoneRow | object, Field(union_mode="left_to_right")] = None
    plan_name: str | None = None


class TimeRow(Row):
    time: Id


class HookRow(Row):
    id: Id
    scope: str = ""
    destination: str = ""
    headers: dict[str, str] | list[object] | None = None
    is_active: bool = True


class LinksRow(Row):
    previous: str | None = None
    current: str | None = None
    next: str | None = None


class PaginationRow(Row):
    total: Id | None = None
    per_page: Id | None = None
    current_page: Id | None = None
    total_pages: Id | None = None


class CursorRow(Row):
    """`end_cursor` comes with the first page and with pages asked by cursor."""

    end_cursor: str | None = None
    links: Annotated[LinksRow | object, Field(union_mode="left_to_right")] = None


class MetaRow(Row):
    pagination: PaginationRow = PaginationRow()
    cursor_pagination: CursorRow = CursorRow()
