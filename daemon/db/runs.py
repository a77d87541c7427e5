"""Runs: what was asked for, how far it is, and what it could not read."""

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from common.sync import PhaseProgress, Run, RunKind, RunState, Skipped
from daemon.records import Kind, Unreadable


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as the runner needs it. *cursor* is where *phase* goes on; *since* None = from the store's beginning.

    *quiet_hours* None = as the daemon is set.
    """

    id: int
    store_id: int
    kind: RunKind
    state: RunState
    since: int | None
    phase: str
    cursor: dict[str, Any]
    phase_done: int
    phase_total: int | None
    synced_until: int | None
    quiet_hours: str | None = None


END = "end"
"""The phase of a run that has read everything."""


@dataclass(frozen=True, slots=True)
class Step:
    """How far one page brought a run: the new place (maybe in the next phase), and what to add to its counts."""

    phase: str
    cursor: dict[str, Any]
    phase_done: int
    phase_total: int | None
    requests: int = 0
    products: int = 0
    customers: int = 0
    orders: int = 0
    carts: int = 0
    changed: int = 0


_ROW = "id, store_id, kind, state, since, phase, cursor, phase_done, phase_total, synced_until, quiet_hours"


def _run_row(row: tuple[Any, ...]) -> RunRow:
    return RunRow(row[0], row[1], RunKind(row[2]), RunState(row[3]), row[4], row[5], json.loads(row[6]), *row[7:])


def insert_run(
    conn: sqlite3.Connection,
    store_id: int,
    kind: RunKind,
    *,
    since: int | None,
    now: int,
    quiet_hours: str | None = None,
) -> int:
    found = conn.execute(
        "insert into run (store_id, kind, state, since, quiet_hours, queued_at) values (?, ?, ?, ?, ?, ?) returning id",
        (store_id, kind, RunState.QUEUED, since, quiet_hours, now),
    ).fetchone()
    return int(found[0])


def last_sweep_at(conn: sqlite3.Connection, store_id: int) -> int | None:
    """When the store's latest sweep was asked for; None = never."""
    sql = (
        "select queued_at from run indexed by run_store_ix where store_id = ? and kind = 'sweep' "
        "order by id desc limit 1"
    )
    found = conn.execute(sql, (store_id,)).fetchone()
    return None if found is None else int(found[0])


def last_run_at(conn: sqlite3.Connection, store_id: int) -> int | None:
    """When the store's latest run was asked for, however it ended; None = never."""
    sql = "select queued_at from run indexed by run_store_ix where store_id = ? order by id desc limit 1"
    found = conn.execute(sql, (store_id,)).fetchone()
    return None if found is None else int(found[0])


def runs_by_state(conn: sqlite3.Connection) -> dict[str, int]:
    return dict(conn.execute("select state, count(*) from run group by state  -- run_state_ix").fetchall())


def latest_run(conn: sqlite3.Connection, store_id: int) -> RunRow | None:
    """The store's latest run that is over; None = none is."""
    sql = (
        f"select {_ROW} from run indexed by run_store_ix where store_id = ? and state in ('done', 'failed') "
        "order by id desc limit 1"
    )
    found = conn.execute(sql, (store_id,)).fetchone()
    return None if found is None else _run_row(found)


def open_runs(conn: sqlite3.Connection) -> list[RunRow]:
    """Runs that are not over, oldest first."""
    sql = f"select {_ROW} from run where state in ('queued', 'running', 'paused') order by id  -- run_open_ix"
    return [_run_row(row) for row in conn.execute(sql)]


def is_history_broken_off(conn: sqlite3.Connection, store_id: int) -> bool:
    """Whether the store's latest historical run failed: what it had not come to is missing."""
    found = conn.execute(
        "select state from run where store_id = ? and kind = ? order by id desc limit 1  -- run_store_ix",
        (store_id, RunKind.HISTORICAL),
    ).fetchone()
    return found is not None and found[0] == RunState.FAILED


def run_row(conn: sqlite3.Connection, run_id: int) -> RunRow | None:
    """None = no such run, as after its store was erased."""
    row = conn.execute(f"select {_ROW} from run where id = ?", (run_id,)).fetchone()
    return None if row is None else _run_row(row)


def begin(conn: sqlite3.Connection, run_id: int, *, synced_until: int, now: int) -> bool:
    """The run starts, or goes on after a restart: then its first start and clock stay.

    Tells whether it may: one that was paused or ended meanwhile may not.
    """
    touched = conn.execute(
        "update run set state = ?, error = '', started_at = coalesce(started_at, ?), "
        "synced_until = coalesce(synced_until, ?) where id = ? and state in ('queued', 'running')",
        (RunState.RUNNING, now, synced_until, run_id),
    )
    return touched.rowcount > 0


def advance(conn: sqlite3.Connection, run_id: int, step: Step) -> None:
    conn.execute(
        "update run set phase = ?, cursor = ?, phase_done = ?, phase_total = ?, requests = requests + ?, "
        "products = products + ?, customers = customers + ?, orders = orders + ?, carts = carts + ?, "
        "changed = changed + ? where id = ?",
        (
            step.phase,
            json.dumps(step.cursor),
            step.phase_done,
            step.phase_total,
            step.requests,
            step.products,
            step.customers,
            step.orders,
            step.carts,
            step.changed,
            run_id,
        ),
    )


def add_skipped(conn: sqlite3.Connection, run_id: int, things: Iterable[Unreadable]) -> None:
    conn.executemany(
        "insert or replace into run_skip (run_id, kind, resource_id, why) values (?, ?, ?, ?)",
        [(run_id, thing.kind, thing.resource_id, thing.why) for thing in things],
    )


def finish(conn: sqlite3.Connection, run_id: int, state: RunState, *, error: str, now: int) -> bool:
    """Ends the run and tells whether it was at work; one that was paused or ended meanwhile stays as it is."""
    touched = conn.execute(
        "update run set state = ?, error = ?, finished_at = ?, phase = '' where id = ? "
        "and state in ('queued', 'running')",
        (state, error, now, run_id),
    )
    return touched.rowcount > 0


def pause(conn: sqlite3.Connection, run_id: int) -> None:
    """Holds a run that is not over; its place stays."""
    conn.execute(
        "update run set state = ?, error = '' where id = ? and state in ('queued', 'running')",
        (RunState.PAUSED, run_id),
    )


def resume(conn: sqlite3.Connection, run_id: int) -> None:
    """Queues a paused run again, where it was."""
    conn.execute("update run set state = ? where id = ? and state = 'paused'", (RunState.QUEUED, run_id))


def cancel(conn: sqlite3.Connection, run_id: int, *, now: int) -> None:
    """Ends a run that is not over; what it brought stays."""
    conn.execute(
        "update run set state = ?, error = '', finished_at = ?, phase = '' where id = ? "
        "and state in ('queued', 'running', 'paused')",
        (RunState.CANCELLED, now, run_id),
    )


def proven_until(conn: sqlite3.Connection, run_id: int) -> int | None:
    """The moment (the store's clock) up to which the run has read everything; None when it had to leave a part out.

    Parts that look again at what we hold ("open carts", "gone customers") bring no news: leaving them out is no gap.
    """
    found = conn.execute(
        "select synced_until from run where id = ?1 and not exists (select 1 from run_skip where run_id = ?1 "
        "and kind = ?2 and resource_id not like 'open %' and resource_id not like 'gone %')  -- primary keys",
        (run_id, Kind.STORE),
    ).fetchone()
    return None if found is None else found[0]


def wait_again(conn: sqlite3.Connection, run_id: int, *, error: str) -> None:
    """Puts a run back into the queue with the reason why it stands still; its place is kept.

    One that was paused or ended meanwhile stays as it is.
    """
    conn.execute(
        "update run set state = ?, error = ? where id = ? and state in ('queued', 'running')",
        (RunState.QUEUED, error, run_id),
    )


_WIRE = (
    "select run.id, store.hash, kind, run.state, phase, phase_done, phase_total, requests, products, customers, "
    "orders, carts, changed, error, queued_at, started_at, finished_at, quiet_hours "
    "from run join store on store.id = run.store_id "
)


def wire_run(conn: sqlite3.Connection, run_id: int) -> Run | None:
    """The run as it is shown; the daemon's quiet hours, rate and ETA are the runner's to add. None = no such run."""
    row = conn.execute(f"{_WIRE} where run.id = ?", (run_id,)).fetchone()
    return None if row is None else _wire_run(conn, row)


def wire_runs(conn: sqlite3.Connection, *, store_hash: str, limit: int) -> list[Run]:
    """The newest first; *store_hash* "" = of all stores."""
    sql = f"{_WIRE} where (?1 = '' or store.hash = ?1) order by run.id desc limit ?2"
    return [_wire_run(conn, row) for row in conn.execute(sql, (store_hash, limit)).fetchall()]


def wire_open_runs(conn: sqlite3.Connection) -> list[Run]:
    sql = f"{_WIRE} where run.state in ('queued', 'running', 'paused') order by run.id  -- run_open_ix"
    return [_wire_run(conn, row) for row in conn.execute(sql).fetchall()]


def _wire_run(conn: sqlite3.Connection, row: tuple[Any, ...]) -> Run:
    phase = (
        PhaseProgress(name=row[4], done=row[5], total=row[6], rate_per_s=0, eta_s=None)
        if row[4] not in ("", END)
        else None
    )
    return Run(
        id=row[0],
        store=row[1],
        kind=RunKind(row[2]),
        state=RunState(row[3]),
        phase=phase,
        requests=row[7],
        products=row[8],
        customers=row[9],
        orders=row[10],
        carts=row[11],
        changed=row[12],
        skipped=_skipped(conn, row[0]),
        error=row[13],
        queued_at=row[14],
        started_at=row[15],
        finished_at=row[16],
        quiet_hours=row[17] or "",
    )


def _skipped(conn: sqlite3.Connection, run_id: int) -> list[Skipped]:
    sql = "select kind, resource_id, why from run_skip where run_id = ? order by kind, resource_id  -- primary key"
    return [Skipped(kind=row[0], id=row[1], why=row[2]) for row in conn.execute(sql, (run_id,))]
