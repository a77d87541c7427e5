"""Saved segments while the daemon runs: members follow what happens in the stores and the clock."""

from contextlib import closing
from dataclasses import replace

import pytest

from common.errors import Invalid, NotFound, Refused
from common.events import Changed, What
from common.segments.answers import LogQuery, MemberQuery, SegmentDetail
from daemon.db.database import connect
from daemon.rebuild import rebuild_memberships
from daemon.sandbox.store import SandboxStore
from tests.support.bench import IMPATIENT, Bench, Heard, eventually, small_store


def bench_of(store: SandboxStore, *, ahead_s: int = 0) -> Bench:
    """One that looks often whether something is due."""
    return Bench(store, patience=replace(IMPATIENT, look_every_s=0.1), ahead_s=ahead_s)


async def settled(bench: Bench, name: str) -> SegmentDetail:
    """The segment, once its members are those of now."""

    async def current() -> SegmentDetail | None:
        shown = await bench.api.segment(name)
        return shown if shown.as_of == bench.time.now() and not shown.waiting else None

    shown: SegmentDetail = await eventually(current)
    return shown


async def members_of(bench: Bench, name: str) -> set[str]:
    page = await bench.api.segment_members(MemberQuery(name=name, limit=10_000))
    assert page.total == len(page.contacts)
    return {one.email for one in page.contacts}


async def is_right(bench: Bench, name: str) -> bool:
    """Whether the members are those of a fresh count."""
    await settled(bench, name)
    rule = (await bench.api.segment(name)).rule
    counted = (await bench.api.count_rule(rule)).count
    kept = len(await members_of(bench, name))
    assert kept == counted
    return kept == counted


BUYERS = "count of orders (order_total > 0) >= 2"


async def test_members_follow_runs_and_webhooks_and_the_log_says_why() -> None:
    async with bench_of(small_store(customers=30, orders=90)) as bench:
        await bench.api.save_segment("Buyers", BUYERS)
        await bench.synced()
        assert (await settled(bench, "Buyers")).members > 0
        assert await is_right(bench, "Buyers")
        before = await members_of(bench, "Buyers")
        newcomer = bench.store.customers.create("new@example.org", "New", "Comer")

        for _ in range(2):
            bench.store.orders.place(newcomer.id)
        await bench.deliver()

        assert await members_of(bench, "Buyers") == before | {"new@example.org"}
        latest, *_ = entries = (await bench.api.segment_log(LogQuery(name="buyers", limit=1000))).entries
        assert (latest.email, latest.entered, latest.cause) == ("new@example.org", True, "live")
        assert {entry.cause for entry in entries} == {"historical", "live"}


async def test_a_segment_saved_later_has_the_members_of_a_fresh_count_and_others_may_refer_to_it() -> None:
    async with bench_of(small_store(customers=30, orders=90)) as bench:
        await bench.synced()
        await bench.api.save_segment("Buyers", BUYERS)
        await bench.api.save_segment("Others", 'not in segment "buyers"')
        assert await is_right(bench, "Others")
        others = await members_of(bench, "Others")

        await bench.api.save_segment("Buyers", "count of orders (order_total > 0) >= 3")

        assert await is_right(bench, "Buyers")
        assert await is_right(bench, "Others")
        assert await members_of(bench, "Others") > others
        assert (await bench.api.segment("Others")).rule == 'not in segment "Buyers"'
        assert (await bench.api.count_rule("Others")).count == len(await members_of(bench, "Others"))


async def test_members_leave_as_time_passes_also_while_the_daemon_is_down() -> None:
    async with bench_of(small_store(customers=30, orders=90)) as bench:
        await bench.api.save_segment("Lately", "same order (order_date in last 400 days)")
        await bench.api.save_segment("Ever", "same order (order_date in last 20 years)")
        await bench.synced()
        at_first = await members_of(bench, "Lately") if await is_right(bench, "Lately") else set()

        await bench.pass_time(200 * 86_400)
        assert await is_right(bench, "Lately")
        later = await members_of(bench, "Lately")
        await bench.stop()
        bench.store.clock.advance(100 * 86_400)
        await bench.start()

        assert await is_right(bench, "Lately")
        last = await members_of(bench, "Lately")
        assert at_first > later > last
        assert {
            entry.cause for entry in (await bench.api.segment_log(LogQuery(name="Lately", limit=1000))).entries
        } == {
            "historical",
            "clock",
        }
        assert await is_right(bench, "Ever")


async def test_a_clock_that_goes_back_while_the_daemon_is_down_takes_members_along() -> None:
    async with bench_of(small_store(customers=30, orders=90), ahead_s=300 * 86_400) as bench:
        await bench.api.save_segment("Lately", "same order (order_date in last 400 days)")
        await bench.synced()
        await settled(bench, "Lately")
        ahead = await members_of(bench, "Lately")
        await bench.stop()
        bench.time.ahead_s = 0
        await bench.start()

        assert await is_right(bench, "Lately")
        assert await members_of(bench, "Lately") > ahead


async def test_who_saves_over_somebody_elses_change_is_told_what_it_is_now() -> None:
    async with bench_of(small_store()) as bench:
        first = await bench.api.save_segment("Buyers", BUYERS, revision=0)
        await bench.api.save_segment("buyers", "total_orders > 5", revision=first.revision)

        with pytest.raises(Refused, match=r"revision 2, not 1. Its rule is now: total_orders > 5"):
            await bench.api.save_segment("Buyers", "everyone", revision=first.revision)
        with pytest.raises(Refused, match="already"):
            await bench.api.save_segment("BUYERS", "everyone", revision=0)
        with pytest.raises(Refused, match="any more"):
            await bench.api.save_segment("Nobody", "everyone", revision=3)

        assert (await bench.api.save_segment("Buyers", "total_orders > 5")).revision == 2


async def test_circles_are_refused_with_the_path() -> None:
    async with bench_of(small_store()) as bench:
        await bench.api.save_segment("a", "everyone")
        await bench.api.save_segment("b", 'in segment "a"')
        await bench.api.save_segment("c", 'in segment "b" and total_orders > 1')

        with pytest.raises(Invalid, match=r"refers to itself: .*“c” → “b” → “a”"):
            await bench.api.save_segment("a", 'in segment "C"')

        assert (await bench.api.segment("a")).rule == "everyone"


async def test_a_segment_that_others_refer_to_may_be_renamed_but_not_deleted() -> None:
    async with bench_of(small_store()) as bench:
        await bench.api.save_segment("Old", "everyone")
        await bench.api.save_segment("Other", 'not in segment "Old"')
        with pytest.raises(Refused, match="“Other”"):
            await bench.api.delete_segment("old")

        renamed = await bench.api.rename_segment("old", "New")

        assert renamed.referred_by == ["Other"]
        assert (await bench.api.segment("other")).rule == 'not in segment "New"'
        await bench.api.delete_segment("Other")
        await bench.api.delete_segment("New")
        assert (await bench.api.segments()).segments == []
        with pytest.raises(NotFound):
            await bench.api.segment("New")


async def test_what_cannot_be_asked_is_not_saved() -> None:
    async with bench_of(small_store()) as bench:
        with pytest.raises(NotFound, match="Nobody"):
            await bench.api.save_segment("x", 'in segment "Nobody"')
        with pytest.raises(Invalid, match="line 1"):
            await bench.api.save_segment("x", "total_orders >")
        with pytest.raises(Invalid, match="no name"):
            await bench.api.save_segment(" x\x1b[31m", "everyone")

        assert (await bench.api.segments()).segments == []


async def test_a_rule_of_a_newer_version_is_told_and_leaves_its_members_alone() -> None:
    async with bench_of(small_store(customers=30, orders=90)) as bench:
        await bench.synced()
        await bench.api.save_segment("Buyers", BUYERS)
        await bench.api.save_segment("All", "everyone")
        members = (await settled(bench, "Buyers")).members
        await bench.stop()
        (document,) = bench.rows("select rule from segment where id = 1")
        bench.write("update segment set rule = ? where id = 1", '{"version": 9, "rule": {"is_a": "magic"}}')
        await bench.start()

        newcomer = bench.store.customers.create("new@example.org", "New", "Comer")
        for _ in range(2):
            bench.store.orders.place(newcomer.id)
        await bench.deliver()

        shown = await bench.api.segment("Buyers")
        assert (shown.rule, shown.members) == ("", members)
        assert "version 9" in shown.fault
        assert await is_right(bench, "All")
        await bench.stop()
        bench.write("update segment set rule = ? where id = 1", document)
        await bench.start()
        assert await is_right(bench, "Buyers")
        assert (await bench.api.segment("Buyers")).members == members + 1


async def test_nothing_is_left_of_members_who_are_erased_or_whose_store_is_purged() -> None:
    async with bench_of(small_store(customers=30, orders=90)) as bench:
        await bench.api.save_segment("All", "everyone")
        await bench.api.save_segment("Lately", "date_created in last 1 year")
        await bench.synced()
        await settled(bench, "All")
        one = sorted(await members_of(bench, "All"))[0]

        await bench.api.erase_person(one, confirm=one)
        assert one not in await members_of(bench, "All")
        assert await is_right(bench, "All")
        store_hash = bench.store.identity.store_hash
        await bench.api.purge_store(store_hash, confirm=store_hash)

        async def is_purged() -> bool:
            return not (await bench.api.stores()).stores

        await eventually(is_purged)
        with closing(connect(bench.settings.database, writes=False)) as conn:
            left = [
                conn.execute(f"select count(*) from {table}").fetchone()[0]
                for table in ("contact", "segment_member", "segment_change", "segment_flip", "segment_due")
            ]
        assert left == [0] * 5
        assert (await settled(bench, "All")).members == 0


async def test_a_rebuild_finds_the_same_members_and_puts_lost_ones_back() -> None:
    async with bench_of(small_store(customers=30, orders=90)) as bench:
        await bench.api.save_segment("Buyers", BUYERS)
        await bench.api.save_segment("Lately", "same order (order_date in last 400 days)")
        await bench.synced()
        await settled(bench, "Lately")
        await bench.stop()
        tables = ("select segment_id, contact_id, since from segment_member", "select * from segment_flip")
        with closing(connect(bench.settings.database, writes=True)) as conn:
            before = [sorted(conn.execute(sql)) for sql in tables]
            assert rebuild_memberships(bench.settings, bench.time) == 2
            assert [sorted(conn.execute(sql)) for sql in tables] == before
            conn.execute("delete from segment_member where contact_id % 2")

            rebuild_memberships(bench.settings, bench.time)

            kept = "select segment_id, contact_id from segment_member"
            assert sorted(conn.execute(kept)) == [row[:2] for row in before[0]]


async def test_a_saved_name_may_stand_for_its_rule_but_what_reads_as_a_rule_is_one() -> None:
    async with bench_of(small_store(customers=30, orders=90)) as bench:
        await bench.synced()
        await bench.api.save_segment("Big buyers", BUYERS)
        await bench.api.save_segment("everyone", "total_orders > 1000")
        await settled(bench, "Big buyers")
        one = sorted(await members_of(bench, "Big buyers"))[0]

        assert (await bench.api.explain_rule("big buyers", one)).member
        assert (await bench.api.count_rule("Big Buyers")).count == len(await members_of(bench, "Big buyers"))
        assert (await bench.api.count_rule("everyone")).count == len(await bench.contacts())
        assert (await bench.api.count_rule('not in segment "everyone"')).count == len(await bench.contacts())
        with pytest.raises(Invalid, match="line 1"):
            await bench.api.count_rule("Small buyers")


async def test_a_change_of_members_is_told_on_the_stream() -> None:
    async with bench_of(small_store(customers=30, orders=90)) as bench:
        await bench.synced()
        await bench.api.save_segment("Newcomers", 'email starts with "new@"')
        await settled(bench, "Newcomers")

        async with bench.listening() as heard:
            bench.store.customers.create("new@example.org", "New", "Comer")
            await bench.deliver()

            await eventually(lambda: _has_news(heard))


async def _has_news(heard: Heard) -> bool:
    return ([1], "live") in [
        (event.ids, event.origin) for event in heard.events if isinstance(event, Changed) and event.what is What.SEGMENT
    ]
