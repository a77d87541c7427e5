"""Payload rows into records, all but orders: pure, and the only place that knows what their fields mean.

Every function raises ValueError, in words for the operator, when a row holds no such record.
"""

from collections.abc import Iterator

from common.emails import normalised_email
from daemon.bigcommerce.fields import moment, money, required_money, usable_email
from daemon.bigcommerce.payloads import (
    CartItemRow,
    CartRow,
    CategoryRow,
    CustomerRow,
    ImageRow,
    ProductRow,
    RefundRow,
    StoreRow,
    SubscriberRow,
    TimezoneRow,
    UrlRow,
)
from daemon.records import (
    CartLineRecord,
    CartRecord,
    CategoryRecord,
    CustomerRecord,
    ProductRecord,
    RefundRecord,
    StoreInfo,
    SubscriberRecord,
)

_NEWSLETTER = "marketing_newsletter"


def customer_record(row: CustomerRow) -> CustomerRecord:
    return CustomerRecord(
        customer_id=row.id,
        email=usable_email(row.email),
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        company=row.company or "",
        phone=row.phone or "",
        accepts_review_mail=bool(row.accepts_product_review_abandoned_cart_emails),
        channel_ids=tuple(row.channel_ids or ()),
        created_at=moment(row.date_created, "date_created"),
        modified_at=moment(row.date_modified, "date_modified"),
    )


def subscriber_record(row: SubscriberRow) -> SubscriberRecord:
    return SubscriberRecord(
        subscriber_id=row.id,
        email=usable_email(row.email),
        channel_id=row.channel_id or row.origin_channel_id or 0,
        accepts_newsletter=_NEWSLETTER in (row.consents or ()),
        source=row.source or "",
        order_id=row.order_id or 0,
        created_at=moment(row.date_created, "date_created"),
        modified_at=moment(row.date_modified, "date_modified"),
    )


def product_record(row: ProductRow, *, currency: str) -> ProductRecord:
    """*currency* is the store's default one, in which catalogue prices are."""
    price = row.price or row.calculated_price
    image = row.primary_image
    return ProductRecord(
        product_id=row.id,
        name=row.name or "",
        sku=row.sku or "",
        price_minor=money(price, "price", currency) if price else None,
        category_ids=tuple(row.categories or ()),
        is_visible=row.is_visible is not False,
        url_path=(row.custom_url.url or "") if isinstance(row.custom_url, UrlRow) else "",
        image_url=(image.url_standard or image.url_thumbnail or "") if isinstance(image, ImageRow) else "",
        modified_at=moment(row.date_modified, "date_modified"),
        sale_minor=_sale_price(row, currency),
        rating=_rating(row),
    )


def _sale_price(row: ProductRow, currency: str) -> int | None:
    """A product is on sale when it has a sale price below its price."""
    sale = money(row.sale_price, "sale_price", currency) if row.sale_price else 0
    price = money(row.price, "price", currency) if row.price else 0
    return sale if sale > 0 and (not price or sale < price) else None


def _rating(row: ProductRow) -> int:
    """In tenths, half a one and more rounded up. The store gives what the reviews sum up to, and how many there are."""
    total, count = row.reviews_rating_sum or 0, row.reviews_count or 0
    return max(0, (20 * total + count) // (2 * count)) if count > 0 else 0


def category_record(row: CategoryRow) -> CategoryRecord:
    category_id = row.category_id or row.id
    if not category_id:
        raise ValueError("category_id is missing")
    return CategoryRecord(category_id=category_id, parent_id=row.parent_id or 0, name=row.name or "")


def refund_record(row: RefundRow) -> RefundRecord | None:
    """None for a refund whose every payment was declined: no money moved."""
    if row.payments and all(payment.is_declined for payment in row.payments):
        return None
    amount = (row.total_amount or "").strip()
    required_money(amount, "total_amount", "")
    return RefundRecord(
        refund_id=row.id, order_id=row.order_id, amount=amount, created_at=moment(row.created, "created")
    )


def cart_record(row: CartRow) -> CartRecord:
    currency = ((row.currency.code if row.currency else "") or "").upper()
    return CartRecord(
        cart_id=row.id,
        customer_id=row.customer_id or 0,
        email=normalised_email(row.email or ""),
        channel_id=row.channel_id or 1,
        currency=currency,
        total_minor=money(row.cart_amount, "cart_amount", currency),
        created_at=moment(row.created_time, "created_time"),
        updated_at=moment(row.updated_time, "updated_time"),
        lines=tuple(_cart_line(item, currency) for item in _cart_items(row)),
    )


def store_info(row: StoreRow, *, store_hash: str) -> StoreInfo:
    return StoreInfo(
        hash=store_hash,
        store_id=row.store_id or "",
        name=row.name or "",
        domain=row.domain or "",
        currency=(row.currency or "").upper(),
        timezone=(row.timezone.name or "") if isinstance(row.timezone, TimezoneRow) else "",
        plan=row.plan_name or "",
    )


def _cart_items(row: CartRow) -> Iterator[CartItemRow]:
    """What the shopper put in; the parts of a bundle are left out, since the bundle itself has the price."""
    if row.line_items is None:
        return
    items = row.line_items
    for group in (items.physical_items, items.digital_items, items.custom_items, items.gift_certificates):
        yield from (item for item in group or () if not item.parent_id)


def _cart_line(item: CartItemRow, currency: str) -> CartLineRecord:
    return CartLineRecord(
        product_id=item.product_id or 0,
        variant_id=item.variant_id or 0,
        name=item.name or "",
        sku=item.sku or "",
        quantity=1 if item.quantity is None else item.quantity,
        price_minor=money(item.sale_price or item.list_price or item.amount, "sale_price", currency),
    )
