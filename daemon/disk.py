"""The room on the disk of the database: what still may be written as it runs short, and when it will be used up.

Runs, edits and the working in of deliveries stop first, so that deliveries themselves are taken in to the last: they
can not be had again for hours, all else can be read or done later. What erases goes on: it makes room.
"""

import asyncio
import logging
import shutil
from collections.abc import Callable, Iterator
from enum import IntEnum
from pathlib import Path

from common.errors import TryLater
from common.status import HealthItem, Severity

log = logging.getLogger(__name__)

# The last part of the reserve: without it SQLite could not even take its journal into the database.
_LAST_SHARE = 8

LITTLE_BYTES = 64 * 2**20
"""Where there is no reserve: far more than any one write takes, so that there is time to make room."""


class Room(IntEnum):
    """How much is left: AMPLE for all, LOW = only deliveries are taken in, FULL = not even these."""

    FULL = 0
    LOW = 1
    AMPLE = 2


class NoRoom(TryLater):
    """What is to be written has to wait until there is room again."""


class DiskWatch:
    """*reserve_bytes* are kept for deliveries; 0 = nothing is held back, and only the disk itself refuses."""

    def __init__(self, database: Path, *, reserve_bytes: int) -> None:
        self._folder = database.parent
        self._reserve_bytes = reserve_bytes
        self._free_bytes = shutil.disk_usage(self._folder).free
        self._woken: list[Callable[[], None]] = []

    def when_there_is_room(self, wake: Callable[[], None]) -> None:
        """Has *wake* called each time what had to wait may go on."""
        self._woken.append(wake)

    async def look(self) -> None:
        """The beat."""
        before = self.room
        self._free_bytes = (await asyncio.to_thread(shutil.disk_usage, self._folder)).free
        if self.room is before:
            return
        log.warning("room on the disk", extra={"is": self.room.name.lower(), "free_mb": self._free_bytes // 2**20})
        if self.room is Room.AMPLE:
            for wake in self._woken:
                wake()

    @property
    def free_bytes(self) -> int:
        return self._free_bytes

    @property
    def reserve_bytes(self) -> int:
        return self._reserve_bytes

    @property
    def room(self) -> Room:
        if self._free_bytes >= self._reserve_bytes:
            return Room.AMPLE
        return Room.LOW if self._free_bytes >= self._reserve_bytes // _LAST_SHARE else Room.FULL

    def demand(self, needed: Room) -> None:
        """Raises NoRoom when there is less."""
        if self.room < needed:
            raise NoRoom(
                f"Waits for room on the disk: {self._free_bytes // 2**20} MB are free, and the last "
                f"{self._reserve_bytes // 2**20} MB are kept for deliveries."
            )

    def items(self) -> Iterator[HealthItem]:
        """What is wrong with the disk now."""
        free = f"{self._free_bytes // 2**20} MB are left on the disk of the database"
        if self.room is Room.FULL or (not self._reserve_bytes and self._free_bytes < LITTLE_BYTES):
            yield HealthItem(
                code="disk-full",
                severity=Severity.ERROR,
                title=f"Only {free}.",
                fix="Make room. Once nothing can be written, deliveries are refused (the store sends them again) and "
                "runs and edits stand still; all goes on by themselves when there is room.",
            )
        elif self.room is Room.LOW:
            yield HealthItem(
                code="disk-low",
                severity=Severity.ERROR,
                title=f"{free}: runs and edits stand still, and deliveries are taken in but not worked in.",
                fix=f"Make room: all goes on by itself above {self._reserve_bytes // 2**20} MB. Old backups and what "
                "`[retention]` keeps take room, too.",
            )
