"""Memberships inside the write unit: whom a change touches, is looked at in the transaction that made it."""

import pytest

from common.events import What
from common.segments.checks import to_json
from common.segments.language import parsed
from daemon.records import Origin
from daemon.segments import keeper, saved
from daemon.segments.fits import Clock
from tests.support.ledger import LONG_AGO, NOW, Ledger, cart, customer, order, subscriber

ANN, BOB = customer(1, email="ann@example.com"), customer(2, email="bob@example.com")


def segment(ledger: Ledger, rule: str) -> None:
    saved.insert_segment(ledger.conn, rule, to_json(parsed(rule)), now=NOW)
    with ledger.transaction():
        keeper.compute_all(ledger.conn, Clock(NOW, ledger.zone))


def members(ledger: Ledger) -> list[str]:
    return ledger.rows("select email from segment_member join contact on contact.id = contact_id order by 1")


def log(ledger: Ledger) -> list[tuple[int, str]]:
    return ledger.rows("select entered, cause from segment_change order by id")


def test_a_live_change_moves_a_contact_in_its_own_transaction() -> None:
    with Ledger() as ledger:
        segment(ledger, "total_orders >= 1")

        applied = ledger.take(customers=(ANN,), orders=(order(1, 1),))

        assert (members(ledger), log(ledger)) == (["ann@example.com"], [(1, "live")])
        assert applied.ids[What.SEGMENT] == [1]
        assert applied.count == 2
        ledger.take(2, orders=(order(1, 1, status_id=5, modified_at=LONG_AGO + 1),))
        assert (members(ledger), log(ledger)) == ([], [(1, "live"), (0, "live")])


def test_a_history_only_notes_whom_it_touches() -> None:
    with Ledger() as ledger:
        segment(ledger, "total_orders >= 1")

        ledger.take(customers=(ANN, BOB), orders=(order(1, 1),), origin=Origin.HISTORICAL)

        assert (members(ledger), ledger.rows("select contact_id, cause from segment_due")) == (
            [],
            [(1, "historical"), (2, "historical")],
        )


def test_without_segments_nobody_is_noted() -> None:
    with Ledger() as ledger:
        ledger.take(customers=(ANN,), orders=(order(1, 1),), origin=Origin.HISTORICAL)

        assert ledger.rows("select * from segment_due") == []


def test_a_cart_that_becomes_somebody_elses_order_is_no_longer_waiting() -> None:
    with Ledger() as ledger:
        segment(ledger, "has_not_recovered_an_abandoned_cart")
        ledger.take(customers=(ANN, BOB), carts=(cart("cart-1", 1),))
        assert members(ledger) == ["ann@example.com"]

        ledger.take(2, customers=(BOB,), orders=(order(1, 2, cart_id="cart-1"),))

        assert members(ledger) == []


def test_a_cart_that_is_handed_over_takes_its_membership_along() -> None:
    with Ledger() as ledger:
        segment(ledger, "has_abandoned_a_cart")
        ledger.take(customers=(ANN, BOB), carts=(cart("cart-1", 1),))

        ledger.take(2, carts=(cart("cart-1", 2, updated_at=LONG_AGO + 1),))

        assert members(ledger) == ["bob@example.com"]


@pytest.mark.parametrize("accepts", [True, False])
def test_consent_moves_contacts(accepts: bool) -> None:
    with Ledger() as ledger:
        segment(ledger, "has_opted_in_to_marketing")

        ledger.take(customers=(ANN,), subscribers=(subscriber(email="ann@example.com", accepts=accepts),))

        assert members(ledger) == ["ann@example.com"] * accepts


def test_another_zone_of_a_store_has_its_times_of_day_looked_at_again() -> None:
    with Ledger() as ledger:
        segment(ledger, "order_time before 12:00")
        ledger.conn.execute("update store set timezone = 'Asia/Tokyo'")

        assert ledger.rows("select owed from segment") == [1]
