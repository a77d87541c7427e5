"""The customer endpoints: v3 lists with cursors, consent records, and the little that v2 adds."""

from __future__ import annotations

import base64
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable
from operator import attrgetter

from aiohttp import web

from daemon.sandbox import render_v2, render_v3
from daemon.sandbox.keys import IDENTITY, WORLD
from daemon.sandbox.people import Customer, Subscriber
from daemon.sandbox.queries import (
    Query,
    bounds,
    equal,
    ids,
    moment,
    one_of,
    refuse_unknown,
    sort_order,
    v2_page,
    v3_page,
    whole_number,
    words,
)
from daemon.sandbox.replies import Page, Refusal, v2_one, v2_rows, v3_one, v3_rows
from daemon.sandbox.wire import dumps
from daemon.sandbox.world import World

V2_FILTERS = frozenset(
    {"min_id", "max_id", "first_name", "last_name", "company", "email", "phone", "customer_group_id"}
    | {"min_date_created", "max_date_created", "min_date_modified", "max_date_modified", "page", "limit", "include"}
)
SORTS = frozenset(("id", "date_created", "last_name", "date_modified"))
Extra = {"x_lifetime_value": 12.5, "x_labels": ["a", None]}


def cursor_of(row_id: int) -> str:
    """The opaque mark of a row: clients must not read it."""
    return base64.urlsafe_b64encode(json.dumps({"id": row_id}, separators=(",", ":")).encode()).decode().rstrip("=")


def id_of_cursor(cursor: str) -> int:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return int(json.loads(base64.urlsafe_b64decode(padded))["id"])
    except (ValueError, KeyError, TypeError):
        raise Refusal(422, "The cursor is not valid.") from None


def chosen_customers(world: World, query: Query) -> list[int]:
    """Ids of the customers that pass every filter, ascending."""
    shelf = world.customers
    found: Iterable[int] = shelf.ids
    wanted = ids(query, "id:in")
    if wanted is not None:
        found = sorted({i for i in wanted if i in shelf})
    emails = words(query, "email:in")
    if emails is not None:
        of_emails = set().union(*(shelf.ids_of_email(email) for email in emails))
        found = [i for i in sorted(of_emails) if wanted is None or i in wanted]
    for test in _date_tests(world, query):
        found = filter(test, found)
    for read in _row_tests(query):
        found = [i for i in found if read(shelf[i])]
    return list(found)


def _date_tests(world: World, query: Query) -> Iterable[Callable[[int], bool]]:
    """Tests of customer ids by the columns of dates."""
    shelf = world.customers

    def modified(customer_id: int) -> int:
        return shelf.modified[shelf.places(customer_id).start]

    def created(customer_id: int) -> int:
        return shelf.created[shelf.places(customer_id).start]

    yield from bounds(query, "date_modified", modified)
    yield from bounds(query, "date_created", created)


def _full_name(customer: Customer) -> str:
    return f"{customer.first_name} {customer.last_name}".lower()


def _row_tests(query: Query) -> Iterable[Callable[[Customer], bool]]:
    yield from one_of(query, "company:in", attrgetter("company"))
    yield from one_of(query, "phone:in", attrgetter("phone"))
    yield from one_of(query, "customer_group_id:in", attrgetter("group_id"))
    if (names := words(query, "name:in")) is not None:
        lowered = {name.lower() for name in names}
        yield lambda c: not lowered.isdisjoint((_full_name(c), c.first_name.lower(), c.last_name.lower()))
    if (likes := words(query, "name:like")) is not None:
        yield lambda c: any(like.lower() in _full_name(c) for like in likes)


def _sorted_customers(world: World, query: Query, found: list[int]) -> list[int]:
    key, is_descending = sort_order(query, SORTS, "id:asc")
    shelf = world.customers
    keys: dict[str, Callable[[int], object]] = {
        "id": lambda i: i,
        "date_created": lambda i: (shelf[i].created_at, i),
        "date_modified": lambda i: (shelf[i].modified_at, i),
        "last_name": lambda i: (shelf[i].last_name, i),
    }
    if key == "id" and not is_descending:
        return found
    return sorted(found, key=keys[key], reverse=is_descending)  # type: ignore[arg-type]  # ints and tuples compare


def page_of(found: list[int], query: Query, page: Page) -> list[int]:
    """The ids of one page: by cursor when one is given (`page` is then ignored), else by offset."""
    if "after" in query:
        first = bisect_right(found, id_of_cursor(query["after"]))
        return found[first : first + page.limit]
    if "before" in query:
        last = bisect_right(found, id_of_cursor(query["before"]) - 1)
        return found[max(last - page.limit, 0) : last]
    return found[page.first : page.first + page.limit]


def cursor_meta(shown: list[int], found: list[int], query: Query, page: Page) -> dict[str, object]:
    """`meta.cursor_pagination`; its end cursor is given on the first page and on cursor pages only."""
    links: dict[str, str] = {"current": f"?limit={page.limit}"}
    fields: dict[str, object] = {"count": len(shown), "per_page": page.limit, "links": links}
    is_cursor_page = "after" in query or "before" in query or page.number == 1
    if shown and is_cursor_page:
        fields |= {"start_cursor": cursor_of(shown[0]), "end_cursor": cursor_of(shown[-1])}
        if shown[-1] != found[-1]:
            links["next"] = f"?after={cursor_of(shown[-1])}&limit={page.limit}"
    return {"cursor_pagination": fields}


async def list_customers(request: web.Request) -> web.Response:
    world, query = request.app[WORLD], request.query
    page = v3_page(query)
    found = _sorted_customers(world, query, chosen_customers(world, query))
    shown = page_of(found, query, page)
    include = words(query, "include") or ()
    more = Extra if request.app[IDENTITY].extra_fields else {}
    rows = [{**render_v3.customer(world.customers[i], include), **more} for i in shown]
    return v3_rows(rows, total=len(found), page=page, extra_meta=cursor_meta(shown, found, query, page))


async def list_addresses(request: web.Request) -> web.Response:
    world, query = request.app[WORLD], request.query
    page, wanted = v3_page(query), ids(query, "customer_id:in")
    owners = world.customers.ids if wanted is None else [i for i in wanted if i in world.customers]
    rows = [(address, i) for i in owners for address in world.customers[i].addresses]
    shown = [render_v3.customer_address(address, i) for address, i in rows[page.first : page.first + page.limit]]
    return v3_rows(shown, total=len(rows), page=page)


def _subscriber_tests(query: Query) -> Iterable[Callable[[Subscriber], bool]]:
    yield from equal(query, "first_name", attrgetter("first_name"))
    yield from equal(query, "last_name", attrgetter("last_name"))
    yield from equal(query, "source", attrgetter("source"))
    yield from equal(query, "order_id", attrgetter("order_id"))
    yield from bounds(query, "date_modified", attrgetter("modified_at"))
    yield from bounds(query, "date_created", attrgetter("created_at"))


async def list_subscribers(request: web.Request) -> web.Response:
    world, query = request.app[WORLD], request.query
    page, shelf = v3_page(query), world.subscribers
    wanted = ids(query, "id:in") if "id:in" in query else ids(query, "id")
    found: Iterable[int] = shelf.ids if wanted is None else sorted({i for i in wanted if i in shelf})
    if "email" in query:
        owners = shelf.ids_of_email(query["email"])
        found = sorted(owners) if wanted is None else [i for i in found if i in owners]
    for read in _subscriber_tests(query):
        found = [i for i in found if read(shelf[i])]
    every = list(found)
    rows = [render_v3.subscriber(shelf[i]) for i in every[page.first : page.first + page.limit]]
    return v3_rows(rows, total=len(every), page=page)


async def one_subscriber(request: web.Request) -> web.Response:
    found = request.app[WORLD].subscribers.find(int(request.match_info["subscriber_id"]))
    if found is None:
        raise Refusal(404)
    return v3_one(render_v3.subscriber(found))


def _v2_customers(world: World, query: Query) -> list[int]:
    shelf = world.customers
    found: Iterable[int] = (
        shelf.ids[place] for place in shelf.places(whole_number(query, "min_id"), whole_number(query, "max_id"))
    )
    if "email" in query:
        owners = shelf.ids_of_email(query["email"])
        found = (i for i in found if i in owners)
    for name, column in (("date_modified", shelf.modified), ("date_created", shelf.created)):
        low, high = moment(query, f"min_{name}"), moment(query, f"max_{name}")
        if low is not None or high is not None:
            between = range(low or 0, (high or 1 << 40) + 1)
            found = [i for i in found if column[shelf.places(i).start] in between]
    for name in ("first_name", "last_name", "company", "phone"):
        if name in query:
            found = [i for i in found if getattr(shelf[i], name) == query[name]]
    return list(found)


async def list_v2_customers(request: web.Request) -> web.Response:
    world, query = request.app[WORLD], request.query
    refuse_unknown(query, V2_FILTERS)
    page = v2_page(query)
    shown = _v2_customers(world, query)[page.first : page.first + page.limit]
    store_hash = request.app[IDENTITY].store_hash
    return v2_rows([dumps(render_v2.customer_v2(world.customers[i], store_hash)) for i in shown])


async def one_v2_customer(request: web.Request) -> web.Response:
    found = request.app[WORLD].customers.find(int(request.match_info["customer_id"]))
    if found is None:
        raise Refusal(404, "The requested resource was not found.")
    return v2_one(render_v2.customer_v2(found, request.app[IDENTITY].store_hash))


async def count_v2_customers(request: web.Request) -> web.Response:
    refuse_unknown(request.query, V2_FILTERS)
    return v2_one({"count": len(_v2_customers(request.app[WORLD], request.query))})


def v3_routes() -> list[web.RouteDef]:
    return [
        web.get("/customers", list_customers),
        web.get("/customers/addresses", list_addresses),
        web.get("/customers/subscribers", list_subscribers),
        web.get(r"/customers/subscribers/{subscriber_id:\d+}", one_subscriber),
    ]


def v2_routes() -> list[web.RouteDef]:
    return [
        web.get("/customers", list_v2_customers),
        web.get("/customers/count", count_v2_customers),
        web.get(r"/customers/{customer_id:\d+}", one_v2_customer),
    ]
