"""A page of the contacts a rule holds for."""

import json
import math
import sqlite3
from dataclasses import replace

from common.contacts import ContactPage, ContactQuery
from common.segments.rules import Rule
from daemon.db import contact_list
from daemon.segments.compile import Asking, compiled
from daemon.segments.count import count

# Of so many contacts for each of the page it is asked whether the rule holds before all members are looked for.
_FIRST_LOOK, _MOST_LOOKS = 2, 20
_AT_LEAST = 100


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


def _near(conn: sqlite3.Connection, query: ContactQuery, rule: Rule, asking: Asking) -> list[int] | None:
    """The first members from the query's place on, one more than its page holds; None = they are rare.

    Where many are members, the page is made of the next few contacts, and to find all others would be in vain.
    """
    wanted = query.limit + 1
    if query.offset and not query.after:
        return None
    found: list[int] = []
    looked, look = 0, _FIRST_LOOK * wanted + _AT_LEAST
    while True:
        some = contact_list.ids_from(conn, query, skip=looked, limit=look)
        found += _members_among(conn, rule, asking, some)
        looked += len(some)
        if len(found) >= wanted or len(some) < look:
            return found[:wanted]
        if len(found) * (_MOST_LOOKS * wanted + _AT_LEAST) < wanted * looked:
            return None
        look = math.ceil((wanted - len(found)) * looked / len(found) * 1.2)


def _members_among(conn: sqlite3.Connection, rule: Rule, asking: Asking, ids: list[int]) -> list[int]:
    """In the order of *ids*."""
    predicate = compiled(rule, replace(asking, among=ids))
    sql = f"select id from contact where id in (select value from json_each(?)) and {predicate.text}"
    members = {row[0] for row in conn.execute(sql, (json.dumps(ids), *predicate.values))}
    return [one for one in ids if one in members]
