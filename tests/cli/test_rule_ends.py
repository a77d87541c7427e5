"""How a rule that is being typed may go on."""

import pytest

from common.segments.language import parsed
from tui.cli.rule_ends import ends


def _shown(begun: str) -> list[str]:
    return [end.shown for end in ends(begun)]


@pytest.mark.parametrize(
    ("begun", "wanted"),
    [
        ("total_o", "total_orders >="),
        ("total_", "total_revenue"),
        ("TOTAL_", "total_revenue"),
        ("n", "not"),
        ("not total_", "total_revenue"),
        ("(total_", "total_revenue"),
        ("total_orders ", "total_orders between"),
        ("total_orders >", "total_orders >="),
        ("has_opted", "has_opted_in_to_marketing"),
        ("last_order_date in l", "last_order_date in last"),
        ("total_orders > 3 ", "and"),
        ("total_orders > 3 o", "or"),
        ('country is "DE" a', "and"),
        ('country is "DE" and postal', "postal_code starts with"),
        ("total_orders > 3 and (total_r", "total_revenue between"),
        ("same order (order_tot", "order_total >"),
        ("same order (order_total > 3) and total_o", "total_orders is"),
        ("count of orders (product_n", "product_name contains"),
        ("", "same order ("),
    ],
)
def test_what_may_come_next_is_offered(begun: str, wanted: str) -> None:
    assert wanted in _shown(begun)


@pytest.mark.parametrize(
    ("begun", "unwanted"),
    [
        ("total_", "order_total"),
        ("same order (total_", "total_orders"),
        ("same order (order_total > 3) and order_tot", "order_total >"),
        ("total_orders ", "total_orders contains"),
    ],
)
def test_what_may_not_stand_there_is_not_offered(begun: str, unwanted: str) -> None:
    assert unwanted not in _shown(begun)


@pytest.mark.parametrize("begun", ['country is "D', 'country is "and ', "zzz", "total_orders > 3 x", '"', "(((", "=="])
def test_where_nobody_knows_nothing_is_offered(begun: str) -> None:
    assert not [end for end in ends(begun) if not end.text.startswith(begun)]
    assert begun == "(((" or not _shown(begun)


def test_each_end_keeps_what_was_typed() -> None:
    for begun in ('country is "and" and total_', "last_order_date on", "not (total_orders "):
        assert all(end.text.startswith(begun) for end in ends(begun))


def test_a_rule_can_be_made_of_nothing_but_ends() -> None:
    text = "".join(
        next(end.text for end in ends(begun) if end.shown == shown)
        for begun, shown in [("", "total_orders"), (" > 3 ", "and")]
    )

    assert text == "total_orders > 3 and"
    assert parsed(f"{text} has_opted_in_to_marketing")
