"""The rows that products are listed, sorted and searched by, in step with catalogue, items and what was sold."""

import json
import sqlite3
from collections.abc import Collection

from daemon.slices import slices

_PRODUCTS_A_STATEMENT = 5000

# SQLite takes the row that has the largest number of orders: of several currencies the one it is bought in most.
_SOLD = """
select coalesce(sum(pieces), 0), coalesce(iif(max(orders), revenue_minor, revenue_minor), 0) from product_total
where store_id = ?1 and product_id = json_each.value  -- primary key
"""

_IS_SOLD = "exists (select 1 from product_total where store_id = ?1 and product_id = {}.{})  -- primary key\n"

_DROP = f"""
delete from shelf where store_id = ?1 and product_id in (select value from json_each(?2))  -- unique index
and not {_IS_SOLD.format("shelf", "product_id")}
and not exists (select 1 from product where store_id = ?1 and product_id = shelf.product_id and name != '')
"""

_ITEMS = "from item where store_id = ?1 and product_id = json_each.value"  # unique index

_CALLED = f"select folded(name) {_ITEMS} order by id desc limit 1"

_NAMES = f"select group_concat(distinct folded(name) || char(10) || folded(sku)) {_ITEMS}"

# Item by its unique index, all others by their primary keys.
_PUT = f"""
insert into shelf (store_id, product_id, is_known, name_folded, sought, price_minor, modified_at, pieces, revenue_minor)
select ?1, json_each.value, product.name is not null,
  iif(product.name is not null, product.name_folded, coalesce(({_CALLED}), '')),
  iif(product.name is not null, product.name_folded || char(10) || folded(product.sku), coalesce(({_NAMES}), '')),
  coalesce(product.price_minor, -1), coalesce(product.modified_at, 0), 0, 0
from json_each(?2)
left join product on product.store_id = ?1 and product.product_id = json_each.value and product.name != ''
where product.name is not null or {_IS_SOLD.format("json_each", "value")}
on conflict do update set is_known = excluded.is_known, name_folded = excluded.name_folded, sought = excluded.sought,
  price_minor = excluded.price_minor, modified_at = excluded.modified_at
"""

# Only what it sets is written: three of the sorts, and the search, are none of an order's.
_PUT_SOLD = f"""
update shelf set (pieces, revenue_minor) = ({_SOLD.replace("json_each.value", "shelf.product_id")})
where store_id = ?1 and product_id in (select value from json_each(?2))  -- unique index
"""

_MISSING = """
select value from json_each(?2)
where not exists (select 1 from shelf where store_id = ?1 and product_id = value)  -- unique index
"""

_UNKNOWN = """
select product_id from shelf  -- unique index
where store_id = ?1 and product_id in (select value from json_each(?2)) and not is_known
"""


def put_products(conn: sqlite3.Connection, store_id: int, product_ids: Collection[int]) -> None:
    """Lists those products as the catalogue has them now, or as they were sold; what is neither is listed no more."""
    for some in slices(product_ids, _PRODUCTS_A_STATEMENT):
        asked = (store_id, json.dumps(some))
        conn.execute(_DROP, asked)
        conn.execute(_PUT, asked)
        conn.execute(_PUT_SOLD, asked)


def put_sold(conn: sqlite3.Connection, store_id: int, product_ids: Collection[int]) -> None:
    """Brings the figures of those products in line with what was sold of them."""
    if not product_ids:
        return
    asked = (store_id, json.dumps(sorted(product_ids)))
    if conn.execute(_PUT_SOLD, asked).rowcount < len(product_ids):
        put_products(conn, store_id, [row[0] for row in conn.execute(_MISSING, asked)])


def call_anew(conn: sqlite3.Connection, store_id: int, product_ids: Collection[int]) -> None:
    """New items were made of those products: which of them the catalogue does not know are called by these."""
    unknown = conn.execute(_UNKNOWN, (store_id, json.dumps(list(product_ids)))).fetchall()
    put_products(conn, store_id, [row[0] for row in unknown])


def rebuild(conn: sqlite3.Connection) -> None:
    """The same for all products, from the catalogue, the items and what was sold, whatever was kept."""
    for (store_id,) in conn.execute("select id from store").fetchall():
        put_products(conn, store_id, [row[0] for row in conn.execute(_ALL, (store_id,))])
    conn.execute("insert into shelf_search (shelf_search) values ('rebuild')")


_ALL = """
select product_id from shelf where store_id = ?1
union select product_id from product where store_id = ?1
union select product_id from product_total where store_id = ?1
"""
