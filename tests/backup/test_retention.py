"""What is let go by its age, and what stays although it is old; and the forecast of the disk."""

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from typing import Any

import pytest

from common.times import DAY_S
from daemon.backup.desk import BackupDesk
from daemon.clock import SystemClock
from daemon.db import retention
from daemon.db.database import Database, connect
from daemon.db.raw import packed
from daemon.disk import DiskWatch
from daemon.reload import Reloader
from daemon.retention import Retention
from daemon.settings import RetentionSettings, SegmentSettings, Settings
from daemon.upkeep import Upkeep
from tests.segments.shop import NOON
from tests.support.some_shops import insert

OFF = RetentionSettings(delivery_body_days=0, delivery_days=0, run_days=0)


class StillClock(SystemClock):
    def now(self) -> int:
        return NOON


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    opened = Database(settings.database)
    yield opened
    await opened.close()


def wanting(database: Database, **days: int) -> Retention:
    return Retention(database, OFF.model_copy(update=days), SegmentSettings(), clock=StillClock())


def put(settings: Settings, table: str, **columns: Any) -> None:
    with closing(connect(settings.database, writes=True)) as conn:
        insert(conn, table, **columns)


def delivery(settings: Settings, days: int, state: str = "done") -> None:
    put(settings, "delivery", store_id=1, received_at=NOON - days * DAY_S, state=state, body=b"{}", kind="order")


def run(settings: Settings, days: int, kind: str = "manual", state: str = "done") -> None:
    over = {"finished_at": NOON - days * DAY_S} if state == "done" else {}
    put(settings, "run", store_id=1, kind=kind, state=state, queued_at=NOON - days * DAY_S, **over)


async def asked(database: Database, sql: str) -> list[Any]:
    def unit(conn: sqlite3.Connection) -> list[Any]:
        return [row[0] for row in conn.execute(sql)]

    return await database.read(unit)


AGES = f"select ({NOON} - received_at) / {DAY_S} from delivery "


async def test_bodies_go_and_their_deliveries_stay(settings: Settings, database: Database) -> None:
    for days, state in ((40, "done"), (35, "dead"), (33, "pending"), (31, "done"), (30, "done"), (1, "dead")):
        delivery(settings, days, state)

    await wanting(database, delivery_body_days=30).let_go_due()
    again = wanting(database, delivery_body_days=30)
    await again.let_go_due()

    assert await asked(database, f"{AGES} where body != x''") == [33, 30, 1]
    assert await asked(database, "select count(*) from delivery") == [6]


async def test_deliveries_that_are_done_go_and_dead_ones_wait_for_a_person(
    settings: Settings, database: Database
) -> None:
    for days, state in ((200, "dead"), (199, "done"), (181, "pending"), (180, "done"), (2, "done")):
        delivery(settings, days, state)

    await wanting(database, delivery_days=180).let_go_due()

    assert await asked(database, AGES) == [200, 181, 180, 2]


async def test_runs_go_but_the_last_of_each_kind(settings: Settings, database: Database) -> None:
    run(settings, 900, "historical")
    for days in (800, 700, 10):
        run(settings, days)
    run(settings, 600, state="paused")
    put(settings, "run_skip", run_id=2, kind="order", resource_id="1", why="odd")

    await wanting(database, run_days=365).let_go_due()

    assert await asked(database, "select id from run order by id") == [1, 4, 5]
    assert await asked(database, "select count(*) from run_skip") == [0]


async def test_payloads_of_orders_go_by_their_date(settings: Settings, database: Database) -> None:
    for number, days in enumerate((10, 900, 400, 366)):
        put(
            settings,
            "store_order",
            id=number + 1,
            store_id=1,
            number=number,
            contact_id=1,
            placed_at=NOON - days * DAY_S,
        )
        put(settings, "order_raw", order_id=number + 1, body=packed(json.dumps({}).encode()))

    await wanting(database, order_raw_days=400).let_go_due()

    assert await asked(database, "select order_id from order_raw") == [1, 3, 4]
    assert await asked(database, "select count(*) from store_order") == [4]


async def test_nothing_goes_that_is_kept_for_ever(settings: Settings, database: Database) -> None:
    delivery(settings, 9000)
    run(settings, 9000)
    run(settings, 8000)

    await wanting(database).let_go_due()

    assert await asked(database, "select count(*) from delivery where body != x''") == [1]
    assert await asked(database, "select count(*) from run") == [2]


async def test_many_go_a_few_at_a_time(settings: Settings, database: Database) -> None:
    """A beat does so much and no more, so that nobody waits for the writer; the next one goes on at once."""
    many = (
        "with recursive n (i) as (select 1 union all select i + 1 from n where i < 12000) "
        "insert into delivery (store_id, scope, kind, resource_id, webhook_id, signature, received_at, state, due_at, "
        "body) select 1, '', 'order', '1', '', '', 0, 'done', 0, x'00' from n"
    )
    with closing(connect(settings.database, writes=True)) as conn:
        conn.execute(many)
    pruner = wanting(database, delivery_days=180)

    await pruner.let_go_due()
    left = await asked(database, "select count(*) from delivery")
    await pruner.let_go_due()

    assert left == [2000]
    assert await asked(database, "select count(*) from delivery") == [0]


@pytest.mark.parametrize(
    ("sizes", "growth"),
    [([], None), ([(10, 500)], None), ([(10, 500), (14, 900)], 100), ([(10, 900), (14, 500)], None)],
    ids=["nothing", "one day", "four days", "shrinks"],
)
def test_growth_is_told_by_the_days_that_are_known(
    settings: Settings, sizes: list[tuple[int, int]], growth: int | None
) -> None:
    with closing(connect(settings.database, writes=True)) as conn:
        for day, size in sizes:
            retention.note_size(conn, size + 1, now=day * DAY_S, keep_days=30)
            retention.note_size(conn, size, now=day * DAY_S + 80_000, keep_days=30)

        assert retention.growth_per_day(conn) == growth


def test_the_forecast_ends_where_the_reserve_begins(settings: Settings) -> None:
    disk = DiskWatch(settings.database, reserve_bytes=1000)
    growth = (disk.free_bytes - 1000) // 10
    with closing(connect(settings.database, writes=True)) as conn:
        retention.note_size(conn, 0, now=0, keep_days=30)
        retention.note_size(conn, growth, now=DAY_S, keep_days=30)

        told = Upkeep(disk, BackupDesk(settings, SystemClock()), Reloader(settings, lambda: settings)).disk(
            conn, now=NOON
        )

    assert (told.room, told.growth_bytes_per_day, told.full_at) == ("ample", growth, NOON + 10 * DAY_S)
