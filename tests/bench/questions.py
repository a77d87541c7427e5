"""What the benchmark of segments asks: rules as people write them, each with the same question in DuckDB's SQL.

DuckDB is asked of the rows that came from the stores, as an analyst would: it has no sums of ours to look at.
"""

from collections.abc import Iterator

from common.segments.catalogue import OF_CONTACTS, OF_ORDERS, ConditionKind

DAY = 86_400

_COUNT = "select count(*) from contact where "
_OF = "select count(distinct contact_id) from "
_ORDERS = f"{_OF} store_order where counts and contact_id is not null and "
_KEPT = f"{_OF} store_order where deleted_at is null and contact_id is not null and "
_LAST = """select count(*) from (select contact_id, arg_max(struct_pack(total_minor, refunded_minor, currency, products,
  shipping_method, id), (placed_at, id)) as latest from store_order where counts group by 1) where """
_OF_LINES = """(select o.contact_id, o.counts, o.deleted_at, o.currency, o.placed_at, o.total_minor as order_minor,
  l.* exclude (contact_id), i.* exclude (id)
  from order_line l join store_order o on o.id = l.order_id join item i on i.id = l.item_id)"""
_LINES = f"{_OF} {_OF_LINES} where counts and "
_KEPT_LINES = f"{_OF} {_OF_LINES} where deleted_at is null and "
_LAST_LINES = """with latest as (
    select arg_max(id, (placed_at, id)) as id from store_order where counts group by contact_id)
  select count(distinct contact_id) from order_line l join latest on latest.id = l.order_id
  join item i on i.id = l.item_id where """
_LAST_OF_ALL = """l.position = (select max(position) from order_line where order_id = l.order_id) and """
_CART_LINES = """cart c join cart_line l on l.cart_id = c.id join item i on i.id = l.item_id
  where status = 'Abandoned' and """
_DOMAIN, _FULL_NAME = "split_part(email, '@', -1)", "first_name || ' ' || last_name"
_SHOES = "category_set_id in (select id from category_set, unnest(from_json(names, '[\"varchar\"]')) as n(c) "
_SHOES += "where lower(trim(c)) = 'shoes')"
_STORE = "(select id from store where hash = '{}')"
_MAJOR = "/ case currency when 'JPY' then 1 when 'KWD' then 1000 else 100 end"
_PLAIN = "(total_minor - refunded_minor) * case currency when 'JPY' then 1000 when 'KWD' then 1 else 10 end"
_LOCAL = "timezone(s.timezone, to_timestamp(placed_at))"
_MINUTES = f"""(
  select contact_id, counts, deleted_at, extract(hour from {_LOCAL}) * 60 + extract(minute from {_LOCAL}) as minute
  from store_order o join store s on s.id = o.store_id)"""


def _text(column: str) -> str:
    return f"lower(trim({column}))"


def _sums(having: str) -> str:
    return f"select count(*) from (select contact_id from store_order where counts group by 1 having {having})"


def _tagged(which: str) -> str:
    return f"{_OF} contact_tag join tag on tag.id = tag_id where {which}"


def _listed(status: str, which: str) -> str:
    return f"{_OF} list_member join list on list.id = list_id where status = '{status}' and {which}"


def _customers(which: str) -> str:
    return f"{_OF} customer where deleted_at is null and {which}"


def _carts(which: str) -> str:
    return f"{_OF} cart where {which}"


def _recent(now: int, column: str, days: int) -> str:
    return f"{column} between {now - days * DAY} and {now}"


def conditions(now: int, after_day: int) -> Iterator[tuple[str, str]]:
    """Every condition of the catalogue that can be answered, by its example. *after_day*: the end of 2026-01-01."""
    asked = _of_contacts(now, after_day)
    for kind in OF_CONTACTS.values():
        if kind.name in asked:
            yield _rule(kind), asked[kind.name]
    asked = _of_orders(now)
    for kind in OF_ORDERS.values():
        yield f"same order ({_rule(kind)})", asked[kind.name]


def _rule(kind: ConditionKind) -> str:
    return f"{kind.name} {kind.example}"


def _of_contacts(now: int, after_day: int) -> dict[str, str]:
    return {
        "total_revenue": _sums(f"sum({_PLAIN}) > 500000"),
        "total_orders": _sums("count(*) >= 3"),
        "total_products": _sums("sum(products) between 10 and 20"),
        "average_order_value": "select count(*) from (select contact_id from store_order where counts and "
        "currency = 'USD' group by 1 having round(sum(total_minor - refunded_minor) / count(*)) > 8000)",
        "first_order_date": _sums(_recent(now, "min(placed_at)", 30)),
        "has_purchased_from": _ORDERS + f"store_id = {_STORE.format('abc123')}",
        "last_order_date": _sums(_recent(now, "max(placed_at)", 30)),
        "last_order_price": f"{_LAST} latest.currency = 'EUR' and latest.total_minor - latest.refunded_minor >= 10000",
        "last_order_currency": f"{_LAST} {_text('latest.currency')} = 'usd'",
        "last_order_product_count": f"{_LAST} latest.products > 5",
        "last_order_shipping_method": f"{_LAST} contains({_text('latest.shipping_method')}, 'express')",
        "last_product_id": f"{_LAST_LINES} product_id = 205",
        "last_product_sku": f"{_LAST_LINES} starts_with({_text('sku')}, 'mug-')",
        "last_product_name": f"{_LAST_LINES} contains({_text('name')}, 'blue')",
        "last_product_category": f"{_LAST_LINES} {_LAST_OF_ALL} {_SHOES}",
        "order_date": _ORDERS + f"placed_at between {after_day - DAY} and {after_day + 89 * DAY}",
        "order_time": f"{_OF} {_MINUTES} where counts and minute >= 18 * 60",
        "product_name_in_any_order": f"{_LINES} contains({_text('name')}, 'blue')",
        "product_category_in_any_order": f"{_LINES} {_SHOES}",
        "product_id_in_any_order": f"{_LINES} product_id = 205",
        "product_sku_in_any_order": f"{_LINES} starts_with({_text('sku')}, 'mug-')",
        "has_opted_in_to_marketing": _customers("accepts_marketing = 1"),
        "has_not_opted_in_to_marketing": _customers("accepts_marketing = 0"),
        "has_abandoned_a_cart": _carts("closed_as is distinct from 'emptied'"),
        "has_not_abandoned_a_cart": f"{_COUNT} id not in (select contact_id from cart where closed_as is distinct from "
        "'emptied')",
        "has_recovered_an_abandoned_cart": _carts("status = 'Recovered'"),
        "has_not_recovered_an_abandoned_cart": _carts("status = 'Abandoned'"),
        "abandoned_cart_date": _carts(f"status = 'Abandoned' and {_recent(now, 'abandoned_at', 7)}"),
        "abandoned_cart_value": _carts("status = 'Abandoned' and total_minor > 5000"),
        "abandoned_product_name": f"{_OF} {_CART_LINES} contains({_text('name')}, 'tent')",
        "abandoned_product_id": f"{_OF} {_CART_LINES} product_id = 205",
        "abandoned_product_sku": f"{_OF} {_CART_LINES} {_text('sku')} = 'mug-1'",
        "abandoned_product_category": f"{_OF} {_CART_LINES} {_SHOES}",
        "email": f"{_COUNT} contains({_text('email')}, '@example.')",
        "email_domain": f"{_COUNT} {_text(_DOMAIN)} = 'example.com'",
        "first_name": f"{_COUNT} {_text('first_name')} = 'ann'",
        "last_name": f"{_COUNT} starts_with({_text('last_name')}, 'o''')",
        "full_name": f"{_COUNT} contains({_text(_FULL_NAME)}, 'lee')",
        "phone": f"{_COUNT} {_text('phone')} != ''",
        "date_created": f"{_COUNT} {_recent(now, 'created_at', 7)}",
        "company": _customers(f"contains({_text('company')}, 'ltd')"),
        "tag": _tagged(f"{_text('name')} in ('vip', 'press')"),
        "date_tag_was_added": _tagged(_recent(now, "added_at", 30)),
        "list": _listed("active", f"{_text('name')} = 'master contact list'"),
        "unsubscribed_list": _listed("unsubscribed", f"{_text('name')} != ''"),
        "subscription_date": _listed("active", f"changed_at >= {after_day}"),
        "unsubscribe_date": _listed("unsubscribed", _recent(now, "changed_at", 90)),
    }


def _of_orders(now: int) -> dict[str, str]:
    return {
        "order_number": f"{_KEPT} number = 1204",
        "order_date": f"{_KEPT} {_recent(now, 'placed_at', 90)}",
        "order_time": f"{_OF} {_MINUTES} where deleted_at is null and minute > 18 * 60",
        "order_total": f"{_KEPT} total_minor {_MAJOR} > 100",
        "order_refunded": f"{_KEPT} refunded_minor > 0",
        "order_currency": f"{_KEPT} {_text('currency')} = 'eur'",
        "order_status": f"{_KEPT} {_text('status')} = 'completed'",
        "order_store_status": f"{_KEPT} {_text('store_status')} = 'awaiting pickup'",
        "order_shipping_method": f"{_KEPT} contains({_text('shipping_method')}, 'pickup')",
        "order_payment_method": f"{_KEPT} {_text('payment_method')} = 'paypal'",
        "order_product_count": f"{_KEPT} products >= 10",
        "order_discount": f"{_KEPT} discount_minor > 0",
        "order_store": f"{_KEPT} store_id = {_STORE.format('abc123')}",
        "product_name": f"{_KEPT_LINES} contains({_text('name')}, 'blue')",
        "product_id": f"{_KEPT_LINES} product_id = 205",
        "product_sku": f"{_KEPT_LINES} starts_with({_text('sku')}, 'mug-')",
        "product_quantity": f"{_KEPT_LINES} quantity >= 2",
        "product_price": f"{_KEPT_LINES} price_minor {_MAJOR} > 20",
        "product_category": f"{_KEPT_LINES} {_SHOES}",
    }


def _all_of(*parts: str) -> str:
    """Of questions that count contacts, the count of those whom all give."""
    sets = [
        part.replace("count(distinct contact_id)", "contact_id", 1).replace("count(*)", "contact_id", 1)
        if "from contact where" not in part
        else part.replace("count(*)", "id", 1)
        for part in parts
    ]
    return f"{_COUNT} {' and '.join(f'id in ({one})' for one in sets)}"


def combined(now: int, after_day: int) -> Iterator[tuple[str, str]]:
    """Twelve rules of several conditions."""
    of, one = _of_contacts(now, after_day), _of_orders(now)
    any_name, opted = of["product_name_in_any_order"], of["has_opted_in_to_marketing"]
    bought = f"{_LINES} (contains({_text('name')}, 'blue') or {_SHOES})"
    nobody = f"{_COUNT} id not in (select contact_id from store_order where counts)"
    yield (
        'total_revenue > 500 and last_order_date in last 30 days and (product_name_in_any_order contains "blue" or '
        'product_category_in_any_order is "Shoes") and not has_opted_in_to_marketing',
        _all_of(of["total_revenue"], of["last_order_date"], bought)
        + " and id not in (select contact_id from customer where deleted_at is null and accepts_marketing = 1)",
    )
    yield (
        'same order (order_date in last 90 days and order_total > 100 and product_category is "Shoes")',
        f"{_KEPT_LINES} {_recent(now, 'placed_at', 90)} and order_minor {_MAJOR} > 100 and {_SHOES}",
    )
    yield (
        "count of orders (order_date in last 365 days) >= 3",
        f"select count(*) from (select contact_id from store_order where {_recent(now, 'placed_at', 365)} "
        "and deleted_at is null group by 1 having count(*) >= 3)",
    )
    yield "total_orders = 0 and has_opted_in_to_marketing", _all_of(opted, nobody)
    yield (
        "total_orders = 1 and last_order_date before 2025-03-01",
        _sums(f"count(*) = 1 and max(placed_at) < {after_day - 307 * DAY}"),
    )
    yield (
        "total_orders >= 3 and not last_order_date in last 180 days",
        _sums(f"count(*) >= 3 and not {_recent(now, 'max(placed_at)', 180)}"),
    )
    yield (
        "total_revenue > 1000 or total_orders >= 10",
        _sums(f"sum({_PLAIN}) > 1000000 or count(*) >= 10"),
    )
    yield (
        'tag is "vip" and product_name_in_any_order contains "blue"',
        _all_of(_tagged(f"{_text('name')} = 'vip'"), any_name),
    )
    yield (
        'last_order_shipping_method contains "express" and total_revenue > 500',
        _all_of(of["last_order_shipping_method"], of["total_revenue"]),
    )
    yield (
        'has_abandoned_a_cart and list is "Master Contact List" and total_orders >= 3',
        _all_of(of["has_abandoned_a_cart"], of["list"], of["total_orders"]),
    )
    yield (
        'email_domain is "example.com" and same order (order_total > 100)',
        _all_of(of["email_domain"], one["order_total"]),
    )
    yield (
        'same order (product_name contains "blue" and product_quantity >= 2) and last_order_date in last 365 days',
        _all_of(
            f"{_KEPT_LINES} contains({_text('name')}, 'blue') and quantity >= 2",
            _sums(_recent(now, "max(placed_at)", 365)),
        ),
    )
