"""What each contact bought and where, told from the orders inside the write that touched them."""

import json
import sqlite3
from collections.abc import Collection
from enum import IntEnum

from daemon.db import places
from daemon.db.traits import refresh_traits

_ALL_STORES = 0

HALF_HOUR = 30
"""Minutes for each of which a bit tells of a contact whether an order was placed then: bit 0 is from 00:00 on."""

UNKNOWN_HALF_HOUR = 48
"""The bit for orders of a store whose zone is not known."""

PLAIN_PLACES = 3
"""The decimal places of amounts over several currencies: those of the currency that has most."""


class Standing(IntEnum):
    """What the order of a line is to its contact. Each includes those before it, but for the first."""

    ARCHIVED = -1  # in the store: no order any more
    KEPT = 0
    COUNTS = 1  # part of the totals
    LAST = 2  # the contact's last order that counts
    ENDS_LAST = 3  # and the line is the last of it


class Buyer(IntEnum):
    """Whom an order that counts makes a buyer of its month in its store; of several of a month the first one does."""

    NOT_COUNTED = 0  # it does not count, or was not the first of the month
    RETURNING = 1
    NEW = 2  # it is their first in the store


# The table holds the currencies that have not two places. To ask for them by name cost a fifth of the whole refresh.
_UNITS = "left join currency as unit on unit.code = store_order.currency  -- primary key"


def _plain(amount: str) -> str:
    """*amount*, in minor units of an order's currency, in thousandths; beside `_UNITS`. What cannot be anybody's
    purchase is cut to what fits."""
    return f"min({amount}, 100000000000000) * ({10**PLAIN_PLACES} / ifnull(unit.units, 100))"


_CLEAR = "delete from contact_total where contact_id in (select value from json_each(?))  -- primary key"

_PER_STORE = f"""
insert into contact_total (contact_id, store_id, currency, revenue_minor, revenue_plain, orders, products,
                           first_order_at, last_order_at, last_order_id)
select contact_id, store_id, currency, sum(total_minor - refunded_minor),
  sum({_plain("total_minor - refunded_minor")}), count(*), sum(products), min(placed_at), 0, 0
from store_order  -- store_order_contact_ix
{_UNITS}
where contact_id in (select value from json_each(?)) and counts
group by contact_id, store_id, currency
"""

_OVER_STORES = f"""
insert into contact_total (contact_id, store_id, currency, revenue_minor, revenue_plain, orders, products,
                           first_order_at, last_order_at, last_order_id)
select contact_id, {_ALL_STORES}, currency, sum(revenue_minor), sum(revenue_plain), sum(orders), sum(products),
  min(first_order_at), 0, 0
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

_HALF_HOUR_BIT = f"1 << ifnull(placed_minute / {HALF_HOUR}, {UNKNOWN_HALF_HOUR})"

# The currency a contact buys in most stands for them in the list. What the largest of something is tells at once
# whether there is one above an amount. All in one: each update writes the contact's row and indexes anew.
_CONTACT_COLUMNS = f"""
update contact set
  (orders, products, revenue_plain, first_order_at, last_order_at) = (
    select coalesce(sum(orders), 0), coalesce(sum(products), 0), coalesce(sum(revenue_plain), 0), min(first_order_at),
      coalesce(max(last_order_at), 0)
    from contact_total where contact_id = contact.id and store_id = {_ALL_STORES}),
  (revenue_minor, revenue_currency) = (
    select coalesce(max(revenue_minor), 0), coalesce(max(currency), contact.revenue_currency) from (
      select revenue_minor, currency from contact_total
      where contact_id = contact.id and store_id = {_ALL_STORES} order by orders desc, currency limit 1)),
  (last_order_id, last_net_minor, last_currency, last_products, last_shipping, last_on_sale, last_best_rating,
   last_worst_rating) = (
    select max(id), max(total_minor - refunded_minor), coalesce(max(currency), ''), max(products),
      coalesce(max(shipping_method), ''), coalesce(max(has_sale), 0), max(top_rating), max(low_rating)
    from store_order where id = (
      select last_order_id from contact_total where contact_id = contact.id and store_id = {_ALL_STORES}
      order by last_order_at desc, last_order_id desc limit 1)),
  (last_kept_at, top_total, top_refunded, top_discount, top_products, top_quantity, top_price, top_rating,
   bought_on_sale, best_rating, worst_rating, times_kept, times_counted) = (
    select max(placed_at), max({_plain("total_minor")}), max({_plain("refunded_minor")}),
      max({_plain("discount_minor")}), max(products), max(top_quantity), max({_plain("top_price_minor")}),
      max(top_rating), coalesce(max(has_sale + (has_sale and counts)), 0),
      max(iif(counts, top_rating, null)), min(iif(counts, low_rating, null)),
      coalesce(sum(distinct {_HALF_HOUR_BIT}), 0), coalesce(sum(distinct iif(counts, {_HALF_HOUR_BIT}, null)), 0)
    from store_order  -- store_order_contact_ix
    {_UNITS}
    where contact_id = contact.id and deleted_at is null)
where id in (select value from json_each(?))
"""

_LAST_ORDERS = """
select json_group_array(last_order_id) from contact
where id in (select value from json_each(?)) and last_order_id is not null
"""

_NO_LONGER_LAST = f"""
update order_line set standing = {Standing.COUNTS}
where order_id in (select value from json_each(?)) and standing > {Standing.COUNTS}  -- primary key
"""

_OF_LAST = f"""
{Standing.LAST} + (position = (select max(position) from order_line as each where each.order_id = order_line.order_id))
"""
_NOW_LAST = f"""
update order_line set standing = {_OF_LAST}
where order_id in (select value from json_each(?)) and standing != {_OF_LAST}  -- primary key
"""

_DOMAIN = "substr(email, 1 + length(rtrim(email, replace(email, '@', ''))))"  # behind the last @

_FOLDED = f"""
update contact set first_folded = folded(first_name), last_folded = folded(last_name), phone_folded = folded(phone),
  email_domain = folded({_DOMAIN})
where id in (select value from json_each(?))
"""

_OWN_STANDING = """
update order_line set standing = own.standing
from (select id, iif(deleted_at is null, counts, -1) as standing from store_order
  where contact_id in (select value from json_each(?))) as own  -- store_order_contact_ix
where order_line.order_id = own.id and order_line.standing != own.standing
"""


# One window, since each sorts all orders of the contacts anew. They are read from the index alone: at 2,000,000 orders
# that is a fifth of all that a new one costs.
_BUYERS = f"""
update store_order set buyer = told_buyer
from (
  select id as told_id, buyer as former_buyer, case when not counts then {Buyer.NOT_COUNTED}
    when row_number() over by_month = 1 then {Buyer.NEW}
    when lag(placed_month) over by_month is not placed_month then {Buyer.RETURNING}
    else {Buyer.NOT_COUNTED} end as told_buyer
  from store_order where contact_id in (select value from json_each(?))  -- store_order_contact_ix
  window by_month as (partition by contact_id, store_id, counts order by placed_month, placed_at, id))
where id = told_id and former_buyer != told_buyer
"""

_MINUTES = """
update store_order set placed_minute = minute_of_day(placed_at, store.timezone),
  placed_month = month_of(placed_at, store.timezone)
from store where store.id = store_order.store_id  -- store_order_contact_ix
  and contact_id in (select value from json_each(?))
  and (placed_minute, placed_month)
    is not (minute_of_day(placed_at, store.timezone), month_of(placed_at, store.timezone))
"""


_TOPS_OF_ORDERS = """
update store_order set (top_quantity, top_price_minor, has_sale, top_rating, low_rating) = (
  select coalesce(max(quantity), 0), coalesce(max(price_minor), 0), coalesce(max(is_on_sale), 0),
    max(nullif(rating, 0)), min(nullif(rating, 0))
  from order_line join item on item.id = item_id where order_id = store_order.id)
where contact_id in (select value from json_each(?))  -- store_order_contact_ix
"""


def refresh_totals(conn: sqlite3.Connection, contact_ids: Collection[int]) -> None:
    """Brings the totals of those contacts in line with their orders, the lines of their last ones, and their places,
    and with whom their stores count as buyers."""
    if not contact_ids:
        return
    ids = (json.dumps(sorted(contact_ids)),)
    former = _last_orders(conn, ids)
    for statement in (_CLEAR, _PER_STORE, _OVER_STORES, _LAST_ORDER, _BUYERS, _CONTACT_COLUMNS):
        conn.execute(statement, ids)
    last = _last_orders(conn, ids)
    conn.execute(_NO_LONGER_LAST, (json.dumps(sorted(former - last)),))
    conn.execute(_NOW_LAST, (json.dumps(sorted(last)),))
    refresh_traits(conn, contact_ids)
    places.settle_places(conn, ids[0])


def _last_orders(conn: sqlite3.Connection, ids: tuple[str]) -> set[int]:
    return set(json.loads(conn.execute(_LAST_ORDERS, ids).fetchone()[0]))


def rebuild_totals(conn: sqlite3.Connection, contact_ids: Collection[int]) -> None:
    """The same without relying on anything that was derived before, with what orders
    keep of their lines and of the time of day, and with the texts of contacts as they are compared."""
    ids = (json.dumps(sorted(contact_ids)),)
    for statement in (_FOLDED, _MINUTES, _TOPS_OF_ORDERS, _OWN_STANDING):
        conn.execute(statement, ids)
    refresh_totals(conn, contact_ids)


def all_contact_ids(conn: sqlite3.Connection, *, after: int, limit: int) -> list[int]:
    """Contacts by id, for rebuilding the totals piece by piece."""
    rows = conn.execute("select id from contact where id > ? order by id limit ?", (after, limit))
    return [row[0] for row in rows]
