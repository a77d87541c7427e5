"""Categories, products, and items: what was bought, as it was called when it was bought."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from daemon.db import shelf
from daemon.db.known import Known, known_rows, rows_by_ids
from daemon.records import CategoryRecord, Cause, ProductRecord
from daemon.segments.functions import folded

PATH_SEPARATOR = " / "

# A damaged tree could name itself as its own ancestor.
_MAX_DEPTH = 32

_NO_CATEGORIES = ("[]", "[]", "[]")


class ItemKey(NamedTuple):
    """What tells one item of a store from another; see the table."""

    product_id: int
    variant_id: int
    name: str
    sku: str
    category_set_id: int
    brand: str = ""
    is_on_sale: bool = False
    rating: int = 0


_KEY = "product_id, variant_id, name, sku, category_set_id, brand, is_on_sale, rating"


def replace_categories(
    conn: sqlite3.Connection, store_id: int, categories: Collection[CategoryRecord], cause: Cause
) -> int:
    """Makes *categories* (all the store has) the ones we hold; gives how many rows changed.

    A category that is gone keeps its name, marked as deleted: a product may still name it. A row that a later fetch
    wrote stays as it is.
    """
    held = {
        row[0]: (row[1], row[2], row[3] is None)
        for row in conn.execute(
            "select category_id, parent_id, name, deleted_at from category where store_id = ?  -- primary key",
            (store_id,),
        )
    }
    fresh = {category.category_id: (category.parent_id, category.name, True) for category in categories}
    changed = [
        (store_id, key, value[0], value[1], cause.fetched_at_ms)
        for key, value in fresh.items()
        if held.get(key) != value
    ]
    gone = [
        (cause.now, cause.fetched_at_ms, store_id, key) for key, value in held.items() if value[2] and key not in fresh
    ]
    put = conn.executemany(
        "insert into category (store_id, category_id, parent_id, name, deleted_at, fetched_at_ms) "
        "values (?, ?, ?, ?, null, ?) on conflict do update set parent_id = excluded.parent_id, name = excluded.name, "
        "deleted_at = null, fetched_at_ms = excluded.fetched_at_ms where fetched_at_ms <= excluded.fetched_at_ms",
        changed,
    ).rowcount
    dropped = conn.executemany(
        "update category set deleted_at = ?1, fetched_at_ms = ?2 "
        "where store_id = ?3 and category_id = ?4 and fetched_at_ms <= ?2",
        gone,
    ).rowcount
    return max(0, put) + max(0, dropped)


def unknown_categories(conn: sqlite3.Connection, store_id: int, ids: Collection[int]) -> set[int]:
    """Those of *ids* that we hold no category for."""
    sql = "select category_id from category where store_id = ? and category_id in ({marks})  -- primary key"
    return set(ids) - {row[0] for row in rows_by_ids(conn, sql, (store_id,), ids)}


def known_products(conn: sqlite3.Connection, store_id: int, ids: Iterable[int]) -> dict[int, Known]:
    return known_rows(
        conn,
        "select product_id, 0, modified_at, fetched_at_ms, digest from product "
        "where store_id = ? and product_id in ({marks})  -- primary key",
        store_id,
        ids,
    )


def put_products(
    conn: sqlite3.Connection, store_id: int, products: Mapping[bytes, ProductRecord], *, fetched_at_ms: int
) -> None:
    """Writes products, given by their fingerprints."""
    conn.executemany(
        "insert into product (store_id, product_id, name, sku, price_minor, category_ids, is_visible, url_path, "
        "image_url, modified_at, deleted_at, fetched_at_ms, digest, sale_minor, rating, name_folded) "
        "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, null, ?, ?, ?, ?, ?) "
        "on conflict do update set name = excluded.name, sku = excluded.sku, price_minor = excluded.price_minor, "
        "category_ids = excluded.category_ids, is_visible = excluded.is_visible, url_path = excluded.url_path, "
        "image_url = excluded.image_url, modified_at = excluded.modified_at, deleted_at = null, "
        "fetched_at_ms = excluded.fetched_at_ms, digest = excluded.digest, sale_minor = excluded.sale_minor, "
        "rating = excluded.rating, name_folded = excluded.name_folded",
        [
            (
                store_id,
                product.product_id,
                product.name,
                product.sku,
                product.price_minor,
                json.dumps(sorted(product.category_ids)),
                product.is_visible,
                product.url_path,
                product.image_url,
                product.modified_at,
                fetched_at_ms,
                fingerprint,
                product.sale_minor,
                product.rating,
                folded(product.name),
            )
            for fingerprint, product in products.items()
        ],
    )
    shelf.put_products(conn, store_id, [product.product_id for product in products.values()])


def mark_products_deleted(conn: sqlite3.Connection, store_id: int, ids: Collection[int], cause: Cause) -> set[int]:
    """Marks the products the store does not have; gives those that we held and had not marked.

    One that we never held gets an empty row: what is known to be gone is not asked for again. One that was seen by a
    later fetch than the one that missed it stays.
    """
    sql = (
        "update product set deleted_at = ?1, fetched_at_ms = ?2, digest = x'' where store_id = ?3 "
        "and product_id = ?4 and deleted_at is null and fetched_at_ms <= ?2"
    )
    marked = {
        product_id
        for product_id in ids
        if conn.execute(sql, (cause.now, cause.fetched_at_ms, store_id, product_id)).rowcount
    }
    conn.executemany(
        "insert or ignore into product (store_id, product_id, name, sku, category_ids, is_visible, url_path, "
        "image_url, modified_at, deleted_at, fetched_at_ms, digest) "
        "values (?, ?, '', '', '[]', 0, '', '', 0, ?, ?, x'')",
        [(store_id, product_id, cause.now, cause.fetched_at_ms) for product_id in ids if product_id not in marked],
    )
    return marked


def category_sets(conn: sqlite3.Connection, store_id: int, product_ids: Collection[int]) -> dict[int, int]:
    """The category set of each product as its categories are called now; products unknown to us are left out."""
    ids_of_product = dict(
        rows_by_ids(
            conn,
            "select product_id, category_ids from product where store_id = ? and product_id in ({marks})",
            (store_id,),
            product_ids,
        )
    )
    tree = _category_tree(conn, store_id)
    named = {ids: _named(ids, tree) for ids in set(ids_of_product.values())}
    sql = "select ids, names, paths, id from category_set where ids in ({marks})  -- unique index"
    held = {row[:3]: row[3] for row in rows_by_ids(conn, sql, (), {one[0] for one in named.values()})}
    made = {one: _category_set_id(conn, one) for one in set(named.values()) - held.keys()}
    set_ids = held | made
    return {product_id: set_ids[named[ids]] for product_id, ids in ids_of_product.items()}


class Offer(NamedTuple):
    """How a product is offered now. *sale_minor* None = it is not on sale; *rating* in tenths, 0 = it has none."""

    sale_minor: int | None
    rating: int


def offers(conn: sqlite3.Connection, store_id: int, product_ids: Collection[int]) -> dict[int, Offer]:
    """By the store's id; products unknown to us are left out."""
    sql = "select product_id, sale_minor, rating from product where store_id = ? and product_id in ({marks})"
    return {row[0]: Offer(*row[1:]) for row in rows_by_ids(conn, sql, (store_id,), product_ids)}


def no_category_set(conn: sqlite3.Connection) -> int:
    """The set of what belongs to no category we know."""
    return _category_set_id(conn, _NO_CATEGORIES)


def item_ids(conn: sqlite3.Connection, store_id: int, keys: Collection[ItemKey]) -> dict[ItemKey, int]:
    """Our id of each item, made where it is new."""
    # All items of a variant are few and mostly known: one question for a page of orders instead of one for each line.
    variants = {key[:2] for key in keys if key.product_id}
    rows = conn.execute(_ITEMS_OF_VARIANTS, (json.dumps([*variants]), store_id))
    held = {row[:-1]: row[-1] for row in rows}
    made = {key: _item_id(conn, store_id, key) for key in keys if key not in held}
    if made:
        shelf.call_anew(conn, store_id, {key.product_id for key in made})
    return {key: held[key] if key in held else made[key] for key in keys}


_ITEMS_OF_VARIANTS = f"""
select {_KEY}, item.id
from json_each(?) cross join item  -- unique index
  on store_id = ? and product_id = json_each.value ->> 0 and variant_id = json_each.value ->> 1
"""


def _item_id(conn: sqlite3.Connection, store_id: int, key: ItemKey) -> int:
    found = conn.execute(
        "select id from item where store_id = ? and product_id = ? and variant_id = ? and name = ? and sku = ? "
        "and category_set_id = ? and brand = ? and is_on_sale = ? and rating = ?  -- unique index",
        (store_id, *key),
    ).fetchone()
    if found is None:
        found = conn.execute(
            f"insert into item (store_id, {_KEY}) values (?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
            (store_id, *key),
        ).fetchone()
    return int(found[0])


def named_categories(conn: sqlite3.Connection, store_id: int, ids_json: str) -> tuple[list[str], list[str]]:
    """Names and paths of those categories as they are called now."""
    _, names, paths = _named(ids_json, _category_tree(conn, store_id))
    return json.loads(names), json.loads(paths)


@dataclass(frozen=True, slots=True, eq=False)
class _Tree:
    """Parent and name of each category of a store. It is told from others by being itself, which costs nothing."""

    of: Mapping[int, tuple[int, str]]


def _category_tree(conn: sqlite3.Connection, store_id: int) -> _Tree:
    rows = conn.execute("select category_id, parent_id, name from category where store_id = ?", (store_id,))
    return _tree_of(tuple(rows))


# A tree hardly changes between two pages of orders: what its categories are called is not worked out for each anew.
@lru_cache(maxsize=8)
def _tree_of(rows: tuple[tuple[int, int, str], ...]) -> _Tree:
    return _Tree({category_id: (parent_id, name) for category_id, parent_id, name in rows})


@lru_cache(maxsize=4096)
def _named(ids_json: str, tree: _Tree) -> tuple[str, str, str]:
    ids = [category_id for category_id in json.loads(ids_json) if category_id in tree.of]
    if not ids:
        return _NO_CATEGORIES
    names = [tree.of[category_id][1] for category_id in ids]
    paths = [PATH_SEPARATOR.join(_path(category_id, tree)) for category_id in ids]
    return json.dumps(ids), json.dumps(names, ensure_ascii=False), json.dumps(paths, ensure_ascii=False)


def _path(category_id: int, tree: _Tree) -> list[str]:
    names: list[str] = []
    while category_id in tree.of and len(names) < _MAX_DEPTH:
        category_id, name = tree.of[category_id]
        names.append(name)
    return names[::-1]


def _category_set_id(conn: sqlite3.Connection, named: tuple[str, str, str]) -> int:
    found = conn.execute("select id from category_set where ids = ? and names = ? and paths = ?", named).fetchone()
    if found is None:
        found = conn.execute(
            "insert into category_set (ids, names, paths) values (?, ?, ?) returning id", named
        ).fetchone()
    return int(found[0])
