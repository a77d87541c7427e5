"""The generated history: repeatable, believable, and with every exception a client must survive."""

from collections import Counter
from time import gmtime

import pytest

from daemon.sandbox import truth
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.orders import JPY, Order, Ship
from daemon.sandbox.plan import YEAR, Plan
from daemon.sandbox.wire import dumps
from daemon.sandbox.world import World, build


def world_of(plan: Plan) -> World:
    return build(plan, VirtualClock(plan.ends_at), lambda scope, data: None)


@pytest.fixture(scope="module")
def world() -> World:
    return world_of(Plan(customers=800, orders=3_000, products=120))


@pytest.fixture(scope="module")
def orders(world: World) -> list[Order]:
    return list(world.orders)


def test_the_same_seed_gives_the_same_bytes() -> None:
    plan = Plan(customers=60, orders=150, products=30)

    first, second = ([dumps(row) for row in truth.rows(world_of(plan))] for _ in range(2))

    assert first == second


def test_another_seed_gives_another_store() -> None:
    rows = [list(truth.rows(world_of(Plan(seed=seed)))) for seed in (7, 8)]

    assert rows[0] != rows[1]


def test_sizes_are_as_planned(world: World) -> None:
    assert len(world.orders) == 3_000
    assert 780 <= len(world.customers) <= 800  # some have left
    assert 110 <= len(world.catalogue.products) <= 120


def test_orders_grow_over_three_years_and_peak_at_the_year_s_end(world: World, orders: list[Order]) -> None:
    ends = world.plan.ends_at
    years = Counter((ends - order.created_at) // YEAR for order in orders)
    months = Counter(gmtime(order.created_at).tm_mon for order in orders)
    at_the_end = (months[11] + months[12]) / 2

    assert years[0] > years[1] > years[2]
    assert at_the_end > 1.3 * sum(months.values()) / 12


def test_about_one_order_in_eight_is_a_guest_s_or_of_somebody_gone(world: World, orders: list[Order]) -> None:
    guests = sum(order.customer_id == 0 for order in orders)

    assert 0.09 < guests / len(world.orders) < 0.2


def test_about_one_customer_in_five_never_bought(world: World, orders: list[Order]) -> None:
    buyers = {order.customer_id for order in orders}
    idle = sum(customer_id not in buyers for customer_id in world.customers.ids)

    assert 0.12 < idle / len(world.customers) < 0.4


def test_some_customers_buy_very_often(orders: list[Order]) -> None:
    counts = Counter(order.customer_id for order in orders if order.customer_id)

    assert counts.most_common(1)[0][1] > 15
    assert sum(count == 1 for count in counts.values()) > 50


def test_every_status_is_met(orders: list[Order]) -> None:
    assert {order.status_id for order in orders} == set(range(15))


def test_every_kind_of_order_is_met(orders: list[Order]) -> None:
    lines = [line for order in orders for line in order.lines]
    parcels = [parcel for order in orders for parcel in order.consignments]
    claims = {
        "currencies": {"USD", "EUR", "GBP", "JPY"} <= {order.currency.code for order in orders},
        "display currency": any(order.display is not order.currency for order in orders),
        "groups": {parcel.ship for parcel in parcels} == set(Ship),
        "no method": any(parcel.method == "None" for parcel in parcels),
        "many lines": any(len(parcel.lines) > 50 for parcel in parcels),
        "hidden lines": any(parcel.hides_lines for parcel in parcels),
        "several addresses": any(len(order.consignments) > 1 for order in orders),
        "custom items": any(line.product_id == 0 and line.kind == "physical" for line in lines),
        "bundles": any(line.is_bundled and line.parent_id for line in lines),
        "no variant": any(line.variant_id is None for line in lines),
        "imports": any(order.external_source == "M-MIG" for order in orders),
        "archived": any(order.is_archived for order in orders),
        "store currency left out": any(not order.names_store_currency for order in orders),
        "short money": any(order.writes_short_money for order in orders),
        "incomplete with cart": any(order.status_id == 0 and order.cart_id for order in orders),
        "second channel": any(order.channel_id == 2 for order in orders),
        "coupons": any(order.coupon_cents for order in orders),
    }

    assert [name for name, holds in claims.items() if not holds] == []


def test_a_coupon_stands_on_a_line(orders: list[Order]) -> None:
    couponed = [order for order in orders if order.coupon_cents]

    assert couponed
    assert all(sum(line.discount_cents for line in order.lines) == order.coupon_cents for order in couponed)


def test_yen_have_no_decimals(orders: list[Order]) -> None:
    prices = [line.price_cents for order in orders if order.currency is JPY for line in order.lines]

    assert prices
    assert all(price % 100 == 0 for price in prices)


def test_every_kind_of_refund_is_met(world: World, orders: list[Order]) -> None:
    refunds = list(world.refunds)
    refunded = {refund.order_id for refund in refunds}
    claims = {
        "declined": any(refund.is_declined for refund in refunds),
        "tax only": any(not refund.items for refund in refunds),
        "full": any(refund.total_cents == world.orders[refund.order_id].total_cents for refund in refunds),
        "without status": any(world.orders[refund.order_id].status_id == 10 for refund in refunds),
        "status without": any(order.status_id == 4 and order.id not in refunded for order in orders),
    }

    assert [name for name, holds in claims.items() if not holds] == []


def test_people_have_awkward_names_and_addresses(world: World) -> None:
    customers = list(world.customers)
    names = " ".join(f"{c.first_name} {c.last_name}" for c in customers)

    assert "\x1b[" in names
    assert "\u202e" in names
    assert any(len(c.first_name) >= 300 for c in customers)
    assert any(c.email != c.email.strip() for c in customers)
    assert any(c.email.isupper() for c in customers)
    assert any(c.first_name == "" for c in customers)
    assert any(c.channel_ids is None for c in customers)
    emails = Counter(c.email.strip().lower() for c in customers)
    assert max(emails.values()) == 2


def test_mail_goes_to_reserved_domains_only(world: World) -> None:
    hosts = {customer.email.strip().lower().rsplit("@")[1] for customer in world.customers}

    assert hosts == {"example.com", "example.org", "example.net"}


def test_sums_of_an_order_add_up(orders: list[Order]) -> None:
    for order in orders:
        gross = sum(line.total_cents for line in order.lines) + order.shipping_cents + order.shipping_tax_cents
        assert order.total_cents == gross - order.coupon_cents - order.discount_cents


def test_without_exceptions_every_order_has_a_customer_and_one_parcel() -> None:
    plain = world_of(Plan(customers=50, orders=200, products=10, awkward=False))

    assert {order.currency.code for order in plain.orders} == {"USD"}
    assert all(len(order.consignments) == 1 for order in plain.orders)
    assert len(plain.refunds) == 0


def test_nothing_is_younger_than_the_end(world: World, orders: list[Order]) -> None:
    ends = world.plan.ends_at

    assert max(world.orders.modified) <= ends
    assert max(world.customers.modified) <= ends
    assert all(order.created_at <= order.modified_at for order in orders)


def test_young_incomplete_orders_have_a_cart_still(world: World, orders: list[Order]) -> None:
    owners = {cart.order_id for cart in world.carts.values()}

    assert owners
    assert all(world.orders[owner].status_id == 0 for owner in owners if owner)
