"""Rules that cannot be compiled are refused in words; large ones that can are not too much for SQLite."""

import time

import pytest

from common.errors import Invalid, NotFound
from common.segments import rules
from common.segments.checks import MAX_CONDITIONS, MAX_DEPTH, checked
from common.segments.language import parsed
from common.segments.operators import Op
from common.segments.rules import Rule
from daemon.segments.count import count
from daemon.segments.functions import fits_wildcard
from tests.segments.shop import Shop


def test_a_segment_is_as_its_rule(shop: Shop) -> None:
    shop.order("ann")
    shop.person("bob")
    shop.segments = {"buyers": "total_orders > 0", "others": 'not in segment "buyers"'}

    assert shop.who('in segment "others"') == {"bob"}


def test_a_segment_that_does_not_exist_is_named_with_the_one_that_refers_to_it(shop: Shop) -> None:
    shop.segments = {"a": 'in segment "gone"'}

    with pytest.raises(NotFound, match="no segment “gone”, to which “a” refers"):
        shop.who('in segment "a"')


def test_a_segment_that_refers_to_itself_is_refused_with_the_path(shop: Shop) -> None:
    shop.segments = {"a": 'not in segment "b"', "b": 'tag is "x" and in segment "c"', "c": 'in segment "b"'}

    with pytest.raises(Invalid, match="“b” → “c” → “b”"):
        shop.who('in segment "a"')


def test_segments_that_double_each_other_are_refused_quickly(shop: Shop) -> None:
    shop.segments = {f"{n}": f'in segment "{n + 1}" or in segment "{n + 1}"' for n in range(40)} | {"40": "everyone"}

    started = time.process_time()
    with pytest.raises(Invalid, match="too large"):
        shop.who('in segment "0"')

    assert time.process_time() - started < 1


def _nested(leaf: Rule, depth: int) -> Rule:
    """Groups and orders within each other, as deep as a rule may be."""
    rule = leaf
    for level in range(depth):
        sides = (leaf, rule) if level % 3 else (rule, leaf)
        rule = (rules.AllOf, rules.AnyOf)[level % 2](of=sides)
    return rule


def test_the_deepest_rule_is_not_too_deep_for_sqlite(shop: Shop) -> None:
    shop.order("ann", "Mug")
    within = _nested(parsed('same order (product_name is "mug")').where, 12)  # type: ignore[union-attr]
    rule = checked(_nested(rules.Orders(where=within), MAX_DEPTH - 14))

    assert count(shop.conn, rule, shop.asking()) == 1


def test_a_rule_of_many_levels_on_both_sides_is_not_too_deep_for_sqlite(shop: Shop) -> None:
    shop.order("ann", "Mug")
    leaf = parsed('not same order (product_name is "cup" and not order_total > 100)')
    comb = _nested(leaf, MAX_DEPTH - 8)
    rule = checked(rules.AllOf(of=(comb, rules.Not(rule=rules.AnyOf(of=(comb, comb))), comb, rules.Not(rule=comb))))

    assert count(shop.conn, rule, shop.asking()) == 0


def test_the_widest_rule_is_not_too_wide_for_sqlite(shop: Shop) -> None:
    shop.order("ann", "Mug")
    condition = parsed('last_product_name is not "cup"')
    rule = checked(rules.AllOf(of=(condition,) * MAX_CONDITIONS))

    assert count(shop.conn, rule, shop.asking()) == 1


def test_more_values_than_sqlite_takes_are_refused(shop: Shop) -> None:
    texts = tuple(rules.Text(text=str(number)) for number in range(1000))
    condition = rules.Condition(name="email", op=Op.HAS_ANY, values=texts)

    with pytest.raises(Invalid, match="33,000 values"):
        count(shop.conn, rules.AllOf(of=(condition,) * 33), shop.asking())


def test_no_wildcard_takes_for_ever() -> None:
    started = time.process_time()

    assert not fits_wildcard("*a" * 400 + "b", "a" * 20_000)
    assert time.process_time() - started < 1
