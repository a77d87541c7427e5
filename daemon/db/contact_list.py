"""The list of contacts: sorted, searched, and read page by page."""

import sqlite3
from array import array
from collections.abc import Sequence
from enum import Enum
from typing import Any, Literal

from pydantic import TypeAdapter

from common.contacts import ContactPage, ContactQuery, ContactRow, ContactSort
from common.money import Money
from daemon.db import stores
from daemon.db.keyset import Int, Order, number_in, phrase, words_of
from daemon.segments.functions import folded

# Trigrams need three characters; a shorter word is looked up as the beginning of an email or a last name.
_TRIGRAM = 3

_LAST_CHARACTER = "\U0010ffff"


_ORDERS = {
    ContactSort.LAST_ORDER: Order(
        ("last_order_at", "id"), TypeAdapter(tuple[Literal[ContactSort.LAST_ORDER], Int, Int]), is_descending=True
    ),
    ContactSort.REVENUE: Order(
        ("revenue_minor", "id"), TypeAdapter(tuple[Literal[ContactSort.REVENUE], Int, Int]), is_descending=True
    ),
    ContactSort.ORDERS: Order(
        ("orders", "id"), TypeAdapter(tuple[Literal[ContactSort.ORDERS], Int, Int]), is_descending=True
    ),
    ContactSort.EMAIL: Order(("email",), TypeAdapter(tuple[Literal[ContactSort.EMAIL], str]), is_descending=False),
    ContactSort.NAME: Order(
        ("last_folded", "first_folded", "id"),
        TypeAdapter(tuple[Literal[ContactSort.NAME], str, str, Int]),
        is_descending=False,
    ),
    ContactSort.CREATED: Order(("id",), TypeAdapter(tuple[Literal[ContactSort.CREATED], Int]), is_descending=True),
}


Predicate = tuple[str, Sequence[str | int]]
"""A condition on `contact` with its parameters."""

ANYBODY: Predicate = ("true", ())


# Found and counted in some 10 ms: no more are found beforehand, nor met on the way down an index. To count what most of
# a million contacts have takes twelve times that.
_FEW = 50_000


class _Way(Enum):
    """How those are found who have a word."""

    LOOKED_UP = "found all, and each looked up"
    WALKED = "found all, and met on the way down the sort's index"
    READ = "each met on that way is read: so many have it that it takes few"


def contact_page(conn: sqlite3.Connection, query: ContactQuery) -> ContactPage:
    """The contacts that match *query*, but for its rule. Raises Invalid for a cursor that is none of ours."""
    most = _FEW if query.quick and query.search and not query.offset else None
    total = matching_count(conn, query, most=most)
    page = page_of(conn, query, total=total)
    return page.model_copy(update={"is_counted": False}) if total == most else page


def page_of(conn: sqlite3.Connection, query: ContactQuery, *, total: int, only: Predicate = ANYBODY) -> ContactPage:
    """The page of those for whom *only* holds, who are *total* in all. Raises Invalid for a cursor that is not ours."""
    offset = 0 if query.after else query.offset
    is_rare = only != ANYBODY and total <= _FEW  # who is sought one by one down the index is found late
    looked_at = (offset + query.limit) * contact_count(conn) // max(total, 1)
    way = _Way.LOOKED_UP if looked_at > _FEW else _Way.WALKED if total < _FEW else _Way.READ
    asked, limit = query, query.limit + 1
    if only == ANYBODY and total // 2 < offset < total:
        # From the nearer end: the list is walked to where a page begins.
        limit = min(limit, total - offset)
        asked, offset = query.model_copy(update={"reverse": not query.reverse}), total - offset - limit
    inner, values = _ids(asked, only, limit=limit, offset=offset, indexed=not is_rare, way=way)
    sql = (
        "select id, email, first_name, last_name, first_folded, last_folded, orders, revenue_minor, revenue_currency, "
        f"last_order_at from contact where id in ({inner}) "
        f"order by {_ORDERS[query.sort].clause(reverse=query.reverse)}"
    )
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    rows = cursor.execute(sql, values).fetchall()
    has_more = len(rows) > query.limit
    rows = rows[: query.limit]
    next_cursor = _ORDERS[query.sort].cursor(rows[-1], query.sort) if has_more else ""
    return ContactPage(total=total, contacts=[_contact_row(row) for row in rows], next=next_cursor)


def ids_from(conn: sqlite3.Connection, query: ContactQuery, *, skip: int, limit: int) -> list[int]:
    """Ids of contacts that match *query* but for its rule, from its place on without the first *skip*."""
    sql, values = _ids(query, ANYBODY, limit=limit, offset=skip)
    return [row[0] for row in conn.execute(sql, values)]


def matching_count(
    conn: sqlite3.Connection, query: ContactQuery, only: Predicate = ANYBODY, *, most: int | None = None
) -> int:
    """How many match *query*, but for its rule, of those for whom *only* holds. Of what is told by the trigrams alone
    no more than *most* are counted."""
    matching, values = _matching(query.search)
    sql = f"select count(*) from contact where {matching} and {only[0]}"
    values = [*values, *only[1]]
    if only == ANYBODY:
        words = words_of(query.search)
        if not words:
            return contact_count(conn)
        if all(map(_is_in_trigrams, words)):
            sql, values = f"select count(*) {_FOUND}", [" ".join(map(phrase, words))]
            if most is not None:
                sql, values = f"select count(*) from (select 1 {_FOUND} limit ?)", [*values, most]
    return int(conn.execute(sql, values).fetchone()[0])


def all_ids(conn: sqlite3.Connection, query: ContactQuery, only: Predicate = ANYBODY) -> "array[int]":
    """Ids of all contacts that match *query*, but for its rule, and for whom *only* holds; ascending."""
    matching, values = _matching(query.search)
    sql = f"select id from contact where {matching} and {only[0]} order by id"
    return array("q", (row[0] for row in conn.execute(sql, (*values, *only[1]))))


def _ids(
    query: ContactQuery, only: Predicate, *, limit: int, offset: int, indexed: bool = True, way: _Way = _Way.LOOKED_UP
) -> tuple[str, list[Any]]:
    """A query for ids alone: it walks an index of few bytes a row, so that an offset far down the list stays cheap."""
    order = _ORDERS[query.sort]
    matching, values = _matching(query.search, way)
    conditions = [matching, only[0]]
    values = [*values, *only[1]]
    if query.after:
        conditions.append(order.after(reverse=query.reverse, indexed=indexed))
        values.extend(order.position(query.after))
    sql = (
        f"select id from contact where {' and '.join(conditions)} "
        f"order by {order.clause(reverse=query.reverse, indexed=indexed)} limit ? offset ?"
    )
    return sql, [*values, limit, offset]


_FOUND = "from contact_search where contact_search match ?"


def _matching(search: str, way: _Way = _Way.LOOKED_UP) -> Predicate:
    """A condition on contact for *search*, with its parameters; every word must be found somewhere."""
    found = [_word(word, way) for word in words_of(search)]
    conditions = " and ".join(condition for condition, _ in found)
    return conditions or "true", [value for _, values in found for value in values]


def _word(word: str, way: _Way) -> Predicate:
    if len(word) < _TRIGRAM:
        condition, parameters = _short_word(word)
    elif way is _Way.READ and word.isascii():  # `like` folds ASCII only
        condition, parameters = _word_within(word)
    else:
        walked = "" if way is _Way.LOOKED_UP else "+"
        condition, parameters = f"{walked}id in (select rowid {_FOUND})", [phrase(word)]
    number = number_in(word)
    if number is None:
        return condition, parameters
    by_number = "id in (select contact_id from store_order where number = ?)  -- store_order_number_ix\n"
    return f"({condition} or {by_number})", [*parameters, number]


def _is_in_trigrams(word: str) -> bool:
    """Whether all who match *word* are told by the trigrams alone."""
    return len(word) >= _TRIGRAM and number_in(word) is None


def _word_within(word: str) -> Predicate:
    pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
    condition = "(email like ? escape '!' or first_name like ? escape '!' or last_name like ? escape '!')"
    return condition, [pattern] * 3


def _short_word(word: str) -> Predicate:
    low, name = word.lower(), folded(word)
    condition = "((email >= ? and email < ?) or (last_folded >= ? and last_folded < ?))"
    return condition, [low, low + _LAST_CHARACTER, name, name + _LAST_CHARACTER]


def contact_count(conn: sqlite3.Connection) -> int:
    return stores.tally(conn, stores.ALL, "contact")


def _contact_row(row: sqlite3.Row) -> ContactRow:
    return ContactRow(
        id=row["id"],
        email=row["email"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        orders=row["orders"],
        revenue=Money.of(row["revenue_minor"], row["revenue_currency"]),
        last_order_at=row["last_order_at"] or None,
    )
