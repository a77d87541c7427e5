"""What the orders of a contact are, of the things of which there are few, each once.

Which contacts have an order in a currency, say, is then a piece of an index, where it would be a walk through all
orders.
"""

import json
import sqlite3
from collections.abc import Collection
from enum import StrEnum

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


_TEXTS = (Kind.CURRENCY, Kind.STATUS, Kind.STORE_STATUS, Kind.SHIPPING, Kind.PAYMENT, Kind.STORE)

_OF_ORDERS = """
select distinct contact_id, purchase.currency, status, store_status, shipping_method, payment_method, store.hash, counts
from store_order as purchase join store on store.id = store_id  -- store_order_contact_ix
where contact_id in (select value from json_each(?)) and deleted_at is null
"""

_KEPT = """
select contact_id, trait_id from contact_trait  -- primary key
where contact_id in (select value from json_each(?))
"""


def refresh_traits(conn: sqlite3.Connection, contact_ids: Collection[int]) -> None:
    """Brings the traits of those contacts in line with their orders."""
    ids = (json.dumps(sorted(contact_ids)),)
    known: dict[tuple[Kind, str], int] = {}
    wanted: set[tuple[int, int]] = set()
    for contact_id, *texts, counts in conn.execute(_OF_ORDERS, ids).fetchall():
        named = [*zip(_TEXTS, texts, strict=True)]
        if counts:
            named.append((Kind.BOUGHT_FROM, texts[-1]))
        for trait in named:
            if trait not in known:
                known[trait] = _trait(conn, *trait)
            wanted.add((contact_id, known[trait]))
    kept = set(conn.execute(_KEPT, ids).fetchall())
    conn.executemany("delete from contact_trait where contact_id = ? and trait_id = ?", sorted(kept - wanted))
    conn.executemany("insert into contact_trait (contact_id, trait_id) values (?, ?)", sorted(wanted - kept))
    _drop_traits_of_nobody(conn, {trait_id for _, trait_id in kept - wanted})


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
