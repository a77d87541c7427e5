"""Counts walk the index that was made for them, and a question about one contact walks no table whole."""

import pytest

from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.segments.language import parsed
from daemon.segments.compile import UNANSWERED, Asking, compiled
from tests.segments.shop import Shop

# Few rows each: walking them whole costs nothing.
SMALL = ("store", "tag", "list", "item", "category_set", "category", "json_each", "CONSTANT", "(subquery", "purchase")

EXAMPLES = [
    *(f"{kind.name} {kind.example}" for kind in OF_CONTACTS.values() if kind.name not in UNANSWERED),
    *(f"same order ({kind.name} {kind.example})" for kind in OF_ORDERS.values()),
]


def plan_of(shop: Shop, asking: Asking, rule: str, where: str = "") -> list[str]:
    predicate = compiled(parsed(rule), asking)
    sql = f"explain query plan select count(*) from contact where {where}{predicate.text}"
    return [row[3] for row in shop.conn.execute(sql, predicate.values)]


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_question_about_one_contact_walks_no_large_table(shop: Shop, rule: str) -> None:
    shop.order("ann", "Mug: Mugs")
    ann = shop.id_of("ann")

    plan = plan_of(shop, shop.asking(among=(ann,)), rule, f"contact.id = {ann} and ")

    walked = [line for line in plan if line.startswith("SCAN ") and not line.split()[1].startswith(SMALL)]
    assert walked == []
    assert not [
        line for line in plan if "SCAN purchase" in line and "CONSTANT" not in line and "order_status" not in rule
    ]


INDEX_OF = {
    "last_order_date in last 30 days": "contact_last_order_ix (last_order_at>?",
    "total_orders >= 3": "contact_orders_ix (orders>?",
    'product_name_in_any_order is "mug"': "order_line_item_ix (item_id=?",
    'product_category_in_any_order is "shoes"': "item_category_set_ix (category_set_id=?)",
    'last_product_sku is "x"': "order_line_item_ix (item_id=? AND standing>?",
    "order_date between 2025-01-01 and 2025-03-31": "store_order_placed_ix (placed_at>?",
    "order_date in last 90 days": "contact_last_order_ix (last_order_at>?",
    "same order (order_date in last 90 days)": "contact_last_kept_ix (last_kept_at>?",
    'same order (order_currency is "EUR")': "contact_trait_ix (trait_id=?)",
    'has_purchased_from is "abc123"': "contact_trait_ix (trait_id=?)",
    'email_domain is "example.com"': "contact_domain_ix (email_domain=?)",
    'first_name is "Ann"': "contact_first_name_ix (first_folded=?)",
    'last_name starts with "O"': "contact_name_ix (last_folded>?",
    "phone is not empty": "contact_phone_ix",
    "date_created in last 7 days": "contact_created_ix (created_at>?",
    "has_opted_in_to_marketing": "customer_marketing_ix (accepts_marketing=?)",
    "average_order_value > 80 USD": "contact_total_currency_ix (store_id=? AND currency=?)",
    'abandoned_product_name is "mug"': "cart_line_item_ix (item_id=?)",
    'tag has at least one of ("vip")': "contact_tag_ix (tag_id=?)",
    'list is "News"': "list_member_ix (status=?",
    'same order (product_name is "mug" and order_total > 100)': "order_line_item_ix (item_id=?)",
}


@pytest.mark.parametrize("rule", INDEX_OF)
def test_a_count_begins_with_its_index(shop: Shop, rule: str) -> None:
    plan = plan_of(shop, shop.asking(), rule)

    assert any(INDEX_OF[rule] in line for line in plan), plan
