"""What the clock brings: catch-up runs for what no delivery told, and news of what is wrong."""

import dataclasses
from contextlib import closing

import pytest

from common.events import Event, HealthChanged
from common.sync import RunKind, RunList, RunQuery
from common.times import MINUTE_S
from daemon.settings import SyncSettings
from tests.support.bench import IMPATIENT, Bench, eventually, small_store

_WATCHFUL = dataclasses.replace(IMPATIENT, look_every_s=0.05)


async def _restarted(bench: Bench, *, catch_up_minutes: int) -> None:
    await bench.stop()
    bench.settings = bench.settings.model_copy(update={"sync": SyncSettings(catch_up_minutes=catch_up_minutes)})
    await bench.start()


async def _runs(bench: Bench) -> RunList:
    return await bench.api.runs(RunQuery())


async def test_a_change_whose_delivery_was_lost_comes_with_the_catch_up() -> None:
    async with Bench(small_store(), patience=_WATCHFUL) as bench:
        await bench.synced()
        await _restarted(bench, catch_up_minutes=15)
        number = bench.rows("select max(number) from store_order")[0]
        bench.store.orders.change_status(number, 5)
        bench.store.office.pending.clear()

        bench.store.clock.advance(16 * MINUTE_S)

        async def is_canceled() -> bool:
            return (await bench.api.order("simstore1", number)).status == "Canceled"

        await eventually(is_canceled)
        assert [run.kind for run in (await _runs(bench)).runs] == [RunKind.CATCH_UP, RunKind.HISTORICAL]


@pytest.mark.parametrize(
    ("every_minutes", "passed_minutes"), [(15, 13), (0, 24 * 60)], ids=["before-its-time", "switched-off"]
)
async def test_no_catch_up_starts(every_minutes: int, passed_minutes: int) -> None:
    async with Bench(small_store(), hooks=False, patience=_WATCHFUL) as bench:
        await bench.synced()
        await _restarted(bench, catch_up_minutes=every_minutes)
        bench.store.clock.advance(passed_minutes * MINUTE_S)

        await _a_beat_later(bench)

        assert [run.kind for run in (await _runs(bench)).runs] == [RunKind.MANUAL, RunKind.HISTORICAL]


async def _a_beat_later(bench: Bench) -> None:
    """Waits until the clock has struck again: health is looked at on the same beat, and told when it changed."""
    async with bench.listening() as heard:
        bench.store.revoke_token()
        await bench.api.start_run("simstore1", RunKind.MANUAL)
        await heard.first(_tells_of_the_token)


def _tells_of_the_token(event: Event) -> bool:
    return isinstance(event, HealthChanged) and any(item.code == "store-needs-reconnect" for item in event.items)


async def test_a_clock_that_is_set_back_neither_stops_the_catch_up_nor_has_it_loop() -> None:
    async with Bench(small_store(), hooks=False, patience=_WATCHFUL, ahead_s=3600) as bench:
        await bench.synced()
        await bench.stop()
        bench.time.ahead_s = 0
        _connected_since(bench, bench.time.now())
        await _restarted(bench, catch_up_minutes=15)

        async def has_caught_up() -> bool:
            return bench.rows("select state from run where kind = 'catch-up'") == ["done"]

        await eventually(has_caught_up)
        looked = bench.store.requests["/v2/orders/count"]
        await eventually(lambda: _has_beaten(bench))
        assert bench.store.requests["/v2/orders/count"] == looked


def _connected_since(bench: Bench, at: int) -> None:
    """So that no sweep is due as well: whichever of both began first, the other would wait for its next time."""
    with closing(bench.database(writes=True)) as conn:
        conn.execute("update store set connected_at = ?", (at,))


async def _has_beaten(bench: Bench) -> bool:
    """Some beats of the clock later: each asks the daemon's own tables only."""
    for _ in range(20):
        await bench.api.status()
    return True


async def test_deliveries_put_off_before_the_clock_was_set_back_are_worked_in() -> None:
    async with Bench(small_store(), patience=_WATCHFUL) as bench:
        await bench.synced()
        number = bench.rows("select max(number) from store_order")[0]
        await bench.api.pause_store("simstore1")
        bench.store.orders.change_status(number, 5)
        await bench.post()
        with closing(bench.database(writes=True)) as conn:
            conn.execute("update delivery set due_at = due_at + 86400 where state = 'pending'")

        await bench.api.resume_store("simstore1")
        await bench.stop()
        await bench.start()

        await bench.inbox_empty()
        assert (await bench.api.order("simstore1", number)).status == "Canceled"
