"""Backups by the clock and on demand, by a daemon that goes on working."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from common.backups import Backup, Drill, Task
from common.errors import NotFound, Refused
from common.times import DAY_S, HOUR_S
from daemon.backup.copying import copied
from daemon.backup.desk import BackupDesk
from daemon.backup.shelf import backups_in, last_drill, note_drill, prune, sweep
from daemon.backup.troubles import backup_items
from daemon.clock import SystemClock
from daemon.db.database import connect
from daemon.settings import BackupSettings, Settings
from daemon.waiting import stopped
from tests.segments.shop import NOON
from tests.support import fake_data
from tests.support.bench import eventually


class HandClock(SystemClock):
    at = NOON

    def now(self) -> int:
        return self.at


@asynccontextmanager
async def at_work(settings: Settings, clock: HandClock) -> AsyncIterator[BackupDesk]:
    desk = BackupDesk(settings, clock)
    work = asyncio.create_task(desk.run())
    try:
        yield desk
    finally:
        await stopped(work)


async def idle(desk: BackupDesk) -> None:
    async def is_idle() -> bool:
        return desk.as_last_seen().under_way is None

    await eventually(is_idle)


def codes(desk: BackupDesk, now: int) -> list[str]:
    return [item.code for item in backup_items(desk.as_last_seen(), now=now)]


async def test_a_backup_asked_for_is_made_and_tried(settings: Settings) -> None:
    clock = HandClock()
    async with at_work(settings, clock) as desk:
        begun = await desk.begin(Task.BACKUP)
        with pytest.raises(Refused, match="A backup is under way"):
            await desk.begin(Task.DRILL)

        async def is_tried() -> bool:
            return (await desk.told()).drill is not None

        await eventually(is_tried)
        await idle(desk)
        told = await desk.told()

    assert begun.under_way is not None
    assert [(one.made_at, one.counts["contact"]) for one in told.backups] == [(NOON, 2)]
    assert told.drill is not None
    assert (told.drill.file, told.drill.fault) == (told.backups[0].file, "")
    assert sorted(path.suffix for path in settings.backup_dir.iterdir()) == [".db", ".json", ".json", ".sha256"]


async def test_one_that_cannot_be_made_is_told_and_tried_again_an_hour_later(settings: Settings) -> None:
    settings.backup_dir.write_text("a file where the folder should be")
    clock = HandClock()
    async with at_work(settings, clock) as desk:
        await desk.begin(Task.BACKUP)
        await idle(desk)
        told = desk.as_last_seen()

        assert "File exists" in told.failure
        assert told.next_at == NOON + HOUR_S
        assert codes(desk, NOON) == ["backup-failed"]


async def test_a_drill_finds_a_backup_that_was_damaged(settings: Settings) -> None:
    made = copied(settings.database, settings.backup_dir, now=NOON)
    file = settings.backup_dir / made.file
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    async with at_work(settings, HandClock()) as desk:

        async def is_tried() -> bool:
            return (await desk.told()).drill is not None

        await eventually(is_tried)
        await idle(desk)
        fault = (await desk.told()).drill

        assert fault is not None
        assert "its checksum is another one" in fault.fault
        assert codes(desk, NOON) == ["drill-failed"]


async def test_a_drill_needs_a_backup(settings: Settings) -> None:
    with pytest.raises(NotFound, match="no backup"):
        await BackupDesk(settings, HandClock()).begin(Task.DRILL)


async def test_what_is_being_made_when_the_daemon_stops_is_thrown_away(settings: Settings) -> None:
    """However far it is: the process is killed."""
    with closing(connect(settings.database, writes=True)) as conn:
        conn.execute("update contact set phone = hex(zeroblob(20000000))")

    async def is_begun() -> bool:
        return any(settings.backup_dir.glob("*.partial"))

    async with at_work(settings, HandClock()) as desk:
        await desk.begin(Task.BACKUP)
        await eventually(is_begun)

    assert list(settings.backup_dir.iterdir()) == []


def test_what_a_killed_process_left_goes_and_what_a_living_one_makes_stays(tmp_path: Path) -> None:
    for maker in (os.getpid(), 2**22 + 1):  # no process has a number beyond that
        (tmp_path / f"counterfoil-20261126T190000Z.db.{maker}.partial").touch()

    sweep(tmp_path)

    assert [path.name.split(".")[2] for path in tmp_path.iterdir()] == [str(os.getpid())]


DUE = {
    "the first, an hour after the start": (None, None, HOUR_S, Task.BACKUP),
    "not before": (None, None, HOUR_S - 1, None),
    "a day after the last": (0, 0, 24 * HOUR_S, Task.BACKUP),
    "not before that": (0, 0, 24 * HOUR_S - 1, None),
    "a drill of the first": (0, None, 1, Task.DRILL),
    "a drill a week after the last": (6 * DAY_S + 1, 0, 7 * DAY_S, Task.DRILL),
}


@pytest.mark.parametrize("case", DUE)
async def test_what_is_due_is_told_by_what_lies_there(settings: Settings, case: str) -> None:
    backup_age, drilled, later, due = DUE[case]
    clock = HandClock()
    desk = BackupDesk(settings, clock)
    if backup_age is not None:
        made = copied(settings.database, settings.backup_dir, now=NOON + backup_age)
        if drilled is not None:
            note_drill(settings.backup_dir, Drill(file=made.file, at=NOON + drilled, seconds=1, fault=""))
    clock.at = NOON + later
    await desk.told()

    assert desk._due() is due


async def test_nothing_is_made_by_itself_where_that_is_off(settings: Settings) -> None:
    clock = HandClock()
    desk = BackupDesk(settings.model_copy(update={"backup": BackupSettings(every_hours=0, drill_days=0)}), clock)
    clock.at = NOON + 99 * DAY_S

    assert desk._due() is None
    assert desk.as_last_seen().next_at is None


def test_backups_go_by_age_but_never_the_newest(settings: Settings) -> None:
    folder = settings.backup_dir
    for days in (30, 20, 15, 3):
        copied(settings.database, folder, now=NOON - days * DAY_S)

    assert len(prune(folder, now=NOON, keep_days=0, keep_at_least=1)) == 0
    assert len(prune(folder, now=NOON, keep_days=14, keep_at_least=3)) == 1
    assert len(prune(folder, now=NOON, keep_days=14, keep_at_least=1)) == 2
    assert [backup.made_at for backup in backups_in(folder)] == [NOON - 3 * DAY_S]
    assert len(list(folder.iterdir())) == 3


def test_files_of_others_are_left_alone(settings: Settings) -> None:
    copied(settings.database, settings.backup_dir, now=NOON - 99 * DAY_S)
    mine = settings.backup_dir / "before-the-move.db"
    mine.write_text("mine")

    prune(settings.backup_dir, now=NOON, keep_days=1, keep_at_least=1)

    assert mine.exists()
    assert [backup.file for backup in backups_in(settings.backup_dir)] != []


@pytest.mark.parametrize(
    ("age_s", "found"),
    [(48 * HOUR_S, []), (48 * HOUR_S + 1, ["backup-old"]), (20 * DAY_S, ["backup-old", "drill-old"])],
)
def test_backups_that_stay_away_are_told(age_s: int, found: list[str]) -> None:
    told = fake_data.backups()
    newest: Backup = told.backups[0]

    assert [item.code for item in backup_items(told, now=newest.made_at + age_s)] == found


def test_an_unwritten_folder_holds_none(tmp_path: Path) -> None:
    assert backups_in(tmp_path / "nowhere") == []
    assert last_drill(tmp_path / "nowhere") is None
