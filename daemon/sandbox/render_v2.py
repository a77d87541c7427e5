"""The JSON of v2 beside orders: links, statuses, currencies, coupons and customers as plain dictionaries."""

from daemon.sandbox.orders import CURRENCIES, RENAMED, STATUSES, USD, Currency, Order
from daemon.sandbox.people import Customer
from daemon.sandbox.wire import money, rfc2822

API = "https://api.bigcommerce.com/stores"


def link(store_hash: str, resource: str) -> dict[str, str]:
    """A `{url, resource}` stub."""
    return {"url": f"{API}/{store_hash}/v2{resource}", "resource": resource}


def custom_status(status_id: int) -> str:
    return RENAMED.get(status_id, STATUSES[status_id])


def currency(of: Currency, at: int) -> dict[str, object]:
    return {
        "id": of.id,
        "is_default": of is USD,
        "country_iso2": of.country,
        "default_for_country_codes": [],
        "currency_code": of.code,
        "currency_exchange_rate": f"{of.rate:.10f}",
        "auto_update": of is not USD,
        "token_location": "left",
        "token": of.token,
        "decimal_token": ".",
        "thousands_token": ",",
        "decimal_places": of.places,
        "name": of.name,
        "enabled": True,
        "is_transactional": of.is_transactional,
        "use_default_name": False,
        "last_updated": rfc2822(at),
    }


def currencies(at: int) -> list[dict[str, object]]:
    return [currency(each, at) for each in CURRENCIES]


def status(status_id: int) -> dict[str, object]:
    return {
        "id": status_id,
        "name": STATUSES[status_id],
        "system_label": STATUSES[status_id],
        "custom_label": custom_status(status_id),
        "system_description": f"Orders that are {STATUSES[status_id].lower()}.",
    }


def coupons(order: Order) -> list[dict[str, object]]:
    if not order.coupon_cents:
        return []
    amount = order.coupon_cents / 100
    return [
        {
            "id": order.id,
            "coupon_id": 1,
            "order_id": order.id,
            "code": order.coupon_code,
            "amount": money(order.coupon_cents),
            "type": 1,
            "discount": amount,
        }
    ]


def customer_v2(of: Customer, store_hash: str) -> dict[str, object]:
    return {
        "id": of.id,
        "company": of.company,
        "first_name": of.first_name,
        "last_name": of.last_name,
        "email": of.email,
        "phone": of.phone,
        "form_fields": None,
        "date_created": rfc2822(of.created_at),
        "date_modified": rfc2822(of.modified_at),
        "store_credit": money(of.store_credit_cents),
        "registration_ip_address": "",
        "customer_group_id": of.group_id,
        "notes": of.notes,
        "tax_exempt_category": "",
        "reset_pass_on_login": False,
        "accepts_marketing": of.accepts_review_mail,
        "addresses": link(store_hash, f"/customers/{of.id}/addresses"),
    }
