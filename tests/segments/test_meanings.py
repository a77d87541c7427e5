"""What conditions mean where it is easily mistaken: denials, missing values, currencies, stores, lines of an order."""

import pytest

from daemon.records import Place
from tests.segments.shop import Shop

# Denials and missing values ----------------------------------------------------------------------------------------


def test_a_denial_of_several_values_says_that_none_fits(shop: Shop) -> None:
    shop.order("both", "Blue mug", "Red mug")
    shop.order("red", "Red mug")

    assert shop.who('product_name_in_any_order does not contain "blue"') == {"red"}
    assert shop.who('product_name_in_any_order contains "blue"') == {"both"}


@pytest.mark.parametrize(
    "rule",
    [
        'first_name is not "Ann"',
        'first_name does not start with "A"',
        'first_name does not match "a*"',
        'first_name not in ("Ann", "Bob")',
        "first_name is empty",
        "last_order_date not in last 30 days",
        "last_order_date not between 2026-01-01 and 2026-12-31",
        "average_order_value != 10",
        "average_order_value is empty",
        'tag has none of ("vip")',
        'tag is missing at least one of ("vip", "press")',
        "order_time not at 12:00",
    ],
)
def test_denials_hold_where_there_is_no_value(shop: Shop, rule: str) -> None:
    shop.person("nobody")

    assert shop.who(rule) == {"nobody"}


@pytest.mark.parametrize(
    "rule",
    ['first_name is ""', 'first_name contains ""', 'first_name matches "*"', "last_order_date before 2030-01-01",
     "average_order_value >= 0", 'tag has all of ("vip")', "order_time after 00:00", "first_order_date is not empty"],
)  # fmt: skip
def test_assertions_fail_where_there_is_no_value(shop: Shop, rule: str) -> None:
    shop.person("nobody")

    assert shop.who(rule) == set()


def test_blanks_are_no_value(shop: Shop) -> None:
    shop.person("blank", first_name=" \t\u00a0")

    assert shop.who("first_name is empty") == {"blank"}


def test_sums_of_nothing_are_zero_and_not_missing(shop: Shop) -> None:
    shop.person("new")
    shop.order("buyer", "Mug")

    assert shop.who("total_orders = 0") == {"new"}
    assert shop.who('total_revenue on store "abc123" < 1') == {"new"}
    assert shop.who("total_products <= 0") == {"new"}
    assert shop.who("total_revenue is empty") == set()


def test_only_completed_orders_make_up_totals_and_last_orders(shop: Shop) -> None:
    shop.order("ann", "Mug", placed="2026-01-01 12:00")
    shop.order("ann", "Cup", placed="2026-02-01 12:00", status="Canceled", counts=0)

    assert shop.who("total_orders = 1") == {"ann"}
    assert shop.who("last_order_date on 2026-01-01") == {"ann"}
    assert shop.who('product_name_in_any_order is "cup"') == set()
    assert shop.who('same order (product_name is "cup" and order_status is "canceled")') == {"ann"}


def test_an_archived_order_is_no_order_any_more(shop: Shop) -> None:
    shop.order("ann", "Mug", counts=0, deleted_at=1)

    assert shop.who('same order (product_name is "mug")') == set()


def test_not_opted_in_needs_an_account_that_says_so(shop: Shop) -> None:
    shop.person("guest")
    for name, accepts in (("yes", 1), ("no", 0)):
        shop.person(name)
        shop.account(name, accepts_marketing=accepts)

    assert shop.who("has_opted_in_to_marketing") == {"yes"}
    assert shop.who("has_not_opted_in_to_marketing") == {"no"}
    assert shop.who("not has_opted_in_to_marketing") == {"no", "guest"}


def test_a_deleted_account_says_nothing(shop: Shop) -> None:
    shop.person("gone")
    shop.account("gone", accepts_marketing=1, deleted_at=1, company="Acme")

    assert shop.who('has_opted_in_to_marketing or company is "acme"') == set()


def test_a_cart_won_back_was_abandoned_and_one_that_was_emptied_was_not(shop: Shop) -> None:
    shop.cart("won", "Tent", status="Recovered")
    shop.cart("waiting", "Tent")
    shop.cart("emptied", status="Canceled", closed_as="emptied")

    assert shop.who("has_abandoned_a_cart") == {"won", "waiting"}
    assert shop.who("has_not_abandoned_a_cart") == {"emptied"}
    assert shop.who("has_recovered_an_abandoned_cart") == {"won"}
    assert shop.who("has_not_recovered_an_abandoned_cart") == {"waiting"}
    assert shop.who('abandoned_product_name is "tent"') == {"waiting"}


# Texts -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "asked"),
    [(" Ann\t", "aNN"), ("Straße", "STRASSE"), ("ÉCOLE", "école"), ("İzmir", "i̇zmir"), ("50%_off", "50%_OFF"),
     ("it's", "IT'S"), ("a\\b", "A\\B"), ("🎉 Party", "🎉 party"), ("nul\0l", "NUL L")],
)  # fmt: skip
def test_texts_are_compared_without_case_and_surrounding_blanks(shop: Shop, kept: str, asked: str) -> None:
    quoted = asked.replace("\\", "\\\\").replace('"', '\\"')
    shop.person("one", first_name=kept)
    shop.person("other", first_name="other")

    for operator in ("is", "contains", "starts with", "matches"):
        assert shop.who(f'first_name {operator} "{quoted}"') == {"one"}


@pytest.mark.parametrize("asked", ["50%", "5_", "%", "[a]", "a.c"])
def test_signs_of_sql_and_regular_expressions_mean_themselves(shop: Shop, asked: str) -> None:
    shop.person("ann", first_name="50 abc a 5x")

    assert shop.who(f'first_name contains "{asked}" or first_name matches "*{asked}*"') == set()


def test_a_wildcard_stands_for_any_text_and_any_one_character(shop: Shop) -> None:
    shop.person("ann", first_name="Anna-🎉Lena")

    assert shop.who('first_name matches "a*-?l*a"') == {"ann"}
    assert shop.who('first_name matches "ann?"') == set()


# Currencies --------------------------------------------------------------------------------------------------------


def test_revenue_without_a_currency_is_the_plain_sum_over_all_of_them(shop: Shop) -> None:
    shop.order("ann", total_minor=10_000)
    shop.order("ann", total_minor=10_000)
    shop.order("ann", total_minor=90_000, currency="EUR")

    assert shop.who("total_revenue = 1100") == {"ann"}
    assert shop.who("total_revenue = 900 EUR") == {"ann"}
    assert shop.who("total_revenue > 0 GBP") == set()
    assert shop.who("average_order_value = 366.67") == {"ann"}
    assert shop.who("average_order_value = 100 USD") == {"ann"}


def test_the_plain_sum_is_one_of_major_units(shop: Shop) -> None:
    shop.order("ann", total_minor=500, currency="JPY")
    shop.order("ann", total_minor=500, currency="USD", store_id=2)
    shop.order("ann", total_minor=5, currency="KWD")

    assert shop.who("total_revenue = 505.005") == {"ann"}
    assert shop.who('total_revenue on store "abc123" = 500.005') == {"ann"}
    assert shop.who("average_order_value = 168.34") == {"ann"}
    assert shop.who('average_order_value on store "def456" = 5') == {"ann"}


def test_an_amount_that_is_no_purchase_leaves_room_for_the_others(shop: Shop) -> None:
    shop.order("ann", total_minor=10**17, currency="JPY")
    shop.order("ann", total_minor=10**17, currency="JPY")

    assert shop.who("total_revenue > 1000000 JPY and total_revenue > 1000000") == {"ann"}


def test_amounts_are_in_major_units_of_whatever_currency(shop: Shop) -> None:
    for currency, minor in (("USD", 50_000), ("JPY", 500), ("KWD", 500_000)):
        shop.order(currency, total_minor=minor, currency=currency)
    shop.order("less", total_minor=500)

    assert shop.who("last_order_price = 500") == {"USD", "JPY", "KWD"}
    assert shop.who("last_order_price = 500 JPY") == {"JPY"}
    assert shop.who("last_order_price > 499.99 KWD") == {"KWD"}


def test_a_last_order_in_another_currency_fits_no_amount_and_every_denial(shop: Shop) -> None:
    shop.order("ann", total_minor=1000, currency="EUR")

    assert shop.who("last_order_price >= 0 USD") == set()
    assert shop.who("last_order_price != 10 USD") == {"ann"}


def test_the_last_order_is_the_latest_in_whatever_currency(shop: Shop) -> None:
    shop.order("ann", placed="2026-03-01 12:00", currency="USD")
    shop.order("ann", placed="2026-03-02 12:00", currency="EUR")
    shop.order("ann", placed="2026-02-02 12:00", currency="USD")

    assert shop.who('last_order_currency is "eur"') == {"ann"}


def test_refunds_reduce_revenue_and_the_price_of_the_last_order_but_not_an_orders_total(shop: Shop) -> None:
    shop.order("ann", total_minor=1000, refunded_minor=400)

    assert shop.who("total_revenue = 6 and last_order_price = 6") == {"ann"}
    assert shop.who("same order (order_total = 10 and order_refunded = 4)") == {"ann"}


def test_parts_of_a_cent_are_compared_exactly(shop: Shop) -> None:
    shop.order("ann", total_minor=1000)

    assert shop.who("total_revenue > 9.999") == {"ann"}
    assert shop.who("total_revenue >= 10.001 or total_revenue = 10.001") == set()
    assert shop.who("total_revenue < 10.001") == {"ann"}
    assert shop.who("total_revenue < 99999999999999999999") == {"ann"}


# Stores ------------------------------------------------------------------------------------------------------------


def test_on_store_asks_of_that_store_alone(shop: Shop) -> None:
    shop.order("ann", "Mug", placed="2026-01-01 12:00", total_minor=1000)
    shop.order("ann", "Cup", placed="2026-02-01 12:00", total_minor=5000, store_id=2)

    assert shop.who('total_revenue on store "abc123" = 10') == {"ann"}
    assert shop.who('total_orders on store "def456" = 1') == {"ann"}
    assert shop.who('last_order_date on store "abc123" on 2026-01-01') == {"ann"}
    assert shop.who('last_product_name on store "abc123" is "mug"') == {"ann"}
    assert shop.who('last_product_name is "mug"') == set()
    assert shop.who('has_purchased_from has all of ("abc123", "def456")') == {"ann"}
    assert shop.who('total_orders on store "nobody" = 0') == {"ann"}


def test_on_store_revenue_is_what_was_bought_there_in_whatever_currency(shop: Shop) -> None:
    shop.order("ann", currency="USD", total_minor=1000)
    shop.order("ann", currency="EUR", total_minor=7000, store_id=2)

    assert shop.who('total_revenue on store "def456" = 70') == {"ann"}
    assert shop.who('total_revenue on store "def456" = 0 USD') == {"ann"}


# Lines and one order -----------------------------------------------------------------------------------------------


def test_two_conditions_may_be_met_by_different_orders_and_same_order_only_by_one(shop: Shop) -> None:
    shop.order("apart", "Blue mug", placed="2025-01-01 12:00")
    shop.order("apart", "Cup", placed="2026-03-01 12:00")
    shop.order("together", "Blue mug", placed="2026-03-01 12:00")

    both = 'order_date in last 30 days and product_name{} contains "blue"'
    assert shop.who(both.format("_in_any_order")) == {"apart", "together"}
    assert shop.who(f"same order ({both.format('')})") == {"together"}


def test_all_that_is_asked_of_a_product_is_asked_of_the_same_one(shop: Shop) -> None:
    shop.order("apart", "Blue mug: Mugs", "Hat: Hats")
    shop.order("together", "Blue hat: Hats")

    rule = 'same order ({} contains "blue" and product_category is "hats")'
    assert shop.who(rule.format("product_name")) == {"together"}
    assert shop.who(rule.format("any line product_name")) == {"apart", "together"}


def test_all_lines_wants_every_product_to_fit_and_one_at_least(shop: Shop) -> None:
    shop.order("all", "Blue mug", "Blue hat")
    shop.order("some", "Blue mug", "Hat")
    shop.order("none")

    assert shop.who('same order (all lines product_name contains "blue")') == {"all"}
    assert shop.who('all lines last_product_name contains "blue"') == {"all"}
    assert shop.who('any line last_product_name contains "blue"') == {"all", "some"}


def test_the_last_product_category_is_that_of_the_last_line(shop: Shop) -> None:
    shop.order("ann", "Mug: Mugs", "Hat: Hats, Gifts")

    assert shop.who('last_product_category is "hats" and last_product_category is "gifts"') == {"ann"}
    assert shop.who('last_product_category is "mugs"') == set()
    assert shop.who('any line last_product_category is "mugs"') == {"ann"}


def test_orders_are_counted_once_however_many_products_fit(shop: Shop) -> None:
    shop.order("ann", "Blue mug", "Blue hat")
    shop.person("none")

    assert shop.who('count of orders (product_name contains "blue") = 1') == {"ann"}
    assert shop.who('count of orders (product_name contains "blue") < 2') == {"ann", "none"}
    assert shop.who('count of orders (product_name contains "blue") not between 1 and 9') == {"none"}


def test_an_order_without_products_fits_denials_about_them(shop: Shop) -> None:
    shop.order("bare")

    assert shop.who('same order (product_name is not "mug")') == {"bare"}
    assert shop.who('same order (order_total = 10 or product_name is "mug")') == {"bare"}
    assert shop.who("same order (product_quantity is not empty)") == set()


def test_orders_of_erased_buyers_are_nobodys(shop: Shop) -> None:
    shop.order("ann", "Mug")
    shop.conn.execute("update store_order set contact_id = null")
    shop.conn.execute("update order_line set contact_id = null")

    assert shop.who('product_name_in_any_order is not "mug"') == {"ann"}
    assert shop.who("count of orders (order_total > 0) = 0") == {"ann"}


# Geography ---------------------------------------------------------------------------------------------------------


def test_a_contact_is_where_any_order_of_theirs_was_billed_to(shop: Shop) -> None:
    shop.order("ann", place=Place("DE", "", "Köln", "50667"))
    shop.order("ann", place=Place("FR", "", "Paris", "75001"), status="Waiting", counts=0)
    shop.order("bob", place=Place("US", "California", "Berlin", "10400"))
    shop.order("nowhere")

    assert shop.who('country is "de" and country is "FR"') == {"ann"}
    assert shop.who('country is not "DE"') == {"bob", "nowhere"}
    assert shop.who('city has at least one of ("KÖLN", "berlin")') == {"ann", "bob"}
    assert shop.who('postal_code starts with "10"') == {"bob"}
    assert shop.who("state is empty") == {"ann", "nowhere"}


def test_an_archived_order_says_no_longer_where_somebody_is(shop: Shop) -> None:
    shop.order("ann", place=Place("DE", "", "Köln", "50667"), deleted_at=1, counts=0)

    assert shop.who("country is empty") == {"ann"}


# How products were offered -----------------------------------------------------------------------------------------


def test_what_was_on_sale_is_asked_of_orders_that_count(shop: Shop) -> None:
    shop.order("before", "Mug", placed="2026-01-01 12:00", items={"is_on_sale": 1})
    shop.order("before", "Mug", placed="2026-02-01 12:00")
    shop.order("last", "Mug", items={"is_on_sale": 1})
    shop.order("waiting", "Mug", items={"is_on_sale": 1}, status="Waiting", counts=0)

    assert shop.who("sale_product_in_any_order") == {"before", "last"}
    assert shop.who("sale_product_in_last_order") == {"last"}
    assert shop.who("sale_product_in_last_order is no") == {"before", "waiting"}
    assert shop.who('sale_product_in_any_order on store "def456"') == set()
    assert shop.who("same order (product_on_sale)") == {"before", "last", "waiting"}
    assert shop.who("same order (not product_on_sale)") == {"before"}


def test_a_rating_is_compared_to_the_tenth_and_none_is_no_rating(shop: Shop) -> None:
    shop.order("good", "Mug", items={"rating": 45})
    shop.order("mixed", "Mug", items={"rating": 20}, placed="2026-01-01 12:00")
    shop.order("mixed", "Mug", items={"rating": 50})
    shop.order("unrated", "Mug")

    assert shop.who("product_rating_in_any_order >= 4.5") == {"good", "mixed"}
    assert shop.who("product_rating_in_any_order < 3") == {"mixed"}
    assert shop.who("product_rating_in_last_order < 5") == {"good"}
    assert shop.who("product_rating_in_any_order = 4.5") == {"good"}
    assert shop.who("product_rating_in_any_order = 4.51") == set()
    assert shop.who("product_rating_in_any_order is empty") == {"unrated"}
    assert shop.who("all lines product_rating_in_last_order >= 1") == {"good", "mixed"}
    assert shop.who("same order (product_rating between 1 and 2.5)") == {"mixed"}


def test_a_vendor_is_the_brand_of_what_was_bought(shop: Shop) -> None:
    shop.order("ann", "Mug", items={"brand": "Oki & Daughters"}, placed="2026-01-01 12:00")
    shop.order("ann", "Mug", items={"brand": "Tern"})
    shop.order("bob", "Mug")

    assert shop.who('product_vendor_in_any_order contains "oki" and product_vendor_in_last_order is "TERN"') == {"ann"}
    assert shop.who('product_vendor_in_last_order is "oki & daughters"') == set()
    assert shop.who("product_vendor_in_any_order is empty") == {"bob"}
    assert shop.who('same order (product_vendor is "tern" and product_name is "mug")') == {"ann"}
