"""How long it is kept who entered and left segments."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from common.times import DAY_S
from daemon.clock import SystemClock
from daemon.db.database import Database, connect
from daemon.db.migrate import migrate
from daemon.retention import Retention
from daemon.settings import RetentionSettings, SegmentSettings
from tests.segments.shop import NOON, Shop
from tests.support.some_shops import insert

AGES = (400, 366, 365, 10, 0)  # days, in the order in which the entries were made


class StillClock(SystemClock):
    def now(self) -> int:
        return NOON


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A segment with an entry of each age."""
    path = tmp_path / "counterfoil.db"
    migrate(path)
    with closing(connect(path, writes=True)) as conn:
        Shop(conn).person("ann")
        insert(conn, "segment", name="VIP", folded="vip", rule="{}")
        for days in AGES:
            insert_entry(conn, days)
    opened = Database(path)
    yield opened
    await opened.close()


def keeping(database: Database, days: int) -> Retention:
    return Retention(database, RetentionSettings(), SegmentSettings(log_days=days), clock=StillClock())


def insert_entry(conn: sqlite3.Connection, days: int) -> None:
    entry = {"segment_id": 1, "contact_id": 1, "entered": 1, "cause": "live"}
    insert(conn, "segment_change", at=NOON - days * DAY_S, **entry)


def _ages(conn: sqlite3.Connection) -> list[int]:
    return [(NOON - row[0]) // DAY_S for row in conn.execute("select at from segment_change order by id")]


@pytest.mark.parametrize(("days", "kept"), [(365, (365, 10, 0)), (1, (0,)), (1000, AGES), (0, AGES)], ids=str)
async def test_entries_older_than_that_are_forgotten(database: Database, days: int, kept: tuple[int, ...]) -> None:
    await keeping(database, days).let_go_due()

    assert await database.read(_ages) == [*kept]


async def test_many_go_a_few_at_a_time_until_none_is_left(database: Database) -> None:
    """A beat does so much and no more, so that nobody waits for the writer."""
    await database.write(
        lambda conn: conn.execute(
            "with recursive n (i) as (select 1 union all select i + 1 from n where i < 15000) "
            "insert into segment_change (id, segment_id, contact_id, entered, at, cause) "
            "select -i, 1, 1, 1, 0, 'live' from n"
        )
    )
    pruner = keeping(database, 365)

    await pruner.let_go_due()
    left = len(await database.read(_ages))
    await pruner.let_go_due()

    assert left == 5000 + len(AGES)
    assert await database.read(_ages) == [365, 10, 0]


async def test_an_old_entry_waits_behind_one_that_stays(database: Database) -> None:
    await database.write(lambda conn: insert_entry(conn, 500))

    await keeping(database, 365).let_go_due()

    assert await database.read(_ages) == [365, 10, 0, 500]
