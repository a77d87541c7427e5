"""The quota governor, with time that passes only when somebody waits."""

import asyncio

import pytest

from daemon.bigcommerce.budget import Budget, BudgetSnapshot, Priority
from tests.unit.bigcommerce.conftest import ManualClock


def told(left: int, *, limit: int = 100, reset_ms: int = 20_000, window_ms: int = 30_000) -> dict[str, str]:
    return {
        "x-rate-limit-REQUESTS-left": str(left),
        "X-Rate-Limit-Requests-Quota": str(limit),
        "X-Rate-Limit-Time-Reset-Ms": str(reset_ms),
        "X-Rate-Limit-Time-Window-Ms": str(window_ms),
    }


def budget_of(clock: ManualClock, **settings: float) -> Budget:
    share, in_flight = settings.get("quota_share", 0.5), int(settings.get("in_flight", 4))
    return Budget(clock=clock, quota_share=share, in_flight=in_flight, sleep=clock.sleep, jitter=lambda: 0.0)


async def take(budget: Budget, priority: Priority, times: int = 1) -> None:
    for _ in range(times):
        async with budget.turn(priority):
            pass


def test_nothing_is_known_before_the_first_answer(clock: ManualClock) -> None:
    assert budget_of(clock).snapshot() == BudgetSnapshot(limit=None, left=None, window_s=None, share=0.5)


def test_the_window_is_read_from_headers_of_any_case(clock: ManualClock) -> None:
    budget = budget_of(clock)

    budget.learn(told(80))

    assert budget.snapshot() == BudgetSnapshot(limit=100, left=80, window_s=30.0, share=0.5)


@pytest.mark.parametrize("value", ["", "many", "-1", "nan", "inf"])
def test_headers_that_are_no_numbers_tell_nothing(clock: ManualClock, value: str) -> None:
    budget = budget_of(clock)

    budget.learn(told(80) | {"X-Rate-Limit-Requests-Quota": value})

    assert budget.snapshot().limit is None


async def test_a_store_without_a_quota_is_never_waited_for(clock: ManualClock) -> None:
    budget = budget_of(clock)

    await take(budget, Priority.BACKGROUND, 1000)

    assert clock.slept == []


async def test_background_callers_use_their_share_of_a_window_and_wait_for_the_next(clock: ManualClock) -> None:
    budget = budget_of(clock)
    budget.learn(told(100))

    await take(budget, Priority.BACKGROUND, 50)
    assert clock.slept == []
    await take(budget, Priority.BACKGROUND)

    assert sum(clock.slept) == pytest.approx(20, abs=0.1)


async def test_live_callers_go_on_when_the_share_is_used_up(clock: ManualClock) -> None:
    budget = budget_of(clock)
    budget.learn(told(100))
    await take(budget, Priority.BACKGROUND, 50)

    await take(budget, Priority.LIVE, 50)

    assert clock.slept == []
    assert budget.snapshot().left == 0


async def test_background_callers_leave_a_reserve_to_live_ones(clock: ManualClock) -> None:
    budget = budget_of(clock, quota_share=1.0)
    budget.learn(told(6))

    await take(budget, Priority.BACKGROUND)
    assert clock.slept == []
    await take(budget, Priority.LIVE, 5)
    assert clock.slept == []
    await take(budget, Priority.BACKGROUND)

    assert clock.slept != []


async def test_nobody_starts_when_nothing_is_left(clock: ManualClock) -> None:
    budget = budget_of(clock)
    budget.learn(told(0, reset_ms=7000))

    await take(budget, Priority.LIVE)

    assert sum(clock.slept) == pytest.approx(7, abs=0.1)


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 10])
async def test_a_tiny_quota_still_lets_a_run_go_on(clock: ManualClock, limit: int) -> None:
    budget = budget_of(clock)
    budget.learn(told(limit, limit=limit))

    await take(budget, Priority.BACKGROUND, 3)

    assert sum(clock.slept) < 200


async def test_a_shrinking_quota_is_taken_over_at_once(clock: ManualClock) -> None:
    budget = budget_of(clock)
    budget.learn(told(99, limit=100))

    budget.learn(told(30, limit=40))

    assert (budget.snapshot().limit, budget.snapshot().left) == (40, 30)


async def test_an_answer_that_comes_late_does_not_give_requests_back(clock: ManualClock) -> None:
    budget = budget_of(clock)

    budget.learn(told(10))
    budget.learn(told(12))

    assert budget.snapshot().left == 10


async def test_a_new_window_gives_its_requests_and_the_share_anew(clock: ManualClock) -> None:
    budget = budget_of(clock)
    budget.learn(told(100, reset_ms=1000))
    await take(budget, Priority.BACKGROUND, 50)

    clock.at_s += 2
    budget.learn(told(99, reset_ms=29_000))
    await take(budget, Priority.BACKGROUND, 49)

    assert clock.slept == []


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        pytest.param(told(0, reset_ms=3000) | {"X-Retry-After": "9"}, 9, id="the longer of both: retry-after"),
        pytest.param(told(0, reset_ms=9000) | {"x-retry-after": "3"}, 9, id="the longer of both: reset"),
        pytest.param({"X-Retry-After": "4"}, 4, id="retry-after alone"),
        pytest.param({}, 5, id="bare"),
    ],
)
async def test_after_a_refusal_even_live_callers_wait(
    clock: ManualClock, headers: dict[str, str], wait_s: float
) -> None:
    budget = budget_of(clock)

    budget.refused(headers)
    await take(budget, Priority.LIVE)

    assert sum(clock.slept) == pytest.approx(wait_s, abs=0.1)


async def test_bare_refusals_are_waited_out_longer_and_longer_up_to_two_minutes(clock: ManualClock) -> None:
    budget = budget_of(clock)

    for _ in range(7):
        budget.refused({})
        await take(budget, Priority.LIVE)

    assert clock.slept == [5, 10, 20, 40, 80, 120, 120]


async def test_a_good_answer_ends_the_growing_pauses(clock: ManualClock) -> None:
    budget = budget_of(clock)
    budget.refused({})
    await take(budget, Priority.LIVE)

    budget.learn({})
    budget.refused({})
    await take(budget, Priority.LIVE)

    assert clock.slept == [5, 5]


async def test_at_most_four_requests_are_in_flight_and_live_ones_overtake(clock: ManualClock) -> None:
    budget = budget_of(clock)
    started: list[str] = []
    gates: dict[str, asyncio.Event] = {}

    async def request(name: str, priority: Priority) -> None:
        gates[name] = asyncio.Event()
        async with budget.turn(priority):
            started.append(name)
            await gates[name].wait()

    async with asyncio.TaskGroup() as group:
        for number in range(6):
            group.create_task(request(f"run {number}", Priority.BACKGROUND))
        await _settled()
        group.create_task(request("delivery", Priority.LIVE))
        await _settled()
        assert started == ["run 0", "run 1", "run 2", "run 3"]

        gates["run 0"].set()
        await _settled()
        assert started[4:] == ["delivery"]
        for gate in gates.values():
            gate.set()

    assert sorted(started[5:]) == ["run 4", "run 5"]


async def test_who_gives_up_waiting_leaves_the_place_to_others(clock: ManualClock) -> None:
    budget = budget_of(clock, in_flight=1)
    async with budget.turn(Priority.BACKGROUND):
        waiting = asyncio.create_task(take(budget, Priority.LIVE))
        await _settled()
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)

    async with asyncio.timeout(1):
        await take(budget, Priority.BACKGROUND, 2)


async def test_a_place_given_in_the_moment_of_cancellation_is_not_lost(clock: ManualClock) -> None:
    budget = budget_of(clock, in_flight=1)
    async with budget.turn(Priority.BACKGROUND):
        waiting = asyncio.create_task(take(budget, Priority.LIVE))
        await _settled()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    async with asyncio.timeout(1):
        await take(budget, Priority.BACKGROUND)


async def test_who_waits_for_the_window_holds_no_place(clock: ManualClock) -> None:
    asleep = asyncio.Event()

    async def sleep(_: float) -> None:
        asleep.set()
        await asyncio.Event().wait()

    budget = Budget(clock=clock, quota_share=0.5, in_flight=1, sleep=sleep, jitter=lambda: 0.0)
    budget.learn(told(3))  # below the reserve: the run waits
    run = asyncio.create_task(take(budget, Priority.BACKGROUND))
    await asleep.wait()

    async with asyncio.timeout(1):
        await take(budget, Priority.LIVE)

    run.cancel()
    await asyncio.gather(run, return_exceptions=True)


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.mark.parametrize("requests", [10, 50, 51, 1000, 4321])
@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
async def test_the_span_of_many_requests_is_known_beforehand(clock: ManualClock, requests: int, share: float) -> None:
    budget = budget_of(clock, quota_share=share)
    budget.learn(told(100))
    expected = budget.span_s(requests)
    began_at = clock.at_s

    await take(budget, Priority.BACKGROUND, requests)

    assert clock.at_s - began_at == pytest.approx(expected, rel=0.1, abs=0.1)


def test_without_a_quota_requests_take_no_time(clock: ManualClock) -> None:
    assert budget_of(clock).span_s(1_000_000) == 0


@pytest.mark.parametrize("header", ["X-Retry-After", "X-Rate-Limit-Time-Reset-Ms"])
async def test_a_pause_of_years_is_cut_to_ten_minutes(clock: ManualClock, header: str) -> None:
    budget = budget_of(clock)
    budget.refused({header: "99999999999999"})

    await take(budget, Priority.LIVE)

    assert sum(clock.slept) == pytest.approx(600, abs=1)


def test_one_more_request_at_once_after_a_while_of_calm_up_to_eight(clock: ManualClock) -> None:
    budget = budget_of(clock)

    for _ in range(79):
        budget.learn({})
    assert budget.in_flight == 4
    budget.learn({})
    assert budget.in_flight == 5

    for _ in range(2000):
        budget.learn({})
    assert budget.in_flight == 8


def test_strain_halves_what_is_under_way_at_once_and_one_is_always_left(clock: ManualClock) -> None:
    budget = budget_of(clock)

    budget.strained()
    budget.strained()  # of the same moment
    assert budget.in_flight == 2

    for _ in range(3):
        clock.at_s += 6
        budget.refused({})
    assert budget.in_flight == 1


async def test_who_has_a_place_keeps_it_when_there_are_fewer(clock: ManualClock) -> None:
    budget = budget_of(clock, in_flight=2)
    async with budget.turn(Priority.LIVE), budget.turn(Priority.LIVE):
        budget.strained()
        third = asyncio.create_task(take(budget, Priority.LIVE))
        await asyncio.sleep(0)
        assert not third.done()

    await third
    assert budget.in_flight == 1
