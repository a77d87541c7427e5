"""Payloads as the store writes them: valid by default, so that a test shows only what matters."""

import json
from collections.abc import Sequence

Json = dict[str, object]


def line(line_id: object = 116, **fields: object) -> Json:
    return {
        "id": line_id,
        "order_id": 1001,
        "product_id": 188,
        "variant_id": 93,
        "name": "Mug",
        "sku": "MUG-1",
        "type": "physical",
        "quantity": 4,
        "quantity_refunded": 0,
        "brand": "Halden",
        "base_price": "15.6700",
        "price_ex_tax": "15.6700",
        "price_inc_tax": "16.9600",
        "total_inc_tax": "67.8400",
        "parent_order_product_id": None,
        "product_options": [],
    } | fields


def shipping(*lines: Json, method: object = "Flat Rate", **fields: object) -> Json:
    return {"id": 81, "shipping_method": method, "cost_inc_tax": 12.0, "line_items": list(lines)} | fields


def consignments(
    *parcels: Json,
    pickups: list[Json] | None = None,
    downloads: list[Json] | None = None,
    gifts: list[Json] | None = None,
) -> Json:
    return {
        "shipping": list(parcels),
        "pickups": pickups or [],
        "downloads": downloads or [],
        "email": {"gift_certificates": gifts or []},
    }


def order(order_id: object = 1001, **fields: object) -> Json:
    link = {"url": f"https://store.test/v2/orders/{order_id}/products", "resource": f"/orders/{order_id}/products"}
    return {
        "id": order_id,
        "customer_id": 501,
        "date_created": "Tue, 05 Mar 2019 21:40:11 +0000",
        "date_modified": "Mon, 11 Mar 2019 15:17:25 +0000",
        "date_shipped": "",
        "cart_id": "7e48f7ef-2e88-4817-aea4-b0ed01490114",
        "status_id": 11,
        "status": "Awaiting Fulfillment",
        "custom_status": "Packing",
        "subtotal_inc_tax": "67.8400",
        "total_inc_tax": "69.8400",
        "total_tax": "5.3100",
        "shipping_cost_inc_tax": "12.0000",
        "discount_amount": "4.0000",
        "coupon_discount": "6.0000",
        "items_total": 4,
        "payment_method": "Credit Card",
        "currency_code": "EUR",
        "default_currency_code": "USD",
        "is_deleted": False,
        "channel_id": 1,
        "billing_address": {
            "first_name": "Ann",
            "last_name": "Lee",
            "phone": "1",
            "email": "Ann@Example.com",
            "street_1": "1 Main St",
            "city": "Austin",
            "state": "Texas",
            "zip": "78701",
            "country": "United States",
            "country_iso2": "US",
        },
        "consignments": consignments(shipping(line())),
        "products": link,
        "credit_card_type": None,
    } | fields


def customer(customer_id: object = 501, **fields: object) -> Json:
    return {
        "id": customer_id,
        "email": "ann@example.com",
        "first_name": "Ann",
        "last_name": "Lee",
        "company": "",
        "phone": "",
        "accepts_product_review_abandoned_cart_emails": True,
        "channel_ids": [1],
        "date_created": "2022-10-01T10:00:00Z",
        "date_modified": "2023-02-01T09:00:00+00:00",
    } | fields


def subscriber(subscriber_id: object = 5, **fields: object) -> Json:
    return {
        "id": subscriber_id,
        "email": "ann@example.com",
        "source": "storefront",
        "order_id": None,
        "channel_id": 1,
        "consents": ["marketing_newsletter"],
        "date_created": "2022-10-01T10:00:00Z",
        "date_modified": "2022-10-01T10:00:00Z",
    } | fields


def product(product_id: object = 188, **fields: object) -> Json:
    return {
        "id": product_id,
        "name": "Mug",
        "sku": "MUG-1",
        "price": 16.96,
        "calculated_price": 16.96,
        "categories": [23, 42],
        "is_visible": True,
        "custom_url": {"url": "/mug/", "is_customized": False},
        "primary_image": {"url_standard": "https://cdn.test/mug.jpg"},
        "date_modified": "2024-05-06T07:08:09+00:00",
    } | fields


def cart(cart_id: object = "0f0e7a52-6f0d-4a7e-9d3b-2f4a0c6d1e11", **fields: object) -> Json:
    mug = {"id": "a", "parent_id": None, "product_id": 188, "variant_id": 93, "sku": "MUG-1", "name": "Mug"}
    return {
        "id": cart_id,
        "customer_id": 501,
        "channel_id": 1,
        "email": "ann@example.com",
        "currency": {"code": "USD"},
        "cart_amount": 33.92,
        "line_items": {"physical_items": [mug | {"quantity": 2, "sale_price": 16.96, "list_price": 20}]},
        "created_time": "2025-01-02T03:04:05+00:00",
        "updated_time": "2025-01-02T03:14:05+00:00",
    } | fields


def refund(refund_id: object = 12, **fields: object) -> Json:
    return {
        "id": refund_id,
        "order_id": 1001,
        "created": "2022-06-16T16:44:15+00:00",
        "total_amount": 50,
        "payments": [{"id": 13, "amount": 50, "is_declined": False}],
    } | fields


def v3(rows: Sequence[object], *, pages: int = 1, page: int = 1, total: int | None = None, **meta: object) -> Json:
    pagination = {
        "total": len(rows) if total is None else total,
        "count": len(rows),
        "per_page": 250,
        "current_page": page,
        "total_pages": pages,
    }
    return {"data": rows, "meta": {"pagination": pagination, **meta}}


def encoded(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()
