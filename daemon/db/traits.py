"""What the orders of a contact are, of the things of which there are few, each once.

Which contacts have an order in a currency, say, is then a piece of an index, where it would be a walk through all
orders.
"""

import json
import sqlite3
from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

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
    hashes: dict[int, str] = dict(conn.execute("select id, hash from store"))
    had = {(row[0], row[1:]) for row in conn.execute(_OF_ORDERS, ids)}
    named = {of_order: _named(of_order, hashes) for _, of_order in had}
    known = {trait: _trait(conn, *trait) for trait in {trait for traits in named.values() for trait in traits}}
    wanted = {(contact_id, known[trait]) for contact_id, of_order in had for trait in named[of_order]}
    kept = set(conn.execute(_KEPT, ids).fetchall())
    conn.executemany("delete from contact_trait where contact_id = ? and trait_id = ?", sorted(kept - wanted))
    conn.executemany("insert into contact_trait (contact_id, trait_id) values (?, ?)", sorted(wanted - kept))
    _drop_traits_of_nobody(conn, {trait_id for _, trait_id in kept - wanted})


def _named(of_order: tuple[Any, ...], hashes: Mapping[int, str]) -> list[tuple[Kind, str]]:
    """What an order is, as the store says it."""
    store_id, counts, *texts = of_order
    named = [*zip(_TEXTS, texts, strict=True), (Kind.STORE, hashes[store_id])]
    return [*named, (Kind.BOUGHT_FROM, hashes[store_id])] if counts else named


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
