"""Lanes: units run whole, share a commit, and cannot harm each other."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from common.doctor import Verdict
from daemon.db.database import Database, Lane, Writer, connect
from daemon.doctor.database import integrity

_IN_A_FILE = 1

Unit = Callable[[sqlite3.Connection], None]


@pytest.fixture
async def commits(path: Path) -> AsyncIterator[tuple[Writer, list[str]]]:
    """A writer, and the transactions it began, committed and took back."""
    conn = connect(path, writes=True)
    said: list[str] = []
    whole = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
    conn.set_trace_callback(lambda sql: said.append(sql.upper()) if sql.upper() in whole else None)
    writer = Writer(Lane("w", conn))
    yield writer, said
    await writer.close()


def tagging(name: str) -> Unit:
    def unit(conn: sqlite3.Connection) -> None:
        conn.execute("insert into tag (name) values (?)", (name,))

    return unit


def raising(name: str) -> Unit:
    def unit(conn: sqlite3.Connection) -> None:
        tagging(name)(conn)
        raise LookupError(name)

    return unit


def tags(path: Path) -> set[str]:
    """The tags that are committed, as another process sees them."""
    conn = connect(path, writes=False)
    try:
        return {row[0] for row in conn.execute("select name from tag")} - {"bigcommerce-customer"}
    finally:
        conn.close()


async def test_units_that_wait_together_share_one_transaction(commits: tuple[Writer, list[str]], path: Path) -> None:
    writer, said = commits

    await asyncio.gather(*(writer.run(tagging(f"t{n}")) for n in range(50)))

    assert said == ["BEGIN IMMEDIATE", "COMMIT"]
    assert len(tags(path)) == 50


async def test_units_that_come_while_others_are_written_share_the_next_transaction(
    commits: tuple[Writer, list[str]],
) -> None:
    writer, said = commits
    entered, go_on = threading.Event(), threading.Event()

    def slow(conn: sqlite3.Connection) -> None:
        entered.set()
        go_on.wait(5)

    first = asyncio.create_task(writer.run(slow))
    await asyncio.to_thread(entered.wait, 5)
    rest = [asyncio.create_task(writer.run(tagging(f"t{n}"))) for n in range(10)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, *rest)

    assert said.count("COMMIT") == 2


async def test_a_unit_that_raises_takes_back_only_its_own(commits: tuple[Writer, list[str]], path: Path) -> None:
    writer, said = commits

    outcomes = await asyncio.gather(
        writer.run(tagging("before")), writer.run(raising("lost")), writer.run(tagging("after")), return_exceptions=True
    )

    assert isinstance(outcomes[1], LookupError)
    assert tags(path) == {"before", "after"}
    assert said.count("COMMIT") == 1


async def test_a_result_is_handed_out_after_the_commit(database: Database, path: Path) -> None:
    await database.write(tagging("there"))

    assert tags(path) == {"there"}


async def test_a_unit_gives_its_value(database: Database) -> None:
    assert await database.write(lambda conn: conn.execute("select 41 + 1").fetchone()[0]) == 42


async def test_what_a_cancelled_caller_asked_for_is_still_done(database: Database, path: Path) -> None:
    waiting = asyncio.create_task(database.write(tagging("wanted")))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await database.write(tagging("after"))

    assert tags(path) == {"wanted", "after"}


async def test_one_cancelled_caller_costs_its_neighbours_nothing(database: Database) -> None:
    cancelled, other = (asyncio.create_task(database.write(tagging(name))) for name in ("a", "b"))
    await asyncio.sleep(0)
    cancelled.cancel()

    await asyncio.wait_for(other, timeout=5)


async def test_a_full_disk_fails_the_write_by_its_name_and_only_that(database: Database, path: Path) -> None:
    def fill(conn: sqlite3.Connection) -> None:
        conn.execute("pragma max_page_count = 1")  # SQLite takes it as: not one page more than there are
        conn.execute("insert into tag (name) values (?)", ("x" * 1_000_000,))

    with pytest.raises(sqlite3.OperationalError, match="full"):
        await database.write(fill)
    await database.write(lambda conn: conn.execute("pragma max_page_count = 1000000") and None)
    await database.write(tagging("small"))

    assert tags(path) == {"small"}


async def test_a_unit_that_ends_the_transaction_fails_its_batch_and_only_that(database: Database, path: Path) -> None:
    outcomes = await asyncio.gather(
        database.write(tagging("a")), database.write(lambda conn: conn.execute("rollback") and None),
        return_exceptions=True,
    )  # fmt: skip
    await database.write(tagging("next"))

    assert all(isinstance(outcome, sqlite3.Error) for outcome in outcomes)
    assert "savepoint" in str(outcomes[0])
    assert tags(path) == {"next"}


def test_what_a_unit_may_take_back_is_not_held_in_memory(path: Path) -> None:
    with closing(connect(path, writes=True)) as conn:
        assert conn.execute("pragma temp_store").fetchone() == (_IN_A_FILE,)


async def test_closing_waits_for_what_was_handed_in(path: Path) -> None:
    database = Database(path)
    waiting = [asyncio.create_task(database.write(tagging(f"t{n}"))) for n in range(5)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*waiting)

    assert len(tags(path)) == 5


async def test_after_closing_a_write_fails_and_does_not_hang(path: Path) -> None:
    database = Database(path)
    await database.close()

    with pytest.raises(RuntimeError, match="shutdown"):
        await asyncio.wait_for(database.write(tagging("late")), timeout=5)


@pytest.mark.parametrize("lane", ["read", "scan"])
async def test_readers_cannot_write(database: Database, lane: str) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await getattr(database, lane)(tagging("forbidden"))


@pytest.mark.parametrize("lane", ["read", "scan"])
async def test_a_reading_unit_sees_one_moment(database: Database, path: Path, lane: str) -> None:
    def count_around_a_write(conn: sqlite3.Connection) -> tuple[int, int]:
        sql = "select count(*) from tag"
        before = conn.execute(sql).fetchone()[0]
        with_other = connect(path, writes=True)
        with_other.execute("insert into tag (name) values ('meanwhile')")
        with_other.close()
        return before, conn.execute(sql).fetchone()[0]

    before, after = await getattr(database, lane)(count_around_a_write)

    assert before == after
    assert (
        await getattr(database, lane)(lambda conn: conn.execute("select count(*) from tag").fetchone()[0]) == before + 1
    )


async def test_a_reader_goes_on_after_a_unit_that_raised(database: Database) -> None:
    def unit(conn: sqlite3.Connection) -> None:
        raise LookupError

    for _ in range(4):
        with pytest.raises(LookupError):
            await database.read(unit)

    assert await database.read(lambda conn: conn.in_transaction) is True


async def test_readers_see_what_is_committed_while_another_unit_writes(database: Database) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def slow(conn: sqlite3.Connection) -> None:
        tagging("not-yet")(conn)
        entered.set()
        go_on.wait(5)

    writing = asyncio.create_task(database.write(slow))
    await asyncio.to_thread(entered.wait, 5)
    try:
        count = await asyncio.wait_for(
            database.read(lambda conn: conn.execute("select count(*) from tag").fetchone()[0]), timeout=5
        )
    finally:
        go_on.set()
        await writing

    assert count == 1


def test_what_is_acknowledged_survives_a_power_cut(path: Path) -> None:
    conn = connect(path, writes=True)
    try:
        assert conn.execute("pragma synchronous").fetchone()[0] == 2
        assert conn.execute("pragma journal_mode").fetchone()[0] == "wal"
        assert conn.execute("pragma foreign_keys").fetchone()[0] == 1
    finally:
        conn.close()


_FOR_EVER = "with recursive n (i) as (select 1 union all select i + 1 from n) select count(*) from n"


async def test_a_question_ends_when_nobody_waits_for_it_any_more_and_the_next_is_answered(path: Path) -> None:
    lane = Lane("s", connect(path, writes=False))
    began = threading.Event()

    def endless(conn: sqlite3.Connection) -> None:
        began.set()
        conn.execute(_FOR_EVER).fetchone()

    def reached(conn: sqlite3.Connection) -> None:
        raise AssertionError("a question whose caller has left was begun")

    asked = asyncio.ensure_future(lane.ask(endless))
    unheard = asyncio.ensure_future(lane.ask(reached))
    await asyncio.to_thread(began.wait)
    await asyncio.sleep(0.02)  # until SQLite itself is at work
    unheard.cancel()
    asked.cancel()

    async with asyncio.timeout(5):
        assert await lane.ask(lambda conn: conn.execute("select 7").fetchone()[0]) == 7
    await lane.close()


async def test_a_look_at_the_whole_file_is_given_up_in_time_and_holds_up_nobody(database: Database) -> None:
    found = await integrity(database, within_s=0)

    assert {one.verdict for one in found} == {Verdict.UNKNOWN}
    assert {one.verdict for one in await integrity(database, within_s=10)} == {Verdict.WELL}
