"""What the orders of a contact are, of the things of which there are few, each once.

Which contacts have an order in a currency, say, is then a piece of an index, where it would be a walk through all
orders.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from enum import StrEnum
from functools import cache, partial

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
select contact_id, store_id, counts, currency, status, store_status, shipping_method, payment_method
from store_order  -- store_order_contact_ix
where contact_id in (select value from json_each(?)) and deleted_at is null
"""

_KEPT = """
select contact_id, trait_id from contact_trait  -- primary key
where contact_id in (select value from json_each(?))
"""


def refresh_traits(conn: sqlite3.Connection, contact_ids: Collection[int]) -> None:
    """Brings the traits of those contacts in line with their orders."""
    ids = (json.dumps(sorted(contact_ids)),)
    traits_of = _traits_of(conn)
    wanted: defaultdict[int, set[int]] = defaultdict(set)
    for contact_id, *of_order in conn.execute(_OF_ORDERS, ids):
        wanted[contact_id] |= traits_of(*of_order)
    kept: defaultdict[int, set[int]] = defaultdict(set)
    for contact_id, trait_id in conn.execute(_KEPT, ids):
        kept[contact_id].add(trait_id)
    gone, new = _more_in(kept, wanted), _more_in(wanted, kept)
    conn.executemany("delete from contact_trait where contact_id = ? and trait_id = ?", gone)
    conn.executemany("insert into contact_trait (contact_id, trait_id) values (?, ?)", new)
    _drop_traits_of_nobody(conn, {trait_id for _, trait_id in gone})


def _more_in(these: Mapping[int, set[int]], those: Mapping[int, set[int]]) -> list[tuple[int, int]]:
    """Contacts and traits that are in *these* only."""
    return [
        (contact_id, trait_id)
        for contact_id in sorted(these)
        for trait_id in sorted(these[contact_id] - those.get(contact_id, set()))
    ]


def _traits_of(conn: sqlite3.Connection) -> Callable[..., frozenset[int]]:
    """What gives the traits of an order from what `_OF_ORDERS` tells of it. Most orders are as others are:
    what is known of one is not worked out again."""
    hashes: dict[int, str] = dict(conn.execute("select id, hash from store"))
    trait = cache(partial(_trait, conn))

    @cache
    def traits_of(store_id: int, counts: int, *texts: str) -> frozenset[int]:
        bought_from = [trait(Kind.BOUGHT_FROM, hashes[store_id])] if counts else []
        return frozenset([*map(trait, _TEXTS, texts), trait(Kind.STORE, hashes[store_id]), *bought_from])

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
