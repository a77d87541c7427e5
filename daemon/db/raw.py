"""The payload of each order as it came, compressed, so that rows can be derived anew when the parser learns more."""

import zlib

# What every order's JSON repeats. Part of the format: a change needs a new version byte, never an edit.
_DICTIONARY_1 = (
    b'"billing_address":{"first_name":"","last_name":"","company":"","street_1":"","street_2":"","city":"","state":"",'
    b'"zip":"","country":"United States","country_iso2":"US","phone":"","email":"@example.com","form_fields":[]},'
    b'"products":{"url":"https://api.bigcommerce.com/stores//v2/orders//products","resource":"/orders//products"},'
    b'"shipping_addresses":{"resource":"/shippingaddresses"},"coupons":{"resource":"/coupons"},"is_deleted":false,'
    b'"consignments":{"pickups":[],"shipping":[{"id":,"shipping_method":"Flat Rate","base_cost":,"cost_ex_tax":,'
    b'"cost_inc_tax":,"cost_tax":,"items_total":1,"items_shipped":0,"shipping_zone_id":1,"shipping_zone_name":"",'
    b'"line_items":[{"id":,"order_id":,"product_id":,"variant_id":,"order_address_id":,"name":"","name_customer":"",'
    b'"name_merchant":"","sku":"","upc":"","type":"physical","base_price":"","price_ex_tax":"","price_inc_tax":"",'
    b'"price_tax":"0.0000","base_total":"","total_ex_tax":"","total_inc_tax":"","total_tax":"0.0000","quantity":1,'
    b'"quantity_shipped":0,"quantity_refunded":0,"is_refunded":false,"refund_amount":"0.0000","applied_discounts":[],'
    b'"product_options":[],"parent_order_product_id":null,"is_bundled_product":false,"discounted_total_inc_tax":""'
    b'}]}],"downloads":[],"email":{"gift_certificates":[]}},"id":,"customer_id":,"date_created":"Mon, 01 Jan 2024 '
    b'00:00:00 +0000","date_modified":"","date_shipped":"","cart_id":"","status_id":10,"status":"Completed",'
    b'"custom_status":"Awaiting Fulfillment","subtotal_ex_tax":"","subtotal_inc_tax":"","subtotal_tax":"",'
    b'"base_shipping_cost":"","shipping_cost_ex_tax":"","shipping_cost_inc_tax":"","shipping_cost_tax":"0.0000",'
    b'"handling_cost_ex_tax":"0.0000","wrapping_cost_ex_tax":"0.0000","total_ex_tax":"","total_inc_tax":"",'
    b'"total_tax":"","discount_amount":"0.0000","coupon_discount":"0.0000","refunded_amount":"0.0000",'
    b'"gift_certificate_amount":"0.0000","store_credit_amount":"0.0000","items_total":1,"items_shipped":0,'
    b'"payment_method":"Credit Card","payment_status":"captured","currency_id":1,"currency_code":"USD",'
    b'"currency_exchange_rate":"1.0000000000","default_currency_id":1,"default_currency_code":"USD",'
    b'"store_default_currency_code":"USD","order_source":"www","channel_id":1,"external_id":null,"customer_locale":"en"'
)
_VERSION_1 = b"\x01"


def packed(body: bytes) -> bytes:
    """*body* compressed: about a fifth of its size for an order of two lines."""
    squeeze = zlib.compressobj(level=1, zdict=_DICTIONARY_1)
    return _VERSION_1 + squeeze.compress(body) + squeeze.flush()


def unpacked(stored: bytes) -> bytes:
    """What `packed` was given. Raises ValueError for a version this program does not know."""
    if stored[:1] != _VERSION_1:
        raise ValueError(f"raw order of unknown version {stored[:1]!r}")
    return zlib.decompressobj(zdict=_DICTIONARY_1).decompress(stored[1:])
