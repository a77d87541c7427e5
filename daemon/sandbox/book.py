"""The order book of the seed: what can be filtered as columns, everything else made per order when asked for."""

from __future__ import annotations

import uuid
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from random import Random

from daemon.sandbox.catalogue import Product
from daemon.sandbox.composer import COUPON_CODE, Composer, with_coupon
from daemon.sandbox.dice import dice_of, weighted
from daemon.sandbox.names import HOSTILE
from daemon.sandbox.orders import (
    CAD,
    EUR,
    GBP,
    INCOMPLETE,
    JPY,
    USD,
    Currency,
    Order,
    payment_status_of,
)
from daemon.sandbox.people import GUEST_IDS_FROM, Customer, Registry
from daemon.sandbox.plan import DAY, YEAR, Plan
from daemon.sandbox.seasons import order_times

FIRST_ORDER_ID = 1001
PAYMENTS = ("Credit Card", "PayPal", "Manual", "Bank Deposit", "Store Credit", "")
FRESH = 3 * DAY

# how often each status is met among settled orders, and among those of the last three days
SETTLED = ((10, 600), (2, 230), (5, 40), (4, 30), (14, 20), (6, 12), (0, 25), (1, 8), (7, 8), (8, 6), (9, 6), (3, 6))
SETTLED_RARE = ((12, 4), (13, 3), (11, 2))
NEW = ((11, 450), (9, 150), (7, 60), (1, 50), (0, 90), (2, 100), (10, 60), (12, 20), (8, 20))


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
        consignments, coupon = with_coupon(consignments) if rng.random() < 0.12 else (consignments, 0)
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
            coupon_code=COUPON_CODE if coupon else "",
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
