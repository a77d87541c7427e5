"""Stores that live: things happen in them one after the other, and looks at them bring parts of it."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from daemon.ingest.apply import Batch, Gone
from daemon.records import (
    BillingContact,
    CartRecord,
    CustomerRecord,
    Kind,
    OrderRecord,
    Place,
    ProductRecord,
    RefundRecord,
    SubscriberRecord,
)
from tests.support.ledger import LONG_AGO, Fetch, cart, customer, line, order, product, refund, subscriber

HASHES = ("abc123", "def456")
STATUSES = (1, 2, 4, 5, 10, 11, 12, 14)


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
        self.products[number] = replace(
            product(number, name=self.version(), modified_at=self.now),
            sale_minor=self.dice.choice((None, 900)),
            rating=self.dice.choice((0, 30, 45)),
        )
        self.gone.discard(Gone(Kind.PRODUCT, str(number)))

    def drop_product(self, number: int) -> None:
        if self.products.pop(number, None):
            self.gone.add(Gone(Kind.PRODUCT, str(number)))

    def order(self, number: int) -> None:
        before = self.orders.get(number)
        sold = [
            line(number * 100 + place, product_id=place + 1, quantity=self.dice.randint(1, 3))._replace(
                untaxed_minor=self.dice.choice((900, 1000)),
                brand=self.dice.choice(("", "Acme", "Oki")),
            )
            for place in range(2)
        ]
        self.orders[number] = order(
            number,
            before.customer_id if before else self.dice.randint(1, 3),
            status_id=0 if before is None and self.dice.random() < 0.3 else self.dice.choice(STATUSES),
            currency=before.currency if before else self.dice.choice(("USD", "EUR")),
            total_minor=self.dice.randint(100, 5000),
            payment_method=self.version(),
            billing=BillingContact(f"billing{number}@example.com", "Bill", "Ing", "", self.place_of_somebody()),
            cart_id=before.cart_id if before else self.dice.choice(("", f"cart-{number}")),
            lines=tuple(sold[: self.dice.randint(1, 2)]),
            modified_at=self.now,
        )

    def place_of_somebody(self) -> Place:
        country, city = self.dice.choice((("DE", "Berlin"), ("DE", "Hamburg"), ("US", "Austin"), ("", "")))
        return Place(country, "", city, "")

    def guest_order(self, number: int) -> None:
        """Two guests and what they call themselves today; the order of two numbers is that of their placing."""
        billing = BillingContact(
            f"guest{number % 2}@example.com", self.version(), "", self.version(), self.place_of_somebody()
        )
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
