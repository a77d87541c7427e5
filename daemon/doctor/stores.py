"""Checks on the stores and the work for them: clocks, quota, backlog, catch-up, runs."""

import sqlite3
from collections.abc import Iterable, Iterator

from common.stores import StoreState
from common.sync import RunState
from common.times import HOUR_S, MINUTE_S, duration
from daemon.db import deliveries, runs, stores
from daemon.db.stores import StoreRow
from daemon.doctor.finding import Finding, or_well, unknown, warning
from daemon.ingest.registry import ConnectedStore

_CLOCK_OFF_S = 5 * MINUTE_S
_BACKLOG_S = 15 * MINUTE_S
_LOW_SHARE = 0.05
_LATE_FACTOR = 4


def live_findings(held: Iterable[ConnectedStore]) -> Iterator[Finding]:
    """What the running daemon knows of its stores' clocks and quotas."""
    some = list(held)
    yield from or_well("store-clock", _clocks(some), _clocks_agree(some))
    yield from or_well("quota-low", _quotas(some), "No store's quota is low.")


def _clocks(held: list[ConnectedStore]) -> Iterator[Finding]:
    for store in held:
        ahead_s = store.transport.ahead_s
        if ahead_s is not None and abs(ahead_s) > _CLOCK_OFF_S:
            way = "ahead of" if ahead_s > 0 else "behind"
            yield warning("store-clock", f"The clock of {store.row.name} is {duration(abs(ahead_s))} {way} ours.")
    if held and all(store.transport.ahead_s is None for store in held):
        yield unknown("store-clock", "No store has answered since the daemon started.")


def _clocks_agree(held: list[ConnectedStore]) -> str:
    furthest = max((abs(store.transport.ahead_s or 0) for store in held), default=0)
    return f"Stores' clocks and ours differ by {furthest} s at most." if held else "No store is connected."


def _quotas(held: list[ConnectedStore]) -> Iterator[Finding]:
    for store in held:
        quota = store.transport.budget.snapshot()
        if quota.limit and quota.left is not None and quota.left < quota.limit * _LOW_SHARE:
            yield warning("quota-low", f"{store.row.name} has {quota.left} of {quota.limit} requests left.")


def work_findings(conn: sqlite3.Connection, *, now: int, catch_up_s: int) -> Iterator[Finding]:
    """*catch_up_s* 0 = the timer is off."""
    rows = [row for row in stores.all_stores(conn) if row.state in (StoreState.CONNECTED, StoreState.UNAVAILABLE)]
    yield from or_well("inbox-backlog", _backlog(conn, now), "Nothing has been waiting for long.")
    if catch_up_s:
        late = _late(rows, now, catch_up_s)
        yield from or_well("catch-up-late", late, f"Every store was caught up with, every {duration(catch_up_s)}.")
    else:
        yield unknown("catch-up-late", "The timer is off (sync.catch_up_minutes is 0).")
    yield from or_well("run-failed", _failed(conn, rows), "No store's latest run failed.")


def _backlog(conn: sqlite3.Connection, now: int) -> Iterator[Finding]:
    oldest = deliveries.oldest_pending_at(conn)
    if oldest is not None and now - oldest > _BACKLOG_S:
        yield warning("inbox-backlog", f"The oldest delivery has been waiting for {duration(now - oldest)}.")


def _late(rows: list[StoreRow], now: int, every_s: int) -> Iterator[Finding]:
    for row in rows:
        since = max(row.last_sync_at or 0, row.connected_at)
        if now - since > max(_LATE_FACTOR * every_s, HOUR_S):
            yield warning("catch-up-late", f"{row.name} was last caught up with {duration(now - since)} ago.")


def _failed(conn: sqlite3.Connection, rows: list[StoreRow]) -> Iterator[Finding]:
    for row in rows:
        last = runs.latest_run(conn, row.id)
        if last is not None and last.state is RunState.FAILED:
            yield warning("run-failed", f"Run {last.id} of {row.name} ({last.kind}) failed.")
