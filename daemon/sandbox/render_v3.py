"""The JSON of v3: customers, consents, catalogue, refunds, carts and channels as plain dictionaries."""

from collections.abc import Collection

from daemon.sandbox.carts import Cart, CartItem
from daemon.sandbox.catalogue import Category, Product, Variant, slug
from daemon.sandbox.orders import USD
from daemon.sandbox.people import Address, Customer, Subscriber
from daemon.sandbox.refunds import Refund, RefundItem
from daemon.sandbox.wire import iso, number

Fields = dict[str, object]
SITE = "https://shop.example.com"


def customer(of: Customer, include: Collection[str]) -> Fields:
    fields: Fields = {
        "id": of.id,
        "email": of.email,
        "first_name": of.first_name,
        "last_name": of.last_name,
        "company": of.company,
        "phone": of.phone,
        "registration_ip_address": "",
        "notes": of.notes,
        "tax_exempt_category": "",
        "customer_group_id": of.group_id,
        "date_created": iso(of.created_at),
        "date_modified": iso(of.modified_at),
        "address_count": len(of.addresses),
        "attribute_count": 0,
        "accepts_product_review_abandoned_cart_emails": of.accepts_review_mail,
        "origin_channel_id": of.channel_id,
        "channel_ids": None if of.channel_ids is None else list(of.channel_ids),
        "authentication": {"force_password_reset": False},
    }
    if "addresses" in include:
        fields["addresses"] = [customer_address(each, of.id) for each in of.addresses[:10]]
    if "storecredit" in include:
        fields["store_credit_amounts"] = [{"amount": number(of.store_credit_cents)}]
    if "attributes" in include:
        fields["attributes"] = []
    if "formfields" in include:
        fields["form_fields"] = []
    return fields


def customer_address(at: Address, customer_id: int) -> Fields:
    return {
        "id": at.id,
        "customer_id": customer_id,
        "first_name": at.first_name,
        "last_name": at.last_name,
        "company": at.company,
        "address1": at.street_1,
        "address2": at.street_2,
        "city": at.place.city,
        "state_or_province": at.place.state,
        "postal_code": at.place.zip,
        "country": at.place.country,
        "country_code": at.place.iso2,
        "phone": at.phone,
        "address_type": "residential",
    }


def subscriber(of: Subscriber) -> Fields:
    fields: Fields = {
        "id": of.id,
        "email": of.email,
        "first_name": of.first_name,
        "last_name": of.last_name,
        "source": of.source,
        "order_id": of.order_id,
        "channel_id": of.channel_id,
        "date_created": iso(of.created_at),
        "date_modified": iso(of.modified_at),
    }
    if of.consents is not None:
        fields["consents"] = list(of.consents)
    return fields


def product(of: Product, include: Collection[str]) -> Fields:
    fields: Fields = {
        "id": of.id,
        "name": of.name,
        "type": of.kind,
        "sku": of.sku,
        "description": f"<p>{of.name}: made to be used every day.</p>",
        "weight": 1,
        "price": number(of.price_cents),
        "cost_price": number(of.cost_cents),
        "retail_price": 0,
        "sale_price": number(of.sale_cents),
        "map_price": 0,
        "calculated_price": number(of.selling_cents),
        "categories": list(of.categories),
        "brand_id": of.brand_id,
        "inventory_level": of.inventory,
        "inventory_tracking": "product",
        "is_visible": of.is_visible,
        "is_featured": of.id % 20 == 0,
        "availability": "available",
        "condition": "New",
        "upc": "",
        "mpn": "",
        "gtin": "",
        "custom_url": {"url": f"/{slug(of.name)}-{of.id}/", "is_customized": False},
        "base_variant_id": of.variants[0].id if len(of.variants) == 1 else None,
        "reviews_rating_sum": of.stars,
        "reviews_count": of.reviews,
        "total_sold": of.total_sold,
        "view_count": of.id % 300,
        "date_created": iso(of.created_at, zone="+00:00"),
        "date_modified": iso(of.modified_at, zone="+00:00"),
    }
    if "variants" in include:
        fields["variants"] = [variant(each, of) for each in of.variants]
    if "primary_image" in include:
        fields["primary_image"] = _image(of)
    if "images" in include:
        fields["images"] = [_image(of)]
    for absent in ("custom_fields", "bulk_pricing_rules", "options", "modifiers", "videos", "parent_relations"):
        if absent in include:
            fields[absent] = []
    if "channels" in include:
        fields["channels"] = [1] if of.id % 9 else [1, 2]
    return fields


def _image(of: Product) -> Fields:
    cdn = f"https://cdn.example.com/p/{of.id}"
    return {
        "id": of.id,
        "product_id": of.id,
        "is_thumbnail": True,
        "sort_order": 0,
        "description": "",
        "url_zoom": f"{cdn}-zoom.jpg",
        "url_standard": f"{cdn}.jpg",
        "url_thumbnail": f"{cdn}-thumb.jpg",
        "url_tiny": f"{cdn}-tiny.jpg",
        "date_modified": iso(of.modified_at, zone="+00:00"),
    }


def variant(of: Variant, product: Product) -> Fields:
    own = of.price_cents
    options = [{"id": of.id, "option_id": product.id, "label": of.size, "option_display_name": "Size"}]
    return {
        "id": of.id,
        "product_id": of.product_id,
        "sku": of.sku,
        "sku_id": of.sku_id if of.size else None,
        "price": None if own is None else number(own),
        "sale_price": None,
        "retail_price": None,
        "cost_price": number(product.cost_cents),
        "calculated_price": number(product.selling_cents if own is None else own),
        "inventory_level": product.inventory // len(product.variants),
        "upc": "",
        "purchasing_disabled": False,
        "option_values": options if of.size else [],
    }


def tree_category(of: Category) -> Fields:
    return {
        "category_id": of.id,
        "category_uuid": of.uuid,
        "tree_id": of.tree_id,
        "parent_id": of.parent_id,
        "name": of.name,
        "description": "",
        "views": of.id % 90,
        "sort_order": of.sort_order,
        "page_title": "",
        "meta_keywords": [],
        "meta_description": "",
        "layout_file": "category.html",
        "image_url": "",
        "is_visible": of.is_visible,
        "search_keywords": "",
        "default_product_sort": "use_store_settings",
        "url": {"path": of.path, "is_customized": False},
    }


def legacy_category(of: Category) -> Fields:
    """The older shape: `id` and `custom_url`."""
    fields = tree_category(of)
    for renamed in ("category_id", "category_uuid", "tree_id", "url"):
        del fields[renamed]
    return {"id": of.id, **fields, "custom_url": {"url": of.path, "is_customized": False}}


def refund(of: Refund, *, alone: bool = False) -> Fields:
    """A refund; when fetched *alone* its requested amounts are strings, as the store's table of fields says."""
    return {
        "id": of.id,
        "order_id": of.order_id,
        "user_id": 0,
        "created": iso(of.created_at, zone="+00:00"),
        "reason": of.reason,
        "total_amount": number(of.total_cents),
        "total_tax": number(of.tax_cents),
        "uses_merchant_override_values": False,
        "items": [_refund_item(item, alone=alone) for item in of.items],
        "payments": [
            {
                "id": of.id + 1,
                "provider_id": "storecredit" if of.id % 5 == 0 else "braintree",
                "amount": number(of.total_cents),
                "offline": of.id % 5 == 0,
                "is_declined": of.is_declined,
                "declined_message": "Card expired" if of.is_declined else "",
                "transaction_id": f"txn-{of.id}",
            }
        ],
    }


def _refund_item(of: RefundItem, *, alone: bool) -> Fields:
    amount = None if of.amount_cents is None else number(of.amount_cents)
    fields: Fields = {
        "item_type": of.kind,
        "item_id": of.item_id,
        "requested_amount": str(amount) if alone and amount is not None else amount,
        "reason": "",
    }
    if of.kind == "PRODUCT":
        fields["quantity"] = of.quantity
    return fields


def cart(of: Cart, *, with_options: bool) -> Fields:
    items = {
        kind: [_cart_item(item, with_options=with_options) for item in of.items if item.kind == kind]
        for kind in ("physical", "digital")
    }
    return {
        "id": of.id,
        "customer_id": of.customer_id,
        "channel_id": of.channel_id,
        "email": of.email,
        "currency": {"code": USD.code},
        "tax_included": False,
        "base_amount": number(of.amount_cents),
        "discount_amount": 0,
        "manual_discount_amount": 0,
        "cart_amount": number(of.amount_cents),
        "coupons": [],
        "discounts": [],
        "line_items": {
            "physical_items": items["physical"],
            "digital_items": items["digital"],
            "gift_certificates": [],
            "custom_items": [],
        },
        "created_time": iso(of.created_at, zone="+00:00"),
        "updated_time": iso(of.updated_at, zone="+00:00"),
        "locale": "en",
        "version": of.version,
    }


def _cart_item(of: CartItem, *, with_options: bool) -> Fields:
    price, whole = number(of.price_cents), number(of.price_cents * of.quantity)
    fields: Fields = {
        "id": of.id,
        "parent_id": None,
        "variant_id": of.variant_id,
        "product_id": of.product_id,
        "sku": of.sku,
        "name": of.name,
        "url": f"{SITE}/{slug(of.name)}-{of.product_id}/",
        "quantity": of.quantity,
        "taxable": True,
        "image_url": f"https://cdn.example.com/p/{of.product_id}.jpg",
        "discounts": [],
        "coupons": [],
        "discount_amount": 0,
        "coupon_amount": 0,
        "original_price": price,
        "list_price": price,
        "sale_price": price,
        "extended_list_price": whole,
        "extended_sale_price": whole,
        "is_require_shipping": of.kind == "physical",
        "is_mutable": True,
    }
    if with_options:
        fields["options"] = [{"name": "Size", "nameId": 7, "value": of.size, "valueId": 1}] if of.size else []
    return fields


def channel(identity: int, *, at: int) -> Fields:
    name = "Example Shop" if identity == 1 else "Wholesale Desk"
    return {
        "id": identity,
        "name": name,
        "type": "storefront",
        "platform": "bigcommerce",
        "status": "active",
        "external_id": "",
        "is_visible": True,
        "is_enabled": True,
        "is_listable_from_ui": True,
        "icon_url": "",
        "date_created": iso(at),
        "date_modified": iso(at),
    }
