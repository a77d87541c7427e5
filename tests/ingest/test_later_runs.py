"""Runs after the first: what did not change is not written, what did change comes, and nothing else."""

from collections import defaultdict
from dataclasses import replace

import pytest

from common.events import Changed, Event, RunProgress, What
from common.sync import RunKind, RunState
from daemon.bigcommerce import orders as order_reader
from daemon.bigcommerce.normalise_orders import order_record
from daemon.bigcommerce.reading import RawOrder
from daemon.records import OrderRecord
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.people import NEWSLETTER
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from tests.support import truth
from tests.support.bench import IMPATIENT, Bench, eventually, small_store
from tests.support.witness import witness

_DAY_S = 86_400


async def test_a_run_of_any_kind_over_unchanged_data_writes_no_row() -> None:
    async with Bench(small_store(customers=80, orders=260, awkward=True), hooks=False) as bench:
        await bench.synced()

        with witness(bench) as written:
            runs = {kind: await bench.synced(kind) for kind in RunKind}

            assert {kind: (run.state, run.changed) for kind, run in runs.items()} == dict.fromkeys(
                RunKind, (RunState.DONE, 0)
            )
            assert written() == []


async def test_a_history_read_once_more_looks_into_no_order_that_stands_as_it_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_into: list[int] = []

    def seen(order: RawOrder) -> OrderRecord:
        looked_into.append(order.row.id)
        return order_record(order)

    async with Bench(small_store(orders=300), hooks=False) as bench:
        first = await bench.synced(RunKind.HISTORICAL)
        bench.store.clock.advance(_DAY_S)
        moved_on = _numbers(bench.store)[10]
        bench.store.orders.change_status(moved_on, 3)
        monkeypatch.setattr(order_reader, "order_record", seen)

        again = await bench.synced(RunKind.HISTORICAL)

        assert (again.orders, again.carts, again.changed) == (first.orders, first.carts, 1)
        assert bench.rows("select status_id from store_order where number = ?", moved_on) == [3]
        kept = set(bench.rows("select number from store_order"))
        assert (set(looked_into) & kept, len(looked_into) < len(kept)) == ({moved_on}, True)


async def test_an_order_that_was_archived_and_is_back_as_it_was_is_brought_back() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        await bench.synced()
        number = _numbers(bench.store)[0]
        bench.write("update store_order set deleted_at = 1, counts = 0, digest = x'' where number = ?", number)

        await bench.synced(RunKind.HISTORICAL)

        assert bench.rows("select deleted_at from store_order where number = ?", number) == [None]


async def test_the_witness_sees_a_write() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        await bench.synced()
        bench.store.customers.edit(bench.store.world.customers.ids[0], phone="+1 555 0199")

        with witness(bench) as written:
            await bench.synced()

            assert {"contact", "customer"} <= set(written())


async def test_a_manual_run_ends_in_the_state_of_the_store() -> None:
    async with Bench(small_store(customers=40, orders=120, awkward=True), hooks=False) as bench:
        await bench.synced()
        bench.store.clock.advance(_DAY_S)
        former_email = truth.email_of(bench.store.world.customers[bench.store.world.customers.ids[1]])
        _much_happens(bench)
        bench.store.clock.advance(2 * 3600)

        run = await bench.synced(RunKind.MANUAL)

        boxes = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}
        former = boxes.pop(former_email)
        assert run.skipped == []
        assert (former.totals, former.orders, former.carts) == ({}, {}, {})
        assert _without_names(boxes) == _without_names(truth.expected(bench.store))


async def test_a_manual_run_tells_exactly_what_changed() -> None:
    async with Bench(small_store(orders=120), hooks=False) as bench:
        await bench.synced()
        bench.store.clock.advance(_DAY_S)
        moved_on, refunded, *_ = reversed(_numbers(bench.store))
        customers = bench.store.world.customers.ids
        bench.store.orders.change_status(moved_on, 3)
        bench.store.orders.refund(refunded, cents=100, changes_status=False)
        bench.store.customers.edit(customers[2], last_name="Newname")
        product = bench.store.catalogue.edit_product(min(bench.store.world.catalogue.products), name="Renamed")

        async with bench.listening() as heard:
            run = await bench.synced(RunKind.MANUAL)
            await heard.first(lambda event: isinstance(event, RunProgress) and event.run.state.is_over)

            assert _changed(heard.events) == {
                What.ORDER: {moved_on, refunded},
                What.CUSTOMER: {customers[2]},
                What.PRODUCT: {product.id},
            }
            assert run.changed == 4


async def test_changes_that_a_manual_run_brought_say_so() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        await bench.synced()
        bench.store.clock.advance(_DAY_S)
        number = bench.store.world.orders.ids[-1]
        bench.store.orders.change_status(number, 3)

        await bench.synced(RunKind.MANUAL)

        order = await bench.api.order("simstore1", number)
        assert (order.origin, [step.origin for step in order.history]) == ("historical", ["historical", "manual"])


async def test_bought_lines_keep_the_categories_of_their_day() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        product = next(iter(bench.store.world.catalogue.products.values()))
        customer = bench.store.world.customers.ids[0]
        old = bench.store.orders.place(customer, basket=[(product.id, 1)])
        await bench.synced()
        before = (await bench.api.order("simstore1", old.id)).lines[0].categories
        bench.store.clock.advance(_DAY_S)
        bench.store.catalogue.rename_category(product.categories[0], "A New Name")
        bench.store.catalogue.edit_product(product.id, name="Another Name")
        new = bench.store.orders.place(customer, basket=[(product.id, 1)])
        bench.store.orders.change_status(old.id, 2)

        await bench.synced(RunKind.MANUAL)

        (old_line,) = (await bench.api.order("simstore1", old.id)).lines
        (new_line,) = (await bench.api.order("simstore1", new.id)).lines
        assert (old_line.name, old_line.categories) == (product.name, before)
        assert (new_line.name, "A New Name" in new_line.categories) == ("Another Name", True)


async def test_a_cart_left_since_the_last_run_is_found_by_the_next() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        left = bench.store.orders.place(bench.store.world.customers.ids[0], status_id=0)
        bench.store.clock.advance(60)
        await bench.synced()
        bench.store.clock.advance(3600)

        await bench.synced(RunKind.MANUAL)

        assert bench.rows("select cart_id from cart") == [f"order:{left.id}"]


async def test_an_incomplete_order_that_is_paid_after_all_is_a_recovered_cart() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        left = bench.store.orders.place(bench.store.world.customers.ids[0], status_id=0)
        bench.store.clock.advance(2 * 3600)
        await bench.synced()
        bench.store.orders.change_status(left.id, 11)

        await bench.synced(RunKind.MANUAL)

        assert bench.rows("select status, order_number from cart") == [("Recovered", left.id)]


async def test_a_thousand_orders_with_their_customers_cost_at_most_nine_requests() -> None:
    store = small_store(customers=1000, orders=1000, products=60, clock=VirtualClock(Plan().ends_at))
    async with Bench(store, hooks=False) as bench:
        store.requests.clear()

        run = await bench.synced()

        asked = {path: n for path, n in store.requests.items() if "/orders" in path or path.endswith("/v3/customers")}
        asked = {path: n for path, n in asked.items() if "payment_actions" not in path}
        assert (len(store.world.orders), run.customers) == (1000, 1000)
        assert run.orders == len(_numbers(store))
        assert sum(asked.values()) <= 9, asked


def _much_happens(bench: Bench) -> None:
    """One of everything a manual run must notice. Deletions tell no list: deliveries bring them."""
    store = bench.store
    mine, customers = _numbers(store), store.world.customers.ids
    store.orders.change_status(mine[-1], 5)
    store.orders.change_status(mine[0], 2)
    store.orders.refund(mine[-3])
    store.orders.refund(mine[-4], cents=250, changes_status=False)
    store.orders.refund(mine[-5], cents=250, is_declined=True)
    store.customers.edit(customers[1], email="moved.house@example.org", first_name="Moved")
    store.customers.edit(customers[2], phone="+1 555 0123")
    new = store.customers.create("Brand.New@Example.com", "Brand", "New")
    store.customers.subscribe("brand.new@example.com", consents=[NEWSLETTER])
    for _ in range(3):
        store.orders.place(new.id)
    store.orders.place(new.id, status_id=0)
    store.orders.place(email="a.guest@example.com")
    store.orders.place(customers[3], basket=[(store.catalogue.add_product("Brand New Thing").id, 2)])


def _numbers(store: SandboxStore) -> list[int]:
    """The orders of customers, oldest first."""
    return [order.id for order in store.world.orders if order.customer_id]


def _without_names(boxes: dict[str, truth.Box]) -> dict[str, tuple[object, ...]]:
    return {email: (box.tags, box.lists, box.totals, box.orders, box.carts) for email, box in boxes.items()}


def _changed(events: list[Event]) -> dict[What, set[int | str]]:
    """The ids that were told to have changed; contacts are left out, their ids are the daemon's own."""
    told: dict[What, set[int | str]] = defaultdict(set)
    for event in events:
        if isinstance(event, Changed) and event.what is not What.CONTACT:
            told[event.what] |= set(event.ids)
    return dict(told)


@pytest.mark.parametrize("kind", [RunKind.HISTORICAL, RunKind.MANUAL, RunKind.CATCH_UP])
async def test_a_run_closes_a_cart_whose_deletion_was_never_told(kind: RunKind) -> None:
    async with Bench(small_store()) as bench:
        await bench.synced()
        kept, deleted = (bench.store.carts.abandon(customer_id=bench.store.world.customers.ids[n]) for n in (0, 1))
        await bench.deliver()
        bench.store.carts.delete(deleted.id)
        await bench.post(order=lambda waiting: [])

        await bench.synced(kind)

        closed = dict(bench.rows("select cart_id, closed_as from cart where not is_from_order"))
        assert closed == {kept.id: None, deleted.id: "deleted"}


async def test_a_cart_the_store_has_forgotten_expires_by_the_clock() -> None:
    async with Bench(small_store(), patience=replace(IMPATIENT, look_every_s=0.05)) as bench:
        await bench.synced()
        bench.store.carts.abandon(customer_id=bench.store.world.customers.ids[0])
        await bench.deliver()

        await bench.pass_time(31 * _DAY_S)

        await eventually(lambda: _is_all(bench, "select closed_as from cart where not is_from_order", ["expired"]))


async def _is_all(bench: Bench, sql: str, expected: list[str]) -> bool:
    return bench.rows(sql) == expected
