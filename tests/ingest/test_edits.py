"""Edits beside all other work: in slices, over restarts, and with segments that follow."""

import asyncio
import logging
import random
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from common.edits import UNDO_DAYS, Edit, EditRequest, EditState, Verb
from common.errors import Refused
from common.events import Changed, What
from common.segments.checks import to_json
from common.segments.language import parsed
from common.times import DAY_S
from daemon.bus import Bus
from daemon.clock import SystemClock
from daemon.db import consents, edits, labels, retagging
from daemon.db.database import Database, Unit, connect
from daemon.db.migrate import migrate
from daemon.disk import DiskWatch, NoRoom
from daemon.ingest.editor import Editor
from daemon.ingest.whom import Whom
from daemon.retention import Retention
from daemon.segments import saved
from daemon.segments.book import book_of
from daemon.segments.compile import Asking
from daemon.segments.desk import RuleDesk
from daemon.segments.fits import Clock
from daemon.segments.keeper import Keeper
from daemon.settings import RetentionSettings, SegmentSettings
from daemon.waiting import stopped
from tests.support.bench import eventually
from tests.support.ledger import Ledger, customer, subscriber
from tests.support.members import members
from tests.support.some_shops import insert

UTC = ZoneInfo("UTC")
NOW = 1_760_000_000
MANY = 2_600  # more than are looked at along with the edit itself

RULES = {
    "tagged": "tag is vip",
    "others": "not tag is vip and tag is press",
    "readers": "list is News",
    "gone": "unsubscribed_list is News",
    "lately": "date_tag_was_added in last 1 day",
    "both": 'in segment "tagged" and in segment "readers"',
}


class StillClock(SystemClock):
    def __init__(self, now: int = NOW) -> None:
        self._now = now

    def now(self) -> int:
        return self._now


class Watched(Database):
    """Counts the writes; after *stop_after* of them none comes to be, as if the daemon was killed."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.writes = 0
        self.stop_after: int | None = None
        self.reached = asyncio.Event()

    async def broke_off(self) -> None:
        async with asyncio.timeout(10):
            await self.reached.wait()

    async def write(self, unit: Unit[object]) -> object:  # type: ignore[override]
        self.writes += 1
        if self.stop_after is not None and self.writes > self.stop_after:
            self.reached.set()
            await asyncio.Event().wait()
        return await super().write(unit)


class House:
    """An editor, a keeper and what they work on."""

    def __init__(self, path: Path, *, wait_s: float = 20.0, reserve_bytes: int = 0) -> None:
        self.path = path
        self.database = Watched(path)
        clock = StillClock()
        self.bus = Bus(clock, version="0")
        self.keeper = Keeper(self.database, bus=self.bus, clock=clock, zone=UTC)
        whom = Whom(self.database, RuleDesk(self.database, clock, UTC))
        self.disk = DiskWatch(path, reserve_bytes=reserve_bytes)
        self.editor = Editor(*(self.database, whom, self.keeper), disk=self.disk, bus=self.bus, clock=clock, zone=UTC)
        self.editor.wait_s = wait_s

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with closing(connect(self.path, writes=False)) as conn:
            return conn.execute(sql).fetchall()

    def assert_members_are_those_of_a_fresh_count(self) -> None:
        with closing(connect(self.path, writes=False)) as conn:
            asking = Asking(Clock(NOW, UTC), book_of(conn).rule)
            for name, rule in RULES.items():
                kept = {row[0] for row in conn.execute(_MEMBERS, (name,))}
                assert kept == set(members(conn, parsed(rule), asking, limit=10**6)), name


_MEMBERS = "select contact_id from segment_member where segment_id = (select id from segment where name = ?)"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of many contacts, every other one with the tag "press", and saved segments over them."""
    found = tmp_path / "counterfoil.db"
    migrate(found)
    with closing(connect(found, writes=True)) as conn:
        conn.execute("pragma synchronous = off")
        conn.execute("begin")
        _fill(conn)
        conn.execute("commit")
    return found


def _fill(conn: sqlite3.Connection) -> None:
    tag_id = insert(conn, "tag", name="press")
    for number in range(1, MANY + 1):
        contact_id = insert(conn, "contact", email=f"c{number}@example.com", created_at=NOW, revenue_currency="USD")
        if number % 2:
            insert(conn, "contact_tag", contact_id=contact_id, tag_id=tag_id, added_at=NOW, origin="live")
    for name, rule in RULES.items():
        saved.insert_segment(conn, name, to_json(parsed(rule)), now=NOW)


@asynccontextmanager
async def working(path: Path, *, wait_s: float = 20.0, reserve_bytes: int = 0) -> AsyncIterator[House]:
    house = House(path, wait_s=wait_s, reserve_bytes=reserve_bytes)
    work = asyncio.create_task(house.editor.run())
    try:
        yield house
    finally:
        await stopped(work)
        await house.database.close()


def ask(verb: Verb, name: str, ids: Sequence[int] = (), *, match: str = "", everybody: bool = False) -> EditRequest:
    return EditRequest(verb=verb, name=name, ids=list(ids), match=match, everybody=everybody)


async def over(house: House, edit_id: int) -> Edit:
    async def edit_if_over() -> Edit | None:
        edit = await house.database.read(lambda conn: edits.edit_shown(conn, edit_id))
        return edit if edit.state.is_over else None

    found: Edit = await eventually(edit_if_over)
    return found


async def test_members_are_those_of_a_fresh_count_after_edits_and_undo(path: Path) -> None:
    dice = random.Random(7)
    async with working(path) as house:
        await house.keeper.settle_all()
        for _ in range(14):
            name = dice.choice(("vip", "press")) if (verb := dice.choice(list(Verb))).is_of_tags else "News"
            await _some_edit(house, dice, verb, name)
            await house.keeper.settle_all()

            house.assert_members_are_those_of_a_fresh_count()


async def _some_edit(house: House, dice: random.Random, verb: Verb, name: str) -> None:
    ids = dice.sample(range(1, MANY + 1), dice.choice((1, 40, 1300)))
    request = dice.choice(
        (ask(verb, name, ids), ask(verb, name, match="tag is press"), ask(verb, name, everybody=True))
    )
    if not verb.makes:
        await house.editor.edit(ask(Verb.ADD_TAG if verb.is_of_tags else Verb.ADD_TO_LIST, name, ids))
    edit = await house.editor.edit(request)
    if edit.changed and dice.random() < 0.4:
        await house.editor.undo(0)


async def test_small_edits_move_members_at_once_and_say_who_caused_it(path: Path) -> None:
    async with working(path) as house:
        await house.keeper.settle_all()

        await house.editor.edit(ask(Verb.ADD_TAG, "vip", [1, 2]))

        house.assert_members_are_those_of_a_fresh_count()
        assert house.rows("select distinct cause from segment_change where contact_id = 2 and at = 1760000000") == [
            ("operator",)
        ]


async def test_a_large_edit_is_written_in_many_transactions_and_told_in_pieces(path: Path) -> None:
    async with working(path) as house:
        with house.bus.listening() as listener:
            before = house.database.writes
            edit = await house.editor.edit(ask(Verb.ADD_TAG, "vip", everybody=True))
            events = await anext(listener.batches(idle_s=5))

    told = [event for event in events if isinstance(event, Changed) and event.what is What.CONTACT]
    assert (edit.state, edit.contacts, edit.changed) == (EditState.DONE, MANY, MANY)
    assert house.database.writes - before >= MANY // 500
    assert max(len(event.ids) for event in told) <= 500
    assert sorted(int(one) for event in told for one in event.ids) == list(range(1, MANY + 1))
    assert {event.origin for event in told} == {"operator"}


@pytest.mark.parametrize("writes", [0, 1, 3])
async def test_an_edit_that_was_broken_off_is_done_after_a_restart(path: Path, writes: int) -> None:
    async with working(path, wait_s=0) as house:
        house.database.stop_after = writes + 1
        edit = await house.editor.edit(ask(Verb.ADD_TAG, "vip", match="tag is press"))
        await house.database.broke_off()

    async with working(path) as house:
        done = await over(house, edit.id)

    assert (done.state, done.looked_at, done.changed) == (EditState.DONE, MANY // 2, MANY // 2)
    assert house.rows("select count(*) from edit_contact") == [(MANY // 2,)]


async def test_an_undo_that_was_broken_off_is_done_after_a_restart(path: Path) -> None:
    async with working(path) as house:
        before = house.rows("select * from contact_tag")
        edit = await house.editor.edit(ask(Verb.REMOVE_TAG, "press", everybody=True))
        assert edit.changed == MANY // 2
    async with working(path, wait_s=0) as house:
        house.database.stop_after = 2
        await house.editor.undo(0)
        await house.database.broke_off()

    async with working(path) as house:
        done = await over(house, edit.id)

    assert (done.state, done.taken_back) == (EditState.UNDONE, MANY // 2)
    assert house.rows("select * from contact_tag") == before


async def test_an_edit_under_way_is_stopped_by_its_undo(path: Path) -> None:
    async with working(path, wait_s=0) as house:
        edit = await house.editor.edit(ask(Verb.ADD_TAG, "vip", everybody=True))
        await house.editor.undo(edit.id)
        done = await over(house, edit.id)

    assert done.state is EditState.UNDONE
    assert house.rows("select count(*) from contact_tag join tag on tag.id = tag_id where name = 'vip'") == [(0,)]


async def test_an_edit_whose_segment_went_away_over_a_restart_ends_and_says_so(path: Path) -> None:
    async with working(path, wait_s=0) as house:
        house.database.stop_after = 1
        edit = await house.editor.edit(ask(Verb.ADD_TAG, "new", match='in segment "readers"'))
        await house.database.broke_off()
    with closing(connect(path, writes=True)) as conn:
        conn.execute("delete from segment where name in ('readers', 'both')")

    async with working(path) as house:
        done = await over(house, edit.id)

    assert (done.state, done.changed) == (EditState.DONE, 0)
    assert "There is no segment “readers”" in done.error


def test_no_sync_re_subscribes_whom_an_operator_unsubscribed() -> None:
    with Ledger() as ledger:
        ledger.take(customers=(customer(1),), subscribers=(subscriber(1, accepts=True),))
        label = labels.label_called(ledger.conn, Verb.UNSUBSCRIBE, consents.MASTER_LIST)
        with ledger.transaction():
            request = ask(Verb.UNSUBSCRIBE, label.name, [1])
            edit_id = edits.begin(ledger.conn, request, label, is_new=False, contacts=1, now=NOW)
            assert retagging.do(ledger.conn, edits.edit_row(ledger.conn, edit_id), [1], now=NOW) == [1]

        ledger.take(2, subscribers=(subscriber(1, accepts=False, modified_at=NOW + 1),))
        ledger.take(3, subscribers=(subscriber(1, accepts=True, modified_at=NOW + 2),))

        assert ledger.rows("select status, origin from list_member") == [("unsubscribed", "operator")]


async def kept_on(database: Database, day: int) -> None:
    await Retention(database, RetentionSettings(), SegmentSettings(), clock=StillClock(day)).let_go_due()


async def test_by_the_clock_an_old_edit_can_no_longer_be_taken_back(path: Path) -> None:
    async with working(path) as house:
        edit = await house.editor.edit(ask(Verb.ADD_TAG, "vip", everybody=True))
        last_day = NOW + UNDO_DAYS * DAY_S

        await kept_on(house.database, last_day)
        kept = house.rows("select count(*) from edit_contact")
        await kept_on(house.database, last_day + 1)

        assert (kept, house.rows("select count(*) from edit_contact")) == ([(MANY,)], [(0,)])
        with pytest.raises(Refused, match=f"Edit {edit.id} ended more than 90 days ago"):
            await house.editor.undo(edit.id)


async def test_edits_stand_still_while_the_disk_has_room_for_deliveries_only(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with working(path, wait_s=0) as house:
        house.database.stop_after = 2
        edit = await house.editor.edit(ask(Verb.ADD_TAG, "vip", match="tag is press"))
        await house.database.broke_off()

    with caplog.at_level(logging.DEBUG):
        async with working(path, reserve_bytes=2**62) as house:
            with pytest.raises(NoRoom, match="room on the disk"):
                await house.editor.edit(ask(Verb.ADD_TAG, "vip", [1]))
            with pytest.raises(NoRoom):
                await house.editor.undo(edit.id)
            await eventually(lambda: _true("edits stand still" in caplog.text))
            assert house.database.writes == 0

    async with working(path) as house:
        assert (await over(house, edit.id)).changed == MANY // 2


async def _true(claim: bool) -> bool:
    return claim
