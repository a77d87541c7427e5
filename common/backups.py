"""Backups of the database on the wire; one of them is also what stands in the manifest beside its file."""

from enum import StrEnum

from common.times import Moment
from common.wire import Wire


class Backup(Wire):
    """A copy of the whole database, without the key. `counts` are rows by table, as they were when it was made."""

    file: str
    made_at: Moment
    made_by: str
    schema_version: int
    bytes: int
    sha256: str
    counts: dict[str, int]


class Drill(Wire):
    """A backup restored to a temporary file and compared with its manifest; `fault` "" = it can be relied on."""

    file: str
    at: Moment
    seconds: float
    fault: str


class Task(StrEnum):
    BACKUP = "backup"
    DRILL = "drill"


class TaskUnderWay(Wire):
    task: Task
    began_at: Moment
    done_bytes: int
    total_bytes: int


class Backups(Wire):
    """The backups, the newest first, and what is done about them. `next_at` None = none is made by itself."""

    dir: str
    every_hours: int
    keep_days: int
    keep_at_least: int
    drill_days: int
    next_at: Moment | None
    failed_at: Moment | None
    failure: str
    under_way: TaskUnderWay | None
    drill: Drill | None
    backups: list[Backup]
