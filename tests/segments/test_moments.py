"""Dates in rules: spans back and ahead, days in the operator's zone, clocks that are changed."""

from zoneinfo import ZoneInfo

import pytest

from tests.segments.shop import BERLIN, Shop, at

NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("now", "span", "edge"),
    [
        ("2026-03-31 10:30", "1 month", "2026-02-28 10:30"),
        ("2024-03-31 10:30", "1 month", "2024-02-29 10:30"),
        ("2026-05-31 10:30", "3 months", "2026-02-28 10:30"),
        ("2026-01-15 10:30", "2 months", "2025-11-15 10:30"),
        ("2024-02-29 10:30", "1 year", "2023-02-28 10:30"),
        ("2026-03-31 10:30", "2 weeks", "2026-03-17 09:30"),  # 336 hours, one of which the clocks skipped
        ("2026-03-31 10:30", "36 hours", "2026-03-29 22:30"),
    ],
)
def test_a_span_back_ends_to_the_second_and_is_cut_to_the_end_of_shorter_months(
    shop: Shop, now: str, span: str, edge: str
) -> None:
    shop.now = at(now)
    shop.person("in", created_at=at(edge))
    shop.person("out", created_at=at(edge) - 1)
    shop.person("now", created_at=shop.now)
    shop.person("ahead", created_at=shop.now + 1)

    assert shop.who(f"date_created in last {span}") == {"in", "now"}
    assert shop.who(f"date_created not in last {span}") == {"out", "ahead"}


def test_a_span_ahead_begins_now(shop: Shop) -> None:
    shop.now = at("2026-01-31 12:00")
    for name, moment in (("before", "2026-01-31 11:59"), ("in", "2026-02-28 12:00"), ("out", "2026-02-28 12:01")):
        shop.person(name, created_at=at(moment))

    assert shop.who("date_created in next 1 month") == {"in"}


def test_a_span_beyond_the_calendar_reaches_everything(shop: Shop) -> None:
    shop.person("ann", created_at=1)

    assert shop.who("date_created in last 100000 years") == {"ann"}
    assert shop.who("date_created in next 100000 months") == set()


@pytest.mark.parametrize(("zone", "day"), [(BERLIN, "2026-03-11"), (NEW_YORK, "2026-03-10")])
def test_a_day_is_that_of_the_one_who_asks(shop: Shop, zone: ZoneInfo, day: str) -> None:
    shop.zone = zone
    shop.person("ann", created_at=at("2026-03-11 00:30"))

    assert shop.who(f"date_created on {day}") == {"ann"}
    assert shop.who(f"date_created before {day} or date_created after {day}") == set()


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)], ids=["short", "long", "usual"]
)
def test_a_day_has_the_hours_the_clocks_give_it(shop: Shop, day: str, hours: int) -> None:
    start = at(f"{day} 00:00")
    for name, moment in (("eve", -1), ("first", 0), ("last", hours * 3600 - 1), ("next", hours * 3600)):
        shop.person(name, created_at=start + moment)

    assert shop.who(f"date_created on {day}") == {"first", "last"}
    assert shop.who(f"date_created after {day}") == {"next"}
    assert shop.who(f"date_created on or after {day}") == {"first", "last", "next"}


def test_today_and_yesterday_change_at_midnight_of_the_one_who_asks(shop: Shop) -> None:
    shop.now = at("2026-03-30 00:10")
    shop.person("today", created_at=at("2026-03-30 00:00"))
    shop.person("yesterday", created_at=at("2026-03-29 00:00"))
    shop.person("earlier", created_at=at("2026-03-28 23:59"))

    assert shop.who("date_created is today") == {"today"}
    assert shop.who("date_created is yesterday") == {"yesterday"}


def test_between_takes_in_all_of_both_days(shop: Shop) -> None:
    for moment in ("2026-02-28 23:59", "2026-03-01 00:00", "2026-03-02 23:59", "2026-03-03 00:00"):
        shop.person(moment, created_at=at(moment))

    assert shop.who("date_created between 2026-03-01 and 2026-03-02") == {"2026-03-01 00:00", "2026-03-02 23:59"}


def test_an_anniversary_is_the_same_day_of_any_year(shop: Shop) -> None:
    shop.now = at("2026-03-15 12:00")
    for moment in ("2020-03-15 00:00", "2026-03-15 23:59", "2025-03-14 23:59", "2025-04-15 12:00"):
        shop.person(moment, created_at=at(moment))

    assert shop.who("date_created is anniversary") == {"2020-03-15 00:00", "2026-03-15 23:59"}


def test_the_29th_of_february_has_its_anniversary_in_leap_years_only(shop: Shop) -> None:
    shop.person("leap", created_at=at("2024-02-29 12:00"))

    shop.now = at("2028-02-29 12:00")
    assert shop.who("date_created is anniversary") == {"leap"}
    shop.now = at("2026-02-28 12:00")
    assert shop.who("date_created is anniversary") == set()


def test_a_time_of_day_is_that_of_the_store(shop: Shop) -> None:
    shop.order("berlin", placed="2026-03-10 20:00")
    shop.order("york", placed="2026-03-10 20:00", store_id=2)  # 15:00 there: New York's clocks are ahead of Berlin's

    assert shop.who("order_time at 20:00") == {"berlin"}
    assert shop.who("order_time at 15:00") == {"york"}


def test_a_time_of_day_follows_the_clocks(shop: Shop) -> None:
    shop.order("winter", placed="2026-01-10 09:00")
    shop.order("summer", placed="2026-07-10 09:00")

    assert shop.who("order_time at 09:00") == {"winter", "summer"}


def test_a_store_without_a_known_zone_has_that_of_the_one_who_asks(shop: Shop) -> None:
    shop.conn.execute("update store set timezone = '../etc/passwd'")
    shop.order("ann", placed="2026-01-10 09:00")

    assert shop.who("order_time at 09:00") == {"ann"}


def test_what_is_between_a_later_and_an_earlier_time_lies_around_midnight(shop: Shop) -> None:
    for hour in (3, 12, 23):
        shop.order(str(hour), placed=f"2026-03-01 {hour:02}:00")

    assert shop.who("order_time between 22:00 and 06:00") == {"3", "23"}
    assert shop.who("order_time between 06:00 and 22:00") == {"12"}


@pytest.mark.parametrize("zone", [BERLIN, NEW_YORK, ZoneInfo("Pacific/Auckland")])
def test_the_first_and_last_days_of_the_calendar_are_days_too(shop: Shop, zone: ZoneInfo) -> None:
    shop.zone = zone
    shop.person("ann")

    assert shop.who("date_created between 0001-01-01 and 9999-12-31") == {"ann"}
    assert shop.who("date_created before 0001-01-01 or date_created after 9999-12-31 23:59") == set()
