"""What is known of the stores' hooks: each as it was last seen, and the watch that is kept over them."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from common.times import HOUR_S


@dataclass(frozen=True, slots=True)
class HookState:
    """A webhook we need, as the store has it; *hook_id* None = the store has none. *is_touched*: we just set it so."""

    scope: str
    hook_id: int | None
    destination: str
    is_active: bool
    is_touched: bool = True


@dataclass(frozen=True, slots=True)
class KnownHook:
    """A hook as it was last seen. *used_at*: its last delivery, or when we last touched it if that is later."""

    scope: str
    hook_id: int | None
    destination: str
    is_active: bool
    used_at: int

    @property
    def is_alive(self) -> bool:
        return self.is_active and self.hook_id is not None


@dataclass(frozen=True, slots=True)
class Watch:
    """How the hooks of a store were found. *alive_at*: the last moment at which all were known to be as they should.

    *calls* for a look are not answered yet. *gap_since* None = no run is owed; else what it reads from, to be started
    at *gap_due_at*. *repaired* says what was wrong at *repaired_at*, *refused* why the store refuses hooks ("" = it
    does not).
    """

    looked_at: int
    alive_at: int
    calls: int
    gap_since: int | None
    gap_due_at: int | None
    repaired_at: int | None
    repaired: str
    refused: str


_WATCH = "looked_at, alive_at, calls, gap_since, gap_due_at, repaired_at, repaired, refused"


def put_hooks(conn: sqlite3.Connection, store_id: int, hooks: Collection[HookState], *, now: int) -> None:
    """Writes how the hooks were found at *now*, all of them: one that is not among them is no longer looked after.

    The moment of a hook we did not touch stays, unless it is another.
    """
    scopes = json.dumps([hook.scope for hook in hooks])
    conn.execute(
        "delete from hook where store_id = ? and scope not in (select value from json_each(?))  -- primary key",
        (store_id, scopes),
    )
    conn.executemany(
        "insert into hook (store_id, scope, hook_id, destination, is_active, verified_at, touched_at) "
        "values (?1, ?2, ?3, ?4, ?5, ?6, ?6) on conflict do update set hook_id = ?3, destination = ?4, is_active = ?5, "
        "verified_at = ?6, touched_at = iif(?7 or hook_id is not ?3, ?6, touched_at)",
        [
            (store_id, hook.scope, hook.hook_id, hook.destination, hook.is_active, now, hook.is_touched)
            for hook in hooks
        ],
    )


def known_hooks(conn: sqlite3.Connection, store_id: int) -> list[KnownHook]:
    sql = (
        "select scope, hook_id, destination, is_active, max(touched_at, coalesce(last_delivery_at, 0)) "
        "from hook where store_id = ?  -- primary key"
    )
    return [KnownHook(row[0], row[1], row[2], bool(row[3]), row[4]) for row in conn.execute(sql, (store_id,))]


def watch(conn: sqlite3.Connection, store_id: int) -> Watch | None:
    """None = the hooks of this store were never seen alive."""
    row = conn.execute(f"select {_WATCH} from hook_watch where store_id = ?", (store_id,)).fetchone()
    return None if row is None else Watch(*row)


def note_looked(
    conn: sqlite3.Connection, store_id: int, *, now: int, is_alive: bool, calls: int = 0, refused: str = ""
) -> None:
    """The hooks were looked at; *is_alive*: those that the store does not refuse are as they should be.

    *calls* were made for a look before this one began: one that was made meanwhile is still to be answered.
    """
    conn.execute(
        "insert into hook_watch (store_id, looked_at, alive_at, refused) values (?1, ?2, ?2, ?4) "
        "on conflict do update set looked_at = ?2, alive_at = iif(?3, ?2, alive_at), "
        "calls = iif(calls = ?5, 0, calls), refused = ?4",
        (store_id, now, is_alive, refused, calls),
    )


def note_repaired(conn: sqlite3.Connection, store_id: int, what: str, *, now: int) -> None:
    conn.execute(
        "update hook_watch set repaired_at = ?, repaired = ? where store_id = ?  -- primary key", (now, what, store_id)
    )


def owe_run(conn: sqlite3.Connection, store_id: int, *, since: int, due_at: int) -> None:
    """Deliveries may be lost from *since* on: a run that reads from there is owed, from the earliest such moment."""
    conn.execute(
        "insert into hook_watch (store_id, looked_at, alive_at, gap_since, gap_due_at) values (?1, 0, ?2, ?2, ?3) "
        "on conflict do update set gap_since = min(coalesce(gap_since, ?2), ?2), gap_due_at = ?3",
        (store_id, since, due_at),
    )


def run_started(conn: sqlite3.Connection, store_id: int) -> None:
    """The run that was owed is under way."""
    conn.execute("update hook_watch set gap_since = null, gap_due_at = null where store_id = ?", (store_id,))


def call_for_look(conn: sqlite3.Connection, store_id: int) -> None:
    """An outage is over; hooks may have been switched off in it."""
    conn.execute("update hook_watch set calls = calls + 1 where store_id = ?", (store_id,))


def call_for_looks(conn: sqlite3.Connection) -> None:
    """Every store's hooks are to be looked at, as when our address has changed."""
    conn.execute("update hook_watch set calls = calls + 1")


# A scope that has told less is no habit yet, and one that is silent for less is no news.
_HABIT_DELIVERIES = 50
_SILENCE_S = 6 * HOUR_S
_TIMES_THE_USUAL = 3


def quiet_scopes(conn: sqlite3.Connection, store_id: int, *, now: int) -> list[tuple[str, int]]:
    """Scopes that tell regularly and have been silent much longer than ever, with the moment of their last delivery.

    A store where nothing happens is silent as a whole: another scope must have told something well after.
    """
    sql = (
        "select scope, last_delivery_at from hook where store_id = ?1 and deliveries >= ?3 "
        "and ?2 - last_delivery_at > max(?4, ?5 * usual_gap_s) and exists (select 1 from hook as other "
        "where other.store_id = ?1 and other.last_delivery_at > (hook.last_delivery_at + ?2) / 2) "
        "order by last_delivery_at  -- primary key"
    )
    values = (store_id, now, _HABIT_DELIVERIES, _SILENCE_S, _TIMES_THE_USUAL)
    return [(row[0], row[1]) for row in conn.execute(sql, values)]
