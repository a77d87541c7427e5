"""A store that hangs at one thing, or one thing we stumble over: the others of the store do not wait for it."""

from contextlib import closing
from dataclasses import replace

import pytest

from daemon.bigcommerce.transport import RetryPolicy
from daemon.ingest.patience import Patience
from tests.support.bench import IMPATIENT, Bench, eventually, small_store

_SHORT = RetryPolicy(attempts=2, timeout_s=0.2, first_pause_s=0, longest_pause_s=0, jitter_s=0, unauthorized_pause_s=0)


@pytest.mark.parametrize(
    "patience",
    [replace(IMPATIENT, retries=_SHORT), replace(IMPATIENT, fetch_within_s=0.3)],
    ids=["the request ends", "the errand ends"],
)
async def test_a_thing_the_store_hangs_at_is_put_off_and_comes_once_it_answers(patience: Patience) -> None:
    async with Bench(small_store(), patience=patience) as bench:
        await bench.synced()
        bench.store.clock.advance(3600)
        hanging, other = [order.id for order in bench.store.world.orders if order.customer_id][-2:]
        bench.store.fail(times=100, path=f"/v2/orders/{hanging}?", status=0, delay_s=30)
        for number in (hanging, other):
            bench.store.orders.change_status(number, 2)
        await bench.post()

        async def is_put_off() -> bool:
            states = "select distinct resource_id, state, attempts > 0 from delivery where kind = 'order' order by id"
            return bench.rows(states) == [(str(hanging), "pending", 1), (str(other), "done", 0)]

        await eventually(is_put_off)
        bench.store.gate.failures.clear()
        await bench.worked_off(step_s=10)

        assert bench.rows("select status_id from store_order where number = ?", hanging) == [2]


async def test_one_order_that_breaks_us_among_many_is_dead_with_the_reason_and_the_others_are_done(
    bench: Bench,
) -> None:
    numbers = [order.id for order in bench.store.world.orders if order.customer_id]
    broken = numbers[3]
    with closing(bench.database(writes=True)) as conn:  # stands for whatever we did not think of
        conn.execute(
            f"create trigger trap before update on store_order when new.number = {broken} "
            "begin select raise(abort, 'caught'); end"
        )
    bench.store.orders.change_status(broken, 2)
    for number in numbers[4:28]:
        bench.store.orders.change_status(number, 2)

    await bench.post()
    await bench.worked_off(step_s=700)

    dead = bench.rows("select distinct resource_id, cause from delivery where state = 'dead'")
    done = bench.rows(
        "select count(*) from store_order where status_id = 2 and number between ? and ?", *numbers[4:28:23]
    )
    assert [(number, "A fault in Counterfoil" in cause) for number, cause in dead] == [(str(broken), True)]
    assert done == [24]
