"""What is let go by its age, some rows at a time, the oldest first; and how large the database was, day by day."""

import itertools
import json
import sqlite3
from collections.abc import Sequence

from common.times import DAY_S


def forget_bodies(conn: sqlite3.Connection, before: int, *, limit: int) -> int:
    """Empties the bodies of at most *limit* deliveries that came before that; gives how many were looked at.

    How far it is stands in a row of its own: what is empty already is not looked at again. The body of one that is
    pending stays, and goes with its row.
    """
    place = place_of(conn, "bodies")
    sql = "select id, received_at from delivery where id > ? order by id limit ?  -- primary key"
    old = _older(conn.execute(sql, (place, limit)).fetchall(), before)
    if old:
        conn.execute(
            "update delivery set body = x'' where id between ? and ? and state != 'pending'  -- primary key",
            (old[0], old[-1]),
        )
        move(conn, "bodies", old[-1])
    return len(old)


def forget_deliveries(conn: sqlite3.Connection, before: int, *, limit: int) -> int:
    """Erases at most *limit* deliveries that came before that and are done; what is dead stays for a person."""
    sql = "select id, received_at from delivery where state = 'done' order by id limit ?  -- delivery_state_ix"
    old = _older(conn.execute(sql, (limit,)).fetchall(), before)
    conn.execute("delete from delivery where id in (select value from json_each(?))", (json.dumps(old),))
    return len(old)


def forget_runs(conn: sqlite3.Connection, before: int, *, limit: int) -> int:
    """Erases at most *limit* runs that ended before that, and what they skipped; each store's last of a kind stays:
    from it is told what is due."""
    ids = conn.execute(
        "select id from run where finished_at < ? and id not in (select max(id) from run group by store_id, kind) "
        "order by id limit ?  -- primary key",
        (before, limit),
    ).fetchall()
    conn.executemany("delete from run_skip where run_id = ?  -- primary key", ids)
    conn.executemany("delete from run where id = ?", ids)
    return len(ids)


def raw_after(conn: sqlite3.Connection, order_id: int, *, limit: int) -> list[tuple[int, int]]:
    """Orders behind *order_id* whose payload is kept, by our id, and when they were placed."""
    sql = (
        "select order_id, placed_at from order_raw join store_order on store_order.id = order_id where order_id > ? "
        "order by order_id limit ?  -- primary keys"
    )
    return conn.execute(sql, (order_id, limit)).fetchall()


def forget_raw(conn: sqlite3.Connection, order_ids: Sequence[int]) -> None:
    conn.execute("delete from order_raw where order_id in (select value from json_each(?))", (json.dumps(order_ids),))


def _older(rows: list[tuple[int, int]], before: int) -> list[int]:
    """Ids up to the first row that is not older: they were given in the order of time."""
    return [row[0] for row in itertools.takewhile(lambda row: row[1] < before, rows)]


def place_of(conn: sqlite3.Connection, what: str) -> int:
    row = conn.execute("select place from retention where what = ?", (what,)).fetchone()
    return int(row[0]) if row else 0


def move(conn: sqlite3.Connection, what: str, place: int) -> None:
    sql = "insert into retention values (?, ?) on conflict do update set place = excluded.place"
    conn.execute(sql, (what, place))


def note_size(conn: sqlite3.Connection, size_bytes: int, *, now: int, keep_days: int) -> None:
    """How large the database is today."""
    day = now // DAY_S
    sql = "insert into size_day values (?, ?) on conflict do update set bytes = excluded.bytes"
    conn.execute(sql, (day, size_bytes))
    conn.execute("delete from size_day where day < ?", (day - keep_days,))


def growth_per_day(conn: sqlite3.Connection) -> int | None:
    """Bytes a day over the days that are known; None = there are not two yet, or it did not grow."""
    days = conn.execute("select day, bytes from size_day order by day").fetchall()
    if len(days) < 2:
        return None
    (first, before), (last, after) = days[0], days[-1]
    return max(0, (after - before) // (last - first)) or None
