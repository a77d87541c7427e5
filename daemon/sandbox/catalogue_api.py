"""The v3 catalogue endpoints: products, variants, and categories in their two shapes."""

from __future__ import annotations

import asyncio
import operator
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from operator import attrgetter

from aiohttp import web

from daemon.sandbox import render_v3
from daemon.sandbox.catalogue import ROOT, Category, Product
from daemon.sandbox.keys import IDENTITY, WORLD
from daemon.sandbox.queries import Query, equal, flag, ids, moment, one_of, v3_page, whole_number, words
from daemon.sandbox.replies import Refusal, v3_one, v3_rows
from daemon.sandbox.wire import iso, number
from daemon.sandbox.world import World

SMALL_PAGE = 10  # with include=options or modifiers
CHANNEL_TREES = {1: 1, 2: 2}
Extra = {"x_carbon_grams": 120, "x_origin": {"country": None}}
TREE_BUSY = web.AppKey("tree_busy", asyncio.Lock)

SORT_KEYS: dict[str, Callable[[Product], tuple[object, int]]] = {
    "id": lambda p: (0, p.id),
    "name": lambda p: (p.name, p.id),
    "sku": lambda p: (p.sku, p.id),
    "price": lambda p: (p.price_cents, p.id),
    "date_modified": lambda p: (p.modified_at, p.id),
    "date_last_imported": lambda p: (p.modified_at, p.id),
    "inventory_level": lambda p: (p.inventory, p.id),
    "is_visible": lambda p: (p.is_visible, p.id),
    "total_sold": lambda p: (p.total_sold, p.id),
    "calculated_price": lambda p: (p.selling_cents, p.id),
}


def modified_bound(world: World, query: Query, name: str) -> int | None:
    """A bound on date_modified; a date without a time is filled up with the store's present time of day."""
    at = moment(query, name, version="v3")
    if at is None or len(query[name].strip()) > len("2025-01-15"):
        return at
    return at + world.clock.seconds() % 86_400


OPERATORS: dict[str, Callable[[int, int], bool]] = {
    "": operator.eq,
    ":min": operator.ge,
    ":max": operator.le,
    ":greater": operator.gt,
    ":less": operator.lt,
}


def _id_tests(query: Query, prefix: str = "id") -> Iterator[Callable[[int], bool]]:
    """Tests of an id by every operator v3 knows."""
    for suffix, holds in OPERATORS.items():
        if (bound := whole_number(query, prefix + suffix, version="v3")) is not None:
            yield partial(_compare, holds, bound)
    if (wanted := ids(query, f"{prefix}:in")) is not None:
        yield set(wanted).__contains__
    if (unwanted := ids(query, f"{prefix}:not_in")) is not None:
        left_out = set(unwanted)
        yield lambda i: i not in left_out


def _compare(holds: Callable[[int, int], bool], bound: int, value: int) -> bool:
    return holds(value, bound)


def _product_tests(world: World, query: Query) -> Iterator[Callable[[Product], bool]]:
    yield from _modified_tests(world, query)
    yield from equal(query, "name", attrgetter("name"))
    yield from equal(query, "type", attrgetter("kind"))
    yield from equal(query, "brand_id", attrgetter("brand_id"))
    yield from one_of(query, "sku:in" if "sku:in" in query else "sku", attrgetter("sku"))
    chosen = ids(query, "categories:in") or ids(query, "categories")
    if chosen is not None:
        yield lambda p: not set(chosen).isdisjoint(p.categories)
    if "keyword" in query:
        yield lambda p: query["keyword"].lower() in f"{p.name} {p.sku}".lower()
    if (visible := flag(query, "is_visible")) is not None:
        yield lambda p: p.is_visible is visible


def _modified_tests(world: World, query: Query) -> Iterator[Callable[[Product], bool]]:
    if (low := modified_bound(world, query, "date_modified:min")) is not None:
        yield lambda p: p.modified_at >= low
    if (high := modified_bound(world, query, "date_modified:max")) is not None:
        yield lambda p: p.modified_at <= high


def chosen_products(world: World, query: Query) -> list[Product]:
    """Products that pass every filter, in the order asked for (`sort` with `direction`)."""
    tests_of_id = list(_id_tests(query))
    every = sorted(world.catalogue.products.values(), key=attrgetter("id"))
    found: Iterable[Product] = [p for p in every if all(test(p.id) for test in tests_of_id)]
    for test in _product_tests(world, query):
        found = [p for p in found if test(p)]
    key = SORT_KEYS.get(query.get("sort", "id"))
    if key is None:
        raise Refusal(422, "The sort is not valid.", errors={"sort": "unknown field"})
    return sorted(found, key=key, reverse=query.get("direction") == "desc")


def picked(row: render_v3.Fields, query: Query) -> render_v3.Fields:
    """The row with `include_fields` or without `exclude_fields`; its id always stays."""
    identity = "category_id" if "category_id" in row else "id"
    if (wanted := words(query, "include_fields")) is not None:
        return {name: value for name, value in row.items() if name == identity or name in wanted}
    if (unwanted := words(query, "exclude_fields")) is not None:
        return {name: value for name, value in row.items() if name == identity or name not in unwanted}
    return row


async def list_products(request: web.Request) -> web.Response:
    world, query = request.app[WORLD], request.query
    include = words(query, "include") or ()
    is_heavy = "options" in include or "modifiers" in include
    page = v3_page(query, most=SMALL_PAGE) if is_heavy else v3_page(query)
    found = chosen_products(world, query)
    more = Extra if request.app[IDENTITY].extra_fields else {}
    shown = islice(found, page.first, page.first + page.limit)
    rows = [picked({**render_v3.product(each, include), **more}, query) for each in shown]
    return v3_rows(rows, total=len(found), page=page)


def _product(request: web.Request) -> Product:
    found = request.app[WORLD].catalogue.products.get(int(request.match_info["product_id"]))
    if found is None:
        raise Refusal(404)
    return found


async def one_product(request: web.Request) -> web.Response:
    include = words(request.query, "include") or ()
    return v3_one(picked(render_v3.product(_product(request), include), request.query))


async def product_variants(request: web.Request) -> web.Response:
    found, page = _product(request), v3_page(request.query)
    rows = [render_v3.variant(each, found) for each in found.variants]
    return v3_rows(rows[page.first : page.first + page.limit], total=len(rows), page=page)


async def list_variants(request: web.Request) -> web.Response:
    world, query = request.app[WORLD], request.query
    page = v3_page(query)
    tests = list(_id_tests(query))
    of_products = list(_id_tests(query, "product_id"))
    rows = [
        (variant, product)
        for product in world.catalogue.products.values()
        if all(test(product.id) for test in of_products)
        for variant in product.variants
        if all(test(variant.id) for test in tests) and query.get("sku", variant.sku) == variant.sku
    ]
    shown = rows[page.first : page.first + page.limit]
    return v3_rows([picked(render_v3.variant(*row), query) for row in shown], total=len(rows), page=page)


def _chosen_categories(world: World, query: Query, id_name: str) -> list[Category]:
    tests = list(_id_tests(query, id_name))
    trees, parents = ids(query, "tree_id:in"), ids(query, "parent_id:in") or ids(query, "parent_id")
    visible, like = flag(query, "is_visible"), query.get("name:like") or query.get("keyword")
    return [
        each
        for each in sorted(world.catalogue.categories.values(), key=attrgetter("id"))
        if all(test(each.id) for test in tests)
        and (trees is None or each.tree_id in trees)
        and (parents is None or each.parent_id in parents)
        and (visible is None or each.is_visible is visible)
        and query.get("name", each.name) == each.name
        and (not like or like.strip("%").lower() in each.name.lower())
    ]


async def list_tree_categories(request: web.Request) -> web.Response:
    query, page = request.query, v3_page(request.query)
    found = _chosen_categories(request.app[WORLD], query, "category_id")
    rows = [picked(render_v3.tree_category(each), query) for each in found[page.first : page.first + page.limit]]
    return v3_rows(rows, total=len(found), page=page)


async def list_categories(request: web.Request) -> web.Response:
    query, page = request.query, v3_page(request.query)
    found = _chosen_categories(request.app[WORLD], query, "id")
    rows = [picked(render_v3.legacy_category(each), query) for each in found[page.first : page.first + page.limit]]
    return v3_rows(rows, total=len(found), page=page)


async def one_category(request: web.Request) -> web.Response:
    found = request.app[WORLD].catalogue.categories.get(int(request.match_info["category_id"]))
    if found is None:
        raise Refusal(404)
    return v3_one(render_v3.legacy_category(found))


async def list_trees(request: web.Request) -> web.Response:
    query, page = request.query, v3_page(request.query)
    wanted, channels = ids(query, "id:in"), ids(query, "channel_id:in")
    rows = [
        {"id": tree, "name": f"Tree {tree}", "channels": [channel]}
        for channel, tree in CHANNEL_TREES.items()
        if (wanted is None or tree in wanted) and (channels is None or channel in channels)
    ]
    return v3_rows(rows, total=len(rows), page=page)


def _branch(
    world: World, parent: Category | None, tree_id: int, path: list[int], depth: int
) -> list[dict[str, object]]:
    under = parent.id if parent else ROOT
    children = [c for c in world.catalogue.categories.values() if c.parent_id == under and c.tree_id == tree_id]
    return [
        {
            "id": child.id,
            "parent_id": child.parent_id,
            "depth": len(path),
            "path": path,
            "name": child.name,
            "is_visible": child.is_visible,
            "url": child.path,
            "children": _branch(world, child, tree_id, [*path, child.id], depth - 1) if depth else [],
        }
        for child in children
    ]


async def nested_tree(request: web.Request) -> web.Response:
    """The whole tree at once; one request at a time, a second one meanwhile is 429."""
    busy = request.app[TREE_BUSY]
    if busy.locked():
        raise Refusal(429)
    async with busy:
        await asyncio.sleep(0)  # gives a concurrent request its turn to be refused
        depth = whole_number(request.query, "depth", version="v3")
        tree_id = int(request.match_info["tree_id"])
        return v3_one(_branch(request.app[WORLD], None, tree_id, [], 99 if depth is None else depth))


async def summary(request: web.Request) -> web.Response:
    products = list(request.app[WORLD].catalogue.products.values())
    prices = [product.selling_cents for product in products] or [0]
    created = [product.created_at for product in products] or [0]
    return v3_one(
        {
            "inventory_count": sum(product.inventory for product in products),
            "inventory_value": number(sum(product.inventory * product.cost_cents for product in products)),
            "primary_category_id": products[0].categories[0] if products else 0,
            "primary_category_name": "Shoes",
            "variant_count": sum(len(product.variants) for product in products),
            "highest_variant_price": number(max(prices)),
            "average_variant_price": number(sum(prices) // len(prices)),
            "lowest_variant_price": str(number(min(prices))),
            "oldest_variant_date": iso(min(created)),
            "newest_variant_date": iso(max(created)),
        }
    )


def routes() -> list[web.RouteDef]:
    return [
        web.get("/catalog/products", list_products),
        web.get(r"/catalog/products/{product_id:\d+}", one_product),
        web.get(r"/catalog/products/{product_id:\d+}/variants", product_variants),
        web.get("/catalog/variants", list_variants),
        web.get("/catalog/categories", list_categories),
        web.get(r"/catalog/categories/{category_id:\d+}", one_category),
        web.get("/catalog/trees", list_trees),
        web.get("/catalog/trees/categories", list_tree_categories),
        web.get(r"/catalog/trees/{tree_id:\d+}/categories", nested_tree),
        web.get("/catalog/summary", summary),
    ]
