"""Contacts and the customer records that make them, one per store."""

import json
import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from daemon.db.known import Known, known_rows, rows_by_ids
from daemon.records import Cause, CustomerRecord
from daemon.segments.functions import folded

STAND_IN_AT = 0
"""The modified time of a customer known from an order only: the store's own record, whenever it comes, is newer."""


@dataclass(frozen=True, slots=True)
class Person:
    """What a customer record, a guest's order or a cart says of a person; "" = it does not say.

    *named_at* is the store's moment of what it says: of two names the later one counts.
    """

    email: str
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    named_at: int = 0


# What a guest typed counts for less than any account, however late it was.
_GUESTS_LATER = -(2**40)


def guest(email: str, first_name: str, last_name: str, phone: str, *, at: int) -> Person:
    return Person(email, first_name, last_name, phone, at + _GUESTS_LATER)


def put_contact(conn: sqlite3.Connection, person: Person, *, currency: str, now: int) -> int:
    """The contact with that email, made or brought up to date, whatever came first; "" never replaces anything."""
    found = conn.execute(
        "insert into contact (email, first_name, last_name, phone, first_folded, last_folded, phone_folded, "
        "email_domain, named_at, created_at, revenue_currency) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "on conflict (email) do update set "
        f"first_name = {_later('first_name', 'first_name || last_name')}, "
        f"last_name = {_later('last_name', 'first_name || last_name')}, phone = {_later('phone', 'phone')}, "
        f"first_folded = {_later('first_name', 'first_name || last_name', 'first_folded')}, "
        f"last_folded = {_later('last_name', 'first_name || last_name', 'last_folded')}, "
        f"phone_folded = {_later('phone', 'phone', 'phone_folded')}, "
        "named_at = iif(excluded.first_name || excluded.last_name = '', named_at, max(named_at, excluded.named_at)) "
        "returning id",
        (
            person.email,
            person.first_name,
            person.last_name,
            person.phone,
            folded(person.first_name),
            folded(person.last_name),
            folded(person.phone),
            folded(person.email.rpartition("@")[2]),
            person.named_at,
            now,
            currency,
        ),
    ).fetchone()
    return int(found[0])


def _later(column: str, known: str, derived: str = "") -> str:
    """The new value of *column* where it is later or where nothing is *known* yet, else the one that is there; or of
    what is *derived* of it."""
    is_later = f"excluded.{column} != '' and excluded.named_at >= named_at or {known} = ''"
    return f"iif({is_later}, excluded.{derived or column}, {derived or column})"


def is_customer(conn: sqlite3.Connection, contact_id: int) -> bool:
    """Whether a store has, or had, an account of the contact."""
    sql = "select exists (select 1 from customer where contact_id = ?)  -- customer_contact_ix"
    return bool(conn.execute(sql, (contact_id,)).fetchone()[0])


def known_customers(conn: sqlite3.Connection, store_id: int, ids: Iterable[int]) -> dict[int, Known]:
    return known_rows(
        conn,
        "select customer_id, id, modified_at, fetched_at_ms, digest from customer "
        "where store_id = ? and customer_id in ({marks})  -- customer_ux",
        store_id,
        ids,
    )


def contacts_of_customers(conn: sqlite3.Connection, store_id: int, ids: Iterable[int]) -> dict[int, int]:
    """The contact of each of the store's customer ids that we know."""
    return dict(
        rows_by_ids(
            conn,
            "select customer_id, contact_id from customer where store_id = ? and customer_id in ({marks})",
            (store_id,),
            ids,
        )
    )


def contact_with_email(conn: sqlite3.Connection, email: str) -> int | None:
    found = conn.execute("select id from contact where email = ?  -- contact_email_ux", (email,)).fetchone()
    return None if found is None else int(found[0])


def review_mail_flags(conn: sqlite3.Connection, store_id: int, ids: Iterable[int]) -> dict[int, bool]:
    """Whether each known customer accepts review and cart mail, by the store's customer id."""
    sql = "select customer_id, accepts_review_mail from customer where store_id = ? and customer_id in ({marks})"
    return {row[0]: bool(row[1]) for row in rows_by_ids(conn, sql, (store_id,), ids)}


def put_customer(
    conn: sqlite3.Connection,
    store_id: int,
    customer: CustomerRecord,
    fingerprint: bytes,
    *,
    contact_id: int,
    cause: Cause,
) -> int:
    """Writes the customer's row and gives its id."""
    found = conn.execute(
        "insert into customer (store_id, customer_id, contact_id, email, first_name, last_name, company, phone, "
        "channel_ids, accepts_review_mail, created_at, modified_at, origin, fetched_at_ms, digest) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (store_id, customer_id) do update set "
        "contact_id = excluded.contact_id, email = excluded.email, first_name = excluded.first_name, "
        "accepts_marketing = iif(contact_id = excluded.contact_id, accepts_marketing, 0), "  # another one has to join
        "last_name = excluded.last_name, company = excluded.company, phone = excluded.phone, "
        "channel_ids = excluded.channel_ids, accepts_review_mail = excluded.accepts_review_mail, "
        "created_at = excluded.created_at, modified_at = excluded.modified_at, deleted_at = null, "
        "fetched_at_ms = excluded.fetched_at_ms, digest = excluded.digest returning id",
        (
            store_id,
            customer.customer_id,
            contact_id,
            customer.email,
            customer.first_name,
            customer.last_name,
            customer.company,
            customer.phone,
            json.dumps(customer.channel_ids),
            customer.accepts_review_mail,
            customer.created_at,
            customer.modified_at,
            cause.origin,
            cause.fetched_at_ms,
            fingerprint,
        ),
    ).fetchone()
    return int(found[0])


def mark_customers_deleted(conn: sqlite3.Connection, store_id: int, ids: Iterable[int], cause: Cause) -> list[int]:
    """Marks customers the store no longer has; gives the contacts of those that were not marked before.

    One that was seen by a later fetch than the one that missed it stays.
    """
    sql = (
        "update customer set deleted_at = ?1, fetched_at_ms = ?2, digest = x'', accepts_newsletter = 0, "
        "accepts_marketing = 0, accepts_review_mail = 0 where store_id = ?3 "
        "and customer_id = ?4 and deleted_at is null and fetched_at_ms <= ?2 returning contact_id  -- customer_ux"
    )
    return [
        row[0]
        for customer_id in ids
        for row in conn.execute(sql, (cause.now, cause.fetched_at_ms, store_id, customer_id)).fetchall()
    ]


def move_purchases(conn: sqlite3.Connection, store_id: int, customer_id: int, contact_id: int) -> None:
    """Hands a customer's orders and carts to another contact, as after a change of email."""
    orders = conn.execute(
        "update store_order set contact_id = ? where store_id = ? and customer_id = ? and contact_id != ? returning id",
        (contact_id, store_id, customer_id, contact_id),
    ).fetchall()
    conn.executemany(
        "update order_line set contact_id = ? where order_id = ?", [(contact_id, row[0]) for row in orders]
    )
    conn.execute(
        "update cart set contact_id = ? where store_id = ? and customer_id = ? and contact_id != ?",
        (contact_id, store_id, customer_id, contact_id),
    )


def drop_contact_of_nobody(conn: sqlite3.Connection, contact_id: int) -> None:
    """Removes a contact that was made for a stand-in and has no customer, order or cart left."""
    is_somebodys = conn.execute(
        "select exists (select 1 from customer where contact_id = ?1) "
        "or exists (select 1 from store_order where contact_id = ?1) "
        "or exists (select 1 from cart where contact_id = ?1)",
        (contact_id,),
    ).fetchone()[0]
    if is_somebodys:
        return
    for table in ("contact_tag", "list_member", "contact_total", "contact_place"):
        conn.execute(f"delete from {table} where contact_id = ?", (contact_id,))
    conn.execute("delete from contact where id = ?", (contact_id,))


def untag_contact(conn: sqlite3.Connection, contact_id: int, tag: str, cause: Cause) -> None:
    """Takes *tag* from a contact; that they had it is kept."""
    taken = conn.execute(
        "delete from contact_tag where contact_id = ? and tag_id = (select id from tag where name = ?) "
        "returning added_at, origin  -- primary key",
        (contact_id, tag),
    ).fetchall()
    conn.executemany(
        "insert into tag_gone (contact_id, tag, added_at, added_as, removed_at, origin) values (?, ?, ?, ?, ?, ?)",
        [(contact_id, tag, *row, cause.now, cause.origin) for row in taken],
    )


def untag_buyer(conn: sqlite3.Connection, contact_id: int, tag: str, cause: Cause) -> None:
    """Takes *tag* from a contact that has no order as a guest left."""
    sql = (
        "select exists (select 1 from store_order where contact_id = ? and customer_id = 0)  -- store_order_contact_ix"
    )
    if not conn.execute(sql, (contact_id,)).fetchone()[0]:
        untag_contact(conn, contact_id, tag, cause)


def tag_contacts(conn: sqlite3.Connection, contact_ids: Collection[int], tag: str, cause: Cause) -> None:
    """Adds *tag* to contacts that do not have it; a tag that is not there yet is made."""
    conn.execute("insert or ignore into tag (name) values (?)", (tag,))
    conn.executemany(
        "insert or ignore into contact_tag (contact_id, tag_id, added_at, origin) "
        "select ?, id, ?, ? from tag where name = ?",
        [(contact_id, cause.now, cause.origin, tag) for contact_id in contact_ids],
    )
