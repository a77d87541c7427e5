"""Suggested segments: their thresholds are the data's own."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from common.segments.answers import SuggestedSegment
from common.segments.language import parsed
from common.times import DAY_S
from daemon.segments.compile import Asking
from daemon.segments.count import count
from daemon.segments.fits import Clock
from daemon.segments.suggested import suggested_segments
from tests.support.ledger import LONG_AGO, NOW, Ledger, cart, customer, order, refund, subscriber

BUYERS = 40


@pytest.fixture
def shop() -> Iterator[Ledger]:
    """Customer n bought n orders of 25.00 ten days apart; two had money back twice, one left a cart, one only reads."""
    with Ledger() as ledger:
        ledger.take(
            customers=tuple(customer(number, email=f"c{number}@example.com") for number in range(1, BUYERS + 2)),
            subscribers=(subscriber(1, email=f"c{BUYERS + 1}@example.com"),),
            orders=tuple(
                order(number * 100 + nth, number, placed_at=LONG_AGO + nth * 10 * DAY_S)
                for number in range(1, BUYERS + 1)
                for nth in range(1 + number % 5)
            ),
            refunds=tuple(refund(at, number) for at, number in enumerate((200, 201, 300, 301))),
            carts=(cart("c1", 1, updated_at=NOW - 5 * DAY_S),),
        )
        yield ledger


def told(ledger: Ledger) -> dict[str, SuggestedSegment]:
    return {one.name: one for one in suggested_segments(ledger.conn)}


def counted(ledger: Ledger, rule: str) -> int:
    return count(ledger.conn, parsed(rule), Asking(Clock(NOW, ZoneInfo("UTC"))))


def test_thresholds_are_what_the_customers_do(shop: Ledger) -> None:
    rules = {name: one.rule for name, one in told(shop).items()}

    assert rules["VIP"] == "total_revenue >= 125.00 USD"
    assert rules["High average order"] == "average_order_value >= 25.00 USD"
    assert "not in last 10 days" in rules["At risk"]
    assert "not in last 20 days" in rules["Lapsed"]
    assert rules["Refunders"] == "count of orders (order_refunded > 0) >= 2"


def test_each_of_them_says_why_and_can_be_counted(shop: Ledger) -> None:
    found = told(shop)

    assert len(found) == 9  # nothing was bought of a category
    assert all(one.why for one in found.values())
    sizes = {name: counted(shop, one.rule) for name, one in found.items()}
    assert sizes["One-time buyers"] == BUYERS // 5
    assert (sizes["Refunders"], sizes["Cart abandoners"], sizes["Opted in, never bought"]) == (2, 1, 1)


def test_without_data_nothing_is_made_up() -> None:
    with Ledger() as ledger:
        assert {"VIP", "At risk", "Lapsed", "High average order", "One-time buyers"} & told(ledger).keys() == set()
