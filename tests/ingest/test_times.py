"""A store that moves to another time zone: the times of day of its orders, and who is a member by them."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import SecretStr

from common.segments.answers import MemberQuery
from common.stores import StoreReconnect
from daemon.ingest import derive
from tests.support.bench import Bench, eventually, small_store

HASH = "simstore1"
COUNTED, ANY = "order_time between 18:00 and 23:59", "same order (order_time between 18:00 and 23:59)"


async def _moved(bench: Bench, zone: str) -> None:
    """The store is in *zone* from now on, and tells so when it is reconnected."""
    bench.store.identity.timezone = zone
    await bench.api.reconnect_store(HASH, StoreReconnect(token=SecretStr(bench.store.identity.token)))


async def _derived(bench: Bench) -> None:
    async def is_done() -> bool:
        settings = await bench.api.store_settings(HASH)
        segments = (await bench.api.segments()).segments
        return not settings.doing and not any(one.waiting or one.as_of is None for one in segments)

    await eventually(is_done)


async def _members(bench: Bench, name: str) -> set[str]:
    return {one.email for one in (await bench.api.segment_members(MemberQuery(name=name, limit=1000))).contacts}


def _in_the_evening(bench: Bench, zone: str, *, counted: bool) -> set[str]:
    """Who ordered so by the clocks there, told from the orders alone."""
    orders = bench.rows(
        "select email, placed_at, counts, deleted_at from store_order join contact on contact.id = contact_id"
    )
    return {
        email
        for email, placed_at, counts, deleted_at in orders
        if datetime.fromtimestamp(placed_at, ZoneInfo(zone)).hour >= 18 and (counts if counted else deleted_at is None)
    }


def _minutes(bench: Bench) -> list[tuple[int, int]]:
    return bench.rows("select placed_at, placed_minute from store_order order by number")


def _is_of(minutes: list[tuple[int, int]], zone: str) -> list[bool]:
    local = [(datetime.fromtimestamp(placed_at, ZoneInfo(zone)), minute) for placed_at, minute in minutes]
    return [at.hour * 60 + at.minute == minute for at, minute in local]


async def test_times_of_day_follow_a_store_to_another_zone_and_members_with_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Broken off in the middle and gone on with after a restart."""
    monkeypatch.setattr(derive, "_ROWS_A_TRANSACTION", 7)
    before, after = "America/Chicago", "Asia/Tokyo"
    async with Bench(small_store(customers=30, orders=90), hooks=False) as bench:
        await bench.synced()
        await bench.api.save_segment("Counted", COUNTED)
        await bench.api.save_segment("Any", ANY)
        await _derived(bench)
        assert await _members(bench, "Counted") == _in_the_evening(bench, before, counted=True)
        middle = bench.rows("select number from store_order order by number limit 1 offset 40")[0]
        bench.write(
            f"create trigger held before update of placed_minute on store_order when new.number = {middle} "
            "begin select raise(abort, 'held'); end"
        )

        await _moved(bench, after)

        async def is_held() -> bool:
            return bench.rows("select place > 0 from derivation where what = 'times'") == [1]

        await bench.stop()
        await bench.start()
        await eventually(is_held)
        await bench.stop()
        half = _is_of(_minutes(bench), after)
        bench.write("drop trigger held")
        await bench.start()
        await _derived(bench)

        assert 0 < sum(half) < len(half)
        assert all(_is_of(_minutes(bench), after))
        for name, counted in (("Counted", True), ("Any", False)):
            expected = _in_the_evening(bench, after, counted=counted)
            assert await _members(bench, name) == expected != _in_the_evening(bench, before, counted=counted)
            assert (await bench.api.count_rule(name)).count == len(expected)
        assert bench.rows("select count(*) from derivation") == [0]


async def test_a_zone_that_nobody_knows_leaves_times_to_the_zone_of_the_one_who_asks() -> None:
    async with Bench(small_store(customers=30, orders=90), hooks=False) as bench:
        await bench.synced()
        await bench.api.save_segment("Counted", COUNTED)

        await _moved(bench, "Nowhere/Atall")
        await bench.stop()
        await bench.start()
        await _derived(bench)

        assert {minute for _, minute in _minutes(bench)} == {None}
        assert await _members(bench, "Counted") == _in_the_evening(bench, "UTC", counted=True)
