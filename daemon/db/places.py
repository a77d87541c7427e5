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


_BILLED = """
select distinct contact_id, place_id from store_order  -- store_order_contact_ix
where contact_id in (select value from json_each(?)) and deleted_at is null and place_id is not null
"""
_HELD = "select contact_id, place_id from contact_place where contact_id in (select value from json_each(?))"


def settle_places(conn: sqlite3.Connection, contact_ids: str) -> None:
    """Brings the places of those contacts, a JSON list, in line with their orders. As a rule nothing differs."""
    billed, held = set(conn.execute(_BILLED, (contact_ids,))), set(conn.execute(_HELD, (contact_ids,)))
    conn.executemany("delete from contact_place where contact_id = ? and place_id = ?", held - billed)
    conn.executemany(
        "insert into contact_place (contact_id, place_id, country_code) select ?1, id, country_code from place "
        "where id = ?2",
        billed - held,
    )
    drop_unused(conn)


def drop_unused(conn: sqlite3.Connection) -> None:
    """Lets go of the places that no order names any more. It comes after the
    contacts' places were brought in line."""
    conn.execute("delete from place where orders = 0  -- place_unused_ix")
