"""Runs on the wire: starting a sync and following it."""

from enum import StrEnum

from pydantic import Field

from common.personal import Prose
from common.times import Moment
from common.wire import Query, Wire


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
    kind: RunKind = RunKind.MANUAL


class PlanQuery(Query):
    kind: RunKind = RunKind.MANUAL


class SyncPlan(Wire):
    """What a run would come to, from the store's own counts.

    *orders* are those of guests too, which are read but not kept; *disk_bytes* is what the database would grow by.
    """

    products: int
    customers: int
    orders: int
    requests: int
    seconds: float
    disk_bytes: int


class Skipped(Wire):
    """One thing of the store that could not be read, and why; the run went on without it."""

    kind: str
    id: str
    why: Prose


class PhaseProgress(Wire):
    """How far the running phase is. `total` None = the store does not say how many there are."""

    name: str
    done: int
    total: int | None
    rate_per_s: float
    eta_s: float | None


class Run(Wire):
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
    queued_at: Moment
    started_at: Moment | None
    finished_at: Moment | None


class RunQuery(Query):
    store: str = ""
    limit: int = Field(default=50, ge=1, le=1000)


class RunList(Wire):
    runs: list[Run]
