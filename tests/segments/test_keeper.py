"""Memberships that are computed beside other work: what is written meanwhile is never lost."""

import random
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path

import pytest

from common.errors import Invalid
from common.segments.language import parsed
from daemon.bus import Bus
from daemon.clock import SystemClock
from daemon.db.database import Database, Unit, connect
from daemon.db.migrate import migrate
from daemon.segments import membership, saved, shelf
from daemon.segments.book import book_of
from daemon.segments.compile import Asking
from daemon.segments.fits import Clock
from daemon.segments.keeper import Keeper
from daemon.segments.membership import Why
from daemon.segments.shelf import Wanted
from tests.segments.shop import BERLIN, NOON, Shop
from tests.support.members import members

RULES = {
    "named": 'first_name starts with "b"',
    "lately": "date_created in last 7 days",
    "others": 'not in segment "named"',
    "both": 'in segment "named" and in segment "lately"',
}


class Interrupted(Database):
    """Something is written after each look, before what was found can be."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.meanwhile: list[Callable[[sqlite3.Connection], object]] = []

    async def scan(self, unit: Unit[membership.Found]) -> membership.Found:  # type: ignore[override]
        found = await super().scan(unit)
        if self.meanwhile:
            await self.write(self.meanwhile.pop())
        return found


class StillClock(SystemClock):
    def now(self) -> int:
        return NOON


class LeapingClock(SystemClock):
    """A machine that sleeps for a week after it was asked for the time so many times."""

    def __init__(self, readings: int) -> None:
        self._readings = readings

    def now(self) -> int:
        self._readings -= 1
        return NOON if self._readings >= 0 else NOON + 7 * 86_400


MOMENT = Clock(NOON, BERLIN)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Interrupted]:
    path = tmp_path / "counterfoil.db"
    migrate(path)
    with closing(connect(path, writes=True)) as conn:
        shop = Shop(conn)
        for number in range(40):
            shop.person(f"p{number}", first_name="ab"[number % 2], created_at=NOON - number * 40_000)
    opened = Interrupted(path)
    yield opened
    await opened.close()


@pytest.fixture
def keeper(database: Interrupted) -> Keeper:
    return Keeper(database, bus=Bus(StillClock(), version="1"), clock=StillClock(), zone=BERLIN)


async def save(database: Database, **rules: str) -> None:
    wanted = [Wanted(name, rule) for name, rule in rules.items()]
    await database.write(lambda conn: shelf.save(conn, wanted, now=NOON))


def _differing(conn: sqlite3.Connection) -> list[str]:
    """Segments whose members are others than a fresh count finds, or are not complete."""
    book = book_of(conn)
    kept = "select contact_id from segment_member where segment_id = ? order by contact_id"
    return [
        row.name
        for row in saved.segment_rows(conn)
        if row.owed
        or [one[0] for one in conn.execute(kept, (row.id,))]
        != members(conn, book.rule(row.name) or parsed("everyone"), Asking(MOMENT, book.rule))
    ]


def happening(dice: random.Random) -> Callable[[sqlite3.Connection], object]:
    """Somebody is called otherwise, known for longer, or gone; a rule becomes another one."""
    ids = dice.sample(range(1, 41), 6)

    def change(conn: sqlite3.Connection) -> object:
        if dice.random() < 0.15:
            return shelf.save(conn, [Wanted("named", f'first_name starts with "{dice.choice("ab")}"')], now=NOON)
        if dice.random() < 0.2:
            return conn.execute("delete from contact where id = ?", ids[:1])
        conn.executemany(
            "update contact set first_name = ?1, first_folded = ?1, created_at = ?2 where id = ?3",
            [(dice.choice("ab"), NOON - dice.randrange(14 * 86_400), one) for one in ids],
        )
        if dice.random() < 0.5:
            membership.note(conn, ids, Why.HISTORICAL)
        else:
            membership.settle(conn, ids, MOMENT, Why.LIVE)
        return None

    return change


@pytest.mark.parametrize("seed", range(12))
async def test_what_is_written_between_looking_and_writing_is_not_overwritten(
    database: Interrupted, keeper: Keeper, seed: int
) -> None:
    dice = random.Random(seed)
    await save(database, **RULES)
    database.meanwhile = [happening(dice) for _ in range(12)]

    while database.meanwhile:
        await database.write(lambda conn: membership.note(conn, [1, 2, 3], Why.HISTORICAL))
        await keeper.settle_all()
    await keeper.settle_all()

    assert await database.read(_differing) == []


async def test_members_of_a_new_segment_enter_by_its_rule_whatever_touches_them_meanwhile(
    database: Interrupted, keeper: Keeper
) -> None:
    await save(database, everybody="everyone")
    database.meanwhile = [lambda conn: membership.settle(conn, [1, 2], MOMENT, Why.LIVE)]

    await keeper.settle_all()

    causes = await database.read(lambda conn: conn.execute("select distinct cause from segment_change").fetchall())
    assert causes == [("edited",)]


@pytest.mark.parametrize("readings", range(1, 10))
async def test_members_are_those_of_the_moment_that_is_told(database: Interrupted, readings: int) -> None:
    clock = LeapingClock(readings)
    keeper = Keeper(database, bus=Bus(StillClock(), version="1"), clock=clock, zone=BERLIN)
    await save(database, lately=RULES["lately"])

    await keeper.settle_all()

    (row,) = await database.read(saved.segment_rows)
    said = Asking(Clock(row.as_of or 0, BERLIN))
    assert not row.owed
    assert row.members == len(await database.read(lambda conn: members(conn, parsed(RULES["lately"]), said)))


async def test_a_deleted_segment_leaves_nothing_and_its_name_is_free_at_once(
    database: Interrupted, keeper: Keeper
) -> None:
    await save(database, lately=RULES["lately"])
    await keeper.settle_all()
    await database.write(lambda conn: shelf.delete(conn, "lately", now=NOON))
    await save(database, lately="everyone")

    await keeper.settle_all()

    left = "select (select count(*) from segment), (select count(distinct segment_id) from segment_member)"
    assert await database.read(lambda conn: conn.execute(left).fetchone()) == (1, 1)
    assert await database.read(_differing) == []


async def test_segments_that_refer_to_each_other_are_saved_together_or_not_at_all(database: Interrupted) -> None:
    with pytest.raises(Invalid, match="refers to itself"):
        await save(database, one='in segment "two"', two='in segment "one"', three="everyone")
    assert await database.read(saved.definitions) == ()

    await save(database, one='in segment "Two"', two="everyone")

    assert [one.name for one in await database.read(saved.definitions)] == ["one", "two"]


async def test_a_change_that_makes_another_segment_impossible_is_refused_with_its_name(database: Interrupted) -> None:
    deep = "(" * 30 + "total_orders > 1" + " or not (total_orders > 2 and total_orders > 3))" * 30
    await save(database, inner="everyone", outer=deep.replace("total_orders > 1", 'in segment "inner"', 1))

    with pytest.raises(Invalid, match="“outer” refers to it"):
        await save(database, inner=deep)


async def test_a_rule_with_hundreds_of_relative_dates_is_saved_or_refused_but_never_breaks_a_write(
    database: Interrupted, keeper: Keeper
) -> None:
    def dates(count: int) -> str:
        return " or ".join(f"date_created in last {number} months" for number in range(1, count + 1))

    await save(database, many=dates(200))
    await keeper.settle_all()
    await database.write(lambda conn: membership.settle(conn, [1, 2, 3], MOMENT, Why.LIVE))

    assert await database.read(_differing) == []
    with pytest.raises(Invalid, match="201 relative dates"):
        await save(database, more=dates(201))
