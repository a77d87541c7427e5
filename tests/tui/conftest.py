"""A fake daemon on a socket whose path is the same in every run, so that messages that name it are too."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from common.contacts import ContactDetail
from common.inbox import DeliveryDetail, DeliveryState
from common.money import Money
from common.statuses import Status
from common.times import DAY_S
from tests.support.fake_daemon import FakeDaemon
from tests.support.fake_data import (
    NOW,
    bought,
    box_cart,
    box_order,
    busy,
    contact,
    dead_delivery,
    delivery,
    finished_run,
    health_item,
    store,
    store_sales,
)
from tests.support.fake_products import catalogue


@pytest.fixture
async def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDaemon]:
    """Two stores and three contacts: Ann bought in both, Bob in one, Carla nothing."""
    monkeypatch.chdir(tmp_path)
    fake = FakeDaemon(Path("cf.sock"), contacts=[_ann(), _bob(), _carla()])
    fake.stores = {"abc123": store(), "xyz789": store("xyz789", "bazaar", currency="EUR")}
    fake.runs = [finished_run()]
    fake.health = [health_item()]
    fake.deliveries = _inbox()
    fake.goods.products = catalogue()
    fake.sales = {"abc123": store_sales(currencies=("USD", "EUR"))}
    fake.activity = busy()
    async with fake:
        yield fake


@pytest.fixture
async def empty_daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDaemon]:
    """No store, no contact."""
    monkeypatch.chdir(tmp_path)
    async with FakeDaemon(Path("cf.sock")) as fake:
        yield fake


def _inbox() -> list[DeliveryDetail]:
    """Worked in, dead, waiting."""
    pending = {
        "state": DeliveryState.PENDING,
        "attempts": 2,
        "error": "The store does not answer.",
        "settled_at": None,
        "due_at": NOW + 30,
        "changed": [],
    }
    return [
        delivery(1),
        dead_delivery(2),
        delivery(3, "customer 5", store="xyz789", changed=[]),
        delivery(4, "order 1205", scope="store/order/statusUpdated", **pending),
    ]


def _ann() -> ContactDetail:
    orders = [
        box_order(1204, total=Money.of(104_00, "USD")),
        box_order(1187, total=Money.of(20_00, "USD"), status=Status.REFUNDED, placed_at=NOW - 9 * DAY_S),
        box_order(1100, total=Money.of(1100_50, "USD"), placed_at=NOW - 120 * DAY_S, store_status="Shipped"),
        box_order(88, store="xyz789", total=Money.of(49_90, "EUR"), placed_at=NOW - 3 * DAY_S),
    ]
    return contact(1, phone="+1 555 0100", tags=["bigcommerce-customer", "vip"], ecommerce=bought(orders, [box_cart()]))


def _bob() -> ContactDetail:
    orders = [box_order(1201, total=Money.of(310_00, "USD"), placed_at=NOW - 3 * DAY_S)]
    return contact(2, "bob@example.org", "Bob Ortiz", ecommerce=bought(orders))


def _carla() -> ContactDetail:
    return contact(3, "carla@example.net", "Carla Nunes", lists=[], ecommerce=bought([]))
