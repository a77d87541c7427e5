"""Stores that refuse, fail, or send what cannot be read: work waits or goes on, says why, and loses nothing."""

import json
from typing import Any

import aiohttp
import pytest

from common.errors import CounterfoilError
from common.stores import StoreState
from common.sync import Run, RunKind, RunState
from daemon.sandbox.store import SandboxStore
from tests.support import truth
from tests.support.bench import Bench, eventually, small_store

_WHOLE = {"include": "consignments.line_items", "consignment_structure": "object"}


async def _as_told(store: SandboxStore, path: str, **query: str) -> Any:
    """What the store answers on *path*, to be spoiled and given to the daemon instead."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(store.api + path, params=_WHOLE | query, headers=store.headers) as answer,
    ):
        return await answer.json()


def _number(store: SandboxStore) -> int:
    return [order.id for order in store.world.orders if order.customer_id][-1]


async def _boxes(bench: Bench) -> dict[str, truth.Box]:
    return {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}


async def _state(bench: Bench) -> StoreState:
    return (await bench.api.store("simstore1")).state


async def _settled_as(bench: Bench, state: StoreState) -> None:
    async def is_so() -> bool:
        return await _state(bench) is state

    await eventually(is_so)


async def test_an_order_not_yet_readable_is_asked_for_again(bench: Bench) -> None:
    bench.store.faults.values["unready"] = 3
    customer_id = bench.store.world.orders[_number(bench.store)].customer_id
    order = bench.store.orders.place(customer_id)
    await bench.post()

    async def is_postponed() -> bool:
        return bool(bench.rows("select 1 from delivery where kind = 'order' and state = 'pending' and attempts > 0"))

    await eventually(is_postponed)
    assert bench.rows("select count(*) from store_order where number = ?", order.id) == [0]

    await bench.worked_off(step_s=10)

    assert await _boxes(bench) == truth.expected(bench.store)


async def test_an_order_that_stays_absent_is_believed_gone(bench: Bench) -> None:
    bench.store.world.announce("store/order/updated", {"type": "order", "id": 999_999})
    await bench.post()

    await bench.worked_off(step_s=200)

    assert (await bench.api.status()).inbox.dead == 0


async def test_a_delivery_about_an_unreadable_order_is_dead_and_says_why(bench: Bench) -> None:
    number = _number(bench.store)
    spoiled = await _as_told(bench.store, f"/v2/orders/{number}") | {"total_inc_tax": "much"}
    bench.store.fail(path=f"/v2/orders/{number}?", status=200, body=json.dumps(spoiled))
    bench.store.orders.edit(number, staff_notes="x")

    await bench.deliver()

    (state, error) = bench.rows("select state, error from delivery where resource_id = ?", str(number))[0]
    assert state == "dead"
    assert "total_inc_tax='much' (expected money)" in error


async def test_a_run_skips_an_unreadable_order_says_why_and_goes_on() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        number = _number(bench.store)
        page = await _as_told(bench.store, "/v2/orders", sort="id:desc", limit="250")
        spoiled = [order | {"total_inc_tax": ""} if order["id"] == number else order for order in page]
        bench.store.fail(path="/v2/orders?", status=200, body=json.dumps(spoiled))

        run = await bench.synced()

        expected = {order.id for order in bench.store.world.orders if order.customer_id} - {number}
        assert set(bench.rows("select number from store_order")) == expected
        assert run.state is RunState.DONE
        assert [(thing.kind, thing.id) for thing in run.skipped] == [("order", str(number))]
        assert "expected money" in run.skipped[0].why


async def test_a_page_that_breaks_off_is_read_again() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        bench.store.fail(path="/v2/orders?", status=0, cuts_body=True)

        run = await bench.synced()

        assert (run.state, run.skipped) == (RunState.DONE, [])
        assert await _boxes(bench) == truth.expected(bench.store)


async def test_a_dead_token_parks_deliveries_and_asks_for_a_reconnect(bench: Bench) -> None:
    bench.store.revoke_token()
    bench.store.orders.edit(_number(bench.store), staff_notes="x")
    await bench.post()

    await _settled_as(bench, StoreState.NEEDS_RECONNECT)

    assert (await bench.api.status()).inbox.pending == 1
    with pytest.raises(CounterfoilError, match="must be reconnected"):
        await bench.started(RunKind.MANUAL)


async def test_deliveries_are_taken_in_while_the_store_waits_for_a_reconnect(bench: Bench) -> None:
    bench.store.revoke_token()
    bench.store.orders.edit(_number(bench.store), staff_notes="x")
    await bench.post()
    await _settled_as(bench, StoreState.NEEDS_RECONNECT)

    bench.store.orders.edit(_number(bench.store), staff_notes="y")
    await bench.post()

    assert (await bench.api.status()).inbox.pending == 2


async def test_a_run_with_a_dead_token_fails_and_asks_for_a_reconnect(bench: Bench) -> None:
    bench.store.revoke_token()

    run = await bench.synced(RunKind.MANUAL)

    assert run.state is RunState.FAILED
    assert run.error != ""
    assert await _state(bench) is StoreState.NEEDS_RECONNECT


async def test_one_refusal_of_a_good_token_does_no_harm(bench: Bench) -> None:
    bench.store.fail(status=401, body="{}")
    bench.store.orders.change_status(_number(bench.store), 2)

    await bench.deliver()

    assert await _state(bench) is StoreState.CONNECTED
    assert await _boxes(bench) == truth.expected(bench.store)


async def test_a_run_keeps_its_place_while_the_store_is_down_and_ends_when_it_is_back() -> None:
    async with Bench(small_store(customers=300, orders=40), hooks=False) as bench:
        bench.store.fail(times=10_000, path="/v2/orders?", status=503)
        run_id = await bench.started()
        await _settled_as(bench, StoreState.UNAVAILABLE)

        waiting = await _waiting(bench, run_id)
        assert (waiting.phase and waiting.phase.name, waiting.customers) == ("orders", 300)
        assert "503" in waiting.error

        bench.store.requests.clear()
        bench.store.gate.failures.clear()
        run = await bench.over(run_id)

        assert (run.state, run.error, bench.store.requests["/v3/customers"]) == (RunState.DONE, "", 0)
        assert await _state(bench) is StoreState.CONNECTED
        assert await _boxes(bench) == truth.expected(bench.store)


async def _waiting(bench: Bench, run_id: int) -> Run:
    async def run_if_waiting() -> Run | None:
        run = await bench.api.run(run_id)
        return run if run.state is RunState.QUEUED and run.error else None

    run: Run = await eventually(run_if_waiting)
    return run


async def test_deliveries_wait_while_the_store_is_down_and_are_applied_when_it_is_back(bench: Bench) -> None:
    bench.store.fail(times=10_000, status=503)
    bench.store.orders.change_status(_number(bench.store), 2)
    await bench.post()

    async def is_given_up_for_now() -> bool:
        await bench.pass_time(60)
        return await _state(bench) is StoreState.UNAVAILABLE

    await eventually(is_given_up_for_now)
    bench.store.gate.failures.clear()
    await bench.worked_off(step_s=600)

    assert await _state(bench) is StoreState.CONNECTED
    assert await _boxes(bench) == truth.expected(bench.store)


async def test_refunds_that_may_not_be_read_are_left_out_by_name_and_the_rest_is_there() -> None:
    async with Bench(small_store(awkward=True), hooks=False) as bench:
        bench.store.faults.values["forbidden-refunds"] = 1

        run = await bench.synced()

        assert run.state is RunState.DONE
        assert [(thing.kind, thing.id) for thing in run.skipped] == [("store", "refunds")]
        shown, expected = await _boxes(bench), truth.expected(bench.store)
        assert {email: box.orders.keys() for email, box in shown.items()} == {
            email: box.orders.keys() for email, box in expected.items()
        }


async def test_a_store_that_fails_at_large_pages_is_read_by_small_ones() -> None:
    async with Bench(small_store(orders=200), hooks=False) as bench:
        bench.store.faults.values["heavy-pages"] = 400_000

        run = await bench.synced()

        assert (run.state, run.skipped) == (RunState.DONE, [])
        assert await _boxes(bench) == truth.expected(bench.store)


async def test_a_store_whose_every_tenth_answer_fails_is_synced_all_the_same() -> None:
    faults = {"http-500": 0.04, "http-503html": 0.03, "truncated": 0.03, "empty-200": 1}
    async with Bench(small_store(customers=60, orders=200, awkward=True), hooks=False) as bench:
        bench.store.faults.values.update(faults)

        run = await bench.synced()

        assert (run.state, run.skipped) == (RunState.DONE, [])
        assert await _boxes(bench) == truth.expected(bench.store)


async def test_an_address_that_refuses_too_many_calls_is_warned_of(bench: Bench) -> None:
    url = f"{bench.settings.public.url}/webhooks/bigcommerce/simstore1"
    async with aiohttp.ClientSession() as session:
        for _ in range(100):
            async with session.post(url, data=b"{}") as answer:
                assert answer.status == 401

    health = {item.code: item for item in (await bench.api.status()).health}

    assert "100 of 100 webhook calls" in health["blocklist-risk"].title
    assert "no or a wrong secret header" in health["blocklist-risk"].title
