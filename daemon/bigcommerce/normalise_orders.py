"""An order's payload as a record: pure, and the only place that knows what the fields of an order mean.

Every function raises ValueError, in words for the operator, when a payload holds no order we can trust.
"""

from collections.abc import Iterable, Iterator

from common.emails import normalised_email
from daemon.bigcommerce.fields import moment, money, required_money
from daemon.bigcommerce.payloads import (
    BillingRow,
    ConsignmentRow,
    ConsignmentsRow,
    EmailRow,
    LineRow,
    OptionRow,
    OrderRow,
)
from daemon.bigcommerce.reading import RawOrder, order_in
from daemon.bigcommerce.statuses import INCOMPLETE, status_label, status_of
from daemon.records import BillingContact, LineRecord, OrderRecord, Place, Unreadable

_GIFT_CERTIFICATE = "giftcertificate"


def order_record(order: RawOrder) -> OrderRecord:
    """The order with its lines; all amounts in the currency it was paid in, not the one the shopper was shown."""
    row = order.row
    currency = (row.default_currency_code or row.store_default_currency_code or row.currency_code or "").upper()
    status_id = row.status_id or 0
    placed_at = moment(row.date_created, "date_created")
    return OrderRecord(
        order_id=row.id,
        customer_id=row.customer_id or 0,
        status_id=status_id,
        store_status=row.custom_status or row.status or status_label(status_id),
        status=status_of(status_id),
        is_incomplete=status_id == INCOMPLETE,
        is_deleted=bool(row.is_deleted),
        currency=currency,
        total_minor=required_money(row.total_inc_tax, "total_inc_tax", currency),
        subtotal_minor=money(row.subtotal_inc_tax, "subtotal_inc_tax", currency),
        # Two separate reductions: what was typed in or automatic, and what coupons took off.
        discount_minor=money(row.discount_amount, "discount_amount", currency)
        + money(row.coupon_discount, "coupon_discount", currency),
        shipping_minor=money(row.shipping_cost_inc_tax, "shipping_cost_inc_tax", currency),
        tax_minor=money(row.total_tax, "total_tax", currency),
        placed_at=placed_at,
        modified_at=moment(row.date_modified, "date_modified") or placed_at,
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
        price_minor=money(row.price_inc_tax, "price_inc_tax", currency),
        total_minor=money(row.total_inc_tax, "total_inc_tax", currency),
        parent_line_id=row.parent_order_product_id or 0,
        options=tuple(_options(row.product_options)) if row.product_options else (),
        untaxed_minor=money(row.price_ex_tax or row.price_inc_tax, "price_ex_tax", currency),
        brand=row.brand or "",
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
        place=Place((row.country_iso2 or "").strip().upper(), row.state or "", row.city or "", row.zip or ""),
    )
