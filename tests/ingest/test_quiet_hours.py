"""Hours in which historical runs may work."""

import pytest
from pydantic import ValidationError

from common.sync import Run, RunKind, RunStart, RunState
from common.times import DAY_S, HOUR_S
from daemon.ingest.quiet import QuietHours
from daemon.settings import SyncSettings
from tests.support.bench import Bench, eventually


@pytest.mark.parametrize(
    ("setting", "hour", "holds"),
    [
        ("01:00-05:00", 0, False),
        ("01:00-05:00", 1, True),
        ("01:00-05:00", 4, True),
        ("01:00-05:00", 5, False),
        ("22:00-02:00", 23, True),
        ("22:00-02:00", 1, True),
        ("22:00-02:00", 2, False),
        ("22:00-02:00", 12, False),
    ],
)
def test_a_window_holds_its_hours_and_may_span_midnight(setting: str, hour: int, holds: bool) -> None:
    window = QuietHours.of(setting)

    assert window is not None
    assert window.holds(20_000 * DAY_S + hour * HOUR_S) is holds


def test_none_is_no_window() -> None:
    assert QuietHours.of("none") is None


async def _restarted_with_window(bench: Bench, *, hours_from_now: int) -> None:
    """A daemon whose quiet hour begins so many whole hours after the hour it is in the stores' time."""
    hour = bench.store.clock.seconds() // HOUR_S + hours_from_now
    window = f"{hour % 24:02}:00-{(hour + 1) % 24:02}:00"
    await bench.stop()
    bench.settings = bench.settings.model_copy(update={"sync": SyncSettings(catch_up_minutes=0, quiet_hours=window)})
    await bench.start()


async def _told_to_wait(bench: Bench, run: Run) -> bool:
    return "quiet hours" in (await bench.api.run(run.id)).error


async def test_a_historical_run_waits_for_its_hours_and_says_so(bench: Bench) -> None:
    await _restarted_with_window(bench, hours_from_now=2)
    run = await bench.api.start_run("simstore1", RunKind.HISTORICAL)

    await eventually(lambda: _told_to_wait(bench, run))

    assert (await bench.api.run(run.id)).state is RunState.QUEUED


async def test_a_historical_run_works_once_its_hours_have_come(bench: Bench) -> None:
    await _restarted_with_window(bench, hours_from_now=2)
    run = await bench.api.start_run("simstore1", RunKind.HISTORICAL)
    await eventually(lambda: _told_to_wait(bench, run))

    bench.store.clock.advance(2 * HOUR_S)

    async def is_done() -> bool:
        return (await bench.api.run(run.id)).state is RunState.DONE

    await eventually(is_done)
    assert (await bench.api.run(run.id)).error == ""


async def test_a_manual_run_does_not_wait_behind_one_that_waits_for_its_hours(bench: Bench) -> None:
    await _restarted_with_window(bench, hours_from_now=2)
    waiting = await bench.api.start_run("simstore1", RunKind.HISTORICAL)
    await eventually(lambda: _told_to_wait(bench, waiting))

    manual = await bench.api.start_run("simstore1", RunKind.MANUAL)

    async def is_done() -> bool:
        return (await bench.api.run(manual.id)).state is RunState.DONE

    await eventually(is_done)


async def test_a_run_told_to_begin_at_once_waits_for_no_hours(bench: Bench) -> None:
    await _restarted_with_window(bench, hours_from_now=2)

    run = await bench.api.start_run("simstore1", RunKind.HISTORICAL, quiet_hours="none")

    over = await bench.over(run.id)
    assert (over.state, over.quiet_hours) == (RunState.DONE, "none")


async def test_a_run_may_have_hours_of_its_own(bench: Bench) -> None:
    hour = bench.store.clock.seconds() // HOUR_S + 3
    window = f"{hour % 24:02}:00-{(hour + 1) % 24:02}:00"

    run = await bench.api.start_run("simstore1", RunKind.HISTORICAL, quiet_hours=window)
    await eventually(lambda: _told_to_wait(bench, run))
    assert (await bench.api.run(run.id)).quiet_hours == window
    bench.store.clock.advance(3 * HOUR_S)

    assert (await bench.over(run.id)).state is RunState.DONE


@pytest.mark.parametrize("hours", ["25:00-01:00", "1:00-5:00", "01:00", "always"])
def test_hours_that_are_none_are_refused(hours: str) -> None:
    with pytest.raises(ValidationError, match="expected a window"):
        RunStart(quiet_hours=hours)


async def test_the_plan_tells_the_hours_and_the_share(bench: Bench) -> None:
    await _restarted_with_window(bench, hours_from_now=2)

    plan = await bench.api.plan("simstore1", RunKind.HISTORICAL)

    assert plan.quiet_hours == bench.settings.sync.quiet_hours
    assert plan.quota_share == 0.5
