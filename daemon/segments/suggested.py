"""Ten segments that most shops want, with thresholds from what their own customers do."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from common.money import major_units, money_text
from common.segments.answers import SuggestedSegment
from common.segments.language import written_value
from common.segments.rules import Number, Text
from common.times import DAY_S

_TOP_BUYERS = 5  # per cent
_TOP_AVERAGES = 10
_SLOW_BUYERS = 25  # a quarter of those who come back take longer than what is usual
_LOYAL = 10

# What is bought by most is told by the orders that came last.
_LATEST_ORDERS = 20_000


@dataclass(frozen=True, slots=True)
class _Shop:
    """What is asked of: the currency most contacts buy in, and how many buy in it."""

    conn: sqlite3.Connection
    currency: str
    buyers: int


def suggested_segments(conn: sqlite3.Connection) -> list[SuggestedSegment]:
    """Those of the ten that the data says something about."""
    sql = (
        "select currency, count(*) as buyers from contact_total where store_id = 0 group by currency "
        "order by buyers desc, currency limit 1"
    )
    found = conn.execute(sql).fetchone()
    shop = _Shop(conn, *found) if found else _Shop(conn, "", 0)
    return [segment for make in _ALL for segment in make(shop)]


def _vip(shop: _Shop) -> Iterator[SuggestedSegment]:
    if (least := _at_top(shop, "revenue_minor", _TOP_BUYERS)) is not None:
        yield SuggestedSegment(
            name="VIP",
            rule=f"total_revenue >= {_amount(least, shop)}",
            why=f"{_TOP_BUYERS} % of those who buy in {shop.currency} have spent {_money(least, shop)} or more.",
        )


def _high_average(shop: _Shop) -> Iterator[SuggestedSegment]:
    if (least := _at_top(shop, "revenue_minor / orders", _TOP_AVERAGES)) is not None:
        yield SuggestedSegment(
            name="High average order",
            rule=f"average_order_value >= {_amount(least, shop)}",
            why=f"The average order of {_TOP_AVERAGES} % of those who buy in {shop.currency} comes to "
            f"{_money(least, shop)} or more.",
        )


def _usual_days(shop: _Shop) -> int | None:
    """In how many days three quarters of those who came back did so, on average; None = nobody did."""
    sql = (
        "select (last_order_at - first_order_at) / (orders - 1) as gap_s from contact_total "
        "where store_id = 0 and currency = ? and orders > 1 order by gap_s desc limit 1 offset ?"
    )
    returned = shop.conn.execute(
        "select count(*) from contact_total where store_id = 0 and currency = ? and orders > 1", (shop.currency,)
    ).fetchone()[0]
    found = shop.conn.execute(sql, (shop.currency, returned * _SLOW_BUYERS // 100)).fetchone()
    return None if found is None else max(1, round(found[0] / DAY_S))


def _at_risk(shop: _Shop) -> Iterator[SuggestedSegment]:
    if (days := _usual_days(shop)) is not None:
        yield SuggestedSegment(
            name="At risk",
            rule=f"total_orders >= 2 and last_order_date not in last {days} days "
            f"and last_order_date in last {2 * days} days",
            why=f"Three quarters of those who come back do so within {days} days; these are late, not yet twice so.",
        )


def _lapsed(shop: _Shop) -> Iterator[SuggestedSegment]:
    if (days := _usual_days(shop)) is not None:
        yield SuggestedSegment(
            name="Lapsed",
            rule=f"total_orders >= 1 and last_order_date not in last {2 * days} days",
            why=f"Twice the {days} days within which three quarters of those who come back do so.",
        )


def _one_time(shop: _Shop) -> Iterator[SuggestedSegment]:
    if shop.buyers:
        yield SuggestedSegment(name="One-time buyers", rule="total_orders = 1", why="They bought once and no more.")


def _cart_abandoners(shop: _Shop) -> Iterator[SuggestedSegment]:
    del shop
    yield SuggestedSegment(
        name="Cart abandoners",
        rule="abandoned_cart_date in last 30 days",
        why="A store keeps a cart for 30 days after its last change: so long it can be won back.",
    )


def _refunders(shop: _Shop) -> Iterator[SuggestedSegment]:
    refunded = "select count(*) as n from store_order where refunded_minor > 0 and contact_id is not null"
    several = f"select count(*) from ({refunded} group by contact_id having n > 1)"
    many = shop.conn.execute(several).fetchone()[0]
    least = 2 if many else 1
    yield SuggestedSegment(
        name="Refunders",
        rule=f"count of orders (order_refunded > 0) >= {least}",
        why=f"{many:,} contacts had money back for more than one order." if many else "Nobody had it more than once.",
    )


def _new(shop: _Shop) -> Iterator[SuggestedSegment]:
    del shop
    yield SuggestedSegment(
        name="New this month", rule="first_order_date in last 30 days", why="Their first order is of the last 30 days."
    )


def _opted_in(shop: _Shop) -> Iterator[SuggestedSegment]:
    del shop
    yield SuggestedSegment(
        name="Opted in, never bought",
        rule="has_opted_in_to_marketing and total_orders = 0",
        why="They may be written to, and have not bought yet.",
    )


def _category_loyal(shop: _Shop) -> Iterator[SuggestedSegment]:
    """Of the category that most contacts bought lately: those who bought of it as often as the most eager tenth."""
    latest = f"select id, contact_id from store_order where counts order by id desc limit {_LATEST_ORDERS}"
    bought = (
        "select latest.contact_id as contact_id, each.value as category, count(distinct latest.id) as orders "
        f"from ({latest}) as latest join order_line on order_line.order_id = latest.id "
        "join item on item.id = order_line.item_id join category_set on category_set.id = item.category_set_id, "
        "json_each(category_set.names) as each where latest.contact_id is not null group by 1, 2"
    )
    rows: dict[str, list[int]] = {}
    for _, category, orders in shop.conn.execute(bought):
        rows.setdefault(category, []).append(orders)
    if not rows:
        return
    category, counts = max(rows.items(), key=lambda row: (len(row[1]), row[0]))
    counts.sort(reverse=True)
    least = max(2, counts[len(counts) * _LOYAL // 100])
    yield SuggestedSegment(
        name=f"Loyal to {category}",
        rule=f"count of orders (product_category is {written_value(Text(text=category))}) >= {least}",
        why=f"More contacts buy of {category} than of any other category; the most eager {_LOYAL} % did so in {least} "
        "orders or more.",
    )


_ALL: tuple[Callable[[_Shop], Iterator[SuggestedSegment]], ...] = (
    _vip,
    _at_risk,
    _lapsed,
    _one_time,
    _high_average,
    _cart_abandoners,
    _refunders,
    _new,
    _opted_in,
    _category_loyal,
)


def _at_top(shop: _Shop, what: str, percent: int) -> int | None:
    """What the last of the top *percent* of buyers has of *what*; None = nobody has any."""
    sql = (
        f"select {what} as amount from contact_total where store_id = 0 and currency = ? order by amount desc "
        "limit 1 offset ?"
    )
    found = shop.conn.execute(sql, (shop.currency, max(0, shop.buyers * percent // 100 - 1))).fetchone()
    return int(found[0]) if found and found[0] > 0 else None


def _amount(minor: int, shop: _Shop) -> str:
    return written_value(Number(amount=major_units(minor, shop.currency), currency=shop.currency))


def _money(minor: int, shop: _Shop) -> str:
    return money_text(minor, shop.currency)
