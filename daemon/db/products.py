"""The list of products: sorted, searched, and read page by page."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import TypeAdapter

from common.products import ProductPage, ProductQuery, ProductSort
from daemon.db.keyset import Int, Order, number_in, phrase, words_of
from daemon.db.product import product_row
from daemon.segments.functions import folded

_KEY = ("store_id", "product_id")

_ORDERS = {
    ProductSort.SOLD: Order(
        ("pieces", *_KEY), TypeAdapter(tuple[Literal[ProductSort.SOLD], Int, Int, Int]), is_descending=True
    ),
    ProductSort.REVENUE: Order(
        ("revenue_minor", *_KEY), TypeAdapter(tuple[Literal[ProductSort.REVENUE], Int, Int, Int]), is_descending=True
    ),
    ProductSort.NAME: Order(
        ("name_folded", *_KEY), TypeAdapter(tuple[Literal[ProductSort.NAME], str, Int, Int]), is_descending=False
    ),
    ProductSort.PRICE: Order(
        ("price_minor", *_KEY), TypeAdapter(tuple[Literal[ProductSort.PRICE], Int, Int, Int]), is_descending=True
    ),
    ProductSort.MODIFIED: Order(
        ("modified_at", *_KEY), TypeAdapter(tuple[Literal[ProductSort.MODIFIED], Int, Int, Int]), is_descending=True
    ),
}

# Of 200,000 products: that many found are sorted in 2 ms, and that many are looked at on the way down an index in 4.
_FEW = 2000
_NEAR = 5000


def product_page(conn: sqlite3.Connection, query: ProductQuery) -> ProductPage:
    """The products that match *query*. Raises Invalid for a cursor that is none of ours."""
    total = _matching_count(conn, query)
    order = _ORDERS[query.sort]
    sql, values = _page(conn, query, total=total)
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    rows = cursor.execute(sql, values).fetchall()
    shown = rows[: query.limit]
    return ProductPage(
        total=total,
        products=[product_row(conn, row["store_id"], row["product_id"]) for row in shown],
        next=order.cursor(shown[-1], query.sort) if len(rows) > query.limit else "",
    )


def _page(conn: sqlite3.Connection, query: ProductQuery, *, total: int) -> tuple[str, list[str | int]]:
    """A query for the keys of the page and one more. The index of the sort is walked unless few products match."""
    order = _ORDERS[query.sort]
    offset = 0 if query.after else query.offset
    everything = _listed(conn)
    looked_at = (offset + query.limit) * everything // max(total, 1)
    is_walked = total > _FEW or total == everything
    conditions = _matching(query, is_walked=is_walked, one_by_one=is_walked and looked_at <= _NEAR)
    texts, values = [one.sql for one in conditions], [value for one in conditions for value in one.values]
    if query.after:
        texts.append(order.after(reverse=query.reverse, indexed=is_walked))
        values.extend(order.position(query.after))
    sql = (
        f"select {', '.join(order.columns)} from shelf "
        f"where {' and '.join(texts) or 'true'} "
        f"order by {order.clause(reverse=query.reverse, indexed=is_walked)} limit ? offset ?"
    )
    return sql, [*values, query.limit + 1, offset]


def _matching_count(conn: sqlite3.Connection, query: ProductQuery) -> int:
    words = words_of(query.search)
    if not words:
        return _listed(conn, query.store)
    if not query.store and all(map(_is_in_trigrams, words)):
        return int(conn.execute(f"select count(*) {_FOUND}", [_phrases(words)]).fetchone()[0])
    conditions = _matching(query, is_walked=False)
    sql = f"select count(*) from shelf where {' and '.join(one.sql for one in conditions)}"
    return int(conn.execute(sql, [value for one in conditions for value in one.values]).fetchone()[0])


def _listed(conn: sqlite3.Connection, store: str = "") -> int:
    """How many products are listed, of all stores or of one."""
    sql = "select coalesce(sum(n), 0) from tally where what = 'product' and (? = '' or store_id = "
    return int(conn.execute(f"{sql}(select id from store where hash = ?))", (store, store)).fetchone()[0])


@dataclass(frozen=True, slots=True)
class _Condition:
    """One on `shelf`, with its parameters."""

    sql: str
    values: Sequence[str | int]


# A plus keeps SQLite from going by what it stands before: the index of the sort is walked, and tells it of each row.
def _matching(query: ProductQuery, *, is_walked: bool, one_by_one: bool = False) -> list[_Condition]:
    """What holds of the products of *query*. *one_by_one*: words are sought in each product that is come by."""
    words = words_of(query.search)
    in_trigrams = [] if one_by_one else [word for word in words if _is_in_trigrams(word)]
    found = [_word(word, one_by_one=one_by_one) for word in words if word not in in_trigrams]
    if in_trigrams:
        found.append(_Condition(f"{'+' if is_walked else ''}id in (select rowid {_FOUND})", [_phrases(in_trigrams)]))
    if query.store:
        is_theirs = f"{'+' if is_walked or in_trigrams else ''}store_id = (select id from store where hash = ?)"
        found.append(_Condition(is_theirs, [query.store]))
    return found


_FOUND = "from shelf_search where shelf_search match ?"

# Trigrams need three characters; a shorter word is sought in each product.
_TRIGRAM = 3


def _is_in_trigrams(word: str) -> bool:
    """Whether all products that match *word* are told by the trigrams alone."""
    return len(folded(word)) >= _TRIGRAM and number_in(word) is None


def _phrases(words: Sequence[str]) -> str:
    return " ".join(phrase(folded(word)) for word in words)


def _word(word: str, *, one_by_one: bool) -> _Condition:
    text, number = folded(word), number_in(word)
    if one_by_one or len(text) < _TRIGRAM:
        condition = _Condition("instr(sought, ?)", [text])
    else:
        condition = _Condition(f"id in (select rowid {_FOUND})", [phrase(text)])
    if number is None:
        return condition
    by_number = "id in (select id from shelf where store_id in (select id from store) and product_id = ?)"
    return _Condition(f"({condition.sql} or {by_number})", [*condition.values, number])
