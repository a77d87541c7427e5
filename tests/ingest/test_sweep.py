"""Sweeps: what changed without a word is found, at night, and costs little where nothing did."""

from dataclasses import replace
from typing import Any

import pytest

from common.sync import RunKind, RunState
from common.times import DAY_S, HOUR_S
from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.pages import OrderCount, Page
from daemon.ingest.nightly import spread
from daemon.records import SubscriberRecord
from daemon.sandbox.people import NEWSLETTER
from tests.support.bench import IMPATIENT, Bench, eventually, small_store
from tests.support.witness import witness

_HASH = "simstore1"


async def _asked(bench: Bench, kind: RunKind) -> int:
    return (await bench.synced(kind)).requests


async def test_an_open_order_that_changed_without_a_word_is_read_again() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        number = next(one.id for one in bench.store.world.orders if one.customer_id and one.status_id)
        bench.store.orders.change_status(number, 7)
        bench.store.clock.advance(DAY_S)
        await bench.synced()
        order = bench.store.world.orders[number]
        bench.store.world.orders.keep(replace(order, status_id=10))  # and its modified time stays

        await bench.synced(RunKind.CATCH_UP)
        assert bench.rows("select status_id from store_order where number = ?", number) == [7]
        run = await bench.synced(RunKind.SWEEP)

        assert (run.state, run.skipped) == (RunState.DONE, [])
        assert bench.rows("select status_id from store_order where number = ?", number) == [10]
        assert bench.rows("select origin from order_status_change order by id desc limit 1") == ["manual"]


async def test_a_deletion_behind_an_addition_is_found_by_the_sweep() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        await bench.synced()
        deleted = bench.store.world.customers.ids[2]
        bench.store.customers.delete(deleted)
        bench.store.customers.create("new@example.com")

        await bench.synced(RunKind.SWEEP)

        assert bench.rows("select deleted_at is null from customer where customer_id = ?", deleted) == [0]


async def test_what_nothing_happened_to_costs_four_counts_and_no_row() -> None:
    async with Bench(small_store(customers=30, orders=90), hooks=False) as bench:
        await bench.synced()
        first = await _asked(bench, RunKind.CATCH_UP)

        with witness(bench) as written:
            run = await bench.synced(RunKind.CATCH_UP)

            assert (run.state, written()) == (RunState.DONE, [])
        lists = len(("categories", "products", "subscribers", "customers", "orders", "carts", "refunds"))
        assert run.requests <= first <= lists + 4 + 2  # pages that are known to be the last only when one more is empty


async def test_guests_orders_do_not_make_ours_look_gone() -> None:
    async with Bench(small_store(orders=80), hooks=False) as bench:
        await bench.synced()
        await bench.synced(RunKind.CATCH_UP)
        quiet = await _asked(bench, RunKind.CATCH_UP)
        for _ in range(3):
            bench.store.orders.place(0)

        assert await _asked(bench, RunKind.CATCH_UP) <= quiet + 1
        assert bench.rows("select count(*) from census") == [0]


async def test_a_subscriber_is_not_lost_when_another_goes_while_the_list_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The page after a deletion begins one row late."""
    store = small_store(customers=30)
    async with Bench(store, hooks=False) as bench:
        for customer_id in store.world.customers.ids:
            store.customers.subscribe(store.world.customers[customer_id].email, consents=[NEWSLETTER])
        known = [one.id for one in map(store.customers.subscriber_of, _emails(bench)) if one]
        asked = StoreApi.subscribers_page

        async def ten_a_page(self: StoreApi, page: int = 1, **asked_for: Any) -> Page[SubscriberRecord, int]:
            if page == 2 and known[0] not in gone:
                gone.append(known[0])
                store.customers.delete_subscriber(known[0])
            return await asked(self, page, **{**asked_for, "limit": min(10, asked_for.get("limit", 10))})

        gone: list[int] = []
        monkeypatch.setattr(StoreApi, "subscribers_page", ten_a_page)
        await bench.synced()

        held = set(bench.rows("select subscriber_id from subscriber where digest != x''"))
        assert held >= set(known[1:])


async def test_a_subscriber_that_slipped_between_two_pages_is_found_by_the_count() -> None:
    """One goes and another comes while the list is read: its total stays the same, and one row was on no page."""
    store = small_store(customers=12)
    async with Bench(store, hooks=False) as bench:
        emails = _emails(bench)
        for email in emails[:10]:
            store.customers.subscribe(email, consents=[NEWSLETTER])
        store.clock.advance(DAY_S)
        await bench.synced()
        lost = store.customers.subscriber_of(emails[4])
        assert lost is not None
        bench.write("delete from subscriber where subscriber_id = ?", lost.id)

        run = await bench.synced(RunKind.CATCH_UP)

        assert (run.state, run.skipped) == (RunState.DONE, [])
        assert bench.rows("select email from subscriber where subscriber_id = ?", lost.id) == [emails[4]]
        assert bench.rows("select count(*) from census") == [0]


async def test_an_order_placed_while_a_run_reads_makes_no_later_run_look_through_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = small_store(orders=80)
    async with Bench(store, hooks=False) as bench:
        await bench.synced()
        quiet = await _asked(bench, RunKind.CATCH_UP)
        asked = StoreApi.order_count

        async def placed_just_before(self: StoreApi, **asked_for: Any) -> OrderCount:
            store.orders.place(store.world.customers.ids[0])
            return await asked(self, **asked_for)

        monkeypatch.setattr(StoreApi, "order_count", placed_just_before)
        await bench.synced(RunKind.CATCH_UP)
        monkeypatch.undo()
        await bench.synced(RunKind.CATCH_UP)

        assert bench.rows("select count(*) from census") == [0]
        assert await _asked(bench, RunKind.CATCH_UP) <= quiet + 1


async def test_a_difference_that_stays_is_looked_into_once() -> None:
    store = small_store(customers=12)
    async with Bench(store, hooks=False) as bench:
        await bench.synced()
        first = await _asked(bench, RunKind.CATCH_UP)
        bench.write("delete from product where product_id = (select min(product_id) from product)")
        store.clock.advance(2 * DAY_S)

        looked = await _asked(bench, RunKind.CATCH_UP)
        again = await _asked(bench, RunKind.CATCH_UP)

        assert bench.rows("select kind, difference from census") == [("product", 1)]
        assert (looked > first, again <= first) == (True, True)


def _emails(bench: Bench) -> list[str]:
    world = bench.store.world
    return [world.customers[customer_id].email for customer_id in world.customers.ids]


async def test_a_sweep_begins_by_itself_in_the_night() -> None:
    patience = replace(IMPATIENT, look_every_s=0.05)
    store = small_store()
    async with Bench(store, hooks=False, patience=patience, catch_up_minutes=1440) as bench:
        await bench.synced()
        now = store.clock.seconds()
        await _advance_to(bench, now - now % DAY_S + 2 * DAY_S + 3 * HOUR_S + spread(_HASH) + 60)

        async def has_swept() -> bool:
            return bench.rows("select 1 from run where kind = 'sweep' and state = 'done'") == [1]

        await eventually(has_swept)


async def _advance_to(bench: Bench, moment: int) -> None:
    bench.store.clock.advance(moment - bench.store.clock.seconds())
