"""Runs on the wire: starting a sync and following it."""

import re
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from common.personal import Prose
from common.times import Moment
from common.wire import Query, Wire

_WINDOW = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")

ANY_HOUR = "none"


def quiet_window(hours: str) -> str:
    """*hours* if they are a part of the day like "01:00-05:00", or "none" for any hour. Raises ValueError."""
    if hours in ("", ANY_HOUR):
        return ANY_HOUR
    if not _WINDOW.fullmatch(hours):
        raise ValueError('expected a window like "01:00-05:00", or "none"')
    return hours


class RunKind(StrEnum):
    """A sweep reads again what may have changed without a word: orders that are not final, and what may be gone."""

    MANUAL = "manual"
    HISTORICAL = "historical"
    CATCH_UP = "catch-up"
    SWEEP = "sweep"


class RunState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    FAILED = "failed"
    DONE = "done"

    @property
    def is_over(self) -> bool:
        return self in (RunState.CANCELLED, RunState.FAILED, RunState.DONE)


class RunStart(Query):
    """*quiet_hours* (UTC) are those of a historical run; None = as the daemon is set, "none" = it works at any hour."""

    kind: RunKind = RunKind.MANUAL
    quiet_hours: Annotated[str, AfterValidator(quiet_window)] | None = None

    def subject(self) -> str:
        return self.kind


class PlanQuery(Query):
    kind: RunKind = RunKind.MANUAL


class SyncPlan(Wire):
    """What a run would come to, from the store's own counts.

    *orders* are those of guests too, which are read but not kept; *disk_bytes* is what the database would grow by.
    *seconds* are those at work: *quiet_hours* (UTC, "none" = any hour) come on top. *quota_share* is how much of the
    store's window, *quota_limit* requests in *quota_window_s*, it may use; both None while the store has not told.
    """

    products: int
    customers: int
    orders: int
    requests: int
    seconds: float
    disk_bytes: int
    quiet_hours: str = ANY_HOUR
    quota_share: float = 1.0
    quota_limit: int | None = None
    quota_window_s: float | None = None


class Skipped(Wire):
    """One thing of the store that could not be read, and why; the run went on without it."""

    kind: str
    id: Prose
    why: Prose


class PhaseProgress(Wire):
    """How far the running phase is. `total` None = the store does not say how many there are."""

    name: str
    done: int
    total: int | None
    rate_per_s: float
    eta_s: float | None


class Run(Wire):
    """*error* says why it failed, or why one that is queued stands still. *quiet_hours* (UTC) as in `RunStart`."""

    id: int
    store: str
    kind: RunKind
    state: RunState
    phase: PhaseProgress | None
    requests: int
    products: int
    customers: int
    orders: int
    carts: int
    changed: int
    skipped: list[Skipped]
    error: Prose
    quiet_hours: str = ANY_HOUR
    queued_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class RunQuery(Query):
    store: str = ""
    limit: int = Field(default=50, ge=1, le=1000)


class RunList(Wire):
    runs: list[Run]
