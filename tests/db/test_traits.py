"""The traits of a contact are those of the orders it has now."""

from collections.abc import Iterator

import pytest

from daemon.ingest.apply import Batch, Gone
from daemon.records import Kind
from tests.support.ledger import Fetch, Ledger, customer, order


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with Ledger() as opened:
        opened.take(customers=(customer(),))
        yield opened


def had(ledger: Ledger, kind: str) -> list[object]:
    sql = "select folded from contact_trait join trait on trait.id = trait_id where kind = ? order by 1"
    return [row[0] for row in ledger.conn.execute(sql, (kind,))]


def test_traits_are_told_once_and_as_they_are_compared(ledger: Ledger) -> None:
    ledger.take(
        orders=(order(1, payment_method="PayPal"), order(2, payment_method=" PAYPAL "), order(3, payment_method=""))
    )

    assert had(ledger, "payment_method") == ["", "paypal"]


def test_a_trait_goes_with_the_last_order_that_has_it(ledger: Ledger) -> None:
    ledger.take(1, orders=(order(1, shipping_method="Express"), order(2, shipping_method="Pickup")))

    ledger.apply(Fetch(Batch(gone=(Gone(Kind.ORDER, "1"),)), 2))

    assert had(ledger, "shipping_method") == ["pickup"]
    assert ledger.rows("select folded from trait where kind = 'shipping_method'") == ["pickup"]


def test_bought_from_is_of_orders_that_count_and_the_store_of_all(ledger: Ledger) -> None:
    ledger.take(orders=(order(status_id=5),))

    assert (had(ledger, "store"), had(ledger, "bought_from")) == ([ledger.rows("select hash from store")[0]], [])
