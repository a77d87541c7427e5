"""A scope that is unusually quiet, told apart from a quiet store and from one that never tells much."""

import sqlite3

import pytest

from common.times import HOUR_S
from daemon.db import deliveries, hook_watch
from daemon.db.deliveries import Delivery
from daemon.db.hook_watch import HookState
from daemon.ingest.changes import StoreKey
from daemon.records import Kind
from tests.db.rows import NOW, add_store

ORDERS, PRODUCTS = "store/order/created", "store/product/updated"


@pytest.fixture
def store(conn: sqlite3.Connection) -> StoreKey:
    store = add_store(conn)
    hooks = [HookState(scope, number, "https://x", is_active=True) for number, scope in enumerate((ORDERS, PRODUCTS))]
    hook_watch.put_hooks(conn, store.id, hooks, now=NOW)
    return store


def _tells(conn: sqlite3.Connection, store: StoreKey, scope: str, *moments: int) -> None:
    for moment in moments:
        delivery = Delivery(store.id, scope, Kind.ORDER, "1", "", "", moment, b"")
        deliveries.put_deliveries(conn, [delivery])


@pytest.mark.parametrize(
    ("every_s", "times", "silent_s", "others_silent_s", "is_quiet"),
    [
        pytest.param(600, 100, 7 * HOUR_S, 60, True, id="silent-while-others-tell"),
        pytest.param(600, 100, 5 * HOUR_S, 60, False, id="not-yet-long"),
        pytest.param(3 * HOUR_S, 100, 8 * HOUR_S, 60, False, id="less-than-thrice-the-usual"),
        pytest.param(3 * HOUR_S, 100, 10 * HOUR_S, 60, True, id="more-than-thrice-the-usual"),
        pytest.param(600, 10, 40 * HOUR_S, 60, False, id="no-habit"),
        pytest.param(600, 100, 9 * HOUR_S, 9 * HOUR_S, False, id="the-whole-store-sleeps"),
    ],
)
def test_a_quiet_scope(
    conn: sqlite3.Connection,
    store: StoreKey,
    every_s: int,
    times: int,
    silent_s: int,
    others_silent_s: int,
    is_quiet: bool,
) -> None:
    last = NOW + every_s * times
    _tells(conn, store, ORDERS, *range(NOW, last + 1, every_s))
    now = last + silent_s
    _tells(conn, store, PRODUCTS, now - others_silent_s)

    assert hook_watch.quiet_scopes(conn, store.id, now=now) == ([(ORDERS, last)] if is_quiet else [])


def test_an_outage_is_forgotten_as_deliveries_come(conn: sqlite3.Connection, store: StoreKey) -> None:
    _tells(conn, store, ORDERS, NOW, NOW + 100 * HOUR_S)
    after = NOW + 100 * HOUR_S
    _tells(conn, store, ORDERS, *range(after, after + 400 * 600, 600))

    usual = conn.execute("select usual_gap_s from hook where scope = ?", (ORDERS,)).fetchone()[0]
    assert usual < HOUR_S
