"""Customers, contacts and consent, as part of the write unit."""

import sqlite3
from collections.abc import Collection, Iterable
from operator import attrgetter

from daemon.db import consents, people
from daemon.db.consents import ConsentRow, Signal, Subscription
from daemon.db.known import superseding
from daemon.db.people import Person
from daemon.ingest.changes import Changes, StoreKey
from daemon.records import Cause, CustomerRecord, SubscriberRecord

CUSTOMER_TAG = "bigcommerce-customer"
GUEST_TAG = "bigcommerce-guest"


def put_subscribers(
    conn: sqlite3.Connection, store: StoreKey, subscribers: Collection[SubscriberRecord], cause: Cause
) -> set[str]:
    """Writes what is new; gives the emails whose consent may have changed by it."""
    if not subscribers:
        return set()
    ids = [subscriber.subscriber_id for subscriber in subscribers]
    known = consents.known_subscribers(conn, store.id, ids)
    newer = superseding(subscribers, known, attrgetter("subscriber_id"), fetched_at_ms=cause.fetched_at_ms)
    former = consents.emails_of_subscribers(conn, store.id, [subscriber.subscriber_id for subscriber in newer.values()])
    consents.put_subscribers(conn, store.id, newer, fetched_at_ms=cause.fetched_at_ms)
    return former | {subscriber.email for subscriber in newer.values()}


def drop_subscribers(conn: sqlite3.Connection, store: StoreKey, ids: Collection[int], cause: Cause) -> set[str]:
    emails = consents.emails_of_subscribers(conn, store.id, ids)
    consents.mark_subscribers_deleted(conn, store.id, ids, cause)
    return emails


def put_customers(
    conn: sqlite3.Connection, store: StoreKey, customers: Collection[CustomerRecord], cause: Cause, changes: Changes
) -> set[str]:
    """Writes what is new, and the contacts behind it; gives the emails whose consent is to be settled."""
    if not customers:
        return set()
    ids = [customer.customer_id for customer in customers]
    known = people.known_customers(conn, store.id, ids)
    newer = superseding(customers, known, attrgetter("customer_id"), fetched_at_ms=cause.fetched_at_ms)
    former_contacts = people.contacts_of_customers(conn, store.id, known)
    review_mail = people.review_mail_flags(conn, store.id, known)
    for fingerprint, customer in newer.items():
        former_contact = former_contacts.get(customer.customer_id)
        row = _put_customer(conn, store, customer, fingerprint, former_contact, cause, changes)
        former = known.get(customer.customer_id)
        if former_contact is not None and former is not None and former.modified_at == people.STAND_IN_AT:
            people.drop_contact_of_nobody(conn, former_contact)
        if customer.accepts_review_mail != review_mail.get(customer.customer_id, False):
            consents.add_changes(conn, [_review_mail_change(row, customer)], cause)
    return {customer.email for customer in newer.values()}


def _put_customer(
    conn: sqlite3.Connection,
    store: StoreKey,
    customer: CustomerRecord,
    fingerprint: bytes,
    former_contact: int | None,
    cause: Cause,
    changes: Changes,
) -> int:
    person = Person(customer.email, customer.first_name, customer.last_name, customer.phone, customer.modified_at)
    contact_id = people.put_contact(conn, person, currency=store.currency, now=cause.now)
    people.tag_contacts(conn, [contact_id], CUSTOMER_TAG, cause)
    people.untag_contact(conn, contact_id, GUEST_TAG, cause)
    row = people.put_customer(conn, store.id, customer, fingerprint, contact_id=contact_id, cause=cause)
    if former_contact is not None and former_contact != contact_id:
        people.move_purchases(conn, store.id, customer.customer_id, contact_id)
        changes.contacts_with_new_totals.update((former_contact, contact_id))
    changes.customers.add(customer.customer_id)
    changes.contacts.add(contact_id)
    return row


def _review_mail_change(customer_row: int, customer: CustomerRecord) -> ConsentRow:
    return ConsentRow(
        customer_id=customer_row,
        signal=Signal.REVIEW_MAIL,
        value=customer.accepts_review_mail,
        source="customer",
        order_id=0,
        changed_at=customer.modified_at,
    )


def put_guest(conn: sqlite3.Connection, store: StoreKey, guest: Person, cause: Cause, changes: Changes) -> int:
    """The contact of somebody who buys without an account; what is known of them otherwise goes before."""
    contact_id = people.put_contact(conn, guest, currency=store.currency, now=cause.now)
    if not people.is_customer(conn, contact_id):
        people.tag_contacts(conn, [contact_id], GUEST_TAG, cause)
    changes.contacts.add(contact_id)
    return contact_id


def drop_customers(
    conn: sqlite3.Connection, store: StoreKey, ids: Collection[int], cause: Cause, changes: Changes
) -> None:
    contacts = people.mark_customers_deleted(conn, store.id, ids, cause)
    if contacts:
        changes.customers.update(ids)
        changes.contacts.update(contacts)


def settle_consent(
    conn: sqlite3.Connection,
    store: StoreKey,
    emails: Collection[str],
    cause: Cause,
    changes: Changes,
    *,
    joins_anew: bool = False,
) -> None:
    """Brings "accepts marketing" of the customers with *emails* in line with the store's subscribers and settings.

    Every change of the newsletter's consent is kept as a row, whether it is what counts or not. Who begins to accept
    joins the Master Contact List, with *joins_anew* also who did before; who no longer accepts stays a member: a list
    is left by the person, not by a sync.
    """
    subscriptions = consents.subscriptions(conn, store.id, emails)
    for customer in consents.customers_with_emails(conn, store.id, emails):
        deciding = _deciding(subscriptions.get(customer.email, ()), customer.channel_ids)
        newsletter = deciding is not None and deciding.accepts_newsletter
        accepts = newsletter if store.rules.signal is Signal.NEWSLETTER else customer.accepts_review_mail
        if newsletter != customer.accepts_newsletter:
            consents.add_changes(conn, [_newsletter_change(customer.id, deciding, cause)], cause)
        if (newsletter, accepts) != (customer.accepts_newsletter, customer.accepts_marketing):
            consents.set_consent(conn, customer.id, newsletter=newsletter, marketing=accepts)
            changes.contacts.add(customer.contact_id)
        if accepts and (joins_anew or not customer.accepts_marketing):
            _join_master_list(conn, store, customer.contact_id, cause, changes)


def _join_master_list(
    conn: sqlite3.Connection, store: StoreKey, contact_id: int, cause: Cause, changes: Changes
) -> None:
    list_id = consents.master_list(conn, follows_rename=store.rules.follows_rename)
    if store.rules.joins_lists and list_id is not None and consents.join_list(conn, list_id, contact_id, cause):
        changes.contacts.add(contact_id)


def _deciding(subscriptions: Iterable[Subscription], channel_ids: frozenset[int]) -> Subscription | None:
    """The subscription that speaks for a customer of those channels: an accepting one if any, else the newest."""
    of_channels = [
        subscription
        for subscription in subscriptions
        if not channel_ids or not subscription.channel_id or subscription.channel_id in channel_ids
    ]
    return max(of_channels, key=lambda found: (found.accepts_newsletter, found.modified_at), default=None)


def _newsletter_change(customer_row: int, deciding: Subscription | None, cause: Cause) -> ConsentRow:
    if deciding is None:  # the record is gone: consent ended when we noticed, the store keeps no time for it
        return ConsentRow(customer_row, Signal.NEWSLETTER, False, "removed", 0, cause.now)
    return ConsentRow(
        customer_id=customer_row,
        signal=Signal.NEWSLETTER,
        value=deciding.accepts_newsletter,
        source=deciding.source,
        order_id=deciding.order_id,
        changed_at=deciding.modified_at,
    )
