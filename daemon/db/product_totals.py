"""What was sold of each product, kept in step with the orders by taking them out and putting them in again."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager

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
"""

_DROP_EMPTY = "delete from product_total where orders = 0  -- product_total_empty_ix"


def put_in(conn: sqlite3.Connection, order_ids: Collection[int]) -> None:
    """Adds what those orders (our ids) hold, as far as they count."""
    for some in slices(order_ids, _ORDERS_A_STATEMENT):
        conn.execute(_BOOK, (json.dumps(some), 1))


def take_out(conn: sqlite3.Connection, order_ids: Collection[int]) -> None:
    """Takes away what those orders hold, before they change or go."""
    for some in slices(order_ids, _ORDERS_A_STATEMENT):
        conn.execute(_BOOK, (json.dumps(some), -1))
    drop_empty(conn)


@contextmanager
def kept_right(conn: sqlite3.Connection, order_ids: Collection[int]) -> Iterator[None]:
    """Whether those orders count may change inside; what was sold is right again after."""
    take_out(conn, order_ids)
    yield
    put_in(conn, order_ids)


def drop_empty(conn: sqlite3.Connection) -> None:
    """Lets go of what is no longer sold in any order."""
    conn.execute(_DROP_EMPTY)


def rebuild(conn: sqlite3.Connection) -> None:
    """The same from all orders, without relying on anything that was kept."""
    conn.execute("delete from product_total")
    last = 0
    while ids := _order_ids(conn, after=last):
        put_in(conn, ids)
        last = ids[-1]


def _order_ids(conn: sqlite3.Connection, *, after: int) -> list[int]:
    sql = "select id from store_order where id > ? order by id limit ?"
    return [row[0] for row in conn.execute(sql, (after, _ORDERS_A_STATEMENT))]
