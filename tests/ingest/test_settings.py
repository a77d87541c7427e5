"""Settings of a store, changed while the daemon runs: what is there is derived anew."""

import pytest

from common.errors import Invalid
from common.sync import RunState
from daemon.ingest import derive
from tests.support import truth
from tests.support.bench import Bench, eventually, small_store


async def _changed(bench: Bench, **values: str | None) -> None:
    store_hash = bench.store.identity.store_hash
    await bench.api.change_settings(store_hash, {name.replace("__", "."): value for name, value in values.items()})


async def _settled(bench: Bench, **values: str | None) -> None:
    """Changes settings, and waits until nothing follows from it any more."""
    store_hash = bench.store.identity.store_hash
    if values:
        await _changed(bench, **values)

    async def is_done() -> bool:
        settings = await bench.api.store_settings(store_hash)
        runs = (await bench.api.status()).runs
        return not settings.doing and not runs

    await eventually(is_done)


_DERIVED = (
    "select number, status, counts from store_order order by number",
    "select contact_id, currency, revenue_minor, orders from contact_total order by 1, 2, 3",
    "select customer_id, accepts_newsletter, accepts_marketing from customer order by customer_id",
    "select contact_id, list_id from list_member order by 1",
    "select email, orders from contact order by email",
    "select contact.email, tag.name from contact_tag join tag on tag.id = tag_id "
    "join contact on contact.id = contact_id order by 1, 2",
)


def _derived(bench: Bench) -> list[object]:
    return [bench.rows(sql) for sql in _DERIVED]


async def test_what_was_changed_and_changed_back_is_as_if_nothing_had_been() -> None:
    async with Bench(small_store(customers=30, orders=120, awkward=True), hooks=False) as bench:
        await bench.synced()
        before = _derived(bench)

        await _settled(bench, status__11="Waiting", status__2="Failed", sync_guests="on")
        changed = _derived(bench)
        await _settled(bench, status__11=None, status__2=None, sync_guests="off")

        assert changed != before
        assert _derived(bench) == before


@pytest.mark.parametrize(
    ("before", "change"),
    [
        pytest.param({}, {"status__11": "Waiting", "status__2": "Failed"}, id="statuses"),
        pytest.param({}, {"marketing__signal": "review_mail"}, id="consent"),
        pytest.param({"sync_guests": "on"}, {"sync_guests": "off"}, id="guests"),
    ],
)
async def test_what_follows_from_a_change_goes_on_after_a_restart(
    monkeypatch: pytest.MonkeyPatch, before: dict[str, str | None], change: dict[str, str | None]
) -> None:
    async with Bench(small_store(customers=30, orders=120, awkward=True), hooks=False) as bench:
        await bench.synced()
        await _settled(bench, **before)
        await _settled(bench, **change)
        expected = _derived(bench)
        await _settled(bench, **{name: before.get(name) for name in change})
        monkeypatch.setattr(derive, "_ROWS_A_TRANSACTION", 2)

        await _changed(bench, **change)
        await bench.stop()
        left = bench.rows("select what from derivation")
        await bench.start()
        await _settled(bench)

        assert (len(left), _derived(bench)) == (1, expected)


async def test_guests_come_with_the_historical_run_that_follows() -> None:
    async with Bench(small_store(customers=12, orders=80), hooks=False) as bench:
        await bench.synced()
        guests = {
            order.email.strip().lower()
            for order in bench.store.world.orders
            if not order.customer_id and order.email and order.status_id
        }
        assert guests

        await _settled(bench, sync_guests="on")

        contacts = await bench.contacts()
        runs = bench.rows("select kind, state from run order by id")
        assert guests <= contacts.keys()
        assert runs == [("historical", RunState.DONE)] * 2
        sold = sum(1 for order in bench.store.world.orders if order.status_id and (order.customer_id or order.email))
        assert bench.rows("select count(*) from store_order where deleted_at is null") == [sold]


async def test_the_other_signal_decides_for_the_customers_that_are_there() -> None:
    async with Bench(small_store(customers=30), hooks=False) as bench:
        await bench.synced()

        await _settled(bench, marketing__signal="review_mail")

        assert bench.rows("select count(*) from customer where accepts_marketing != accepts_review_mail") == [0]
        assert bench.rows("select count(*) from customer where accepts_newsletter != accepts_review_mail") != [0]


async def test_a_change_is_in_force_at_the_next_write_and_survives_a_restart() -> None:
    async with Bench(small_store()) as bench:
        await bench.synced()
        await _settled(bench, status__12="Completed")
        await bench.stop()
        await bench.start()
        number = [order.id for order in bench.store.world.orders if order.customer_id][-1]
        bench.store.orders.change_status(number, 12)
        await bench.deliver()

        assert bench.rows("select status from store_order where number = ?", number) == ["Completed"]


async def test_a_wrong_change_changes_nothing() -> None:
    async with Bench(small_store(), hooks=False) as bench:
        wanted = {"sync_guests": "on", "status.12": "Nonsense"}

        with pytest.raises(Invalid, match="Nonsense"):
            await bench.api.change_settings(bench.store.identity.store_hash, dict(wanted))

        assert bench.rows("select count(*) from store_setting") == [0]


async def test_consents_are_those_of_the_store() -> None:
    async with Bench(small_store(customers=20), hooks=False) as bench:
        await bench.synced()
        await _settled(bench, display__consent="on")

        world = bench.store.world
        for customer in map(world.customers.__getitem__, world.customers.ids):
            shown = (await bench.api.contact(truth.email_of(customer))).consents
            assert any(one.accepts_marketing for one in shown) >= truth.accepts_marketing(world, customer)


async def test_guests_that_left_again_are_passed_over_and_their_carts_are_gone() -> None:
    async with Bench(small_store(customers=12, orders=80)) as bench:
        await bench.synced()
        before = _derived(bench), bench.rows("select number from passed_over")
        await _settled(bench, sync_guests="on")
        bench.store.carts.abandon(email="stranger@example.org")
        await bench.deliver()
        assert "stranger@example.org" in bench.rows("select email from contact")

        await _settled(bench, sync_guests="off")

        assert (_derived(bench), bench.rows("select number from passed_over")) == before
