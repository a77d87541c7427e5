"""The list of contacts: sorted, searched, and read page by page."""

import base64
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from common.contacts import ContactPage, ContactQuery, ContactRow, ContactSort
from common.errors import Invalid
from common.money import Money
from daemon.segments.functions import folded

# Trigrams need three characters; a shorter word is looked up as the beginning of an email or a last name.
_TRIGRAM = 3

_LAST_CHARACTER = "\U0010ffff"


_Int = Annotated[int, Field(ge=-(2**63), lt=2**63, strict=True)]  # what a column holds


@dataclass(frozen=True, slots=True)
class _Order:
    """A sort: its columns, the last of them unique, each with an index that holds them in this order.

    *place* is what a cursor of it holds: the sort's name, and the columns of the row it stands on.
    """

    columns: tuple[str, ...]
    place: TypeAdapter[Any]
    is_descending: bool

    def clause(self, *, reverse: bool) -> str:
        direction = "desc" if self.is_descending != reverse else "asc"
        return ", ".join(f"{column} {direction}" for column in self.columns)

    def after(self, *, reverse: bool) -> str:
        compare = "<" if self.is_descending != reverse else ">"
        return f"({', '.join(self.columns)}) {compare} ({', '.join('?' * len(self.columns))})"


_ORDERS = {
    ContactSort.LAST_ORDER: _Order(
        ("last_order_at", "id"), TypeAdapter(tuple[Literal[ContactSort.LAST_ORDER], _Int, _Int]), is_descending=True
    ),
    ContactSort.REVENUE: _Order(
        ("revenue_minor", "id"), TypeAdapter(tuple[Literal[ContactSort.REVENUE], _Int, _Int]), is_descending=True
    ),
    ContactSort.ORDERS: _Order(
        ("orders", "id"), TypeAdapter(tuple[Literal[ContactSort.ORDERS], _Int, _Int]), is_descending=True
    ),
    ContactSort.EMAIL: _Order(("email",), TypeAdapter(tuple[Literal[ContactSort.EMAIL], str]), is_descending=False),
    ContactSort.NAME: _Order(
        ("last_folded", "first_folded", "id"),
        TypeAdapter(tuple[Literal[ContactSort.NAME], str, str, _Int]),
        is_descending=False,
    ),
    ContactSort.CREATED: _Order(("id",), TypeAdapter(tuple[Literal[ContactSort.CREATED], _Int]), is_descending=True),
}


Predicate = tuple[str, Sequence[str | int]]
"""A condition on `contact` with its parameters."""


def contact_page(conn: sqlite3.Connection, query: ContactQuery, only: Predicate = ("true", ())) -> ContactPage:
    """The contacts that match *query* and for which *only* holds. Raises Invalid for a cursor that is none of ours."""
    order = _ORDERS[query.sort]
    matching, parameters = _matching(query.search)
    if only[0] != "true":
        matching, parameters = f"{matching} and {only[0]}", [*parameters, *only[1]]
    total = _total(conn, matching, parameters)
    rows = _rows(conn, query, order, matching, parameters)
    has_more = len(rows) > query.limit
    rows = rows[: query.limit]
    next_cursor = _cursor(rows[-1], query.sort) if has_more else ""
    return ContactPage(total=total, contacts=[_contact_row(row) for row in rows], next=next_cursor)


def _rows(
    conn: sqlite3.Connection, query: ContactQuery, order: _Order, matching: str, parameters: list[Any]
) -> list[sqlite3.Row]:
    conditions, values = [matching], [*parameters]
    if query.after:
        conditions.append(order.after(reverse=query.reverse))
        values.extend(_position(query.after, query.sort))
    # The inner select walks an index of few bytes a row, so that an offset far down the list stays cheap.
    sql = (
        "select id, email, first_name, last_name, first_folded, last_folded, orders, revenue_minor, revenue_currency, "
        "last_order_at "
        f"from contact where id in (select id from contact where {' and '.join(conditions)} "
        f"order by {order.clause(reverse=query.reverse)} limit ? offset ?) "
        f"order by {order.clause(reverse=query.reverse)}"
    )
    offset = 0 if query.after else query.offset
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    return cursor.execute(sql, (*values, query.limit + 1, offset)).fetchall()


def _matching(search: str) -> tuple[str, list[Any]]:
    """A condition on contact for *search*, with its parameters; every word must be found somewhere."""
    words = search.replace("\0", " ").split()  # to SQLite a text ends there
    if not words:
        return "true", []
    conditions, parameters = [], []
    for word in words:
        condition, values = _word(word)
        conditions.append(condition)
        parameters.extend(values)
    return " and ".join(conditions), parameters


def _word(word: str) -> tuple[str, list[Any]]:
    condition, parameters = _long_word(word) if len(word) >= _TRIGRAM else _short_word(word)
    number = word.removeprefix("#")
    if not (number.isascii() and number.isdigit() and len(number) <= 18):
        return condition, parameters
    by_number = "id in (select contact_id from store_order where number = ?)  -- store_order_number_ix\n"
    return f"({condition} or {by_number})", [*parameters, int(number)]


def _long_word(word: str) -> tuple[str, list[Any]]:
    trigrams = {word[start : start + _TRIGRAM] for start in range(len(word) - _TRIGRAM + 1)}
    match = " ".join(f'"{trigram.replace(chr(34), chr(34) * 2)}"' for trigram in sorted(trigrams))
    found = "id in (select rowid from contact_search where contact_search match ?)"
    if not word.isascii():  # `like` folds ASCII only; that all trigrams are there is close enough
        return found, [match]
    pattern = f"%{word.replace('!', '!!').replace('%', '!%').replace('_', '!_')}%"
    whole = "(email like ? escape '!' or first_name like ? escape '!' or last_name like ? escape '!')"
    return f"({found} and {whole})", [match, pattern, pattern, pattern]


def _short_word(word: str) -> tuple[str, list[Any]]:
    low, name = word.lower(), folded(word)
    condition = "((email >= ? and email < ?) or (last_folded >= ? and last_folded < ?))"
    return condition, [low, low + _LAST_CHARACTER, name, name + _LAST_CHARACTER]


def _total(conn: sqlite3.Connection, matching: str, parameters: list[Any]) -> int:
    if matching == "true":
        return contact_count(conn)
    return int(conn.execute(f"select count(*) from contact where {matching}", parameters).fetchone()[0])


def contact_count(conn: sqlite3.Connection) -> int:
    row = conn.execute("select n from tally where store_id = 0 and what = 'contact'").fetchone()
    return 0 if row is None else int(row[0])


def _cursor(row: sqlite3.Row, sort: ContactSort) -> str:
    order = _ORDERS[sort]
    place = (sort, *(row[column] for column in order.columns))
    return base64.urlsafe_b64encode(order.place.dump_json(place)).decode()


def _position(cursor: str, sort: ContactSort) -> list[str | int]:
    """The columns of the row on which *cursor* stands."""
    try:
        named: tuple[str | int, ...] = _ORDERS[sort].place.validate_json(base64.urlsafe_b64decode(cursor))
    except ValueError:  # both what is no base64 and what is no place
        raise Invalid(
            f"{cursor!r} is no cursor of this list.", remedy="Use `next` of the page before, with the same sort."
        ) from None
    return list(named[1:])


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
