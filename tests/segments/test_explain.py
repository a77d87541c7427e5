"""An explanation tells of each part whether it holds, and what the contact's values are."""

import pytest

from common.errors import Invalid, NotFound
from common.segments.language import parsed
from daemon.segments.explain import Explained, explained
from tests.segments.shop import Shop


def told(shop: Shop, rule: str, name: str = "ann") -> Explained:
    return explained(shop.conn, parsed(rule), shop.asking(), shop.id_of(name))


def test_each_part_of_a_rule_is_told_with_its_values(shop: Shop) -> None:
    shop.person("ann", tags={"vip": "2026-01-01 12:00", "press": "2026-01-01 12:00"})
    shop.order("ann", placed="2026-02-01 12:00", total_minor=120_450)

    told_of = told(shop, 'total_revenue > 2000 or not tag is "vip" or last_order_date is today')

    assert not told_of.holds
    assert [part.holds for part in told_of.parts] == [False, False, False]
    assert told_of.parts[0].actual == ("1,204.50",)
    assert told_of.parts[1].parts[0].holds
    assert told_of.parts[1].parts[0].actual == ("vip", "press")  # what fits comes first
    assert told_of.parts[2].actual == ("2026-02-01 12:00",)


def test_what_they_bought_is_told_also_where_it_does_not_fit(shop: Shop) -> None:
    shop.order("ann", "Red mug: Mugs, Gifts", "Hat: Hats")

    assert told(shop, 'product_name_in_any_order is "blue mug"').actual == ("Hat", "Red mug")
    assert told(shop, 'product_category_in_any_order is "shoes"').actual == ("Gifts", "Hats", "Mugs")


def test_parts_of_same_order_are_told_of_any_order_and_the_whole_by_how_many_fit(shop: Shop) -> None:
    shop.order("ann", "Blue mug", total_minor=500)
    shop.order("ann", "Red mug", total_minor=20_000)

    same = told(shop, 'same order (order_total > 100 and product_name contains "blue")')

    assert (same.holds, same.actual) == (False, ("0",))
    both = same.parts[0]
    assert (both.holds, [part.holds for part in both.parts]) == (False, [True, True])
    assert both.parts[0].actual == ("$200.00", "$5.00")


def test_a_contact_without_values_is_told_so(shop: Shop) -> None:
    shop.person("ann")

    assert told(shop, "last_order_date is today").actual == ()
    assert told(shop, "first_name is empty").actual == ()
    assert told(shop, 'total_revenue on store "abc123" > 1').actual == ("0",)
    assert told(shop, "has_abandoned_a_cart is no").actual == ("no",)


def test_a_segment_is_told_by_whether_they_are_in_it(shop: Shop) -> None:
    shop.segments = {"buyers": "total_orders > 0"}
    shop.order("ann")

    assert told(shop, 'not in segment "buyers"').parts[0].holds


def test_the_rule_of_a_segment_is_told_below_it_through_others_too(shop: Shop) -> None:
    shop.segments = {"buyers": "total_orders > 0", "vip": 'in segment "buyers" and total_revenue > 500'}
    shop.order("ann", total_minor=1000)

    denied = told(shop, 'not in segment "vip"')

    (segment,) = denied.parts
    (rule,) = segment.parts
    buyers, revenue = rule.parts
    assert [one.holds for one in (denied, segment, rule, buyers, revenue)] == [True, False, False, True, False]
    assert (buyers.parts[0].actual, revenue.actual) == (("1",), ("10.00",))


def test_segments_in_a_circle_are_refused_and_not_walked(shop: Shop) -> None:
    shop.segments = {"a": 'in segment "b"', "b": 'total_orders > 0 or in segment "a"'}
    shop.order("ann")

    with pytest.raises(Invalid, match="“a” → “b” → “a”"):
        told(shop, 'in segment "a"')
    with pytest.raises(NotFound):
        told(shop, 'in segment "c"')


def test_a_large_rule_is_explained_quickly(shop: Shop) -> None:
    """Each question is asked once, however deep it stands."""
    shop.segments = {f"{n}": f'total_orders > {n} or in segment "{n + 1}"' for n in range(20)} | {"20": "everyone"}
    shop.order("ann")
    asked: list[str] = []
    shop.conn.set_trace_callback(asked.append)

    assert told(shop, 'in segment "0"').holds

    assert len(asked) < 3 * 20


def test_a_time_of_day_is_told_in_the_zone_of_its_store(shop: Shop) -> None:
    shop.order("ann", placed="2026-03-10 20:00", store_id=2)

    assert told(shop, "order_time after 12:00").actual == ("15:00",)
