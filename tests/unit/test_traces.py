"""What of a write is put down to a delivery."""

from common.events import What
from daemon.db.deliveries import Dirty
from daemon.ingest.apply import Applied
from daemon.ingest.traces import trace
from daemon.records import Kind


def dirty(kind: Kind, resource_id: str) -> Dirty:
    return Dirty(1, kind, resource_id, 1, 0, 0, frozenset())


def test_a_write_for_one_delivery_is_all_its_own() -> None:
    applied = Applied({What.ORDER: [7], What.CONTACT: [3]})

    assert trace(dirty(Kind.ORDER, "7"), applied, is_alone=True) == {What.ORDER: [7], What.CONTACT: [3]}


def test_of_a_shared_write_a_delivery_keeps_the_thing_it_named() -> None:
    applied = Applied({What.CUSTOMER: [5, 6], What.CONTACT: [1, 2]})

    assert trace(dirty(Kind.CUSTOMER, "6"), applied, is_alone=False) == {What.CUSTOMER: [6]}
    assert trace(dirty(Kind.CUSTOMER, "9"), applied, is_alone=False) == {}
    assert trace(dirty(Kind.CATEGORY, "5"), applied, is_alone=False) == {}


def test_of_a_page_of_orders_a_delivery_keeps_its_order() -> None:
    applied = Applied({What.ORDER: [7, 8, 9], What.CONTACT: [1]})

    assert trace(dirty(Kind.ORDER, "8"), applied, is_alone=False) == {What.ORDER: [8]}


def test_of_a_huge_write_some_ids_are_kept() -> None:
    applied = Applied({What.PRODUCT: list(range(10_000))})

    assert len(trace(dirty(Kind.PRODUCT, "1"), applied, is_alone=True)[What.PRODUCT]) == 50
