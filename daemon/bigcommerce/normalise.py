"""Payload rows into records: pure, and the only place that knows what the store's fields mean.

Every function raises ValueError, in words for the operator, when a row holds no such record.
"""

from collections.abc import Iterable, Iterator

from common.emails import normalised_email
from common.money import minor_units
from daemon.bigcommerce.dates import epoch_s
from daemon.bigcommerce.payloads import (
    BillingRow,
    CartItemRow,
    CartRow,
    CategoryRow,
    ConsignmentRow,
    ConsignmentsRow,
    CustomerRow,
    EmailRow,
    ImageRow,
    LineRow,
    OptionRow,
    OrderRow,
    ProductRow,
    RefundRow,
    StoreRow,
    SubscriberRow,
    TimezoneRow,
    UrlRow,
)
from daemon.bigcommerce.reading import RawOrder, order_in
from daemon.bigcommerce.statuses import INCOMPLETE, status_label, status_of
from daemon.records import (
    BillingContact,
    CartLineRecord,
    CartRecord,
    CategoryRecord,
    CustomerRecord,
    LineRecord,
    OrderRecord,
    ProductRecord,
    RefundRecord,
    StoreInfo,
    SubscriberRecord,
    Unreadable,
)

_NEWSLETTER = "marketing_newsletter"
_GIFT_CERTIFICATE = "giftcertificate"


def order_record(order: RawOrder) -> OrderRecord:
    """The order with its lines; all amounts in the currency it was paid in, not the one the shopper was shown."""
    row = order.row
    currency = (row.default_currency_code or row.store_default_currency_code or row.currency_code or "").upper()
    status_id = row.status_id or 0
    placed_at = _moment(row.date_created, "date_created")
    return OrderRecord(
        order_id=row.id,
        customer_id=row.customer_id or 0,
        status_id=status_id,
        store_status=row.custom_status or row.status or status_label(status_id),
        status=status_of(status_id),
        is_incomplete=status_id == INCOMPLETE,
        is_deleted=bool(row.is_deleted),
        currency=currency,
        total_minor=_required_money(row.total_inc_tax, "total_inc_tax", currency),
        subtotal_minor=_money(row.subtotal_inc_tax, "subtotal_inc_tax", currency),
        # Two separate reductions: what was typed in or automatic, and what coupons took off.
        discount_minor=_money(row.discount_amount, "discount_amount", currency)
        + _money(row.coupon_discount, "coupon_discount", currency),
        shipping_minor=_money(row.shipping_cost_inc_tax, "shipping_cost_inc_tax", currency),
        tax_minor=_money(row.total_tax, "total_tax", currency),
        placed_at=placed_at,
        modified_at=_moment(row.date_modified, "date_modified") or placed_at,
        shipping_method=_shipping_method(row),
        payment_method=row.payment_method or "",
        cart_id=row.cart_id or "",
        channel_id=row.channel_id
        or 1,  # channel 1 always exists and is where orders came from before there were channels
        billing=_billing(row.billing_address),
        lines=tuple(_line(line, currency) for line in line_rows(row) or ()),
        raw=order.raw,
    )


def order_from_raw(raw: bytes) -> OrderRecord:
    """The record derived anew from the bytes an earlier one kept. Raises ValueError when they are no order."""
    order = order_in(raw)
    if isinstance(order, Unreadable):
        raise ValueError(order.why)  # noqa: TRY004  the bytes are wrong, not the type
    return order_record(order)


def line_rows(row: OrderRow) -> list[LineRow] | None:
    """All product lines in the store's order; None when the payload does not hold them."""
    if row.products is not None:
        return row.products
    lines: list[LineRow] = []
    is_included = False
    for consignment in _consignments(row):
        if consignment.line_items is None:
            return None
        is_included = True
        lines += consignment.line_items
    return lines if is_included or not row.items_total else None


def has_all_lines(order: RawOrder) -> bool:
    """Whether the payload itself holds every product line.

    It is cut at 50 lines a consignment, with a `__warning__` somewhere in it, and at times left empty. Whether parts of
    bundles and gift certificates count in `items_total` is not said: any way of counting that fits will do.
    """
    if b'"__warning__"' in order.raw and order.row.products is None:
        return False
    lines = line_rows(order.row)
    if lines is None:
        return False
    items_total = order.row.items_total
    return items_total is None or items_total in _possible_totals(lines)


def _possible_totals(lines: list[LineRow]) -> set[int]:
    total = sum(line.quantity or 0 for line in lines)
    parts = sum(line.quantity or 0 for line in lines if line.parent_order_product_id)
    gifts = sum(line.quantity or 0 for line in lines if line.type == _GIFT_CERTIFICATE)
    return {total, total - parts, total - gifts, total - parts - gifts}


def customer_record(row: CustomerRow) -> CustomerRecord:
    return CustomerRecord(
        customer_id=row.id,
        email=_email(row.email),
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        company=row.company or "",
        phone=row.phone or "",
        accepts_review_mail=bool(row.accepts_product_review_abandoned_cart_emails),
        channel_ids=tuple(row.channel_ids or ()),
        created_at=_moment(row.date_created, "date_created"),
        modified_at=_moment(row.date_modified, "date_modified"),
    )


def subscriber_record(row: SubscriberRow) -> SubscriberRecord:
    return SubscriberRecord(
        subscriber_id=row.id,
        email=_email(row.email),
        channel_id=row.channel_id or row.origin_channel_id or 0,
        accepts_newsletter=_NEWSLETTER in (row.consents or ()),
        source=row.source or "",
        order_id=row.order_id or 0,
        created_at=_moment(row.date_created, "date_created"),
        modified_at=_moment(row.date_modified, "date_modified"),
    )


def product_record(row: ProductRow, *, currency: str) -> ProductRecord:
    """*currency* is the store's default one, in which catalogue prices are."""
    price = row.price or row.calculated_price
    image = row.primary_image
    return ProductRecord(
        product_id=row.id,
        name=row.name or "",
        sku=row.sku or "",
        price_minor=_money(price, "price", currency) if price else None,
        category_ids=tuple(row.categories or ()),
        is_visible=row.is_visible is not False,
        url_path=(row.custom_url.url or "") if isinstance(row.custom_url, UrlRow) else "",
        image_url=(image.url_standard or image.url_thumbnail or "") if isinstance(image, ImageRow) else "",
        modified_at=_moment(row.date_modified, "date_modified"),
    )


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
    _required_money(amount, "total_amount", "")
    return RefundRecord(
        refund_id=row.id, order_id=row.order_id, amount=amount, created_at=_moment(row.created, "created")
    )


def cart_record(row: CartRow) -> CartRecord:
    currency = ((row.currency.code if row.currency else "") or "").upper()
    return CartRecord(
        cart_id=row.id,
        customer_id=row.customer_id or 0,
        email=normalised_email(row.email or ""),
        channel_id=row.channel_id or 1,
        currency=currency,
        total_minor=_money(row.cart_amount, "cart_amount", currency),
        created_at=_moment(row.created_time, "created_time"),
        updated_at=_moment(row.updated_time, "updated_time"),
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


def _consignments(row: OrderRow) -> Iterator[ConsignmentRow]:
    """Parcels, pickups, downloads, gift certificates; the legacy form is a list of what is now one object."""
    groups = row.consignments if isinstance(row.consignments, list) else [row.consignments or ConsignmentsRow()]
    for group in groups:
        yield from group.shipping or ()
        yield from group.pickups or ()
        yield from group.downloads or ()
        if isinstance(group.email, EmailRow):
            yield from group.email.gift_certificates or ()


def _shipping_method(row: OrderRow) -> str:
    names: dict[str, None] = {}
    for consignment in _consignments(row):
        name = (consignment.shipping_method or consignment.pickup_method_display_name or "").strip()
        if name and name != "None":
            names[name] = None
    return ", ".join(names)


def _line(row: LineRow, currency: str) -> LineRecord:
    return LineRecord(
        line_id=row.id,
        product_id=row.product_id or 0,
        variant_id=row.variant_id or 0,
        name=row.name or "",
        sku=row.sku or "",
        quantity=row.quantity or 0,
        quantity_refunded=row.quantity_refunded or 0,
        price_minor=_money(row.price_inc_tax, "price_inc_tax", currency),
        total_minor=_money(row.total_inc_tax, "total_inc_tax", currency),
        parent_line_id=row.parent_order_product_id or 0,
        options=tuple(_options(row.product_options)) if row.product_options else (),
    )


def _options(rows: Iterable[OptionRow]) -> Iterator[str]:
    for row in rows:
        name, value = _text(row.display_name) or _text(row.name), _text(row.display_value) or _text(row.value)
        if name or value:
            yield f"{name}: {value}" if name else value


def _text(value: object) -> str:
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _billing(row: BillingRow | list[object] | None) -> BillingContact:
    if not isinstance(row, BillingRow):
        return BillingContact(email="", first_name="", last_name="", phone="")
    return BillingContact(
        email=normalised_email(row.email or ""),
        first_name=row.first_name or "",
        last_name=row.last_name or "",
        phone=row.phone or "",
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
        price_minor=_money(item.sale_price or item.list_price or item.amount, "sale_price", currency),
    )


def _email(raw: str | None) -> str:
    """Raises ValueError without showing the text: it may be somebody's address all the same."""
    email = normalised_email(raw or "")
    if not email:
        raise ValueError("it has no usable email address")
    return email


def _required_money(amount: str | None, field: str, currency: str) -> int:
    if not amount:
        raise ValueError(f"the store sent {field}={amount!r} (expected money)")
    return _money(amount, field, currency)


def _money(amount: str | None, field: str, currency: str) -> int:
    """Minor units; 0 when the store leaves the field out or empty."""
    if not amount:
        return 0
    try:
        return minor_units(amount, currency)
    except ValueError:
        raise ValueError(f"the store sent {field}={amount[:40]!r} (expected money)") from None


def _moment(text: str | None, field: str) -> int:
    try:
        return epoch_s(text)
    except ValueError:
        raise ValueError(f"the store sent {field}={(text or '')[:40]!r} (expected a date)") from None
