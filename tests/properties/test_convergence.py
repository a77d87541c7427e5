"""Whatever a store goes through, and in whatever order what we saw of it arrives: the same rows come out."""

import random
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.store_settings import SYNC_GUESTS
from daemon.db.database import connect
from daemon.db.store_settings import keep_values
from daemon.ingest.apply import Batch, Gone
from daemon.rebuild import rebuild_totals
from daemon.records import (
    BillingContact,
    CartRecord,
    CustomerRecord,
    Kind,
    OrderRecord,
    ProductRecord,
    RefundRecord,
    SubscriberRecord,
)
from daemon.settings import Settings
from tests.support.ledger import LONG_AGO, Fetch, Ledger, cart, customer, line, order, product, refund, subscriber

HASHES = ("abc123", "def456")
STATUSES = (1, 2, 4, 5, 10, 11, 12, 14)

# Hypothesis draws the same examples every time: a failure is found by whoever made it, not by the next one.
PROVEN = settings(max_examples=60, deadline=None, derandomize=True, database=None)


@dataclass
class Shop:
    """A store as it is at one moment; every change is stamped with the second in which it happens."""

    dice: random.Random
    place: int
    now: int = LONG_AGO
    versions: int = 0
    customers: dict[int, CustomerRecord] = field(default_factory=dict)
    subscribers: dict[int, SubscriberRecord] = field(default_factory=dict)
    products: dict[int, ProductRecord] = field(default_factory=dict)
    orders: dict[int, OrderRecord] = field(default_factory=dict)
    refunds: dict[int, RefundRecord] = field(default_factory=dict)
    carts: dict[str, CartRecord] = field(default_factory=dict)
    gone: set[Gone] = field(default_factory=set)

    def __post_init__(self) -> None:
        for number in (1, 2, 3):
            self.customer(number)
            self.product(number)

    def live(self) -> None:
        """One thing happens, in this second or the next."""
        self.now += self.dice.randrange(2)
        happenings: tuple[Callable[[int], None], ...] = (
            self.customer,
            self.subscriber,
            self.product,
            self.order,
            self.order,
            self.guest_order,
            self.refund,
            self.cart,
            self.cart,
            self.drop_cart,
            self.unsubscribe,
            self.drop_product,
            self.archive,
        )
        self.dice.choice(happenings)(self.dice.randint(1, 3))

    def version(self) -> str:
        """No two states of a thing are alike: then a state seen twice is the same state."""
        self.versions += 1
        return f"v{self.versions}"

    def customer(self, number: int) -> None:
        email = f"{self.dice.choice('abc')}@example.com"
        self.customers[number] = customer(
            number,
            email=email,
            company=self.version(),
            channel_ids=self.dice.choice(((), (1,), (2,))),
            modified_at=self.now,
        )

    def subscriber(self, number: int) -> None:
        self.subscribers[number] = subscriber(
            number,
            email=f"{self.dice.choice('abc')}@example.com",
            accepts=self.dice.random() < 0.6,
            channel_id=self.dice.randrange(3),
            modified_at=self.now,
        )
        self.subscribers[number] = replace(self.subscribers[number], source=self.version())
        self.gone.discard(Gone(Kind.SUBSCRIBER, str(number)))

    def unsubscribe(self, number: int) -> None:
        if self.subscribers.pop(number, None):
            self.gone.add(Gone(Kind.SUBSCRIBER, str(number)))

    def product(self, number: int) -> None:
        self.products[number] = product(number, name=self.version(), modified_at=self.now)
        self.gone.discard(Gone(Kind.PRODUCT, str(number)))

    def drop_product(self, number: int) -> None:
        if self.products.pop(number, None):
            self.gone.add(Gone(Kind.PRODUCT, str(number)))

    def order(self, number: int) -> None:
        before = self.orders.get(number)
        sold = [
            line(number * 100 + place, product_id=place + 1, quantity=self.dice.randint(1, 3)) for place in range(2)
        ]
        self.orders[number] = order(
            number,
            before.customer_id if before else self.dice.randint(1, 3),
            status_id=0 if before is None and self.dice.random() < 0.3 else self.dice.choice(STATUSES),
            currency=before.currency if before else self.dice.choice(("USD", "EUR")),
            total_minor=self.dice.randint(100, 5000),
            payment_method=self.version(),
            cart_id=before.cart_id if before else self.dice.choice(("", f"cart-{number}")),
            lines=tuple(sold[: self.dice.randint(1, 2)]),
            modified_at=self.now,
        )

    def guest_order(self, number: int) -> None:
        """Two guests and what they call themselves today; the order of two numbers is that of their placing."""
        billing = BillingContact(f"guest{number % 2}@example.com", self.version(), "", self.version())
        self.orders[10 + number] = replace(
            order(10 + number, 0, status_id=self.dice.choice(STATUSES), modified_at=self.now),
            billing=billing,
            placed_at=LONG_AGO + 2 * number + self.place,
        )

    def archive(self, number: int) -> None:
        if found := self.orders.get(number):
            self.orders[number] = replace(
                found, is_deleted=True, payment_method=self.version(), modified_at=max(self.now, found.modified_at)
            )

    def refund(self, number: int) -> None:
        refund_id = len(self.refunds) + 1
        self.refunds[refund_id] = refund(refund_id, number, amount=f"{self.dice.randint(1, 2000) / 100:.2f}")

    def cart(self, number: int) -> None:
        """A cart is filled, or emptied; the id of one that is gone is never given again."""
        cart_id = f"cart-{number}"
        if Gone(Kind.CART, cart_id) in self.gone:
            return
        total_minor = 1000 + int(self.version()[1:])
        filled = cart(cart_id, number, total_minor=total_minor, updated_at=self.now)
        self.carts[cart_id] = filled if self.dice.random() < 0.8 else replace(filled, lines=())

    def drop_cart(self, number: int) -> None:
        """Deleted, or turned into an order."""
        if self.carts.pop(f"cart-{number}", None):
            self.gone.add(Gone(Kind.CART, f"cart-{number}"))

    def seen(self) -> Batch:
        """A look at a part of the store. Whoever and whatever an order or cart names is looked up along with it."""
        orders = self._some(self.orders.values())
        carts = self._some(self.carts.values())
        buyers = {found.customer_id for found in (*orders, *carts) if found.customer_id}
        return Batch(
            customers=tuple(self.customers[key] for key in {*buyers, *self._some(self.customers)}),
            products=tuple(self._some(self.products.values())),
            subscribers=tuple(self._some(self.subscribers.values())),
            orders=tuple(orders),
            refunds=tuple(self._some(self.refunds.values())),
            carts=tuple(carts),
            gone=tuple(self._some(sorted(self.gone, key=str))),
        )

    def _some(self, things: Any) -> list[Any]:
        return [thing for thing in things if self.dice.random() < 0.4]

    def whole(self) -> Batch:
        return Batch(
            customers=tuple(self.customers.values()),
            products=tuple(self.products.values()),
            subscribers=tuple(self.subscribers.values()),
            orders=tuple(self.orders.values()),
            refunds=tuple(self.refunds.values()),
            carts=tuple(self.carts.values()),
            gone=tuple(self.gone),
        )


def looks_at_shops(dice: random.Random, *, steps: int) -> list[Fetch]:
    """What was seen of two shops while they lived; the last look at each shows all of it."""
    shops = [Shop(dice, place) for place in range(len(HASHES))]
    looks: list[Fetch] = []
    for _ in range(steps):
        place = dice.randrange(len(shops))
        shops[place].live()
        looks.append(Fetch(shops[place].seen(), at_ms=len(looks) + 1, store=place))
    return looks + [Fetch(shop.whole(), at_ms=len(looks) + 1, store=place) for place, shop in enumerate(shops)]


def rows_after(looks: list[Fetch]) -> dict[str, list[Any]]:
    """The rows that must not depend on the order of arrival; what we noted on the way (histories, origins) may."""
    with Ledger(HASHES) as ledger:
        for key in ledger.keys:
            keep_values(ledger.conn, key.id, {SYNC_GUESTS.name: "on"})
        for look in looks:
            ledger.apply(look)
        return {name: sorted(ledger.rows(sql), key=str) for name, sql in ROWS.items()}


_CONTACT = "(select email from contact where contact.id = {}.contact_id)"
ROWS = {
    "customers": f"select store_id, customer_id, email, {_CONTACT.format('customer')}, company, channel_ids, "
    "accepts_marketing, modified_at from customer",
    "subscribers": "select store_id, subscriber_id, email, accepts_newsletter, channel_id, source from subscriber "
    "where digest != x''",
    "products": "select store_id, product_id, name from product where deleted_at is null",
    "orders": f"select store_id, number, {_CONTACT.format('store_order')}, status_id, status, counts, currency, "
    "total_minor, refunded_minor, products, placed_at, modified_at, payment_method, cart_id, deleted_at is null "
    "from store_order",
    "lines": "select store_order.store_id, number, line_id, position, product_id, quantity, "
    f"{_CONTACT.format('order_line')} from order_line join store_order on store_order.id = order_id "
    "join item on item.id = item_id",
    "refunds": "select * from refund",
    "carts": f"select store_id, cart_id, {_CONTACT.format('cart')}, status, order_number, total_minor, updated_at, "
    "closed_as, gone_at_ms is null from cart",
    "totals": f"select {_CONTACT.format('contact_total')}, store_id, currency, revenue_minor, orders, products, "
    "first_order_at, last_order_at from contact_total",
    "guests": "select email, first_name, last_name, phone from contact where email like 'guest%'",
    "sums": "select email, orders, revenue_minor, revenue_currency, last_order_at from contact where orders",
}

seeds = st.integers(min_value=0, max_value=2**32)


@PROVEN
@given(seed=seeds, steps=st.integers(1, 25))
def test_looks_that_arrive_in_any_order_and_any_number_of_times_end_in_the_same_rows(seed: int, steps: int) -> None:
    dice = random.Random(seed)
    looks = looks_at_shops(dice, steps=steps)
    jumbled = dice.sample(looks, k=len(looks)) + dice.choices(looks, k=len(looks))
    dice.shuffle(jumbled)

    assert rows_after(jumbled) == rows_after(looks)


@PROVEN
@given(seed=seeds, steps=st.integers(1, 25))
def test_looking_again_at_a_store_that_did_not_change_writes_nothing(seed: int, steps: int) -> None:
    *_, last = looks = looks_at_shops(random.Random(seed), steps=steps)
    with Ledger(HASHES) as ledger:
        for look in looks:
            ledger.apply(look)
        before = ledger.conn.total_changes

        applied = ledger.apply(replace(last, at_ms=last.at_ms + 1))

        assert (applied.ids, ledger.conn.total_changes) == ({}, before)


@PROVEN
@given(seed=seeds, steps=st.integers(1, 30))
def test_totals_are_the_sums_of_what_counts(seed: int, steps: int) -> None:
    with Ledger(HASHES) as ledger:
        for look in looks_at_shops(random.Random(seed), steps=steps):
            ledger.apply(look)

        totals = ledger.rows(
            "select contact_id, store_id, currency, revenue_minor, orders, products, first_order_at, last_order_at, "
            "last_order_id from contact_total"
        )
        assert set(totals) == naive_totals(ledger)


def naive_totals(ledger: Ledger) -> set[tuple[Any, ...]]:
    bought = ledger.rows(
        "select contact_id, store_id, currency, total_minor - refunded_minor, products, placed_at, id from store_order "
        "where status in ('Completed', 'Recovered') and deleted_at is null"
    )
    groups: dict[tuple[int, int, str], list[Any]] = {}
    for row in bought:
        for store_id in (0, row[1]):
            groups.setdefault((row[0], store_id, row[2]), []).append(row)
    return {
        (
            *key,
            sum(row[3] for row in rows),
            len(rows),
            sum(row[4] for row in rows),
            min(row[5] for row in rows),
            *max((row[5], row[6]) for row in rows),
        )
        for key, rows in groups.items()
    }


@pytest.mark.parametrize("seed", range(4))
def test_a_rebuild_changes_nothing(tmp_path: Path, seed: int) -> None:
    with Ledger(HASHES) as ledger:
        for look in looks_at_shops(random.Random(seed), steps=40):
            ledger.apply(look)
        derived = [ledger.rows("select * from contact_total"), ledger.rows("select * from contact order by id")]
        here = Settings(state_dir=tmp_path)
        ledger.keep(here.database)

    rebuilt = rebuild_totals(here)

    with closing(connect(here.database, writes=False)) as conn:
        tables = ("select * from contact_total", "select * from contact order by id")
        assert [conn.execute(sql).fetchall() for sql in tables] == derived
        assert rebuilt == len(derived[1])
