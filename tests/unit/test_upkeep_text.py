"""Disk and backups in a few words."""

from typing import Any

import pytest

from common.backups import Task
from common.times import DAY_S
from tests.support import fake_data
from tests.support.fake_data import NOW
from tui.upkeep import backup_text, disk_text

GOOD = fake_data.backup_brief()
NONE = {"newest_at": None, "newest_bytes": None, "drill_at": None}
AMPLE = fake_data.disk_brief()

BACKUPS: dict[str, tuple[dict[str, Any], str]] = {
    "well": ({}, "3h ago, 3.6 GB · restored to try it 2d ago"),
    "untried": ({"drill_at": None}, "3h ago, 3.6 GB · not tried yet"),
    "unfit": ({"drill_fault": "its checksum is another one"}, "3h ago, 3.6 GB · could NOT be restored"),
    "failed": ({"failure": "no room"}, "the last one FAILED · 3h ago, 3.6 GB · restored to try it 2d ago"),
    "first": (NONE, "none yet, the first in 1 h"),
    "off": (NONE | {"next_at": None}, "none, and none is due"),
    "at work": (NONE | {"under_way": Task.BACKUP}, "backup under way · none yet, the first in 1 h"),
}
DISKS: dict[str, tuple[dict[str, Any], str]] = {
    "ample": ({}, "70.1 GB free"),
    "grows": (
        {"growth_bytes_per_day": 12_000_000, "full_at": NOW + 230 * DAY_S},
        "70.1 GB free · grows 12.0 MB a day · full in 230 d",
    ),
    "low": ({"room": "low"}, "70.1 GB free · LOW: runs and edits stand still, deliveries are taken in"),
}


@pytest.mark.parametrize("case", BACKUPS)
def test_backups_are_told_in_a_line(case: str) -> None:
    changed, told = BACKUPS[case]

    assert backup_text(GOOD.model_copy(update=changed), NOW) == told


@pytest.mark.parametrize("case", DISKS)
def test_the_disk_is_told_in_a_line(case: str) -> None:
    changed, told = DISKS[case]

    assert disk_text(AMPLE.model_copy(update=changed), NOW) == told
