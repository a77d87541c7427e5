"""The JSON of v2 orders, their lines and consignments, written in fragments: a page is mostly joining text."""

from functools import lru_cache

from daemon.sandbox.catalogue import slug
from daemon.sandbox.orders import (
    LINES_PER_CONSIGNMENT,
    STATUSES,
    USD,
    Consignment,
    Line,
    Order,
    Ship,
)
from daemon.sandbox.people import Address
from daemon.sandbox.render_v2 import API, custom_status, link
from daemon.sandbox.wire import dumps, money, number, rfc2822, short_money

ZERO = "0.0000"

# fields that never vary here: written once, appended to every order or line as text
_ORDER_TAIL = dumps(
    {
        "shipping_cost_tax_class_id": 2,
        "base_handling_cost": ZERO,
        "handling_cost_ex_tax": ZERO,
        "handling_cost_inc_tax": ZERO,
        "handling_cost_tax": ZERO,
        "handling_cost_tax_class_id": 2,
        "base_wrapping_cost": ZERO,
        "wrapping_cost_ex_tax": ZERO,
        "wrapping_cost_inc_tax": ZERO,
        "wrapping_cost_tax": ZERO,
        "wrapping_cost_tax_class_id": 3,
        "refunded_amount": ZERO,
        "ebay_order_id": "0",
        "ip_address_v6": "",
        "tax_provider_id": "BasicTaxProvider",
        "external_merchant_id": None,
        "credit_card_type": None,
        "is_tax_inclusive_pricing": False,
    }
)[1:]
_LINE_TAIL = dumps(
    {
        "order_pickup_method_id": 0,
        "weight": "1.0000",
        "width": ZERO,
        "height": ZERO,
        "depth": ZERO,
        "refund_amount": ZERO,
        "return_id": 0,
        "wrapping_id": 0,
        "wrapping_name": None,
        "base_wrapping_cost": ZERO,
        "wrapping_cost_ex_tax": ZERO,
        "wrapping_cost_inc_tax": ZERO,
        "wrapping_cost_tax": ZERO,
        "wrapping_message": "",
        "event_name": None,
        "event_date": "",
        "fixed_shipping_cost": ZERO,
        "ebay_item_id": "",
        "ebay_transaction_id": "",
        "option_set_id": None,
        "bin_picking_number": "",
        "external_id": None,
        "upc": "",
        "configurable_fields": [],
        "gift_certificate_id": None,
    }
)[1:]
WARNING = dumps(
    {"message": f"Not all line items are returned: only {LINES_PER_CONSIGNMENT} of a consignment are included."}
)


@lru_cache(maxsize=8_192)
def quoted(text: str) -> str:
    """*text* as a JSON string; names and skus come again and again."""
    return dumps(text)


def word(claim: bool) -> str:
    return "true" if claim else "false"


def address_text(at: Address, email: str) -> str:
    """The address fields as JSON text without braces: they stand in every order twice."""
    place = at.place
    return (
        f'"first_name":{quoted(at.first_name)},"last_name":{quoted(at.last_name)},"company":{quoted(at.company)},'
        f'"street_1":{quoted(at.street_1)},"street_2":{quoted(at.street_2)},"city":{quoted(place.city)},'
        f'"state":{quoted(place.state)},"zip":"{place.zip}","country":"{place.country}",'
        f'"country_iso2":"{place.iso2}","phone":"{at.phone}","email":{quoted(email)},"form_fields":[]'
    )


def _sums(order: Order) -> dict[str, object]:
    write = short_money if order.writes_short_money else money
    subtotal, subtotal_tax = order.subtotal_cents, order.subtotal_tax_cents
    shipping, shipping_tax = order.shipping_cents, order.shipping_tax_cents
    discounts = order.coupon_cents + order.discount_cents
    total = max(subtotal + subtotal_tax + shipping + shipping_tax - discounts, 0)
    return {
        "subtotal_ex_tax": write(subtotal),
        "subtotal_inc_tax": write(subtotal + subtotal_tax),
        "subtotal_tax": money(subtotal_tax),
        "base_shipping_cost": money(shipping),
        "shipping_cost_ex_tax": money(shipping),
        "shipping_cost_inc_tax": money(shipping + shipping_tax),
        "shipping_cost_tax": money(shipping_tax),
        "total_ex_tax": write(max(total - subtotal_tax - shipping_tax, 0)),
        "total_inc_tax": write(total),
        "total_tax": money(subtotal_tax + shipping_tax),
        "discount_amount": money(order.discount_cents),
        "coupon_discount": money(order.coupon_cents),
        "store_credit_amount": money(order.store_credit_cents),
        "gift_certificate_amount": money(order.gift_certificate_cents),
    }


def _currency_fields(order: Order) -> dict[str, object]:
    return {
        "currency_id": order.display.id,
        "currency_code": order.display.code,
        "currency_exchange_rate": f"{order.display.rate:.10f}",
        "default_currency_id": order.currency.id,
        "default_currency_code": order.currency.code,
        "store_default_currency_code": USD.code if order.names_store_currency else "",
        "store_default_to_transactional_exchange_rate": f"{order.currency.rate:.10f}",
    }


def order_head(order: Order, store_hash: str) -> str:
    """The order without consignments and without its closing brace."""
    items = order.items_total
    fields = {
        "id": order.id,
        "customer_id": order.customer_id,
        "date_created": rfc2822(order.created_at),
        "date_modified": rfc2822(order.modified_at),
        "date_shipped": rfc2822(order.shipped_at),
        "cart_id": order.cart_id,
        "status_id": order.status_id,
        "status": STATUSES[order.status_id],
        "custom_status": custom_status(order.status_id),
        **_sums(order),
        **_currency_fields(order),
        "items_total": items,
        "items_shipped": items if order.shipped_at else 0,
        "shipping_address_count": sum(c.ship is Ship.SHIPPING for c in order.consignments),
        "payment_method": order.payment_method,
        "payment_provider_id": "" if order.payment_method == "Credit Card" else None,
        "payment_status": order.payment_status,
        "ip_address": order.ip_address,
        "geoip_country": order.billing.place.country,
        "geoip_country_iso2": order.billing.place.iso2,
        "customer_message": order.customer_message,
        "staff_notes": order.staff_notes,
        "customer_locale": order.locale,
        "is_deleted": order.is_archived,
        "is_email_opt_in": order.is_opt_in,
        "order_is_digital": order.is_digital,
        "order_source": order.source,
        "external_source": order.external_source,
        "external_id": order.external_id,
        "external_order_id": order.external_id or "",
        "channel_id": order.channel_id,
    }
    links = ",".join(
        f'"{name}":{{"url":"{API}/{store_hash}/v2/orders/{order.id}/{name}","resource":"/orders/{order.id}/{name}"}}'
        for name in ("products", "shipping_addresses", "coupons")
    )
    billing = address_text(order.billing, order.email)
    return f'{dumps(fields)[:-1]},"billing_address":{{{billing}}},{links},{_ORDER_TAIL[:-1]}'


def line_text(line: Line, order: Order, consignment: Consignment) -> str:
    """One order product as JSON text."""
    price, with_tax, count = line.price_cents, line.price_cents + line.tax_cents, line.quantity
    name, unit, unit_tax = quoted(line.name), money(price), money(line.tax_cents)
    total, cost = money(with_tax * count), money(line.cost_cents)
    variant = "" if line.variant_id is None else f'"variant_id":{line.variant_id},'
    discounted = money(with_tax * count - line.discount_cents)
    newer = f'"discounted_total_inc_tax":"{discounted}",' if line.has_discounted_total else ""
    return (
        f'{{"id":{line.id},"order_id":{order.id},"product_id":{line.product_id},{variant}'
        f'"order_address_id":{consignment.id if consignment.ship is Ship.SHIPPING else 0},'
        f'"name":{name},"name_customer":{name},"name_merchant":{name},"sku":{quoted(line.sku)},"type":"{line.kind}",'
        f'"base_price":"{unit}","price_ex_tax":"{unit}","price_inc_tax":"{money(with_tax)}","price_tax":"{unit_tax}",'
        f'"base_total":"{money(price * count)}","total_ex_tax":"{money(price * count)}","total_inc_tax":"{total}",'
        f'"total_tax":"{money(line.tax_cents * count)}","quantity":{count},'
        f'"quantity_shipped":{count if order.shipped_at else 0},"quantity_refunded":{line.quantity_refunded},'
        f'"is_refunded":{word(line.quantity_refunded == count)},'
        f'"base_cost_price":"{cost}","cost_price_ex_tax":"{cost}",'
        f'"cost_price_inc_tax":"{cost}","cost_price_tax":"{ZERO}","brand":{quoted(line.brand)},'
        f'"parent_order_product_id":{line.parent_id or "null"},"is_bundled_product":{word(line.is_bundled)},{newer}'
        f'"applied_discounts":{dumps(_discounts(line)) if line.discount_cents else "[]"},'
        f'"product_options":{dumps([_option(line)]) if line.size else "[]"},{_LINE_TAIL}'
    )


def _discounts(line: Line) -> list[dict[str, object]]:
    code = line.discount_code
    return [{"id": "coupon", "amount": money(line.discount_cents), "name": code, "code": code, "target": "order"}]


def _option(line: Line) -> dict[str, object]:
    return {
        "id": line.id,
        "option_id": 7,
        "order_product_id": line.id,
        "product_option_id": line.product_id,
        "display_name": "Size",
        "display_value": line.size,
        "value": slug(line.size),
        "type": "Multiple choice",
        "name": "Size",
        "display_style": "Pick list",
    }


def line_texts(order: Order, consignment: Consignment) -> list[str]:
    """The included lines of a consignment: at most 50, none when the order is one whose lines the store loses."""
    if consignment.hides_lines:
        return []
    return [line_text(line, order, consignment) for line in consignment.lines[:LINES_PER_CONSIGNMENT]]


def all_line_texts(order: Order) -> list[str]:
    """Every line, as the order's own `/products` gives them."""
    return [line_text(line, order, c) for c in order.consignments for line in c.lines]


def shipping_address(order: Order, parcel: Consignment, store_hash: str, *, as_numbers: bool) -> str:
    """An order address; its costs are numbers inside consignments and strings in `/shipping_addresses`."""
    write = number if as_numbers else money
    fields: dict[str, object] = {
        "id": parcel.id,
        "items_total": parcel.items_total,
        "items_shipped": parcel.items_total if order.shipped_at else 0,
        "shipping_method": parcel.method,
        "base_cost": write(parcel.cost_cents),
        "cost_ex_tax": write(parcel.cost_cents),
        "cost_inc_tax": write(parcel.cost_cents + parcel.cost_tax_cents),
        "cost_tax": write(parcel.cost_tax_cents),
        "cost_tax_class_id": 2,
        "base_handling_cost": write(0),
        "handling_cost_ex_tax": write(0),
        "handling_cost_inc_tax": write(0),
        "handling_cost_tax": write(0),
        "handling_cost_tax_class_id": 2,
        "shipping_zone_id": 1,
        "shipping_zone_name": parcel.address.place.country,
        "shipping_quotes": link(store_hash, f"/orders/{order.id}/shipping_addresses/{parcel.id}/shipping_quotes"),
    }
    if not as_numbers:
        fields["order_id"] = order.id
    return f"{dumps(fields)[:-1]},{address_text(parcel.address, order.email)}}}"


def _pickup(parcel: Consignment) -> dict[str, object]:
    at = parcel.address.place
    place = {
        "id": 1,
        "name": "Downtown",
        "code": "DT-1",
        "address_line_1": "1 Market Square",
        "address_line_2": "",
        "city": at.city,
        "state": at.state,
        "postal_code": at.zip,
        "country_alpha2": at.iso2,
        "email": "downtown@example.com",
        "phone": "",
    }
    return {
        "id": parcel.id,
        "pickup_method_id": 1,
        "pickup_method_display_name": parcel.method,
        "collection_instructions": "Ring the bell",
        "collection_time_description": "9-17",
        "location": place,
    }


def _group_text(order: Order, ship: Ship, store_hash: str, *, with_lines: bool) -> str:
    return ",".join(
        _parcel_text(order, parcel, store_hash, with_lines=with_lines)
        for parcel in order.consignments
        if parcel.ship is ship
    )


def _parcel_text(order: Order, parcel: Consignment, store_hash: str, *, with_lines: bool) -> str:
    match parcel.ship:
        case Ship.SHIPPING:
            fields = shipping_address(order, parcel, store_hash, as_numbers=True)
        case Ship.PICKUP:
            fields = dumps(_pickup(parcel))
        case Ship.DOWNLOAD | Ship.GIFT:
            fields = dumps({"recipient_email": order.email})
    texts = line_texts(order, parcel) if with_lines else _line_stubs(order, parcel, store_hash)
    cut = len(parcel.lines) > LINES_PER_CONSIGNMENT
    warning = f',"__warning__":{WARNING}' if with_lines and cut else ""
    return f'{fields[:-1]},"line_items":[{",".join(texts)}]{warning}}}'


def _line_stubs(order: Order, parcel: Consignment, store_hash: str) -> list[str]:
    lines = parcel.lines[:LINES_PER_CONSIGNMENT]
    return [dumps(link(store_hash, f"/orders/{order.id}/products/{line.id}")) for line in lines]


def consignments_text(order: Order, store_hash: str, *, with_lines: bool) -> str:
    """The object form of an order's consignments."""
    pickups, shipping, downloads, gifts = (
        _group_text(order, ship, store_hash, with_lines=with_lines)
        for ship in (Ship.PICKUP, Ship.SHIPPING, Ship.DOWNLOAD, Ship.GIFT)
    )
    return (
        f'{{"pickups":[{pickups}],"shipping":[{shipping}],"downloads":[{downloads}],'
        f'"email":{{"gift_certificates":[{gifts}]}}}}'
    )
