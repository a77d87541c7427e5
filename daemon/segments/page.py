"""A page of the contacts a rule holds for."""

import json
import sqlite3
from array import array
from dataclasses import replace

from common.contacts import ContactPage, ContactQuery
from common.segments.rules import Rule
from daemon.db import contact_list
from daemon.segments.compile import Asking, compiled
from daemon.segments.count import count

# For each contact of the page so many are asked about, a few first, before all members are looked for.
_LOOKS = (4, 16, 60)


def contact_page(conn: sqlite3.Connection, query: ContactQuery, rule: Rule, asking: Asking) -> ContactPage:
    """Raises what `compiled` raises, and Invalid for a cursor that is none of ours."""
    if query.search:
        predicate = compiled(rule, asking)
        total = contact_list.matching_count(conn, query, (predicate.text, predicate.values))
    else:
        total = count(conn, rule, asking)
    return page_alone(conn, query, rule, asking, total=total)


def page_alone(conn: sqlite3.Connection, query: ContactQuery, rule: Rule, asking: Asking, *, total: int) -> ContactPage:
    """The same where it is known how many there are."""
    near = _near(conn, query, rule, asking)
    if near is not None:
        among_few = ("id in (select value from json_each(?))", (json.dumps(near),))
        return contact_list.page_of(conn, query, total=total, only=among_few)
    predicate = compiled(rule, asking)
    return contact_list.page_of(conn, query, total=total, only=(predicate.text, predicate.values))


def member_ids(conn: sqlite3.Connection, query: ContactQuery, rule: Rule, asking: Asking) -> "array[int]":
    """Ids of all whom *query* finds and *rule* holds for, ascending. Raises what `compiled` raises."""
    predicate = compiled(rule, asking)
    return contact_list.all_ids(conn, query, (predicate.text, predicate.values))


def _near(conn: sqlite3.Connection, query: ContactQuery, rule: Rule, asking: Asking) -> list[int] | None:
    """The first members from the query's place on, one more than its page holds; None = they are rare.

    Where many are members, the page is made of the next few contacts, and to find all others would be in vain.
    """
    wanted = query.limit + 1
    if query.offset and not query.after:
        return None
    found: list[int] = []
    looked = 0
    for each in _LOOKS:
        if _LOOKS[-1] * len(found) < looked:
            return None
        look = each * wanted - looked
        some = contact_list.ids_from(conn, query, skip=looked, limit=look)
        found += _members_among(conn, rule, asking, some)
        looked += len(some)
        if len(found) >= wanted or len(some) < look:
            return found[:wanted]
    return None


def _members_among(conn: sqlite3.Connection, rule: Rule, asking: Asking, ids: list[int]) -> list[int]:
    """In the order of *ids*."""
    predicate = compiled(rule, replace(asking, among=ids))
    sql = f"select id from contact where id in (select value from json_each(?)) and {predicate.text}"
    members = {row[0] for row in conn.execute(sql, (json.dumps(ids), *predicate.values))}
    return [one for one in ids if one in members]
