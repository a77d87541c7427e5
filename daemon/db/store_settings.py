"""What an operator set for a store, and what still follows from a change of it."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass


def kept_values(conn: sqlite3.Connection, store_id: int) -> dict[str, str]:
    """The store's settings that are not at their default."""
    return dict(conn.execute("select name, value from store_setting where store_id = ?  -- primary key", (store_id,)))


def keep_values(conn: sqlite3.Connection, store_id: int, values: Mapping[str, str | None]) -> None:
    """Writes *values*; None forgets one, which sets it back to its default."""
    for name, value in values.items():
        conn.execute("delete from store_setting where store_id = ? and name = ?", (store_id, name))
        if value is not None:
            conn.execute("insert into store_setting values (?, ?, ?)", (store_id, name, value))


@dataclass(frozen=True, slots=True)
class Derivation:
    """Work that follows from a change: *what* of a store is derived anew, from *place* on (the store's own ids)."""

    store_id: int
    what: str
    place: int


def ask_for(conn: sqlite3.Connection, store_id: int, what: str) -> None:
    """Has it derived anew from its beginning, also when that is under way already."""
    conn.execute("insert or replace into derivation values (?, ?, 0)", (store_id, what))


def let_go(conn: sqlite3.Connection, store_id: int, what: str) -> None:
    """What is no longer wanted."""
    conn.execute("delete from derivation where store_id = ? and what = ?", (store_id, what))


def is_asked_for(conn: sqlite3.Connection, left: Derivation) -> bool:
    """Whether it is still to be done, from just there on."""
    sql = "select exists (select 1 from derivation where store_id = ? and what = ? and place = ?)  -- primary key"
    return bool(conn.execute(sql, (left.store_id, left.what, left.place)).fetchone()[0])


def derivations(conn: sqlite3.Connection) -> list[Derivation]:
    """What is left to do, of all stores."""
    return [Derivation(*row) for row in conn.execute("select store_id, what, place from derivation order by 1, 2")]


def derivations_of(conn: sqlite3.Connection, store_id: int) -> list[str]:
    return [row[0] for row in conn.execute("select what from derivation where store_id = ? order by 1", (store_id,))]


def come_to(conn: sqlite3.Connection, done: Derivation, place: int | None) -> None:
    """Moves on to *place*; None = it is finished. One that was asked for anew meanwhile begins anew."""
    key = (done.store_id, done.what, done.place)
    if place is None:
        conn.execute("delete from derivation where store_id = ? and what = ? and place = ?", key)
    else:
        conn.execute("update derivation set place = ? where store_id = ? and what = ? and place = ?", (place, *key))
