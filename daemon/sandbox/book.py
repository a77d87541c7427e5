"""The order book of the seed: what can be filtered as columns, everything else made per order when asked for."""

from __future__ import annotations

import uuid
from array import array
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from daemon.sandbox.catalogue import BRANDS, Product
from daemon.sandbox.dice import dice_of
from daemon.sandbox.names import HOSTILE, PLACES
from daemon.sandbox.orders import (
    CAD,
    EUR,
    GBP,
    INCOMPLETE,
    JPY,
    USD,
    Consignment,
    Currency,
    Line,
    Order,
    Ship,
    payment_status_of,
)
from daemon.sandbox.people import GUEST_IDS_FROM, Address, Customer, Registry
from daemon.sandbox.plan import DAY, YEAR, Plan
from daemon.sandbox.seasons import order_times

FIRST_ORDER_ID = 1001
LINE_IDS_PER_ORDER = 100  # line ids are order id x 100 + place: no two orders share one
METHODS = ("Flat Rate", "Free Shipping", "UPS® Ground", "Express (1–2 days)", "Royal Mail Tracked 48", "None")
METHOD_WEIGHTS = (40, 25, 15, 10, 7, 3)
PAYMENTS = ("Credit Card", "PayPal", "Manual", "Bank Deposit", "Store Credit", "")
FRESH = 3 * DAY

# how often each status is met among settled orders, and among those of the last three days
SETTLED = ((10, 600), (2, 230), (5, 40), (4, 30), (14, 20), (6, 12), (0, 25), (1, 8), (7, 8), (8, 6), (9, 6), (3, 6))
SETTLED_RARE = ((12, 4), (13, 3), (11, 2))
NEW = ((11, 450), (9, 150), (7, 60), (1, 50), (0, 90), (2, 100), (10, 60), (12, 20), (8, 20))


def weighted(pairs: tuple[tuple[int, int], ...]) -> tuple[int, ...]:
    """Each value repeated by its weight: one indexing is one draw."""
    return tuple(value for value, weight in pairs for _ in range(weight))


SETTLED_DRAW, NEW_DRAW = weighted(SETTLED + SETTLED_RARE), weighted(NEW)
PLAIN_STATUSES = (10, 10, 10, 2, 11)


@dataclass(slots=True)
class Columns:
    """One entry per order, ascending by id."""

    ids: array[int]
    created: array[int]
    modified: array[int]
    statuses: array[int]
    buyers: array[int]  # id of the person, also when that customer was deleted; above GUEST_IDS_FROM: a guest


def columns(plan: Plan, registry: Registry) -> Columns:
    """The order columns of *plan*: ids ascend with gaps, one order in a hundred is an import of older date."""
    rng = dice_of(f"{plan.seed}/orders")
    book = Columns(array("q"), array("q"), array("q"), array("b"), array("q"))
    order_id, draw = FIRST_ORDER_ID - 1, rng.random
    for placed in order_times(plan):
        order_id += 1 if draw() < 0.8 else 2 + int(draw() * 4)
        is_fresh = placed > plan.ends_at - FRESH
        imported = plan.awkward and not is_fresh and draw() < 0.01
        settled = placed if is_fresh else placed + int(draw() * 10 * DAY)
        book.ids.append(order_id)
        book.created.append(placed - YEAR - int(draw() * 3 * YEAR) if imported else placed)
        book.modified.append(min(settled, plan.ends_at))
        book.statuses.append(_status(plan, is_fresh, draw()))
        book.buyers.append(_buyer(plan, registry, placed, draw(), draw()))
    return book


def _status(plan: Plan, is_fresh: bool, chance: float) -> int:
    draw = (NEW_DRAW if is_fresh else SETTLED_DRAW) if plan.awkward else PLAIN_STATUSES
    return draw[int(chance * len(draw))]


def _buyer(plan: Plan, registry: Registry, placed: int, chance: float, which: float) -> int:
    """A guest in 12 of 100 orders, else a customer signed up by then: a few buy very often, one in five never."""
    known = bisect_left(registry.signed_up, placed)
    if not known or (plan.awkward and chance < 0.12):
        return GUEST_IDS_FROM + int(which * max(plan.orders, 50) / 9)
    # a heavy tail over a fixed shuffle: position k of n is drawn with a density that falls towards the end
    place = int(known * which**1.6) * 7919 % known
    return registry.ids[place - 1 if place % 5 == 3 else place]


class Bookkeeper:
    """Makes the orders of a plan, each from nothing but its id, its columns and the seed."""

    def __init__(self, plan: Plan, registry: Registry, ever: tuple[Product, ...]) -> None:
        self.plan = plan
        self.columns = columns(plan, registry)
        self._registry = registry
        self._ever = ever

    def order(self, order_id: int, *, person: Customer | None = None) -> Order:
        """The order of the seed with that id; *person* saves looking the buyer up again."""
        place = bisect_left(self.columns.ids, order_id)
        buyer = self.columns.buyers[place]
        return self._compose(order_id, place, person or self._registry.person(buyer))

    def is_archived(self, order_id: int) -> bool:
        return self.plan.awkward and order_id % 211 == 5

    def customer_id(self, place: int) -> int:
        """What the order at *place* carries: 0 for guests and for customers who have left."""
        buyer = self.columns.buyers[place]
        return 0 if buyer >= GUEST_IDS_FROM or self._registry.is_deleted(buyer) else buyer

    def _compose(self, order_id: int, place: int, who: Customer) -> Order:
        rng = dice_of(self.plan.seed * 3_000_017 + order_id)
        created, modified = self.columns.created[place], self.columns.modified[place]
        status, awkward = self.columns.statuses[place], self.plan.awkward
        currency, display = _currencies(rng.random() if awkward else 1.0)
        is_import = modified - created > YEAR // 2
        composer = Composer(order_id, rng, self._ever, who.addresses[0], who.email, currency)
        consignments = composer.consignments(rng.random() if awkward else 1.0)
        coupon = composer.subtotal_cents // 10 // 100 * 100 if rng.random() < 0.12 else 0
        return Order(
            id=order_id,
            customer_id=self.customer_id(place),
            email=who.email,
            billing=who.addresses[0],
            created_at=created,
            modified_at=modified,
            shipped_at=min(created + 2 * DAY, modified) if status in (2, 3, 10) else 0,
            status_id=status,
            consignments=consignments,
            currency=currency,
            display=display,
            channel_id=who.channel_id,
            payment_method=PAYMENTS[int(rng.random() ** 2 * 6)],
            payment_status=payment_status_of(status),
            coupon_cents=coupon,
            coupon_code="TENOFF" if coupon else "",
            discount_cents=100 if rng.random() < 0.04 and composer.subtotal_cents > 1000 else 0,
            cart_id=cart_uuid(rng) if status == INCOMPLETE or rng.random() < 0.6 else None,
            source="external" if is_import else ("www", "www", "iphone", "manual", "checkout_api")[order_id % 5],
            external_source="M-MIG" if is_import else None,
            external_id=f"LEGACY-{order_id}" if is_import else None,
            is_archived=self.is_archived(order_id),
            is_opt_in=rng.random() < 0.25,
            locale=who.addresses[0].place.locale,
            customer_message=HOSTILE[order_id % len(HOSTILE)] if awkward and order_id % 97 == 0 else "",
            staff_notes="checked by phone" if order_id % 89 == 0 else "",
            ip_address=f"203.0.113.{order_id % 254 + 1}",
            names_store_currency=not awkward or order_id % 13 != 0,
            writes_short_money=awkward and order_id % 17 == 0,
        )


def cart_uuid(rng: Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _currencies(chance: float) -> tuple[Currency, Currency]:
    """(charged, shown): mostly US dollars; some US orders are shown in Canadian dollars."""
    if chance < 0.08:
        return EUR, EUR
    if chance < 0.14:
        return GBP, GBP
    if chance < 0.18:
        return JPY, JPY
    return (USD, CAD) if chance < 0.22 else (USD, USD)


class Composer:
    """Fills the consignments of one order: plain ones mostly, and each kind of exception in its share."""

    def __init__(
        self, order_id: int, rng: Random, shelf: tuple[Product, ...], address: Address, email: str, currency: Currency
    ) -> None:
        self.order_id = order_id
        self.email = email
        self.subtotal_cents = 0
        self._rng, self._shelf, self._address, self._currency = rng, shelf, address, currency
        self._lines_made = 0

    def consignments(self, chance: float) -> tuple[Consignment, ...]:
        """*chance* 0..1 picks the kind of order; 1.0 is always a plain one."""
        for below, kind in KINDS:
            if chance < below:
                return kind(self)
        return self.plain()

    def plain(self) -> tuple[Consignment, ...]:
        return (self._ship(self._some_lines(), place=0),)

    def many_lines(self) -> tuple[Consignment, ...]:
        """More than an included consignment shows."""
        return (self._ship(tuple(self.line(1) for _ in range(60)), place=0),)

    def hidden_lines(self) -> tuple[Consignment, ...]:
        return (self._ship((self.line(), self.line()), place=0, hides_lines=True),)

    def pickup(self) -> tuple[Consignment, ...]:
        return (self._go(Ship.PICKUP, self._some_lines()),)

    def digital(self) -> tuple[Consignment, ...]:
        return (self._go(Ship.DOWNLOAD, (self.line(1, kind="digital"),)),)

    def gift_certificate(self) -> tuple[Consignment, ...]:
        return (self._go(Ship.GIFT, (self._gift(),)),)

    def two_addresses(self) -> tuple[Consignment, ...]:
        return tuple(self._ship(self._some_lines(), place=place) for place in range(2))

    def with_custom_item(self) -> tuple[Consignment, ...]:
        return (self._ship((self.custom_line(), self.line()), place=0),)

    def bundle(self) -> tuple[Consignment, ...]:
        return (self._ship(self._bundle(), place=0),)

    def shipped_and_digital(self) -> tuple[Consignment, ...]:
        return (*self.plain(), *self.digital())

    def _some_lines(self) -> tuple[Line, ...]:
        more = int(self._rng.random() ** 2.2 * 6)
        return tuple(self.line() for _ in range(1 + more))

    def line(self, quantity: int = 0, *, kind: str = "", product: Product | None = None) -> Line:
        """One line of *product*, or of one taken from the shelf; few products sell most."""
        rng = self._rng
        product = product or self._shelf[int(len(self._shelf) * rng.random() ** 1.8)]
        variant = product.variants[int(rng.random() * len(product.variants))]
        price = variant.price_cents or product.selling_cents
        return self._made(
            Line(
                id=self._next_line_id(),
                product_id=product.id,
                variant_id=None if self.order_id % 19 == 0 else variant.id,
                name=product.name,
                sku=variant.sku,
                kind=kind or product.kind,
                quantity=quantity or 1 + int(rng.random() ** 3 * 4),
                price_cents=self._charged(price),
                size=variant.size,
                cost_cents=self._charged(product.cost_cents),
                brand=BRANDS[product.brand_id - 1] if product.brand_id else "",
                has_discounted_total=self.order_id % 7 != 0,
            )
        )

    def custom_line(self) -> Line:
        """An item that is in no catalogue, as a merchant types it into a manual order."""
        name = HOSTILE[self.order_id % len(HOSTILE)] if self._rng.random() < 0.3 else "Engraving, per letter"
        price = self._charged(1250)
        return self._made(
            Line(id=self._next_line_id(), product_id=0, variant_id=0, name=name, sku="", kind="physical", quantity=1,
                 price_cents=price)
        )  # fmt: skip

    def _gift(self) -> Line:
        price = self._charged(5000)
        return self._made(
            Line(id=self._next_line_id(), product_id=0, variant_id=0, name="Gift Certificate", sku="",
                 kind="giftcertificate", quantity=1, price_cents=price)
        )  # fmt: skip

    def _bundle(self) -> tuple[Line, ...]:
        """A parent with its price and two free parts that point at it."""
        parent = self.line(1)
        parts = tuple(
            Line(id=self._next_line_id(), product_id=part.id, variant_id=part.variants[0].id, name=part.name,
                 sku=part.sku, kind="physical", quantity=1, price_cents=0, parent_id=parent.id, is_bundled=True)
            for part in self._rng.choices(self._shelf, k=2)
        )  # fmt: skip
        return (parent, *parts)

    def _ship(self, lines: tuple[Line, ...], *, place: int, hides_lines: bool = False) -> Consignment:
        (method,) = self._rng.choices(METHODS, METHOD_WEIGHTS)
        cost = 0 if method in ("Free Shipping", "None") else self._charged(995)
        address = self._address if place == 0 else _moved(self._address, place)
        return Consignment(id=self.order_id * 3 + place, ship=Ship.SHIPPING, method=method, address=address,
                           lines=lines, cost_cents=cost, hides_lines=hides_lines)  # fmt: skip

    def _go(self, ship: Ship, lines: tuple[Line, ...]) -> Consignment:
        method = "Pickup in Store — Downtown" if ship is Ship.PICKUP else ""
        return Consignment(id=self.order_id * 3 + 2, ship=ship, method=method, address=self._address, lines=lines)

    def _next_line_id(self) -> int:
        self._lines_made += 1
        return self.order_id * LINE_IDS_PER_ORDER + self._lines_made

    def _made(self, line: Line) -> Line:
        self.subtotal_cents += line.price_cents * line.quantity
        return line

    def _charged(self, usd_cents: int) -> int:
        """In the order's currency, whole units where it has no decimals."""
        if self._currency is USD:
            return usd_cents
        cents = int(usd_cents * self._currency.rate)
        return cents if self._currency.places else cents // 100 * 100


Kind = Callable[[Composer], tuple[Consignment, ...]]

# kinds of orders with the share of all below which they lie; the rest are plain
KINDS: tuple[tuple[float, Kind], ...] = (
    (0.002, Composer.many_lines),
    (0.004, Composer.hidden_lines),
    (0.030, Composer.pickup),
    (0.070, Composer.digital),
    (0.080, Composer.gift_certificate),
    (0.100, Composer.two_addresses),
    (0.115, Composer.with_custom_item),
    (0.135, Composer.bundle),
    (0.145, Composer.shipped_and_digital),
)


def _moved(address: Address, place: int) -> Address:
    """The same person elsewhere."""
    return Address(id=address.id + place, first_name=address.first_name, last_name=address.last_name, company="",
                   street_1="2 Second Home", street_2="", place=PLACES[address.id % len(PLACES)], phone="")  # fmt: skip
