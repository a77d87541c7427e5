"""Connected stores, their scopes and hooks."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from common.stores import HookCount, HookRow, ScopeRow, StoreState
from daemon.records import StoreInfo


@dataclass(frozen=True, slots=True)
class Secrets:
    """Encrypted: what a store needs to be talked to, and to be believed."""

    token: bytes
    client_secret: bytes
    hook_key: bytes


@dataclass(frozen=True, slots=True)
class StoreRow:
    """A connected store. Secrets are still encrypted; moments are epoch seconds, None = never."""

    id: int
    hash: str
    name: str
    state: StoreState
    state_reason: str
    domain: str
    currency: str
    timezone: str
    plan: str
    token: bytes
    client_secret: bytes
    hook_key: bytes
    former_hook_key: bytes | None
    hook_key_rotated_at: int | None
    wants_hooks: bool
    connected_at: int
    app_token_at: int | None
    last_delivery_at: int | None
    last_sync_at: int | None
    synced_until: int | None
    purge_asked_at: int | None

    @property
    def secrets(self) -> Secrets:
        return Secrets(self.token, self.client_secret, self.hook_key)


_COLUMNS = (
    "id, hash, name, state, state_reason, domain, currency, timezone, plan, token, client_secret, hook_key, "
    "former_hook_key, hook_key_rotated_at, wants_hooks, connected_at, app_token_at, last_delivery_at, last_sync_at, "
    "synced_until, purge_asked_at"
)


def _store_row(row: tuple[Any, ...]) -> StoreRow:
    values: dict[str, Any] = dict(zip(StoreRow.__dataclass_fields__, row, strict=True))
    values["state"] = StoreState(values["state"])
    values["wants_hooks"] = bool(values["wants_hooks"])
    return StoreRow(**values)


def all_stores(conn: sqlite3.Connection) -> list[StoreRow]:
    return [_store_row(row) for row in conn.execute(f"select {_COLUMNS} from store order by id")]


def store_with_hash(conn: sqlite3.Connection, store_hash: str) -> StoreRow | None:
    row = conn.execute(f"select {_COLUMNS} from store where hash = ?", (store_hash,)).fetchone()
    return None if row is None else _store_row(row)


def forget_store(conn: sqlite3.Connection, store_id: int) -> None:
    """Takes back a connection that never came about; the store has no data here yet."""
    for table in ("hook", "hook_watch", "store_scope", "store_setting", "derivation"):
        conn.execute(f"delete from {table} where store_id = ?", (store_id,))
    conn.execute("delete from delivery where store_id = ?", (store_id,))
    conn.execute("delete from store where id = ?", (store_id,))


def insert_store(
    conn: sqlite3.Connection, info: StoreInfo, name: str, secrets: Secrets, *, wants_hooks: bool, now: int
) -> int:
    found = conn.execute(
        "insert into store (hash, store_number, name, state, domain, currency, timezone, plan, token, client_secret, "
        "hook_key, wants_hooks, connected_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
        (
            info.hash,
            info.store_id,
            name,
            StoreState.CONNECTED,
            info.domain,
            info.currency,
            info.timezone,
            info.plan,
            secrets.token,
            secrets.client_secret,
            secrets.hook_key,
            wants_hooks,
            now,
        ),
    ).fetchone()
    return int(found[0])


def set_info(conn: sqlite3.Connection, store_id: int, info: StoreInfo) -> bool:
    """Writes what the store says of itself; tells whether anything differed. The operator's name for it stays.

    After a move to another zone the times of day of its orders are asked for anew.
    """
    conn.execute(
        "insert or replace into derivation select id, 'times', 0 from store where id = ? and timezone != ?",
        (store_id, info.timezone),
    )
    touched = conn.execute(
        "update store set domain = ?2, currency = ?3, timezone = ?4, plan = ?5 "
        "where id = ?1 and (domain, currency, timezone, plan) is not (?2, ?3, ?4, ?5)",
        (store_id, info.domain, info.currency, info.timezone, info.plan),
    )
    return touched.rowcount > 0


def turn(
    conn: sqlite3.Connection, store_id: int, before: Collection[StoreState], state: StoreState, reason: str
) -> bool:
    """Writes the store's state if it is one of *before*, and tells whether it was."""
    touched = conn.execute(
        "update store set state = ?, state_reason = ? where id = ? and state in (select value from json_each(?))",
        (state, reason, store_id, json.dumps(sorted(before))),
    )
    return touched.rowcount > 0


def set_secrets(conn: sqlite3.Connection, store_id: int, secrets: Secrets) -> None:
    conn.execute(
        "update store set token = ?, client_secret = ?, hook_key = ?, app_token_at = null, "
        "former_hook_key = iif(hook_key = ?3, former_hook_key, null), "
        "hook_key_rotated_at = iif(hook_key = ?3, hook_key_rotated_at, null) where id = ?",
        (secrets.token, secrets.client_secret, secrets.hook_key, store_id),
    )


def rotate_hook_key(conn: sqlite3.Connection, store_id: int, sealed: bytes, *, now: int) -> bool:
    """Puts another secret in force beside the one there is; False, and nothing done, when there are two already."""
    touched = conn.execute(
        "update store set former_hook_key = hook_key, hook_key = ?, hook_key_rotated_at = ? "
        "where id = ? and hook_key_rotated_at is null",
        (sealed, now, store_id),
    )
    return touched.rowcount > 0


def forget_former_hook_key(conn: sqlite3.Connection, store_id: int, *, rotated_before: int) -> bool:
    """Leaves one secret, if there have been two since *rotated_before* and the hooks were seen with the new one after.

    Hooks that the store does not list as they should be are not known to carry it.
    """
    touched = conn.execute(
        "update store set former_hook_key = null, hook_key_rotated_at = null "
        "where id = ?1 and hook_key_rotated_at <= ?2 "
        "and exists (select 1 from hook_watch where store_id = ?1 and alive_at > hook_key_rotated_at and refused = '')",
        (store_id, rotated_before),
    )
    return touched.rowcount > 0


def set_app_token_at(conn: sqlite3.Connection, store_id: int, *, now: int) -> None:
    """The token in force came by installing the app: it is gone with the app."""
    conn.execute("update store set app_token_at = ? where id = ?", (now, store_id))


def set_wishes(conn: sqlite3.Connection, store_id: int, *, name: str, wants_hooks: bool) -> None:
    """Writes what the operator chose for the store."""
    conn.execute("update store set name = ?, wants_hooks = ? where id = ?", (name, wants_hooks, store_id))


def ask_for_purge(conn: sqlite3.Connection, store_id: int, *, now: int) -> None:
    conn.execute("update store set purge_asked_at = coalesce(purge_asked_at, ?) where id = ?", (now, store_id))


def is_kept(conn: sqlite3.Connection, store_id: int) -> bool:
    """Whether rows of the store may be written: it is there, and is not being erased."""
    found = conn.execute("select purge_asked_at is null from store where id = ?", (store_id,)).fetchone()
    return found is not None and bool(found[0])


def set_synced(conn: sqlite3.Connection, store_id: int, *, until: int | None, now: int) -> None:
    """A run has ended: all changes before *until* (the store's clock) are here; None = it proves nothing."""
    conn.execute(
        "update store set last_sync_at = ?, "
        "synced_until = coalesce(max(coalesce(synced_until, 0), ?), synced_until) where id = ?",
        (now, until, store_id),
    )


def put_scopes(conn: sqlite3.Connection, store_id: int, scopes: Iterable[ScopeRow], *, now: int) -> None:
    conn.executemany(
        "insert or replace into store_scope (store_id, scope, feeds, is_required, is_granted, checked_at, lost_at) "
        "values (?1, ?2, ?3, ?4, ?5, ?6, iif(?5, null, ?6))",
        [(store_id, scope.scope, scope.feeds, scope.required, scope.granted, now) for scope in scopes],
    )


def set_scope(conn: sqlite3.Connection, store_id: int, scope: str, *, is_granted: bool, now: int) -> bool:
    """Notes what was found out about a permission; tells whether it is news."""
    before = conn.execute(
        "select is_granted from store_scope where store_id = ? and scope = ?  -- primary key", (store_id, scope)
    ).fetchone()
    conn.execute(
        "update store_scope set is_granted = ?1, checked_at = ?2, lost_at = iif(?1, null, coalesce(lost_at, ?2)) "
        "where store_id = ?3 and scope = ?4  -- primary key",
        (is_granted, now, store_id, scope),
    )
    return before is not None and bool(before[0]) is not is_granted


def scopes_to_try(conn: sqlite3.Connection, store_id: int, *, before: int, now: int) -> list[str]:
    """Permissions that were not granted when they were last tried, *before* that moment.

    One tried after *now* was tried before our clock was set back: it is due, too.
    """
    sql = (
        "select scope from store_scope where store_id = ? and not is_granted and not checked_at between ? and ?"
        "  -- primary key"
    )
    return [row[0] for row in conn.execute(sql, (store_id, before, now))]


def missing_scopes(conn: sqlite3.Connection, store_id: int) -> list[tuple[ScopeRow, int]]:
    """Permissions that are not granted, each with the moment since when."""
    sql = (
        "select scope, feeds, is_required, coalesce(lost_at, checked_at) from store_scope "
        "where store_id = ? and not is_granted order by is_required desc, scope  -- primary key"
    )
    return [
        (ScopeRow(scope=row[0], feeds=row[1], granted=False, required=bool(row[2])), row[3])
        for row in conn.execute(sql, (store_id,))
    ]


def scopes(conn: sqlite3.Connection, store_id: int) -> list[ScopeRow]:
    sql = (
        "select scope, feeds, is_granted, is_required from store_scope where store_id = ? "
        "order by is_required desc, scope  -- primary key"
    )
    return [
        ScopeRow(scope=row[0], feeds=row[1], granted=bool(row[2]), required=bool(row[3]))
        for row in conn.execute(sql, (store_id,))
    ]


def hooks(conn: sqlite3.Connection, store_id: int) -> list[HookRow]:
    sql = "select scope, hook_id, is_active, last_delivery_at from hook where store_id = ? order by scope"
    return [
        HookRow(scope=row[0], hook_id=row[1], is_active=bool(row[2]), last_delivery_at=row[3])
        for row in conn.execute(sql, (store_id,))
    ]


def hook_destinations(conn: sqlite3.Connection, store_id: int) -> list[str]:
    """Where the store's hooks deliver to; more than one after the public address changed."""
    return [row[0] for row in conn.execute("select distinct destination from hook where store_id = ?", (store_id,))]


def forget_hooks(conn: sqlite3.Connection, store_id: int) -> None:
    conn.execute("delete from hook where store_id = ?", (store_id,))


def hook_count(conn: sqlite3.Connection, store_id: int) -> HookCount:
    sql = "select count(*), coalesce(sum(is_active and hook_id is not null), 0) from hook where store_id = ?"
    expected, alive = conn.execute(sql, (store_id,)).fetchone()
    return HookCount(expected=expected, alive=alive)


ALL = 0
"""In place of a store's id: what is counted over all of them."""


def tally(conn: sqlite3.Connection, store_id: int, what: str) -> int:
    """How many rows of *what* ("customer", "order") the store has here; of "contact", and of "delivery" those that are
    done, over ALL."""
    row = conn.execute("select n from tally where store_id = ? and what = ?", (store_id, what)).fetchone()
    return 0 if row is None else int(row[0])
