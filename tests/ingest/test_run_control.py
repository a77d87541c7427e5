"""Runs in the operator's hand: paused, resumed, cancelled, between two pages."""

from collections.abc import AsyncIterator

import pytest

from common.errors import NotFound, Refused
from common.sync import Run, RunKind, RunState
from tests.support import truth
from tests.support.bench import Bench, eventually, small_store


@pytest.fixture
async def slow() -> AsyncIterator[Bench]:
    """A store of several pages of orders, each of which takes its time."""
    async with Bench(small_store(customers=20, orders=900), hooks=False) as running:
        running.store.faults.values["page-latency"] = 0.2
        yield running


async def _under_way(bench: Bench, run_id: int) -> Run:
    """The run once it has written orders and before it is through."""

    async def run_if_there() -> Run | None:
        run = await bench.api.run(run_id)
        assert not run.state.is_over, "the run was over too soon"
        return run if run.orders else None

    run: Run = await eventually(run_if_there)
    return run


async def _boxes(bench: Bench) -> dict[str, truth.Box]:
    return {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}


async def test_a_paused_run_keeps_its_place_and_goes_on_from_it(slow: Bench) -> None:
    run_id = await slow.started()
    await _under_way(slow, run_id)

    paused = await slow.api.pause_run(run_id)
    await slow.synced(RunKind.MANUAL)
    held = await slow.api.run(run_id)
    resumed = await slow.api.resume_run(run_id)
    slow.store.faults.values.clear()
    done = await slow.over(run_id)

    assert (paused.state, held.state, resumed.state) == (RunState.PAUSED, RunState.PAUSED, RunState.QUEUED)
    assert 0 < held.orders < done.orders
    assert held.phase is not None
    assert done.orders == len([order for order in slow.store.world.orders if order.customer_id])
    assert await _boxes(slow) == truth.expected(slow.store)


async def test_a_paused_run_stays_paused_over_a_restart(slow: Bench) -> None:
    run_id = await slow.started()
    await _under_way(slow, run_id)
    await slow.api.pause_run(run_id)

    await slow.stop()
    await slow.start()

    held = await slow.api.run(run_id)
    assert (held.state, held.phase is not None) == (RunState.PAUSED, True)
    slow.store.faults.values.clear()
    await slow.api.resume_run(run_id)
    assert (await slow.over(run_id)).state is RunState.DONE
    assert await _boxes(slow) == truth.expected(slow.store)


async def test_a_paused_run_holds_up_no_other_kind(slow: Bench) -> None:
    run_id = await slow.started()
    await _under_way(slow, run_id)
    await slow.api.pause_run(run_id)
    slow.store.faults.values.clear()

    assert (await slow.synced(RunKind.MANUAL)).state is RunState.DONE
    with pytest.raises(Refused, match="is paused") as refused:
        await slow.started()
    assert f"runs resume {run_id}" in refused.value.remedy


async def test_a_cancelled_run_ends_and_keeps_what_it_brought(slow: Bench) -> None:
    run_id = await slow.started()
    begun = await _under_way(slow, run_id)

    cancelled = await slow.api.cancel_run(run_id)

    assert cancelled.state is RunState.CANCELLED
    assert cancelled.finished_at is not None
    assert slow.rows("select count(*) from store_order")[0] >= begun.orders
    slow.store.faults.values.clear()
    assert (await slow.synced()).state is RunState.DONE


async def test_a_cancelled_run_proves_nothing_about_the_store(slow: Bench) -> None:
    run_id = await slow.started()
    await _under_way(slow, run_id)

    await slow.api.cancel_run(run_id)

    assert (await slow.api.store("simstore1")).last_sync_at is None


async def test_pause_does_not_wait_for_a_store_that_does_not_answer(slow: Bench) -> None:
    slow.store.faults.values["page-latency"] = 30
    run_id = await slow.started()

    assert (await slow.api.pause_run(run_id)).state is RunState.PAUSED
    slow.store.faults.values.clear()
    assert (await slow.synced(RunKind.MANUAL)).state is RunState.DONE


async def test_a_run_that_is_over_is_refused_by_its_state(bench: Bench) -> None:
    run_id = (await bench.synced(RunKind.MANUAL)).id

    for verb in (bench.api.pause_run, bench.api.resume_run, bench.api.cancel_run):
        with pytest.raises(Refused, match=f"Run {run_id} is over: it is done"):
            await verb(run_id)


async def test_a_run_nobody_knows_is_not_found(bench: Bench) -> None:
    with pytest.raises(NotFound):
        await bench.api.pause_run(999)


async def test_a_paused_run_can_be_cancelled(slow: Bench) -> None:
    run_id = await slow.started()
    await slow.api.pause_run(run_id)

    assert (await slow.api.cancel_run(run_id)).state is RunState.CANCELLED
