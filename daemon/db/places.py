"""Where orders were billed to: every place once, for as long as an order names it."""

import sqlite3
from collections.abc import Iterable

from daemon.records import NOWHERE, Place


def place_ids(conn: sqlite3.Connection, places: Iterable[Place]) -> dict[Place, int]:
    """Our id of each place, made where it is new; what says nothing is left out."""
    return {place: _place_id(conn, place) for place in places if place != NOWHERE}


def _place_id(conn: sqlite3.Connection, place: Place) -> int:
    columns = (place.country_code, place.state, place.city, place.postal_code)
    found = conn.execute(
        "select id from place where country_code = ? and state = ? and city = ? and postal_code = ?  -- unique index",
        columns,
    ).fetchone()
    if found is None:
        found = conn.execute(
            "insert into place (country_code, state, city, postal_code) values (?, ?, ?, ?) returning id", columns
        ).fetchone()
    return int(found[0])


_NO_LONGER = """
delete from contact_place where contact_id in (select value from json_each(?)) and not exists (
  select 1 from store_order  -- store_order_contact_ix
  where contact_id = contact_place.contact_id and place_id = contact_place.place_id and deleted_at is null)
"""
_NOT_YET = """
insert into contact_place (contact_id, place_id, country_code)
select distinct contact_id, place.id, country_code
from store_order join place on place.id = store_order.place_id  -- store_order_contact_ix
where contact_id in (select value from json_each(?)) and deleted_at is null and not exists (
  select 1 from contact_place as held
  where held.contact_id = store_order.contact_id and held.place_id = store_order.place_id)
"""


def settle_places(conn: sqlite3.Connection, contact_ids: str) -> None:
    """Brings the places of those contacts, a JSON list, in line with their orders. As a rule nothing differs."""
    conn.execute(_NO_LONGER, (contact_ids,))
    conn.execute(_NOT_YET, (contact_ids,))
    drop_unused(conn)


def drop_unused(conn: sqlite3.Connection) -> None:
    """Lets go of the places that no order names any more. It comes after the
    contacts' places were brought in line."""
    conn.execute("delete from place where orders = 0  -- place_unused_ix")
