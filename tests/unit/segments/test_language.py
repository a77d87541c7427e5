"""Text to rule and back."""

import pytest
from hypothesis import given, settings

from common.errors import Invalid
from common.segments import rules
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.segments.checks import from_json, to_json
from common.segments.describe import described
from common.segments.language import MAX_LENGTH, parsed, written
from common.segments.operators import SPELLINGS, Type, operator_spelled
from common.segments.rules import Rule
from tests.support.some_rules import RULES

PROVEN = settings(max_examples=150, deadline=None, derandomize=True, database=None)


@PROVEN
@given(rule=RULES)
def test_what_was_written_reads_as_the_same_tree(rule: Rule) -> None:
    assert parsed(written(rule)) == rule


@PROVEN
@given(rule=RULES)
def test_the_stored_form_reads_as_the_same_tree(rule: Rule) -> None:
    assert from_json(to_json(rule)) == rule


@PROVEN
@given(rule=RULES)
def test_every_node_is_described_by_one_line(rule: Rule) -> None:
    assert len(described(rule)) == len(list(rules.walk(rule)))


@pytest.mark.parametrize("name", [*OF_CONTACTS])
def test_the_example_of_a_condition_is_a_rule(name: str) -> None:
    parsed(f"{name} {OF_CONTACTS[name].example}")
    parsed(f"{OF_CONTACTS[name].label} {OF_CONTACTS[name].example}")


@pytest.mark.parametrize("name", [*OF_ORDERS])
def test_the_example_of_an_orders_condition_is_a_rule_inside_same_order(name: str) -> None:
    parsed(f"same order ({name} {OF_ORDERS[name].example})")


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_means_something(spelling: str) -> None:
    assert any(operator_spelled(spelling, kind) for kind in Type)


@pytest.mark.parametrize(
    ("given_text", "canonical"),
    [
        ("Total Revenue > 500", "total_revenue > 500"),
        ("total   revenue greater than 500 USD", "total_revenue > 500 USD"),
        ("last order date IN THE LAST 1 month", "last_order_date in last 1 month"),
        ("order date > 2026-01-31", "order_date after 2026-01-31"),
        ("order_date = 2026-01-31 9:05", "order_date on 2026-01-31 09:05"),
        ("tag in (vip, press)", 'tag has at least one of ("vip", "press")'),
        ("last product id is 205", 'last_product_id is "205"'),
        ("a or b and c", None),
        ("everyone or everyone and everyone", "everyone or (everyone and everyone)"),
        ("(everyone or everyone) and everyone", "(everyone or everyone) and everyone"),
        ("has opted in to marketing is no", "has_opted_in_to_marketing is no"),
        ('has_abandoned_a_cart on store "abc123"', 'has_abandoned_a_cart on store "abc123"'),
        ("all lines last product name contains blue", 'all lines last_product_name contains "blue"'),
        ("total_orders = 3 # regulars", "total_orders is 3"),
        ('first_name is "say \\"hi\\" \\\\"', 'first_name is "say \\"hi\\" \\\\"'),
    ],
)
def test_spellings(given_text: str, canonical: str | None) -> None:
    if canonical is None:
        with pytest.raises(Invalid):
            parsed(given_text)
    else:
        assert written(parsed(given_text)) == canonical


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("total_revnue > 5", "line 1, column 1: there is no condition 'total_revnue'. Did you mean total_revenue?"),
        (
            "total_orders > 1 and\nfrist name is Ann",
            "line 2, column 1: there is no condition 'frist name'. Did you mean first_name?",
        ),
        ('first_name contain "x"', "line 1, column 12: found 'contain'; expected an operator"),
        ("total_revenue", "line 1, column 14: total_revenue must be followed by one of: is, is not, >"),
        (
            "total_revenue contains 5",
            "line 1, column 15: total_revenue cannot be asked with 'contains'; expected one of",
        ),
        ("total_orders > 5 USD", "it is a number, not money"),
        ("total_revenue between 1 USD and 2 EUR", "both amounts must be in one currency"),
        ('first_name is "abc', "line 1, column 15: the text in quotes has no end"),
        ("order_date before 2026-02-30", "line 1, column 19: day is out of range for month"),
        ("order_time at 25:00", "line 1, column 15: hour must be in 0..23"),
        ("last_order_date in last 0 days", "line 1, column 25: "),
        ("total_orders > 5 and", "line 1, column 21: the rule ends here; expected a condition"),
        ("", "line 1, column 1: the rule ends here; expected a condition"),
        ("(total_orders > 5", "expected )"),
        ("total_orders > 5)", "line 1, column 17: found ')'"),
        ('product_name is "x"', "line 1, column 1: product_name may only stand inside of `same order (…)`"),
        ("same order (total_revenue > 5)", "line 1, column 13: total_revenue may only stand outside of"),
        ("same order (same order (order_total > 5))", "may stand inside `same order (…)`"),
        ("count of orders (order_total > 5) contains 3", "orders are counted with"),
        ('first_name on store "abc123" is "x"', "first_name is not kept by store"),
        ('total_orders on store "A shop" > 1', "column 23: expected the hash of a store"),
        ("any line total_orders > 3", "total_orders is not about the products of an order"),
        ("(" * 5_000 + "total_orders > 5" + ")" * 5_000, "more than 50 parentheses within each other"),
        ("not " * 1000 + "everyone", "more than 50 times in a row"),
        ("everyone and " * (MAX_LENGTH // 10), "characters; at most"),
        (" and ".join(["tag is a"] * 501), "at most 500 conditions"),
        ("total_orders > 99999999999999999999999999999999999999", "line 1, column 16"),
        ("drop table contact; --", "there is no condition 'drop table contact'"),
    ],
)
def test_what_cannot_be_read_says_where_and_why(text: str, said: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed(text)

    assert said in str(refused.value)


def test_a_rule_of_a_newer_version_is_refused_with_its_version() -> None:
    with pytest.raises(Invalid, match="version 9"):
        from_json('{"version": 9, "rule": {"is_a": "dance"}}')


@pytest.mark.parametrize(
    "stored",
    [
        "[]",
        "not json",
        '{"rule": {}}',
        '{"version": 1, "rule": {"is_a": "condition", "name": "total_orders", "op": "contains"}}',
        '{"version": 1, "rule": ' + '{"is_a": "not", "rule": ' * 2000 + "}" * 2000 + "}",
        '{"version": 1, "rule": ' + '{"is_a": "not", "rule": ' * 60 + '{"is_a": "everyone"}' + "}" * 60 + "}",
    ],
)
def test_a_stored_form_that_is_no_rule_is_refused(stored: str) -> None:
    with pytest.raises(Invalid):
        from_json(stored)
