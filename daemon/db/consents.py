"""Who accepts marketing: subscribers as the store keeps them, what follows for its customers, and the lists."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from daemon.db.known import Known, known_rows, rows_by_ids
from daemon.records import Cause, SubscriberRecord

MASTER_LIST = "Master Contact List"


class Signal(StrEnum):
    NEWSLETTER = "newsletter"
    REVIEW_MAIL = "review_mail"


@dataclass(frozen=True, slots=True)
class ConsentRow:
    """A change of one consent. *customer_id* is our row; *order_id* 0 = given without an order."""

    customer_id: int
    signal: Signal
    value: bool
    source: str
    order_id: int
    changed_at: int


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer's row as far as consent goes. *channel_ids* empty = every channel."""

    id: int
    contact_id: int
    email: str
    channel_ids: frozenset[int]
    accepts_newsletter: bool
    accepts_review_mail: bool
    accepts_marketing: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    email: str
    channel_id: int
    accepts_newsletter: bool
    source: str
    order_id: int
    modified_at: int


def known_subscribers(conn: sqlite3.Connection, store_id: int, ids: Iterable[int]) -> dict[int, Known]:
    return known_rows(
        conn,
        "select subscriber_id, 0, modified_at, fetched_at_ms, digest from subscriber "
        "where store_id = ? and subscriber_id in ({marks})  -- primary key",
        store_id,
        ids,
    )


def put_subscribers(
    conn: sqlite3.Connection, store_id: int, subscribers: Mapping[bytes, SubscriberRecord], *, fetched_at_ms: int
) -> None:
    """Writes subscribers, given by their fingerprints."""
    conn.executemany(
        "insert or replace into subscriber (store_id, subscriber_id, email, channel_id, accepts_newsletter, source, "
        "order_id, created_at, modified_at, fetched_at_ms, digest) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                store_id,
                subscriber.subscriber_id,
                subscriber.email,
                subscriber.channel_id,
                subscriber.accepts_newsletter,
                subscriber.source,
                subscriber.order_id,
                subscriber.created_at,
                subscriber.modified_at,
                fetched_at_ms,
                fingerprint,
            )
            for fingerprint, subscriber in subscribers.items()
        ],
    )


def emails_of_subscribers(conn: sqlite3.Connection, store_id: int, ids: Iterable[int]) -> set[str]:
    sql = "select email from subscriber where store_id = ? and subscriber_id in ({marks})"
    return {row[0] for row in rows_by_ids(conn, sql, (store_id,), ids)}


def mark_subscribers_deleted(conn: sqlite3.Connection, store_id: int, ids: Iterable[int], cause: Cause) -> None:
    """Leaves empty rows of subscribers the store no longer has, so that a stale page cannot bring them back.

    One that was seen by a later fetch than the one that missed it stays.
    """
    conn.executemany(
        "insert into subscriber (store_id, subscriber_id, email, channel_id, accepts_newsletter, source, order_id, "
        "created_at, modified_at, fetched_at_ms, digest) values (?, ?, '', 0, 0, '', 0, 0, 0, ?, x'') "
        "on conflict do update set email = '', accepts_newsletter = 0, fetched_at_ms = excluded.fetched_at_ms, "
        "digest = x'' where digest != x'' and fetched_at_ms <= excluded.fetched_at_ms",
        [(store_id, subscriber_id, cause.fetched_at_ms) for subscriber_id in ids],
    )


def customers_with_emails(conn: sqlite3.Connection, store_id: int, emails: Collection[str]) -> list[Customer]:
    sql = (
        "select id, contact_id, email, channel_ids, accepts_newsletter, accepts_review_mail, accepts_marketing "
        "from customer where store_id = ? and email in ({marks}) and deleted_at is null  -- customer_email_ix"
    )
    return [
        Customer(row[0], row[1], row[2], frozenset(json.loads(row[3])), *map(bool, row[4:]))
        for row in rows_by_ids(conn, sql, (store_id,), emails)
    ]


def subscriptions(conn: sqlite3.Connection, store_id: int, emails: Collection[str]) -> dict[str, list[Subscription]]:
    """The store's subscriber rows of *emails*, by email."""
    sql = (
        "select email, channel_id, accepts_newsletter, source, order_id, modified_at from subscriber "
        "indexed by subscriber_email_ix where store_id = ? and email in ({marks})"
    )
    by_email: dict[str, list[Subscription]] = {}
    for row in rows_by_ids(conn, sql, (store_id,), emails):
        by_email.setdefault(row[0], []).append(Subscription(row[0], row[1], bool(row[2]), *row[3:]))
    return by_email


def set_consent(conn: sqlite3.Connection, customer_id: int, *, newsletter: bool, marketing: bool) -> None:
    conn.execute(
        "update customer set accepts_newsletter = ?, accepts_marketing = ? where id = ?",
        (newsletter, marketing, customer_id),
    )


def customers_after(conn: sqlite3.Connection, store_id: int, customer_id: int, *, limit: int) -> list[tuple[int, str]]:
    """The store's customers above that id of its own, with their emails."""
    sql = (
        "select customer_id, email from customer where store_id = ? and customer_id > ? and deleted_at is null "
        "order by customer_id limit ?"
    )
    return conn.execute(f"{sql}  -- customer_ux", (store_id, customer_id, limit)).fetchall()


def add_changes(conn: sqlite3.Connection, changes: Iterable[ConsentRow], cause: Cause) -> None:
    conn.executemany(
        "insert into consent_change (customer_id, signal, value, source, order_id, changed_at, seen_at, origin) "
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                change.customer_id,
                change.signal,
                change.value,
                change.source,
                change.order_id,
                change.changed_at,
                cause.now,
                cause.origin,
            )
            for change in changes
        ],
    )


def master_list(conn: sqlite3.Connection, *, follows_rename: bool = False) -> int | None:
    """The id of the Master Contact List; None when there is none of that name, and then nobody joins any list.

    One that was renamed is still found when *follows_rename*.
    """
    sql = "select id from list where name = ? or (? and is_master) order by name = ? desc limit 1"
    found = conn.execute(sql, (MASTER_LIST, follows_rename, MASTER_LIST)).fetchone()
    return None if found is None else int(found[0])


def join_list(conn: sqlite3.Connection, list_id: int, contact_id: int, cause: Cause) -> bool:
    """Makes a contact an active member, and tells whether that is news: one who was a member before, even an
    unsubscribed one, stays as they are."""
    joined = conn.execute(
        "insert or ignore into list_member (contact_id, list_id, status, changed_at, origin) "
        "values (?, ?, 'active', ?, ?)",
        (contact_id, list_id, cause.now, cause.origin),
    )
    return joined.rowcount > 0
