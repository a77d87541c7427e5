"""How the keeping of it all stands: the room on the disk, the backups, the settings; for status and health."""

import sqlite3
from collections.abc import Iterator

from common.status import BackupBrief, DiskBrief, HealthItem
from common.times import DAY_S
from daemon.backup.desk import BackupDesk
from daemon.backup.troubles import backup_items
from daemon.db import retention
from daemon.disk import DiskWatch
from daemon.reload import Reloader


class Upkeep:
    def __init__(self, disk: DiskWatch, backups: BackupDesk, reloader: Reloader) -> None:
        self._reloader = reloader
        self._disk = disk
        self._backups = backups

    def items(self, *, now: int) -> Iterator[HealthItem]:
        """What is wrong with any of them."""
        yield from self._reloader.health()
        yield from self._disk.items()
        yield from backup_items(self._backups.as_last_seen(), now=now)

    def disk(self, conn: sqlite3.Connection, *, now: int) -> DiskBrief:
        growth = retention.growth_per_day(conn)
        left = max(0, self._disk.free_bytes - self._disk.reserve_bytes)
        return DiskBrief(
            room=self._disk.room.name.lower(),
            free_bytes=self._disk.free_bytes,
            reserve_bytes=self._disk.reserve_bytes,
            growth_bytes_per_day=growth,
            full_at=_last_day(now, left, growth) if growth else None,
        )

    def backup(self) -> BackupBrief:
        told = self._backups.as_last_seen()
        newest, drill = next(iter(told.backups), None), told.drill
        return BackupBrief(
            newest_at=newest.made_at if newest else None,
            newest_bytes=newest.bytes if newest else None,
            next_at=told.next_at,
            drill_at=drill.at if drill else None,
            drill_fault=drill.fault if drill else "",
            failure=told.failure,
            under_way=told.under_way.task if told.under_way else None,
        )


# What is told beyond that is no forecast any more.
_FAR_DAYS = 3650


def _last_day(now: int, left_bytes: int, growth: int) -> int | None:
    days = left_bytes // growth
    return now + days * DAY_S if days <= _FAR_DAYS else None
