"""What stores sold by month: kept as orders come, change and go."""

import random
import sqlite3
from collections import Counter, defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from common.sales import SalesMonth, StoreSales
from common.statuses import Status
from common.times import DAY_S
from daemon.db import sales, stores
from daemon.db.totals import rebuild_totals
from daemon.ingest.apply import Gone
from daemon.ingest.changes import StoreKey
from daemon.records import Kind, RefundRecord
from tests.db.rows import NOW, add_store, customer, later, order, put
from tests.support.some_shops import some_shop

MONTH_S = 31 * DAY_S


def sold(conn: sqlite3.Connection, key: StoreKey, *, months: int = 12, now: int = NOW) -> StoreSales:
    row = next(row for row in stores.all_stores(conn) if row.id == key.id)
    return sales.store_sales(conn, row, months=months, now=now)


def told(month: SalesMonth) -> tuple[list[str], int, int, int]:
    return [money.text for money in month.revenue], month.orders, month.new_buyers, month.returning_buyers


def test_months_stand_without_a_gap_up_to_the_one_that_is_not_over(conn: sqlite3.Connection) -> None:
    found = sold(conn, add_store(conn), months=14)

    assert [month.month for month in found.months][:2] == ["2024-09", "2024-10"]
    assert found.months[-1].month == "2025-10"
    assert found.currencies == ["USD"]
    assert {told(month)[1:] for month in found.months} == {(0, 0, 0)}


def test_a_buyer_is_new_once_and_returning_in_each_later_month(conn: sqlite3.Connection) -> None:
    key = add_store(conn)
    times = (NOW - MONTH_S, NOW - MONTH_S + 60, NOW, NOW + 60)
    put(
        conn,
        key,
        customers=[customer(1), customer(2)],
        orders=[*(order(n, 1, placed_at=at) for n, at in enumerate(times, 1)), order(9, 2)],
    )

    before, current = sold(conn, key).months[-2:]

    assert told(before) == (["$20.00"], 2, 1, 0)
    assert told(current) == (["$30.00"], 3, 1, 1)


def test_an_older_order_that_comes_later_makes_the_buyer_a_returning_one(conn: sqlite3.Connection) -> None:
    key = add_store(conn)
    put(conn, key, customers=[customer(1)], orders=[order(5, 1)])
    put(conn, key, later(), orders=[order(4, 1, placed_at=NOW - MONTH_S)])

    before, current = sold(conn, key).months[-2:]

    assert told(before)[1:] == (1, 1, 0)
    assert told(current)[1:] == (1, 0, 1)


def test_one_may_be_new_in_each_store(conn: sqlite3.Connection) -> None:
    one, two = add_store(conn), add_store(conn, "other1")
    put(conn, one, customers=[customer(1)], orders=[order(1, 1, placed_at=NOW - MONTH_S)])
    put(conn, two, customers=[customer(1)], orders=[order(1, 1)])

    assert told(sold(conn, two).months[-1])[1:] == (1, 1, 0)


def test_a_buyer_in_two_currencies_is_one_buyer(conn: sqlite3.Connection) -> None:
    key = add_store(conn)
    orders = [order(1, 1), order(2, 1, currency="EUR", placed_at=NOW + 1), order(3, 1, currency="EUR")]
    put(conn, key, customers=[customer(1)], orders=orders)

    found = sold(conn, key)

    assert found.currencies == ["EUR", "USD"]
    assert told(found.months[-1]) == (["€20.00", "$10.00"], 3, 1, 0)


def test_revenue_is_net_of_refunds_in_the_month_of_the_order(conn: sqlite3.Connection) -> None:
    key = add_store(conn)
    refund = RefundRecord(refund_id=1, order_id=1, amount="4.00", created_at=NOW)
    put(conn, key, customers=[customer(1)], orders=[order(1, 1, placed_at=NOW - MONTH_S)])
    put(conn, key, later(), refunds=[refund])

    before, current = sold(conn, key).months[-2:]

    assert told(before)[0] == ["$6.00"]
    assert told(current)[0] == ["$0.00"]


def test_only_orders_that_count_are_in_it(conn: sqlite3.Connection) -> None:
    key = add_store(conn)
    put(conn, key, customers=[customer(1)], orders=[order(1, 1), order(2, 1), order(3, 1, status=Status.CANCELED)])
    put(conn, key, later(), gone=[Gone(Kind.ORDER, "1")])
    put(conn, key, later(), orders=[order(2, 1, status=Status.WAITING, modified_at=NOW + 9)])

    assert told(sold(conn, key).months[-1]) == (["$0.00"], 0, 0, 0)


@pytest.mark.parametrize(
    ("zone", "month", "starts_at"),
    [
        ("UTC", "2025-10", "2025-10-01T00:00:00+00:00"),
        ("America/New_York", "2025-09", "2025-09-01T00:00:00-04:00"),
        ("Nowhere/Atall", "2025-10", "2025-10-01T00:00:00+00:00"),
    ],
)
def test_months_are_those_of_the_stores_zone(conn: sqlite3.Connection, zone: str, month: str, starts_at: str) -> None:
    key = add_store(conn)
    conn.execute("update store set timezone = ?", (zone,))
    early = int(datetime.fromisoformat("2025-10-01T02:00:00+00:00").timestamp())
    put(conn, key, customers=[customer(1)], orders=[order(1, 1, placed_at=early)])

    found = next(one for one in sold(conn, key).months if one.orders)

    assert found.month == month
    assert found.starts_at == int(datetime.fromisoformat(starts_at).timestamp())


def test_a_deleted_row_leaves_nothing_in_the_sums(conn: sqlite3.Connection) -> None:
    key = add_store(conn)
    put(conn, key, customers=[customer(1)], orders=[order(1, 1)])
    conn.execute("delete from store_order")

    assert told(sold(conn, key).months[-1]) == (["$0.00"], 0, 0, 0)


def test_amounts_that_cannot_be_anybodys_purchase_do_not_stop_the_writing(conn: sqlite3.Connection) -> None:
    key = add_store(conn)
    people = [customer(n) for n in range(1, 121)]
    put(conn, key, customers=people, orders=[order(n, n, total_minor=10**17) for n in range(1, 121)])

    assert sold(conn, key).months[-1].orders == 120


@pytest.mark.parametrize("seed", range(12))
def test_the_sums_are_what_a_naive_count_of_the_orders_gives(seed: int) -> None:
    """After orders were changed at random, one by one."""
    with some_shop(seed, contacts=20) as conn:
        dice = random.Random(seed)
        ids = [row[0] for row in conn.execute("select id from store_order")]
        for order_id in dice.sample(ids, len(ids) // 2):
            conn.execute(
                "update store_order set counts = ? and deleted_at is null, placed_at = placed_at - ?, total_minor = ? "
                "where id = ?",
                (dice.random() < 0.7, dice.randrange(90) * DAY_S, dice.randrange(10**5), order_id),
            )
        conn.execute(  # as the write did before the buyer was erased
            "update store_order set placed_month = month_of(placed_at, timezone) from store "
            "where store.id = store_id and contact_id is null"
        )
        everybody = [row[0] for row in conn.execute("select id from contact")]
        rebuild_totals(conn, everybody)

        kept = conn.execute("select * from sales_month where orders > 0 order by 1, 2, 3").fetchall()
        assert kept == naive(conn)
        sales.rebuild(conn)
        assert conn.execute("select * from sales_month order by 1, 2, 3").fetchall() == kept


def naive(conn: sqlite3.Connection) -> list[tuple[int, int, str, int, int, int, int]]:
    zones = {
        row[0]: "UTC" if row[1].startswith("Nowhere") else row[1]
        for row in conn.execute("select id, timezone from store")
    }
    revenue: Counter[tuple[int, int, str]] = Counter()
    orders: Counter[tuple[int, int, str]] = Counter()
    new: Counter[tuple[int, int, str]] = Counter()
    returning: Counter[tuple[int, int, str]] = Counter()
    months_of: dict[tuple[int, int], set[int]] = defaultdict(set)
    rows = conn.execute(
        "select store_id, contact_id, placed_at, currency, total_minor - refunded_minor, buyer from store_order "
        "where counts order by placed_at, id"
    )
    for store_id, contact_id, placed_at, currency, net, buyer in rows:
        there = datetime.fromtimestamp(placed_at, ZoneInfo(zones[store_id]))
        month = there.year * 12 + there.month - 1
        key = (store_id, month, currency)
        revenue[key] += net
        orders[key] += 1
        if contact_id is None:  # whose buyer was erased keeps what they were then
            new[key] += buyer == 2
            returning[key] += buyer == 1
            continue
        known = months_of[store_id, contact_id]
        new[key] += not known
        returning[key] += bool(known) and month not in known
        known.add(month)
    return [(*key, revenue[key], orders[key], new[key], returning[key]) for key in sorted(orders)]
