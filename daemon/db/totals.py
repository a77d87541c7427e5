"""What each contact bought, summed from the orders inside the write that touched them."""

import json
import sqlite3
from collections.abc import Collection

_ALL_STORES = 0

_CLEAR = "delete from contact_total where contact_id in (select value from json_each(?))  -- primary key"

_PER_STORE = """
insert into contact_total (contact_id, store_id, currency, revenue_minor, orders, products, first_order_at,
                           last_order_at, last_order_id)
select contact_id, store_id, currency, sum(total_minor - refunded_minor), count(*), sum(products), min(placed_at), 0, 0
from store_order  -- store_order_contact_ix
where contact_id in (select value from json_each(?)) and counts
group by contact_id, store_id, currency
"""

_OVER_STORES = f"""
insert into contact_total (contact_id, store_id, currency, revenue_minor, orders, products, first_order_at,
                           last_order_at, last_order_id)
select contact_id, {_ALL_STORES}, currency, sum(revenue_minor), sum(orders), sum(products), min(first_order_at), 0, 0
from contact_total  -- primary key
where contact_id in (select value from json_each(?)) and store_id != {_ALL_STORES}
group by contact_id, currency
"""

# The last order is the one placed last; of several at the same second the one we have known for the shortest time.
_LAST_ORDER = f"""
update contact_total as total set (last_order_at, last_order_id) = (
  select placed_at, id from store_order  -- store_order_contact_ix
  where contact_id = total.contact_id and counts and currency = total.currency
    and (total.store_id = {_ALL_STORES} or store_id = total.store_id)
  order by placed_at desc, id desc limit 1)
where contact_id in (select value from json_each(?))
"""

# The currency a contact buys in most stands for them in the list.
_CONTACT_COLUMNS = f"""
update contact set
  (orders, last_order_at) = (
    select coalesce(sum(orders), 0), coalesce(max(last_order_at), 0) from contact_total
    where contact_id = contact.id and store_id = {_ALL_STORES}),
  (revenue_minor, revenue_currency) = (
    select coalesce(max(revenue_minor), 0), coalesce(max(currency), contact.revenue_currency) from (
      select revenue_minor, currency from contact_total
      where contact_id = contact.id and store_id = {_ALL_STORES} order by orders desc, currency limit 1))
where id in (select value from json_each(?))
"""


def refresh_totals(conn: sqlite3.Connection, contact_ids: Collection[int]) -> None:
    """Brings the totals of those contacts in line with their orders."""
    if not contact_ids:
        return
    ids = (json.dumps(sorted(contact_ids)),)
    for statement in (_CLEAR, _PER_STORE, _OVER_STORES, _LAST_ORDER, _CONTACT_COLUMNS):
        conn.execute(statement, ids)


def all_contact_ids(conn: sqlite3.Connection, *, after: int, limit: int) -> list[int]:
    """Contacts by id, for rebuilding the totals piece by piece."""
    rows = conn.execute("select id from contact where id > ? order by id limit ?", (after, limit))
    return [row[0] for row in rows]
