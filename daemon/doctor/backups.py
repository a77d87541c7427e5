"""How old the last backup is, and when one was last tried. What is wrong about them is among the health items."""

from collections.abc import Iterator

from common.status import BackupBrief
from common.times import duration
from daemon.doctor.finding import Finding, note, well


def backup_findings(told: BackupBrief, *, now: int) -> Iterator[Finding]:
    if told.newest_at is not None:
        yield well("backup-old", f"The last backup is {duration(now - told.newest_at)} old.")
    elif told.next_at is not None:
        yield note("backup-old", "There is no backup yet: the first is made an hour after the start.")
    else:
        yield note("backup-old", "No backup is made by itself: backup.every_hours is 0.", "Set it, or make one.")
    if told.drill_at is not None:
        yield well("drill-old", f"The last trial is {duration(now - told.drill_at)} old.")
    else:
        yield note("drill-old", "No backup was tried yet.")
