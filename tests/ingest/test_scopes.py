"""A token that may no longer read one part of the store: that part waits and is named, the others go on."""

from dataclasses import replace

from common.sync import RunKind, RunState
from common.times import DAY_S, HOUR_S
from tests.support.bench import IMPATIENT, Bench, eventually, small_store

_CARTS = "store_cart_read_only"


async def _is_granted(bench: Bench) -> bool:
    scopes = (await bench.api.store(bench.store.identity.store_hash)).scopes
    return next(scope.granted for scope in scopes if scope.scope == _CARTS)


async def test_a_scope_that_was_taken_away_is_named_and_its_deliveries_wait_until_it_is_back() -> None:
    async with Bench(small_store(), patience=replace(IMPATIENT, look_every_s=0.05)) as bench:
        await bench.synced()
        bench.store.identity.scopes.discard(_CARTS)
        bench.store.carts.abandon(customer_id=bench.store.world.customers.ids[0])
        number = next(one.id for one in bench.store.world.orders if one.customer_id and one.status_id)
        bench.store.orders.change_status(number, 12)
        await bench.post()

        async def is_named() -> bool:
            codes = [item.code for item in (await bench.api.status()).health]
            changed = bench.rows("select status_id from store_order where number = ?", number) == [12]
            return "scope-missing" in codes and changed

        await eventually(is_named)
        assert not await _is_granted(bench)
        assert bench.rows("select distinct kind from delivery where state = 'pending'") == ["cart"]

        bench.store.identity.scopes.add(_CARTS)
        bench.store.clock.advance(HOUR_S + 1)

        async def is_back() -> bool:
            return await _is_granted(bench) and bench.rows("select count(*) from cart where not is_from_order") == [1]

        await eventually(is_back)


async def test_a_scope_is_tried_again_after_our_clock_was_set_back_and_says_since_when_it_lacks() -> None:
    async with Bench(small_store(), patience=replace(IMPATIENT, look_every_s=0.05)) as bench:
        now = bench.store.clock.seconds()
        bench.write(
            "update store_scope set is_granted = 0, checked_at = ?, lost_at = ? where scope = ?",
            now + 90 * DAY_S,
            now - 3 * HOUR_S,
            _CARTS,
        )
        titles = [item.title for item in (await bench.api.status()).health if item.code == "scope-missing"]

        assert [title.endswith("(store_cart_read_only) for 3 h.") for title in titles] == [True]
        await eventually(lambda: _is_granted(bench))


async def test_a_run_goes_on_without_the_part_and_names_it() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        bench.store.fail(path="/v3/orders/payment_actions/refunds", status=403, times=3)

        run = await bench.synced(RunKind.HISTORICAL)

        assert run.state is RunState.DONE
        assert [(skip.kind, skip.id) for skip in run.skipped] == [("store", "refunds")]
        assert "scope-missing" in [item.code for item in (await bench.api.status()).health]


async def test_without_the_right_to_read_carts_a_run_still_proves_what_it_has_read() -> None:
    async with Bench(small_store()) as bench:
        await bench.synced()
        bench.store.carts.abandon(customer_id=bench.store.world.customers.ids[0])
        await bench.deliver()
        bench.store.identity.scopes.discard(_CARTS)
        bench.store.clock.advance(HOUR_S)

        run = await bench.synced(RunKind.CATCH_UP)

        assert [skip.id for skip in run.skipped] == ["open carts"]
        assert bench.rows("select synced_until from store") == [bench.store.clock.seconds()]


async def test_a_clock_that_is_off_loses_nothing_before_the_first_sync() -> None:
    """What a run reads from is our own time of connecting when nothing was ever read."""
    for seconds in (-3 * HOUR_S, 180, 3 * HOUR_S):
        async with Bench(small_store(), hooks=False, ahead_s=seconds) as bench:
            bench.store.clock.advance(60)
            number = next(one.id for one in bench.store.world.orders if one.customer_id and one.status_id)
            bench.store.orders.change_status(number, 12)
            bench.store.clock.advance(900)

            await bench.synced(RunKind.CATCH_UP)

            assert bench.rows("select number from store_order where status_id = 12 and number = ?", number) == [number]
