"""A run over two stores from their beginning, with every oddity they have, against the stores' own state."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

import pytest

from common.sync import Run, RunState
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.orders import JPY
from daemon.sandbox.people import GUEST_IDS_FROM
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from tests.support import truth
from tests.support.bench import Bench, small_store
from tests.support.truth import Box


@dataclass(frozen=True)
class Synced:
    """Both stores after their runs, and what came of them."""

    stores: tuple[SandboxStore, SandboxStore]
    runs: list[Run]
    boxes: dict[str, Box]
    expected: dict[str, Box]
    customers: list[Any]
    consent_changes: list[Any]
    categories: list[Any]
    order_lines: int
    origins: list[str]


async def _sync() -> Synced:
    clock = VirtualClock(Plan().ends_at)
    first = small_store(customers=220, orders=800, products=90, awkward=True, clock=clock)
    second = small_store(customers=60, orders=150, products=30, awkward=True, clock=clock, store_hash="otherstore")
    _make_sure_of_the_rare(first, second)
    async with Bench(first, second, hooks=False) as bench:
        runs = [await bench.synced(store=store) for store in bench.stores]
        boxes = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}
        return Synced(
            stores=(first, second),
            runs=runs,
            boxes=boxes,
            expected=truth.expected(first, second),
            customers=bench.rows(
                "select hash, customer_id, accepts_marketing, accepts_review_mail "
                "from customer join store on store.id = store_id"
            ),
            consent_changes=bench.rows(
                "select hash, customer.customer_id, signal, value, source, changed_at, consent_change.origin "
                "from consent_change join customer on customer.id = consent_change.customer_id "
                "join store on store.id = store_id"
            ),
            categories=bench.rows("select ids, names, paths from category_set"),
            order_lines=bench.rows("select count(*) from order_line")[0],
            origins=bench.rows("select distinct origin from store_order union select distinct origin from customer"),
        )


def _make_sure_of_the_rare(first: SandboxStore, second: SandboxStore) -> None:
    """What a few hundred seeded orders may lack; all of it older than the hour after which a cart is left."""
    shared = first.world.customers[first.world.customers.ids[3]]
    twin = second.customers.create(f" {shared.email.strip().upper()} ", "Twin", "Elsewhere")
    second.orders.place(twin.id)
    second.orders.place(twin.id, currency=JPY)
    paid = first.orders.place(shared.id)
    first.orders.refund(paid.id, cents=100, changes_status=False)
    first.orders.refund(paid.id, cents=50, changes_status=False, is_declined=True)
    first.orders.place(shared.id, status_id=0)
    first.orders.archive(first.orders.place(shared.id).id)
    for status_id in range(1, 15):
        first.orders.place(shared.id, status_id=status_id)
    first.clock.advance(2 * 3600)
    first.orders.place(shared.id, status_id=0)  # too fresh to be a cart


@pytest.fixture(scope="module")
def synced() -> Synced:
    return asyncio.run(_sync())


def test_every_customer_is_a_contact_and_no_guest_is(synced: Synced) -> None:
    assert synced.boxes.keys() == synced.expected.keys()


def test_the_stores_have_guests_to_leave_out(synced: Synced) -> None:
    guests = [order.email for order in synced.stores[0].world.orders if not order.customer_id]

    assert len(guests) > 50
    assert GUEST_IDS_FROM not in synced.stores[0].world.customers


def test_every_contact_is_tagged_as_customer(synced: Synced) -> None:
    assert {box.tags for box in synced.boxes.values()} == {("bigcommerce-customer",)}


def test_names_are_those_of_a_customer_of_that_email(synced: Synced) -> None:
    assert {email for email, box in synced.boxes.items() if not box.names <= synced.expected[email].names} == set()


def test_exactly_those_who_accept_are_on_the_master_contact_list(synced: Synced) -> None:
    members = {email: box.lists for email, box in synced.boxes.items()}

    assert members == {email: box.lists for email, box in synced.expected.items()}
    assert set(members.values()) == {(), (("Master Contact List", "active"),)}


def test_consents_are_kept_per_customer_and_store(synced: Synced) -> None:
    assert set(synced.customers) == {
        (
            store.identity.store_hash,
            customer.id,
            truth.accepts_marketing(store.world, customer),
            customer.accepts_review_mail,
        )
        for store in synced.stores
        for customer in store.world.customers
    }


def test_every_given_consent_is_a_change_of_historical_origin(synced: Synced) -> None:
    given = {(store, customer, signal) for store, customer, signal, value, *_ in synced.consent_changes if value}

    assert given == {
        (store, customer, signal)
        for store, customer, *flags in synced.customers
        for signal, flag in zip(("newsletter", "review_mail"), flags, strict=True)
        if flag
    }
    assert len(synced.consent_changes) == len(given)
    assert {row[-1] for row in synced.consent_changes} == {"historical"}


def test_totals_are_net_of_refunds_by_store_and_currency_and_over_all_stores(synced: Synced) -> None:
    assert {email: box.totals for email, box in synced.boxes.items()} == {
        email: box.totals for email, box in synced.expected.items()
    }


def test_the_totals_compared_have_several_stores_currencies_and_refunds(synced: Synced) -> None:
    keys = {key for box in synced.expected.values() for key in box.totals}

    assert {currency for _, currency in keys} == {"USD", "EUR", "GBP", "JPY"}
    assert {store for store, _ in keys} == {None, "simstore1", "otherstore"}
    assert any(order.refunded[0] for box in synced.expected.values() for order in box.orders.values())


def test_orders_are_those_of_the_store_in_all_that_the_box_shows(synced: Synced) -> None:
    assert _different(synced, "orders") == {}


def test_all_statuses_and_shipping_methods_were_compared(synced: Synced) -> None:
    orders = [order for box in synced.expected.values() for order in box.orders.values()]

    assert {order.store_status for order in orders} >= {"Shipped", "Packing today", "Done & dusted", "Disputed"}
    assert {order.status for order in orders} == {
        "Completed",
        "Pending payment",
        "Refunded",
        "Canceled",
        "Failed",
        "Waiting",
    }
    assert {order.shipping_method for order in orders} >= {"", "Flat Rate", "UPS® Ground"}
    assert max(len(order.products) for order in orders) > 50


def test_lines_carry_the_categories_of_their_products(synced: Synced) -> None:
    lines = [line for box in synced.boxes.values() for order in box.orders.values() for line in order.products]

    assert any(len(line.categories) > 1 for line in lines)
    assert {line.categories for line in lines if not line.product_id} == {()}


def test_category_paths_lead_from_the_root(synced: Synced) -> None:
    paths = {
        (name, path)
        for _, names, paths in synced.categories
        for name, path in zip(json.loads(names), json.loads(paths), strict=True)
    }

    assert {path.rpartition(" / ")[2] for _, path in paths} == {name for name, _ in paths}
    assert any(path.count(" / ") == 2 for _, path in paths)


def test_carts_are_the_incomplete_orders_of_customers_left_for_an_hour(synced: Synced) -> None:
    assert _different(synced, "carts") == {}
    assert sum(len(box.carts) for box in synced.expected.values()) > 5


def test_everything_says_that_it_came_historically(synced: Synced) -> None:
    assert synced.origins == ["historical"]


def test_the_run_counts_what_it_brought(synced: Synced) -> None:
    run, world = synced.runs[0], synced.stores[0].world

    assert (run.state, run.error, run.skipped) == (RunState.DONE, "", [])
    assert (run.products, run.customers) == (len(world.catalogue.products), len(world.customers))
    assert run.orders == sum(len([1 for key in box.orders if key[0] == run.store]) for box in synced.expected.values())


def _different(synced: Synced, facet: str) -> dict[str, Any]:
    """Where *facet* is not as expected: (shown, expected) by email."""
    pairs = {
        email: (getattr(box, facet), getattr(synced.expected[email], facet)) for email, box in synced.boxes.items()
    }
    return {email: pair for email, pair in pairs.items() if pair[0] != pair[1]}
