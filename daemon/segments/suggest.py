"""Values that may be asked for: what products, categories, tags, cities and the like are called here."""

import sqlite3
from collections.abc import Callable, Iterable

from common.segments.answers import Suggestion
from common.statuses import STORE_STATUSES, Status
from daemon.segments.functions import folded

# Ways of shipping and paying are few, and told by the orders that came last.
_LATEST_ORDERS = 20_000

_PRODUCTS = "select distinct name, '' from item  -- a dictionary"
_SKUS = "select distinct sku, name from item where sku != ''"
_IDS = "select distinct cast(product_id as text), name from item where product_id"
_BRANDS = "select distinct brand, '' from item"
_CATEGORIES = "select distinct each.value, '' from category_set, json_each(names) as each"
_STORES = "select hash, name from store"
_CURRENCIES = "select distinct currency, '' from contact_total"
_TAGS = "select name, '' from tag"
_LISTS = "select name, '' from list"
_PLACES = "select {column}, {note} from place group by 1  -- a dictionary"
_LATEST = "select distinct {column}, '' from (select {column} from store_order order by id desc limit {limit})"
_SHIPPING = _LATEST.format(column="shipping_method", limit=_LATEST_ORDERS)
_PAYMENT = _LATEST.format(column="payment_method", limit=_LATEST_ORDERS)

_OF_END = {"name": _PRODUCTS, "sku": _SKUS, "id": _IDS, "category": _CATEGORIES}
_OF: dict[str, str] = {
    **{f"last_product_{end}": sql for end, sql in _OF_END.items()},
    **{f"product_{end}_in_any_order": sql for end, sql in _OF_END.items()},
    **{f"abandoned_product_{end}": sql for end, sql in _OF_END.items()},
    **{f"product_{end}": sql for end, sql in _OF_END.items()},
    "product_vendor": _BRANDS,
    "product_vendor_in_last_order": _BRANDS,
    "product_vendor_in_any_order": _BRANDS,
    "has_purchased_from": _STORES,
    "order_store": _STORES,
    "last_order_currency": _CURRENCIES,
    "order_currency": _CURRENCIES,
    "tag": _TAGS,
    "list": _LISTS,
    "unsubscribed_list": _LISTS,
    "country": _PLACES.format(column="country_code", note="''"),
    "state": _PLACES.format(column="state", note="country_code"),
    "city": _PLACES.format(column="city", note="iif(state = '', country_code, state || ', ' || country_code)"),
    "postal_code": _PLACES.format(column="postal_code", note="city"),
    "last_order_shipping_method": _SHIPPING,
    "order_shipping_method": _SHIPPING,
    "order_payment_method": _PAYMENT,
}
_FIXED: dict[str, Callable[[], Iterable[str]]] = {
    "order_status": lambda: [status.value for status in Status if status is not Status.ABANDONED],
    "order_store_status": lambda: [status.label for status in STORE_STATUSES.values()],
}


def suggestions(conn: sqlite3.Connection, condition: str, search: str, *, limit: int) -> list[Suggestion]:
    """Values of *condition* in which *search* stands, those that begin with it first; none where any text may do."""
    word = folded(search)
    if condition in _FIXED:
        rows: Iterable[tuple[str, str]] = [(value, "") for value in _FIXED[condition]()]
    elif condition in _OF:
        rows = conn.execute(_OF[condition])
    else:
        return []
    found = {value: note for value, note in rows if value and word in folded(f"{value} {note}")}
    first = sorted(found, key=lambda value: (not folded(value).startswith(word), folded(value)))
    return [Suggestion(value=value, note=found[value]) for value in first[:limit]]
