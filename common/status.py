"""The daemon's own state on the wire."""

from enum import StrEnum
from typing import Literal

from common.backups import Task
from common.personal import Prose
from common.roles import Caller
from common.stores import StoreSummary
from common.sync import Run
from common.times import Moment
from common.wire import Wire


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class HealthItem(Wire):
    """One thing that is not as it should be. `code` is stable, `fix` says what to do about it."""

    code: str
    severity: Severity
    title: Prose
    fix: Prose


class InboxCounts(Wire):
    pending: int
    done: int
    dead: int


class Refusals(Wire):
    """Webhook calls that were not taken in since the daemon started, by the reason."""

    unauthenticated: int
    unreadable: int
    too_large: int
    limited: int = 0


class DiskBrief(Wire):
    """The disk of the database. `room`: ample; low = runs and edits stand still; full = deliveries are refused, too.

    `full_at`: when the reserve is reached if it goes on like that; None = that cannot be told, or is ten years away.
    """

    room: Literal["ample", "low", "full"]
    free_bytes: int
    reserve_bytes: int
    growth_bytes_per_day: int | None
    full_at: Moment | None


class BackupBrief(Wire):
    """The newest backup and the last drill; `drill_fault` and `failure` "" = the last one went well."""

    newest_at: Moment | None
    newest_bytes: int | None
    next_at: Moment | None
    drill_at: Moment | None
    drill_fault: str
    failure: str
    under_way: Task | None


class Status(Wire):
    """`caller` is who asks; None from a daemon that does not tell."""

    version: str
    pid: int
    started_at: Moment
    contacts: int
    orders: int
    database_bytes: int
    state_dir: str
    public_listen: str
    public_url: str
    stores: list[StoreSummary]
    runs: list[Run]
    inbox: InboxCounts
    refused: Refusals
    health: list[HealthItem]
    disk: DiskBrief | None = None
    backup: BackupBrief | None = None
    caller: Caller | None = None
