"""People who were erased: how they are known again, and the erasing of what we hold of one, a few rows at a time."""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Callable, Collection
from dataclasses import dataclass

from daemon.db import places
from daemon.db.known import rows_by_ids


def hash_of_email(key: bytes, email: str) -> bytes:
    return hmac.digest(key, f"email:{email}".encode(), hashlib.sha256)


def hash_of_customer(key: bytes, store_id: int, customer_id: int) -> bytes:
    return hmac.digest(key, f"customer:{store_id}:{customer_id}".encode(), hashlib.sha256)


def is_anybody_erased(conn: sqlite3.Connection) -> bool:
    return bool(conn.execute("select exists (select 1 from erased)").fetchone()[0])


def erased_among(conn: sqlite3.Connection, hashes: Collection[bytes]) -> set[bytes]:
    """Those of *hashes* that stand for somebody who was erased."""
    sql = "select hash, 0 from erased where hash in ({marks})  -- primary key"
    return {row[0] for row in rows_by_ids(conn, sql, (), hashes)}


def begin(conn: sqlite3.Connection, contact_id: int, email: str, bans: "Bans", *, now: int) -> None:
    """From this commit on nothing of the person is written any more; what is there goes piece by piece."""
    add_bans(conn, bans, now=now)
    conn.execute("insert or ignore into erasure values (?, ?)", (contact_id, email))


@dataclass(frozen=True, slots=True)
class Bans:
    """The hashes by which a person is known again. *person* is that of their email, *accounts* are of customers."""

    person: bytes
    accounts: tuple[bytes, ...] = ()


def add_bans(conn: sqlite3.Connection, bans: Bans, *, now: int) -> None:
    hashes = {bans.person, *bans.accounts}
    conn.executemany("insert or ignore into erased values (?, ?, ?)", [(one, bans.person, now) for one in hashes])


def lift_bans(conn: sqlite3.Connection, person: bytes) -> bool:
    """Lets somebody be known again; tells whether they were erased."""
    return conn.execute("delete from erased where person = ?  -- erased_person_ix", (person,)).rowcount > 0


def contact_with(conn: sqlite3.Connection, email: str) -> tuple[int, int] | None:
    """The contact's id and how many orders it has; None when there is no contact with that email."""
    sql = (
        "select id, (select count(*) from store_order where contact_id = contact.id) from contact where email = ?"
        "  -- contact_email_ux, store_order_contact_ix"
    )
    found: tuple[int, int] | None = conn.execute(sql, (email,)).fetchone()
    return found


def accounts(conn: sqlite3.Connection, contact_id: int) -> list[tuple[int, int]]:
    """The contact's customer records: our id of the store, and the store's of the customer."""
    sql = "select store_id, customer_id from customer where contact_id = ?  -- customer_contact_ix"
    return conn.execute(sql, (contact_id,)).fetchall()


@dataclass(frozen=True, slots=True)
class Erasure:
    contact_id: int
    email: str


def erasures(conn: sqlite3.Connection) -> list[Erasure]:
    """Those under way."""
    return [Erasure(*row) for row in conn.execute("select contact_id, email from erasure order by contact_id")]


Step = Callable[[sqlite3.Connection, Erasure, int], int]


def erase_some(conn: sqlite3.Connection, erasure: Erasure, *, limit: int) -> int:
    """Erases at most *limit* rows of the person; 0 = nothing is left, and the contact itself is gone.

    What is next is told by what is left, so it may be broken off anywhere and begun again.
    """
    for step in _STEPS:
        if rows := step(conn, erasure, limit):
            return rows
    return _last(conn, erasure)


def _carts(conn: sqlite3.Connection, erasure: Erasure, limit: int) -> int:
    sql = "delete from cart where id in (select id from cart where contact_id = ? limit ?)  -- cart_contact_ix"
    return conn.execute(sql, (erasure.contact_id, limit)).rowcount


def _orders(conn: sqlite3.Connection, erasure: Erasure, limit: int) -> int:
    """What was sold stays, and for how much; to whom and where, the raw payload and what was engraved go.

    The digest goes too: what the store shows next is written, whatever it is.
    """
    sql = "select id from store_order where contact_id = ? limit ?  -- store_order_contact_ix"
    ids = json.dumps([row[0] for row in conn.execute(sql, (erasure.contact_id, limit))])
    among = "in (select value from json_each(?))"
    conn.execute(f"delete from order_raw where order_id {among}", (ids,))
    conn.execute("delete from contact_place where contact_id = ?", (erasure.contact_id,))
    conn.execute(f"update order_line set contact_id = null, options = '[]' where order_id {among}", (ids,))
    return conn.execute(
        f"update store_order set contact_id = null, customer_id = 0, place_id = null, cart_id = '', "
        f"digest = x'00' where id {among}",
        (ids,),
    ).rowcount


def _deliveries(conn: sqlite3.Connection, erasure: Erasure, limit: int) -> int:
    """What named their accounts and carts; ids of orders say nothing of a person any more."""
    del limit
    named = {
        "customer": [(str(number), store_id) for store_id, number in accounts(conn, erasure.contact_id)],
        "subscriber": conn.execute(
            "select cast(subscriber_id as text), store_id from subscriber where email = ?", (erasure.email,)
        ).fetchall(),
        "cart": conn.execute(
            "select cart_id, store_id from cart where contact_id = ?  -- cart_contact_ix", (erasure.contact_id,)
        ).fetchall(),
    }
    changed = [conn.executemany(_FORGET.format(kind=kind), names).rowcount for kind, names in named.items() if names]
    return sum(max(0, count) for count in changed)


# The first condition is that of the index, word for word: else it would not be used.
_FORGET = (
    "update delivery indexed by delivery_person_ix set body = x'', resource_id = '', changed = '{{}}', error = '', "
    "steps = '[]', "
    "state = iif(state = 'pending', 'done', state) "
    "where kind in ('customer', 'subscriber', 'cart') and kind = '{kind}' and resource_id = ? and store_id = ?"
)


def _customers(conn: sqlite3.Connection, erasure: Erasure, limit: int) -> int:
    sql = "select id from customer where contact_id = ? limit ?  -- customer_contact_ix"
    ids = json.dumps([row[0] for row in conn.execute(sql, (erasure.contact_id, limit))])
    among = "in (select value from json_each(?))"
    conn.execute(f"delete from consent_change where customer_id {among}  -- consent_change_customer_ix", (ids,))
    return conn.execute(f"delete from customer where id {among}", (ids,)).rowcount


def _subscribers(conn: sqlite3.Connection, erasure: Erasure, limit: int) -> int:
    del limit
    sql = "delete from subscriber where store_id in (select id from store) and email = ?  -- subscriber_email_ix"
    return conn.execute(sql, (erasure.email,)).rowcount


# Deliveries come first: whose they are is told by what goes after them.
_STEPS: tuple[Step, ...] = (_deliveries, _carts, _orders, _customers, _subscribers)


def _last(conn: sqlite3.Connection, erasure: Erasure) -> int:
    """The contact itself, after all that points at it."""
    for table in ("contact_tag", "list_member", "contact_total"):
        conn.execute(f"delete from {table} where contact_id = ?", (erasure.contact_id,))
    places.drop_unused(conn)
    conn.execute("delete from contact where id = ?", (erasure.contact_id,))
    conn.execute("delete from erasure where contact_id = ?", (erasure.contact_id,))
    return 0


def merge_search(conn: sqlite3.Connection, *, is_first: bool) -> bool:
    """A part of bringing the search index together, which drops what deleted rows left in it; whether more is left."""
    before = conn.total_changes
    conn.execute("insert into contact_search (contact_search, rank) values ('merge', ?)", (-200 if is_first else 200,))
    return conn.total_changes - before >= 2
