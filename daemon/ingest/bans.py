"""People who were erased stay away: what a fetch brought of them is left out before it is written.

Their orders are written without them: what was sold, when and for how much is the store's own affair. The check stands
in the write unit, so that nothing that was fetched before an erasure and comes after it can bring somebody back.
"""

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import replace

from daemon.db import erasing, people
from daemon.ingest.changes import StoreKey
from daemon.records import NOWHERE, BillingContact, CartRecord, CustomerRecord, OrderRecord, SubscriberRecord

_NOBODY = BillingContact("", "", "", "")


class Bans:
    """Which emails and customers of one store were erased, among those asked about when it was made."""

    def __init__(
        self, conn: sqlite3.Connection, store: StoreKey, emails: Iterable[str], customers: Iterable[int]
    ) -> None:
        self._store = store
        hashes = {erasing.hash_of_email(store.person_key, email) for email in emails if email}
        hashes |= {erasing.hash_of_customer(store.person_key, store.id, number) for number in customers if number}
        self._erased = erasing.erased_among(conn, hashes) if hashes else set()

    def __bool__(self) -> bool:
        return bool(self._erased)

    def has_email(self, email: str) -> bool:
        return email != "" and erasing.hash_of_email(self._store.person_key, email) in self._erased

    def has_customer(self, customer_id: int) -> bool:
        key = self._store.person_key
        return customer_id != 0 and erasing.hash_of_customer(key, self._store.id, customer_id) in self._erased


def erased_customers(conn: sqlite3.Connection, store: StoreKey, customer_ids: Collection[int]) -> set[int]:
    """Those of the store's customers that were erased: there is no use in asking for them."""
    if not erasing.is_anybody_erased(conn):
        return set()
    bans = Bans(conn, store, (), customer_ids)
    return {number for number in customer_ids if bans.has_customer(number)}


def admitted_people(
    conn: sqlite3.Connection, store: StoreKey, customers: Collection[CustomerRecord], *, now: int
) -> tuple[CustomerRecord, ...]:
    """A new account with an erased address is the same person: it is known by its id from now on, whatever its orders
    say of the buyer."""
    bans = Bans(conn, store, [one.email for one in customers], [one.customer_id for one in customers])
    for one in customers:
        if bans.has_email(one.email) and not bans.has_customer(one.customer_id):
            person = erasing.hash_of_email(store.person_key, one.email)
            account = erasing.hash_of_customer(store.person_key, store.id, one.customer_id)
            erasing.add_bans(conn, erasing.Bans(person, (account,)), now=now)
    return tuple(one for one in customers if not bans.has_email(one.email) and not bans.has_customer(one.customer_id))


def admitted_subscribers(
    conn: sqlite3.Connection, store: StoreKey, subscribers: Collection[SubscriberRecord]
) -> tuple[SubscriberRecord, ...]:
    bans = Bans(conn, store, [one.email for one in subscribers], ())
    return tuple(one for one in subscribers if not bans.has_email(one.email))


def admitted_carts(conn: sqlite3.Connection, store: StoreKey, carts: Collection[CartRecord]) -> tuple[CartRecord, ...]:
    bans = Bans(conn, store, [one.email for one in carts], [one.customer_id for one in carts])
    return tuple(one for one in carts if not bans.has_email(one.email) and not bans.has_customer(one.customer_id))


def without_the_erased(
    conn: sqlite3.Connection, store: StoreKey, orders: Collection[OrderRecord], buyers: Collection[CustomerRecord]
) -> tuple[tuple[OrderRecord, ...], frozenset[int]]:
    """*orders*, those of erased people without a trace of them; and the numbers of these.

    Somebody else, known here or among *buyers*, may have ordered with an erased person's address: that order stays
    theirs, without where it was billed to and the payload that holds the address.
    """
    bans = Bans(conn, store, [one.billing.email for one in orders], [one.customer_id for one in orders])
    if not bans:
        return tuple(orders), frozenset()
    known = {*people.contacts_of_customers(conn, store.id, {one.customer_id for one in orders})}
    known |= {one.customer_id for one in buyers}
    nobodys = frozenset(
        one.order_id
        for one in orders
        if bans.has_customer(one.customer_id) or (bans.has_email(one.billing.email) and one.customer_id not in known)
    )
    return tuple(
        _without_person(one)
        if one.order_id in nobodys
        else replace(one, billing=replace(one.billing, place=NOWHERE), raw=b"{}")
        if bans.has_email(one.billing.email)
        else one
        for one in orders
    ), nobodys


def _without_person(order: OrderRecord) -> OrderRecord:
    lines = tuple(line._replace(options=()) for line in order.lines)
    return replace(order, customer_id=0, cart_id="", billing=_NOBODY, lines=lines, raw=b"{}")
