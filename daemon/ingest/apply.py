"""The one write unit: whatever caused a change in a store's data, it becomes rows here and nowhere else.

A unit takes what one fetch brought, writes what differs, and tells which things changed. Applying the same thing
twice changes nothing and touches no row; applying things in any order ends in the same rows.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo

from common.events import What
from daemon.db import erasing, totals
from daemon.ingest import apply_carts, apply_catalogue, apply_orders, apply_people, bans
from daemon.ingest.changes import Changes, StoreKey
from daemon.ingest.memberships import UTC, settle
from daemon.ingest.store_rules import rules_of
from daemon.records import (
    CartRecord,
    CategoryRecord,
    Cause,
    CustomerRecord,
    Kind,
    OrderRecord,
    ProductRecord,
    RefundRecord,
    SubscriberRecord,
)


@dataclass(frozen=True, slots=True)
class Gone:
    """A thing the store says it no longer has."""

    kind: Kind
    resource_id: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch brought. *categories* is all of them or None (not fetched); the rest may be any part.

    *expired* are ids of carts that the store has forgotten by now, *nobodys* numbers of orders whose buyer was erased.
    """

    categories: tuple[CategoryRecord, ...] | None = None
    products: tuple[ProductRecord, ...] = ()
    subscribers: tuple[SubscriberRecord, ...] = ()
    customers: tuple[CustomerRecord, ...] = ()
    orders: tuple[OrderRecord, ...] = ()
    refunds: tuple[RefundRecord, ...] = ()
    carts: tuple[CartRecord, ...] = ()
    gone: tuple[Gone, ...] = ()
    expired: tuple[str, ...] = ()
    nobodys: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Applied:
    """What a unit changed: the store's ids (our own for contacts and segments), by kind of thing; empty = nothing."""

    ids: dict[What, list[int | str]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many things of the store changed; the contacts they belong to are not counted again."""
        return sum(len(ids) for what, ids in self.ids.items() if what not in (What.CONTACT, What.SEGMENT))


Step = Callable[[sqlite3.Connection, Applied], None]


def apply(
    conn: sqlite3.Connection,
    store: StoreKey,
    batch: Batch,
    cause: Cause,
    *,
    along: Step | None = None,
    zone: ZoneInfo = UTC,
    on_rows: Callable[[], None] | None = None,
) -> Applied:
    """Writes what *batch* brought, and with it, in the same transaction, what *along* writes.

    *along* settles the work that caused the fetch: the run's cursor moves, the inbox rows are done. *zone* is the
    operator's, whose days count in segments. *on_rows* is called once the rows are in: what is left is SQLite's work.
    """
    changes = Changes()
    store = replace(store, rules=rules_of(conn, store.id))
    batch = _admitted(conn, store, batch, now=cause.now)
    _catalogue(conn, store, batch, cause, changes)
    _people(conn, store, batch, cause, changes)
    apply_orders.put_orders(conn, store, batch.orders, cause, changes, nobodys=batch.nobodys)
    apply_orders.put_refunds(conn, store, batch.refunds, changes)
    apply_orders.drop_orders(conn, store, _gone_numbers(batch, Kind.ORDER), cause, changes)
    _carts(conn, store, batch, cause, changes)
    if on_rows is not None:
        on_rows()
    totals.refresh_totals(conn, changes.contacts_with_new_totals)
    settle(conn, changes, cause, zone)
    applied = Applied(changes.as_ids())
    if along is not None:
        along(conn, applied)
    return applied


def _admitted(conn: sqlite3.Connection, store: StoreKey, batch: Batch, *, now: int) -> Batch:
    """*batch* without people who were erased."""
    if not erasing.is_anybody_erased(conn):
        return batch
    customers = bans.admitted_people(conn, store, batch.customers, now=now)
    orders, nobodys = bans.without_the_erased(conn, store, batch.orders, customers)
    return replace(
        batch,
        subscribers=bans.admitted_subscribers(conn, store, batch.subscribers),
        customers=customers,
        carts=bans.admitted_carts(conn, store, batch.carts),
        orders=orders,
        nobodys=nobodys,
    )


def _catalogue(conn: sqlite3.Connection, store: StoreKey, batch: Batch, cause: Cause, changes: Changes) -> None:
    if batch.categories is not None:
        apply_catalogue.put_categories(conn, store, batch.categories, cause)
    apply_catalogue.put_products(conn, store, batch.products, cause, changes)
    apply_catalogue.drop_products(conn, store, _gone_numbers(batch, Kind.PRODUCT), cause, changes)


def _people(conn: sqlite3.Connection, store: StoreKey, batch: Batch, cause: Cause, changes: Changes) -> None:
    emails = apply_people.put_subscribers(conn, store, batch.subscribers, cause)
    emails |= apply_people.drop_subscribers(conn, store, _gone_numbers(batch, Kind.SUBSCRIBER), cause)
    emails |= apply_people.put_customers(conn, store, batch.customers, cause, changes)
    apply_people.drop_customers(conn, store, _gone_numbers(batch, Kind.CUSTOMER), cause, changes)
    apply_people.settle_consent(conn, store, emails, cause, changes)


def _carts(conn: sqlite3.Connection, store: StoreKey, batch: Batch, cause: Cause, changes: Changes) -> None:
    apply_carts.put_carts(conn, store, batch.carts, cause, changes)
    apply_carts.put_incomplete_orders(conn, store, batch.orders, cause, changes)
    gone = [gone.resource_id for gone in batch.gone if gone.kind is Kind.CART]
    apply_carts.drop_carts(conn, store, gone, cause, changes)
    apply_carts.expire_carts(conn, store, batch.expired, cause, changes)


def _gone_numbers(batch: Batch, kind: Kind) -> list[int]:
    return [int(gone.resource_id) for gone in batch.gone if gone.kind is kind]
