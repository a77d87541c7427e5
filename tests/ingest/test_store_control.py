"""Stores in the operator's hand: paused, resumed, reconnected, deleted and connected again."""

import pytest
from pydantic import SecretStr

from common.errors import Refused, StoreRefused
from common.stores import StoreAdd, StoreReconnect, StoreState
from common.sync import RunKind, RunState
from tests.support import truth
from tests.support.bench import Bench, eventually, small_store

HASH = "simstore1"
NEW_TOKEN = "another-token"


def _number(bench: Bench) -> int:
    return [order.id for order in bench.store.world.orders if order.customer_id][-1]


async def _boxes(bench: Bench) -> dict[str, truth.Box]:
    return {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}


async def _is_as_the_store(bench: Bench) -> None:
    async def no_run_is_open() -> bool:
        return not (await bench.api.status()).runs

    await eventually(no_run_is_open)
    assert await _boxes(bench) == truth.expected(bench.store)


def _with(token: str) -> StoreReconnect:
    return StoreReconnect(token=SecretStr(token))


def _added(bench: Bench, *, hooks: bool = True) -> StoreAdd:
    return StoreAdd(store=HASH, token=SecretStr(bench.store.identity.token), hooks=hooks)


async def test_a_paused_store_is_asked_nothing_and_its_deliveries_are_kept(bench: Bench) -> None:
    paused = await bench.api.pause_store(HASH)
    bench.store.requests.clear()
    bench.store.orders.change_status(_number(bench), 5)
    await bench.post()

    assert paused.state is StoreState.PAUSED
    assert (await bench.api.status()).inbox.pending > 0
    assert not bench.store.requests
    assert "store-paused" in [item.code for item in (await bench.api.status()).health]
    with pytest.raises(Refused, match="is paused") as refused:
        await bench.started(RunKind.MANUAL)
    assert f"store resume {HASH}" in refused.value.remedy


async def test_a_resumed_store_works_off_what_waited(bench: Bench) -> None:
    await bench.api.pause_store(HASH)
    bench.store.orders.change_status(_number(bench), 5)
    await bench.post()

    resumed = await bench.api.resume_store(HASH)
    await bench.inbox_empty()

    assert resumed.state is StoreState.CONNECTED
    assert await _boxes(bench) == truth.expected(bench.store)


async def test_a_pause_outlives_a_restart(bench: Bench) -> None:
    await bench.api.pause_store(HASH)

    await bench.stop()
    await bench.start()

    assert (await bench.api.store(HASH)).state is StoreState.PAUSED


async def test_the_run_of_a_paused_store_waits_and_goes_on_where_it_was() -> None:
    async with Bench(small_store(customers=20, orders=900), hooks=False) as bench:
        bench.store.faults.values["page-latency"] = 0.2
        run_id = await bench.started()

        async def has_orders() -> bool:
            return (await bench.api.run(run_id)).orders > 0

        await eventually(has_orders)
        await bench.api.pause_store(HASH)

        async def is_queued() -> bool:
            return (await bench.api.run(run_id)).state is RunState.QUEUED

        await eventually(is_queued)
        bench.store.faults.values.clear()
        bench.store.requests.clear()
        await bench.api.resume_store(HASH)

        assert (await bench.over(run_id)).state is RunState.DONE
        assert bench.store.requests["/v3/customers"] == 0
        assert await _boxes(bench) == truth.expected(bench.store)


async def test_a_store_that_needs_another_token_is_not_just_resumed(bench: Bench) -> None:
    bench.store.revoke_token()
    await bench.synced(RunKind.MANUAL)

    with pytest.raises(Refused, match="refuses our token") as refused:
        await bench.api.resume_store(HASH)

    assert "store reconnect" in refused.value.remedy


async def test_a_reconnect_fills_the_gap_by_itself(bench: Bench) -> None:
    """The account was deleted with its hooks; what happened meanwhile was told by no delivery."""
    bench.store.uninstall()
    await bench.synced(RunKind.MANUAL)
    bench.store.orders.change_status(_number(bench), 5)
    bench.store.orders.place(bench.store.world.customers.ids[0])
    before = bench.rows("select hook_key from store")
    bench.store.identity.token = NEW_TOKEN

    store = await bench.api.reconnect_store(HASH, _with(NEW_TOKEN))

    assert (store.state, store.state_reason) == (StoreState.CONNECTED, "")
    assert store.hooks.alive == store.hooks.expected > 0
    assert bench.rows("select hook_key from store") == before
    await _is_as_the_store(bench)
    bench.store.orders.change_status(_number(bench), 2)
    await bench.deliver()
    assert await _boxes(bench) == truth.expected(bench.store)


async def test_a_reconnect_works_off_the_deliveries_that_waited(bench: Bench) -> None:
    bench.store.revoke_token()
    bench.store.orders.change_status(_number(bench), 5)
    await bench.post()

    async def is_refused() -> bool:
        return (await bench.api.store(HASH)).state is StoreState.NEEDS_RECONNECT

    await eventually(is_refused)
    bench.store.identity.token = NEW_TOKEN
    await bench.api.reconnect_store(HASH, _with(NEW_TOKEN))

    await bench.inbox_empty()
    await _is_as_the_store(bench)


async def test_a_token_the_store_refuses_changes_nothing(bench: Bench) -> None:
    with pytest.raises(StoreRefused):
        await bench.api.reconnect_store(HASH, _with("wrong"))

    assert (await bench.api.store(HASH)).state is StoreState.CONNECTED
    assert (await bench.synced(RunKind.MANUAL)).state is RunState.DONE


async def test_a_token_that_may_read_too_little_changes_nothing(bench: Bench) -> None:
    bench.store.identity.scopes.discard("store_v2_orders_read_only")

    with pytest.raises(StoreRefused, match="store_v2_orders_read_only"):
        await bench.api.reconnect_store(HASH, _with(bench.store.identity.token))

    bench.store.identity.scopes.add("store_v2_orders_read_only")
    assert (await bench.synced(RunKind.MANUAL)).state is RunState.DONE


async def test_the_new_token_holds_over_a_restart(bench: Bench) -> None:
    bench.store.identity.token = NEW_TOKEN
    await bench.api.reconnect_store(HASH, _with(NEW_TOKEN))
    await _is_as_the_store(bench)

    await bench.stop()
    await bench.start()

    assert (await bench.synced(RunKind.MANUAL)).state is RunState.DONE


async def test_a_client_secret_of_a_former_account_is_forgotten_with_its_token(bench: Bench) -> None:
    bench.store.identity.token = NEW_TOKEN
    bench.store.identity.client_secret = "another-secret"
    await bench.api.reconnect_store(HASH, _with(NEW_TOKEN))
    await _is_as_the_store(bench)

    bench.store.orders.change_status(_number(bench), 5)
    await bench.deliver()

    assert "signature-mismatch" not in [item.code for item in (await bench.api.status()).health]


async def test_a_deleted_store_keeps_its_data_and_loses_its_hooks(bench: Bench) -> None:
    before = await _boxes(bench)

    deleted = await bench.api.delete_store(HASH)

    assert deleted.state is StoreState.DELETED
    assert "stays until it is purged" in deleted.state_reason
    assert not bench.store.office.book.hooks
    assert await _boxes(bench) == before
    assert [store.state for store in (await bench.api.stores()).stores] == [StoreState.DELETED]
    assert (await bench.api.status()).health == []
    with pytest.raises(Refused, match="is deleted") as refused:
        await bench.started(RunKind.MANUAL)
    assert "store add" in refused.value.remedy


async def test_a_dead_token_does_not_keep_a_store_from_being_deleted_and_is_told(bench: Bench) -> None:
    bench.store.revoke_token()

    deleted = await bench.api.delete_store(HASH)

    assert deleted.state is StoreState.DELETED
    assert "webhooks could not be removed" in deleted.state_reason
    assert "What they send is refused" in deleted.state_reason


async def test_what_a_deleted_store_still_sends_is_refused(bench: Bench) -> None:
    bench.store.revoke_token()
    await bench.api.delete_store(HASH)
    before = bench.rows("select count(*) from delivery")

    bench.store.orders.change_status(_number(bench), 5)
    attempts = await bench.store.deliver()

    assert {attempt.status for attempt in attempts} == {401}
    assert bench.rows("select count(*) from delivery") == before


async def test_deleting_ends_runs_and_waiting_deliveries() -> None:
    async with Bench(small_store(customers=20, orders=900)) as bench:
        bench.store.faults.values["page-latency"] = 0.5
        run_id = await bench.started()
        bench.store.fail(times=10_000, path="/v2/orders/", status=503)
        bench.store.orders.change_status(_number(bench), 5)
        await bench.post()

        await bench.api.delete_store(HASH)

        assert (await bench.api.run(run_id)).state is RunState.CANCELLED
        assert (await bench.api.status()).inbox.pending == 0


async def test_a_deleted_store_is_neither_deleted_paused_nor_reconnected(bench: Bench) -> None:
    await bench.api.delete_store(HASH)

    for refused in (
        bench.api.delete_store(HASH),
        bench.api.pause_store(HASH),
        bench.api.resume_store(HASH),
        bench.api.reconnect_store(HASH, _with(bench.store.identity.token)),
    ):
        with pytest.raises(Refused, match="is deleted") as error:
            await refused
        assert "store add" in error.value.remedy


async def test_a_deleted_store_that_is_added_again_comes_back_with_its_data(bench: Bench) -> None:
    await bench.api.delete_store(HASH)
    bench.store.orders.change_status(_number(bench), 5)
    bench.store.orders.place(bench.store.world.customers.ids[0])

    store = await bench.api.add_store(_added(bench))

    assert store.state is StoreState.CONNECTED
    assert store.hooks.alive == store.hooks.expected > 0
    assert store.orders > 0
    await _is_as_the_store(bench)
    assert bench.rows("select count(*) from store") == [1]


async def test_a_deleted_store_that_cannot_be_added_again_stays_deleted(bench: Bench) -> None:
    await bench.api.delete_store(HASH)
    bench.store.fail(times=200, path="/v3/hooks", status=422)

    with pytest.raises(StoreRefused):
        await bench.api.add_store(_added(bench))

    assert (await bench.api.store(HASH)).state is StoreState.DELETED
    bench.store.gate.failures.clear()
    assert (await bench.api.add_store(_added(bench))).state is StoreState.CONNECTED


async def test_a_late_refusal_of_the_former_token_does_not_park_the_store_again(bench: Bench) -> None:
    bench.store.fail(path="/v2/orders/", status=401, body="{}", delay_s=0.6, times=2)
    bench.store.orders.change_status(_number(bench), 5)
    bench.store.requests.clear()
    await bench.post()

    async def is_asked() -> bool:
        return any("/v2/orders/" in path for path in bench.store.requests)

    await eventually(is_asked)
    bench.store.identity.token = NEW_TOKEN
    await bench.api.reconnect_store(HASH, _with(NEW_TOKEN))
    await _is_as_the_store(bench)

    async def is_tried_again() -> bool:
        return bool(bench.rows("select 1 from delivery where kind = 'order' and attempts > 0"))

    await eventually(is_tried_again)
    assert (await bench.api.store(HASH)).state is StoreState.CONNECTED


async def test_a_history_that_broke_off_is_read_whole_after_the_reconnect() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        bench.store.fail(times=100, path="/v2/orders", status=401, body="{}")
        run = await bench.synced(RunKind.HISTORICAL)
        bench.store.gate.failures.clear()
        bench.store.identity.token = NEW_TOKEN

        await bench.api.reconnect_store(HASH, _with(NEW_TOKEN))

        assert run.state is RunState.FAILED
        await _is_as_the_store(bench)
