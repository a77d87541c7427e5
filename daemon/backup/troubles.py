"""What is not as it should be about backups."""

from collections.abc import Iterator

from common.backups import Backups
from common.status import HealthItem, Severity
from common.times import DAY_S, HOUR_S, rfc3339


def backup_items(told: Backups, *, now: int) -> Iterator[HealthItem]:
    newest = next(iter(told.backups), None)
    if told.failed_at is not None:
        yield HealthItem(
            code="backup-failed",
            severity=Severity.ERROR,
            title=f"The backup of {rfc3339(told.failed_at)} failed: {told.failure}",
            fix="It is tried again every hour. Once that is mended: `counterfoil backup now`.",
        )
    elif told.every_hours and newest and now - newest.made_at > 2 * told.every_hours * HOUR_S:
        yield HealthItem(
            code="backup-old",
            severity=Severity.WARNING,
            title=f"The newest backup is of {rfc3339(newest.made_at)}; there should be one every {told.every_hours} h.",
            fix=f"Make one: `counterfoil backup now`. They lie in {told.dir}.",
        )
    yield from _of_drills(told, now=now)


def _of_drills(told: Backups, *, now: int) -> Iterator[HealthItem]:
    drill = told.drill
    if drill is not None and drill.fault:
        yield HealthItem(
            code="drill-failed",
            severity=Severity.ERROR,
            title=f"{drill.file} could not be restored when it was tried: {drill.fault}",
            fix="Make another backup and try that: `counterfoil backup now`, `counterfoil backup drill`. If it fails, "
            "too, look at the disk; the database itself is checked by `counterfoil doctor`.",
        )
    elif told.drill_days and drill is not None and now - drill.at > (2 * told.drill_days + 1) * DAY_S:
        yield HealthItem(
            code="drill-old",
            severity=Severity.WARNING,
            title=f"No backup was tried since {rfc3339(drill.at)}; one should be every {told.drill_days} days.",
            fix="Try the newest: `counterfoil backup drill`.",
        )
