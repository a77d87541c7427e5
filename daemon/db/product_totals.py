"""What was sold of each product, kept in step with the orders by taking them out and putting them in again."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

from daemon.db import shelf
from daemon.slices import slices

_ORDERS_A_STATEMENT = 5000

# The lines of one order stand together, so that 250 orders cost 2 ms, whatever else was sold of their products.
_BOOK = """
insert into product_total (store_id, product_id, currency, pieces, orders, revenue_minor)
select item.store_id, item.product_id, purchase.currency, ?2 * sum(line.quantity),
  ?2 * count(distinct purchase.id),
  ?2 * sum(line.total_minor - line.total_minor * min(line.quantity_refunded, line.quantity) / max(line.quantity, 1))
from json_each(?1) cross join store_order as purchase on purchase.id = json_each.value
cross join order_line as line on line.order_id = purchase.id  -- primary keys
cross join item on item.id = line.item_id
where purchase.counts and item.product_id != 0
group by 1, 2, 3
on conflict do update set pieces = pieces + excluded.pieces, orders = orders + excluded.orders,
  revenue_minor = revenue_minor + excluded.revenue_minor
returning store_id, product_id
"""

_DROP_EMPTY = "delete from product_total where orders = 0 returning store_id, product_id  -- product_total_empty_ix"


def put_in(conn: sqlite3.Connection, order_ids: Collection[int]) -> None:
    """Adds what those orders (our ids) hold, as far as they count."""
    for some in slices(order_ids, _ORDERS_A_STATEMENT):
        for store_id, products in _booked(conn, some, 1).items():
            shelf.put_sold(conn, store_id, products)


def take_out(conn: sqlite3.Connection, order_ids: Collection[int]) -> None:
    """Takes away what those orders hold, before they change or go; what is no longer sold in any order goes along."""
    for some in slices(order_ids, _ORDERS_A_STATEMENT):
        booked = _booked(conn, some, -1)
        dropped = _by_store(conn.execute(_DROP_EMPTY))
        for store_id, products in booked.items():
            shelf.put_sold(conn, store_id, products)
            shelf.put_products(conn, store_id, dropped.get(store_id, ()))


def _booked(conn: sqlite3.Connection, order_ids: Collection[int], factor: int) -> dict[int, set[int]]:
    """Writes those orders' lines *factor* times; gives the products by store."""
    return _by_store(conn.execute(_BOOK, (json.dumps(list(order_ids)), factor)))


def _by_store(rows: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    products: dict[int, set[int]] = {}
    for store_id, product_id in rows:
        products.setdefault(store_id, set()).add(product_id)
    return products


@contextmanager
def kept_right(conn: sqlite3.Connection, order_ids: Collection[int]) -> Iterator[None]:
    """Whether those orders count may change inside; what was sold is right again after."""
    take_out(conn, order_ids)
    yield
    put_in(conn, order_ids)


def rebuild(conn: sqlite3.Connection) -> None:
    """The same from all orders, without relying on anything that was kept; the list of products goes after it."""
    conn.execute("delete from product_total")
    last = 0
    while ids := _order_ids(conn, after=last):
        _booked(conn, ids, 1)
        last = ids[-1]
    shelf.rebuild(conn)


def _order_ids(conn: sqlite3.Connection, *, after: int) -> list[int]:
    sql = "select id from store_order where id > ? order by id limit ?"
    return [row[0] for row in conn.execute(sql, (after, _ORDERS_A_STATEMENT))]
