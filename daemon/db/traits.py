"""What the orders of a contact are, of the things of which there are few, each once.

Which contacts have an order in a currency, say, is then a piece of an index, where it would be a walk through all
orders.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import cache, partial

from daemon.db.at_once import put_rows, rows_at_once
from daemon.segments.functions import folded


class Kind(StrEnum):
    """Of which thing a trait is. All are of orders that are not archived, but for BOUGHT_FROM: of those that count."""

    CURRENCY = "currency"
    STATUS = "status"
    STORE_STATUS = "store_status"
    SHIPPING = "shipping_method"
    PAYMENT = "payment_method"
    STORE = "store"  # by its hash
    BOUGHT_FROM = "bought_from"


_TEXTS = (Kind.CURRENCY, Kind.STATUS, Kind.STORE_STATUS, Kind.SHIPPING, Kind.PAYMENT)

_OF_ORDERS = """
select json_array(contact_id, group_concat(distinct
  json_array(store_id, counts, currency, status, store_status, shipping_method, payment_method))) as row
from store_order  -- store_order_contact_ix
where contact_id in (select value from json_each(?)) and deleted_at is null
group by contact_id
"""

_KEPT = """
select json_array(contact_id, json_group_array(trait_id)) as row from contact_trait  -- primary key
where contact_id in (select value from json_each(?))
group by contact_id
"""


def refresh_traits(conn: sqlite3.Connection, contact_ids: Collection[int]) -> None:
    """Brings the traits of those contacts in line with their orders."""
    ids = (json.dumps(sorted(contact_ids)),)
    traits_of = _traits_of(conn)
    wanted = {contact_id: traits_of(orders) for contact_id, orders in rows_at_once(conn, _OF_ORDERS, ids)}
    kept = {contact_id: frozenset(traits) for contact_id, traits in rows_at_once(conn, _KEPT, ids)}
    gone, new = _more_in(kept, wanted), _more_in(wanted, kept)
    conn.executemany("delete from contact_trait where contact_id = ? and trait_id = ?", gone)
    put_rows(conn, "insert into contact_trait (contact_id, trait_id) values {rows}", new)
    _drop_traits_of_nobody(conn, {trait_id for _, trait_id in gone})


def _more_in(these: Mapping[int, frozenset[int]], those: Mapping[int, frozenset[int]]) -> list[tuple[int, int]]:
    """Contacts and traits that are in *these* only."""
    return [
        (contact_id, trait_id)
        for contact_id in sorted(these)
        for trait_id in sorted(these[contact_id] - those.get(contact_id, frozenset()))
    ]


def _traits_of(conn: sqlite3.Connection) -> Callable[[str], frozenset[int]]:
    """What gives the traits of a contact from what `_OF_ORDERS` tells of their orders. Most are as others are: what is
    known of one is not worked out again."""
    hashes: dict[int, str] = dict(conn.execute("select id, hash from store"))
    trait = cache(partial(_trait, conn))

    def of_order(store_id: int, counts: int, *texts: str) -> list[int]:
        bought_from = [trait(Kind.BOUGHT_FROM, hashes[store_id])] if counts else []
        return [*map(trait, _TEXTS, texts), trait(Kind.STORE, hashes[store_id]), *bought_from]

    @cache
    def traits_of(orders: str) -> frozenset[int]:
        return frozenset(trait_id for order in json.loads(f"[{orders}]") for trait_id in of_order(*order))

    return traits_of


def _trait(conn: sqlite3.Connection, kind: Kind, text: str) -> int:
    """The row of that trait, made unless it is there."""
    named = (kind, folded(text))
    sql = "select id from trait where kind = ? and folded = ?"
    found = conn.execute(sql, named).fetchone()
    if found is None:
        found = conn.execute("insert into trait (kind, folded) values (?, ?) returning id", named).fetchone()
    return int(found[0])


def _drop_traits_of_nobody(conn: sqlite3.Connection, traits: Collection[int]) -> None:
    """Removes those of *traits* that no contact has: a store may have put somebody's name into one."""
    sql = (
        "delete from trait where id = ?1 and not exists (select 1 from contact_trait where trait_id = ?1)"
        "  -- contact_trait_ix"
    )
    conn.executemany(sql, [(trait_id,) for trait_id in traits])
