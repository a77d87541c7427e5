"""Customers, their addresses and newsletter consents, made from the seed one at a time."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from daemon.sandbox.dice import dice_of
from daemon.sandbox.names import COMPANIES, HOSTILE, MAIL_HOSTS, PEOPLE, PLACES, STREETS, Place
from daemon.sandbox.plan import DAY, Plan

NEWSLETTER, CART_MAIL = "marketing_newsletter", "abandoned_cart"
FIRST_CUSTOMER_ID = 101
PEOPLE_KEPT = 20_000  # made people kept for the next order of theirs
GUEST_IDS_FROM = 900_000_000  # persons behind guest orders: never customers, never shown as ids


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    id: int
    first_name: str
    last_name: str
    company: str
    street_1: str
    street_2: str
    place: Place
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer record; also the person behind a guest order, whose id is then above `GUEST_IDS_FROM`."""

    id: int
    email: str
    first_name: str
    last_name: str
    company: str
    phone: str
    addresses: tuple[Address, ...]
    created_at: int
    modified_at: int
    channel_id: int = 1
    channel_ids: tuple[int, ...] | None = (1,)
    group_id: int = 0
    accepts_review_mail: bool = False
    notes: str = ""
    store_credit_cents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """A consent record; `consents` None is a record without that key at all (written before consents existed)."""

    id: int
    email: str
    first_name: str
    last_name: str
    source: str  # storefront | order | custom
    channel_id: int
    consents: tuple[str, ...] | None
    created_at: int
    modified_at: int
    order_id: int | None = None


def ascii_only(text: str) -> str:
    """The letters a mail address can carry, accents dropped: `Zoë` gives `zoe`."""
    plain = unicodedata.normalize("NFKD", text.lower()).translate({ord("ł"): "l", ord("ø"): "o"})
    return "".join(c for c in plain if c.isascii() and c.isalnum())


class Registry:
    """Makes the people of a plan: the same id is always the same person.

    Ids ascend with gaps of 1 to 3, and so do the days they signed up, denser towards the end.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        rng = dice_of(f"{plan.seed}/people")
        self.ids, self.signed_up = array("q"), array("q")
        at = FIRST_CUSTOMER_ID - 1
        span = plan.ends_at - plan.begins_at
        for place in range(plan.customers):
            at += rng.randint(1, 3)
            share = ((place + rng.random()) / plan.customers) ** 0.7  # a growing store: more of them late
            self.ids.append(at)
            self.signed_up.append(plan.begins_at - DAY + int(span * share))
        self._made: dict[int, Customer] = {}
        self._joined = dict(zip(self.ids, self.signed_up, strict=True))

    def is_deleted(self, person_id: int) -> bool:
        """Whether that customer has left: no record, and orders with customer_id 0."""
        return self.plan.awkward and person_id % 53 == 1

    def modified(self, person_id: int) -> int:
        """When the record last changed; within the history, never before the sign-up."""
        joined = self._joined[person_id]
        return joined + (person_id * 7919 % 997) * max(self.plan.ends_at - joined, 0) // 1993

    def person_joined(self, person_id: int) -> int:
        """When that customer signed up; the opening of the store for anybody else."""
        return self._joined.get(person_id, self.plan.begins_at)

    def modified_or_opening(self, person_id: int) -> int:
        return self.modified(person_id) if person_id in self._joined else self.plan.begins_at

    def person(self, person_id: int) -> Customer:
        """The customer of *person_id*, or the guest of an id above `GUEST_IDS_FROM`."""
        known = self._made.get(person_id)
        if known is None:
            if len(self._made) >= PEOPLE_KEPT:
                self._made.clear()
            known = self._made[person_id] = self._make(person_id)
        return known

    def _make(self, person_id: int) -> Customer:
        rng = dice_of(self.plan.seed * 1_000_003 + person_id)
        first, last = rng.choice(PEOPLE)[0], rng.choice(PEOPLE)[1]
        email, joined = _email(rng, first, last, person_id), self.person_joined(person_id)
        plain = Customer(
            id=person_id,
            email=email,
            first_name=first,
            last_name=last,
            company=rng.choice(COMPANIES) if rng.random() < 0.1 else "",
            phone=f"+1 555 01{rng.randint(0, 99):02d}" if rng.random() < 0.7 else "",
            addresses=_addresses(rng, person_id, first, last),
            created_at=joined,
            modified_at=self.modified_or_opening(person_id),
            group_id=rng.choice((0, 0, 0, 0, 1, 2)),
            accepts_review_mail=rng.random() < 0.4,
            store_credit_cents=rng.choice((0, 0, 0, 0, 0, 500, 1250)),
        )
        return self._with_oddity(plain) if self.plan.awkward else plain

    def _with_oddity(self, who: Customer) -> Customer:
        """One person in six is odd in one way, by the remainder of the id."""
        oddity = who.id % 61
        if oddity in (7, 8, 9):
            return _renamed(who, HOSTILE[(who.id // 61 * 3 + oddity) % len(HOSTILE)])
        if oddity == 14 and who.id - 1 in self._joined:  # one mail address, two customers of two channels
            twin = self.person(who.id - 1)
            return replace(who, email=twin.email.strip().lower(), channel_id=2, channel_ids=(2,))
        oddly = ODDITIES.get(oddity)
        return oddly(who) if oddly else who

    def subscriber(self, subscriber_id: int, person_id: int) -> Subscriber:
        """The consent record that goes with a customer; ids above `GUEST_IDS_FROM` are newsletter readers only."""
        who = self.person(person_id)
        rng = dice_of(self.plan.seed * 2_000_003 + person_id)
        chance = rng.random()
        consents: tuple[str, ...] | None = (NEWSLETTER,)
        if self.plan.awkward:
            kinds: tuple[tuple[float, tuple[str, ...] | None], ...] = (
                (0.62, (NEWSLETTER,)),
                (0.76, (NEWSLETTER, CART_MAIL)),
                (0.86, ()),
                (0.94, (CART_MAIL,)),
                (1.00, None),
            )
            consents = next(kind for below, kind in kinds if chance < below)
        return Subscriber(
            id=subscriber_id,
            email=who.email.strip(),
            first_name=who.first_name,
            last_name=who.last_name if rng.random() < 0.8 else "",
            source=rng.choice(("storefront", "storefront", "order", "custom")),
            channel_id=who.channel_id,
            consents=consents,
            created_at=who.created_at,
            modified_at=who.modified_at,
        )


def _renamed(who: Customer, first_name: str) -> Customer:
    """With another first name, on the addresses too."""
    addresses = tuple(replace(address, first_name=first_name) for address in who.addresses)
    return replace(who, first_name=first_name, addresses=addresses)


ODDITIES: dict[int, Callable[[Customer], Customer]] = {
    11: lambda who: replace(who, email=who.email.upper()),
    12: lambda who: replace(who, email=f"  {who.email} "),
    13: lambda who: _renamed(who, ""),
    15: lambda who: replace(who, channel_id=2, channel_ids=(2,)),
    16: lambda who: replace(who, channel_id=2, channel_ids=(2,)),
    17: lambda who: replace(who, channel_ids=None),
    20: lambda who: replace(who, notes="VIP, call before delivery"),
}


def _email(rng: Random, first: str, last: str, person_id: int) -> str:
    """Unique by the id in it, and at a reserved domain."""
    name = ".".join(part for part in (ascii_only(first), ascii_only(last)) if part) or "customer"
    return f"{name}{person_id}@{rng.choice(MAIL_HOSTS)}"


def _addresses(rng: Random, person_id: int, first: str, last: str) -> tuple[Address, ...]:
    return tuple(
        Address(
            id=person_id * 4 + place,
            first_name=first,
            last_name=last,
            company="",
            street_1=f"{rng.randint(1, 240)} {rng.choice(STREETS)}",
            street_2=rng.choice(("", "", "Apt 4", "2. OG")),
            place=rng.choice(PLACES),
            phone="",
        )
        for place in range(rng.choice((1, 1, 1, 2)))
    )
