"""What deliveries bring: each happening in a store changes the rows it should, whatever way its deliveries come."""

import random
from collections.abc import Callable

import pytest

from common.events import Changed, What
from common.sync import RunKind
from daemon.sandbox.deliveries import Delivery
from daemon.sandbox.people import NEWSLETTER
from daemon.sandbox.store import SandboxStore
from tests.support import truth
from tests.support.bench import Bench

Happening = Callable[[SandboxStore], object]


def _buyer(store: SandboxStore) -> int:
    """A customer with orders."""
    return next(order.customer_id for order in store.world.orders if order.customer_id)


def _numbers(store: SandboxStore) -> list[int]:
    return [order.id for order in store.world.orders if order.customer_id]


def _edit_buyer(store: SandboxStore) -> object:
    return store.customers.edit(_buyer(store), first_name="Changed", phone="+1 555 0100")


def _sign_up(store: SandboxStore) -> object:
    newcomer = store.customers.create("new@example.org", "New", "Comer")
    store.customers.subscribe("new@example.org", consents=[NEWSLETTER])
    return store.orders.place(newcomer.id)


HAPPENINGS: dict[str, Happening] = {
    "an order": lambda store: store.orders.place(_buyer(store)),
    "an order of a guest": lambda store: store.orders.place(email="guest@example.org"),
    "an order of a new product": lambda store: store.orders.place(
        _buyer(store), basket=[(store.catalogue.add_product("Quite New").id, 3)]
    ),
    "an order not yet paid": lambda store: store.orders.place(_buyer(store), status_id=7),
    "a status that counts": lambda store: store.orders.change_status(_numbers(store)[-1], 9),
    "a status that does not": lambda store: store.orders.change_status(_numbers(store)[-1], 5),
    "a refund of everything": lambda store: store.orders.refund(_numbers(store)[-1]),
    "a refund of a part": lambda store: store.orders.refund(_numbers(store)[-1], cents=123),
    "a refund that leaves the status": lambda store: store.orders.refund(
        _numbers(store)[-1], cents=77, changes_status=False
    ),
    "a declined refund": lambda store: store.orders.refund(_numbers(store)[-1], cents=77, is_declined=True),
    "an archived order": lambda store: store.orders.archive(_numbers(store)[-1]),
    "a customer with another name": _edit_buyer,
    "a new customer who buys": _sign_up,
    "a subscription": lambda store: store.customers.subscribe(
        store.world.customers[_buyer(store)].email, consents=[NEWSLETTER]
    ),
}


@pytest.mark.parametrize("happens", HAPPENINGS.values(), ids=HAPPENINGS.keys())
async def test_boxes_follow_the_store(bench: Bench, happens: Happening) -> None:
    happens(bench.store)

    await bench.deliver()

    assert {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()} == truth.expected(
        bench.store
    )


async def test_a_changed_email_moves_the_orders_to_its_contact(bench: Bench) -> None:
    customer = bench.store.world.customers[_buyer(bench.store)]
    former = truth.shown((await bench.contacts())[truth.email_of(customer)])
    bench.store.customers.edit(customer.id, email="Moved@Example.org ")

    await bench.deliver()

    contacts = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}
    moved, left_behind = contacts["moved@example.org"], contacts[truth.email_of(customer)]
    assert (moved.orders, moved.totals) == (former.orders, former.totals)
    assert (left_behind.orders, left_behind.totals) == ({}, {})


async def test_an_unsubscribed_customer_no_longer_accepts_but_stays_on_the_list(bench: Bench) -> None:
    customer = bench.store.world.customers[_buyer(bench.store)]
    bench.store.customers.subscribe(customer.email, consents=[NEWSLETTER])
    await bench.deliver()
    bench.store.clock.advance(60)

    bench.store.customers.unsubscribe(customer.email)
    await bench.deliver()

    accepts = bench.rows("select accepts_marketing from customer where customer_id = ?", customer.id)
    changes = bench.rows(
        "select value, origin from consent_change where signal = 'newsletter' order by id desc limit 1"
    )
    contact = await bench.api.contact(truth.email_of(customer))
    assert (accepts, changes) == ([0], [(0, "live")])
    assert [(membership.name, membership.status) for membership in contact.lists] == [("Master Contact List", "active")]


async def test_a_deleted_consent_record_ends_the_consent(bench: Bench) -> None:
    customer = bench.store.world.customers[_buyer(bench.store)]
    record = bench.store.customers.subscribe(customer.email, consents=[NEWSLETTER])
    await bench.deliver()

    bench.store.customers.delete_subscriber(record.id)
    await bench.deliver()

    assert bench.rows("select accepts_marketing from customer where customer_id = ?", customer.id) == [0]


async def test_an_abandoned_cart_is_in_the_box_and_recovered_when_it_becomes_an_order(bench: Bench) -> None:
    customer = bench.store.world.customers[_buyer(bench.store)]
    product = min(bench.store.world.catalogue.products)
    cart = bench.store.carts.abandon(customer_id=customer.id, basket=[(product, 2)])
    await bench.deliver()
    (abandoned,) = (await bench.api.contact(truth.email_of(customer))).ecommerce.carts
    assert (abandoned.status, abandoned.cart_id, abandoned.total.minor) == ("Abandoned", cart.id, cart.amount_cents)
    assert [(line.product_id, line.quantity) for line in abandoned.products] == [(product, 2)]

    order = bench.store.carts.convert(cart.id)
    await bench.deliver()

    (recovered,) = (await bench.api.contact(truth.email_of(customer))).ecommerce.carts
    assert (recovered.status, recovered.order) == ("Recovered", order.id)


async def test_a_cart_is_recovered_by_the_order_alone(bench: Bench) -> None:
    cart = bench.store.carts.abandon(customer_id=_buyer(bench.store))
    await bench.deliver()

    bench.store.carts.convert(cart.id)
    await bench.deliver(order=lambda waiting: [each for each in waiting if "cart" not in each.scope])

    assert bench.rows("select status from cart") == ["Recovered"]


async def test_a_cart_of_nobody_we_know_is_not_kept(bench: Bench) -> None:
    bench.store.carts.abandon(email="stranger@example.org")

    await bench.deliver()

    assert bench.rows("select count(*) from cart") == [0]


async def test_a_deleted_product_stays_on_the_lines_that_sold_it(bench: Bench) -> None:
    before = truth.expected(bench.store)
    product = next(line.product_id for order in reversed(list(bench.store.world.orders)) for line in order.lines)
    bench.store.catalogue.delete_product(product)

    await bench.deliver()

    deleted = bench.rows("select product_id from product where deleted_at is not null")
    assert deleted == [product]
    assert {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()} == before


async def test_a_renamed_category_names_what_is_bought_from_now_on(bench: Bench) -> None:
    product = next(iter(bench.store.world.catalogue.products.values()))
    old = bench.store.orders.place(_buyer(bench.store), basket=[(product.id, 1)])
    await bench.deliver()
    bench.store.catalogue.rename_category(product.categories[0], "Renamed")
    await bench.deliver()

    new = bench.store.orders.place(_buyer(bench.store), basket=[(product.id, 1)])
    bench.store.orders.change_status(old.id, 2)
    await bench.deliver()

    named = {number: (await bench.api.order("simstore1", number)).lines[0].categories for number in (old.id, new.id)}
    assert {number: "Renamed" in names for number, names in named.items()} == {old.id: False, new.id: True}


async def test_a_deleted_customer_leaves_contact_and_orders_as_they_were(bench: Bench) -> None:
    before = await bench.contacts()

    bench.store.customers.delete(_buyer(bench.store))
    await bench.deliver()

    assert await bench.contacts() == before
    assert bench.rows("select count(*) from customer where deleted_at is not null") == [1]


async def test_an_order_that_came_live_says_so_and_no_run_makes_it_historical(bench: Bench) -> None:
    order = bench.store.orders.place(_buyer(bench.store))
    await bench.deliver()
    bench.store.clock.advance(60)
    bench.store.orders.edit(order.id, staff_notes="looked at")

    await bench.synced(RunKind.HISTORICAL)

    shown = await bench.api.order("simstore1", order.id)
    assert (shown.origin, [step.origin for step in shown.history]) == ("live", ["live"])


async def test_every_step_of_an_order_is_in_its_history(bench: Bench) -> None:
    order = bench.store.orders.place(_buyer(bench.store))
    for status_id in (9, 2, 10):
        await bench.deliver()
        bench.store.clock.advance(60)
        bench.store.orders.change_status(order.id, status_id)
    await bench.deliver()

    steps = bench.rows("select from_status_id, to_status_id, origin from order_status_change order by id desc limit 4")
    assert steps == [(2, 10, "live"), (9, 2, "live"), (11, 9, "live"), (None, 11, "live")]


@pytest.mark.parametrize("seed", range(3))
async def test_deliveries_that_come_twice_and_out_of_order_leave_the_state_of_the_store(
    bench: Bench, seed: int
) -> None:
    dice = random.Random(seed)
    order = bench.store.orders.place(_buyer(bench.store))
    bench.store.orders.change_status(order.id, 2)
    bench.store.orders.refund(order.id, cents=150)
    _sign_up(bench.store)
    _edit_buyer(bench.store)

    def jumbled(waiting: list[Delivery]) -> list[Delivery]:
        return dice.sample(waiting * 2, k=len(waiting) * 2)

    await bench.deliver(order=jumbled)

    boxes = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}
    assert boxes == truth.expected(bench.store)
    assert bench.rows("select count(*) from store_order where number = ?", order.id) == [1]


async def test_many_deliveries_about_one_order_are_few_fetches(bench: Bench) -> None:
    number = _numbers(bench.store)[-1]
    bench.store.faults.values["latency"] = 0.3  # slow enough for more deliveries to come in during a fetch
    bench.store.requests.clear()
    for _ in range(10):
        for status_id in (9, 2, 10):
            bench.store.orders.change_status(number, status_id)

    taken = await bench.deliver()

    assert taken == 60
    assert 1 <= bench.store.requests[f"/v2/orders/{number}"] <= 20


async def test_changes_of_many_customers_are_few_fetches(bench: Bench) -> None:
    bench.store.faults.values["latency"] = 0.3
    bench.store.requests.clear()
    for _ in range(5):
        for customer_id in bench.store.world.customers.ids[:8]:
            bench.store.customers.edit(customer_id, phone="+1 555 0177")

    taken = await bench.deliver()

    assert taken == 40
    assert 1 <= bench.store.requests["/v3/customers"] <= 10


async def test_a_delivery_is_told_as_a_live_change(bench: Bench) -> None:
    async with bench.listening() as heard:
        order = bench.store.orders.place(_buyer(bench.store))
        await bench.post()

        event = await heard.first(
            lambda event: isinstance(event, Changed) and event.what is What.ORDER and order.id in event.ids
        )

        assert isinstance(event, Changed)
        assert (event.store, event.origin) == ("simstore1", "live")


async def test_deliveries_taken_in_before_a_stop_are_worked_off_after_the_start(bench: Bench) -> None:
    bench.store.fail(times=1000, status=503)
    _sign_up(bench.store)
    await bench.post()
    await bench.stop()
    bench.store.gate.failures.clear()

    await bench.start()
    await bench.worked_off(step_s=600)

    boxes = {email: truth.shown(contact) for email, contact in (await bench.contacts()).items()}
    assert boxes == truth.expected(bench.store)
