"""The room on the disk and the backups in a few words: what the screen and the command line say of them."""

from common.status import BackupBrief, DiskBrief, Status
from common.times import ago, duration
from tui.format import byte_size

_WHY = {
    "low": "LOW: runs and edits stand still, deliveries are taken in",
    "full": "FULL: deliveries are refused",
}


def upkeep_facts(status: Status, now: int) -> list[tuple[str, str]]:
    """By label; nothing of a daemon that does not tell."""
    facts = [("disk", disk_text(status.disk, now))] if status.disk else []
    return facts + ([("backup", backup_text(status.backup, now))] if status.backup else [])


def disk_text(disk: DiskBrief, now: int) -> str:
    """ "70.1 GB free · grows 12.0 MB a day · full in 230 d"."""
    parts = [f"{byte_size(disk.free_bytes)} free", _WHY.get(disk.room, "")]
    if disk.growth_bytes_per_day:
        parts.append(f"grows {byte_size(disk.growth_bytes_per_day)} a day")
    if disk.full_at is not None:
        parts.append(f"full in {duration(disk.full_at - now)}")
    return " · ".join(filter(None, parts))


def backup_text(backup: BackupBrief, now: int) -> str:
    """ "3h ago, 3.6 GB · restored to try it 2d ago"."""
    parts = []
    if backup.under_way:
        parts.append(f"{backup.under_way} under way")
    if backup.failure:
        parts.append("the last one FAILED")
    parts.append(_newest(backup, now))
    if backup.newest_at is not None:
        parts.append(_drill(backup, now))
    return " · ".join(filter(None, parts))


def _newest(backup: BackupBrief, now: int) -> str:
    if backup.newest_at is None:
        return f"none yet, the first in {duration(backup.next_at - now)}" if backup.next_at else "none, and none is due"
    return f"{_ago(backup.newest_at, now)}, {byte_size(backup.newest_bytes or 0)}"


def _drill(backup: BackupBrief, now: int) -> str:
    if backup.drill_at is None:
        return "not tried yet"
    return "could NOT be restored" if backup.drill_fault else f"restored to try it {_ago(backup.drill_at, now)}"


def _ago(moment: int, now: int) -> str:
    span = ago(moment, now=now)
    return "just now" if span == "now" else f"{span} ago"
