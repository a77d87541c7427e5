"""The v2 order endpoints: lists by keyset or page, single orders with their parts, counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from aiohttp import web

from daemon.sandbox import render_orders, render_v2
from daemon.sandbox.keys import FAULTS, IDENTITY, WORLD
from daemon.sandbox.orders import STATUSES, Order, Ship
from daemon.sandbox.queries import Query, moment, refuse_unknown, sort_order, v2_page, whole_number, words
from daemon.sandbox.replies import Refusal, reply, v2_one, v2_rows
from daemon.sandbox.wire import dumps, parse_date
from daemon.sandbox.world import OrderShelf, World

FILTERS = frozenset(
    {"min_id", "max_id", "min_total", "max_total", "customer_id", "email", "status_id", "cart_id", "payment_method"}
    | {"min_date_created", "max_date_created", "min_date_modified", "max_date_modified", "channel_id"}
    | {"external_order_id", "page", "limit", "sort", "include", "consignment_structure"}
)
INCLUDES = frozenset(("consignments", "consignments.line_items", "fees"))
SORTS = frozenset(["id", "customer_id", "date_created", "date_modified", "status_id", "channel_id", "external_id"])
RENDERED_KEPT = 24_000  # rendered orders kept; about 7 kB each
EXTRA = ',"x_loyalty":{"tier":"gold","points":[1,null,2.5]},"x_is_future":true'

Test = Callable[[int], bool]  # of a position in the shelf


class Renderer:
    """Writes orders as JSON and keeps what it wrote until the order is replaced by a newer one."""

    def __init__(self, store_hash: str, *, extra_fields: bool) -> None:
        self._hash = store_hash
        self._extra = EXTRA if extra_fields else ""
        self._kept: dict[int, tuple[Order, str, str]] = {}
        self.room = RENDERED_KEPT

    def text(self, order: Order, query: Query) -> str:
        """The order as *query* wants it: stub, legacy array or object of consignments, lines or links to them."""
        head, full = self._parts(order)
        return f'{head}{self._extra},"consignments":{self._consignments(order, full, query)}}}'

    def warm(self, shelf: OrderShelf) -> None:
        """Write every order ahead, for measuring a client rather than this store; about 10 kB each."""
        shelf.rows_kept = self.room = len(shelf) + RENDERED_KEPT
        for order_id in shelf.ids:
            self._parts(shelf[order_id])

    def _parts(self, order: Order) -> tuple[str, str]:
        known = self._kept.get(order.id)
        if known and known[0] is order:
            return known[1], known[2]
        head = render_orders.order_head(order, self._hash)
        full = render_orders.consignments_text(order, self._hash, with_lines=True)
        if len(self._kept) >= self.room:
            self._kept.clear()
        self._kept[order.id] = (order, head, full)
        return head, full

    def _consignments(self, order: Order, full: str, query: Query) -> str:
        include = words(query, "include") or []
        if not any(name.startswith("consignments") for name in include):
            return dumps(render_v2.link(self._hash, f"/orders/{order.id}/consignments"))
        if "consignments.line_items" not in include:
            full = render_orders.consignments_text(order, self._hash, with_lines=False)
        return full if query.get("consignment_structure") == "object" else f"[{full}]"


RENDERER = web.AppKey("renderer", Renderer)


def order_tests(world: World, query: Query) -> list[Test]:
    """One test per filter given, the cheap ones (on columns) first."""
    return [*_column_tests(world.orders, query), *_row_tests(world, query)]


def _column_tests(shelf: OrderShelf, query: Query) -> Iterator[Test]:
    created, modified, statuses, customers = shelf.created, shelf.modified, shelf.statuses, shelf.customers
    if (low := moment(query, "min_date_modified")) is not None:
        yield lambda place: modified[place] >= low
    if (high := moment(query, "max_date_modified")) is not None:
        yield lambda place: modified[place] <= high
    if (since := moment(query, "min_date_created")) is not None:
        yield lambda place: created[place] >= since
    if (until := moment(query, "max_date_created")) is not None:
        yield lambda place: created[place] <= until
    if (status := whole_number(query, "status_id")) is not None:
        yield lambda place: statuses[place] == status
    if (customer := whole_number(query, "customer_id")) is not None:
        yield lambda place: customers[place] == customer
    if shelf.archived:
        yield lambda place: shelf.ids[place] not in shelf.archived


def _row_tests(world: World, query: Query) -> Iterator[Test]:
    """Filters that need the order itself: slow on a large store, as any unindexed question is."""
    shelf = world.orders

    def on(read: Callable[[Order], bool]) -> Test:
        return lambda place: read(shelf[shelf.ids[place]])

    if "email" in query:
        yield on(lambda order: order.email.strip().lower() == query["email"].strip().lower())
    if "cart_id" in query:
        yield on(lambda order: order.cart_id == query["cart_id"])
    if "payment_method" in query:
        yield on(lambda order: order.payment_method == query["payment_method"])
    if "external_order_id" in query:
        yield on(lambda order: order.external_id == query["external_order_id"])
    if (channel := whole_number(query, "channel_id")) is not None:
        yield on(lambda order: order.channel_id == channel)
    if (least := _amount(query, "min_total")) is not None:
        yield on(lambda order: order.total_cents >= least)
    if (most := _amount(query, "max_total")) is not None:
        yield on(lambda order: order.total_cents <= most)


def _amount(query: Query, name: str) -> float | None:
    try:
        return float(query[name]) * 100 if name in query else None
    except ValueError:
        raise Refusal(400, f"The field '{name}' is not valid.") from None


def matching(world: World, query: Query) -> Iterator[int]:
    """Positions of the orders that pass every filter, by ascending id."""
    places = world.orders.places(whole_number(query, "min_id"), whole_number(query, "max_id"))
    tests = order_tests(world, query)
    found: Iterable[int] = places
    for test in tests:
        found = filter(test, found)
    return iter(found)


def _sorted_ids(world: World, query: Query) -> Iterator[int]:
    key, is_descending = sort_order(query, SORTS, "id:asc")
    shelf, found = world.orders, matching(world, query)
    if key == "id" and not is_descending:
        return (shelf.ids[place] for place in found)
    columns = {"date_created": shelf.created, "date_modified": shelf.modified, "status_id": shelf.statuses}
    column = columns.get(key, shelf.customers if key == "customer_id" else shelf.ids)
    ordered = sorted(found, key=lambda place: (column[place], shelf.ids[place]), reverse=is_descending)
    return (shelf.ids[place] for place in ordered)


def _newest_first(world: World, query: Query, wanted: int) -> list[int] | None:
    """The common `sort=id:desc` without reading the whole list; None when something else is asked."""
    if query.get("sort") != "id:desc":
        return None
    shelf = world.orders
    found: Iterable[int] = reversed(shelf.places(whole_number(query, "min_id"), whole_number(query, "max_id")))
    for test in order_tests(world, query):
        found = filter(test, found)
    return [shelf.ids[place] for place in islice(found, wanted)]


def readable(request: web.Request, order_id: int) -> Order:
    """The order of that id; 404 when there is none, or while the store has not yet made a new one readable."""
    world, lag = request.app[WORLD], request.app[FAULTS].value("unready")
    order = world.orders.find(order_id)
    if order is None or order.created_at + lag > world.clock.now():
        raise Refusal(404, "The requested resource was not found.")
    return order


async def list_orders(request: web.Request) -> web.Response:
    query, world = request.query, request.app[WORLD]
    refuse_unknown(query, FILTERS)
    _check_dates(query)
    for name in words(query, "include") or ():
        if name not in INCLUDES:
            raise Refusal(400, "The field 'include' is not valid.")
    page = v2_page(query)
    wanted = _newest_first(world, query, page.first + page.limit)
    chosen = wanted if wanted is not None else _sorted_ids(world, query)
    renderer = request.app[RENDERER]
    return v2_rows([renderer.text(world.orders[i], query) for i in islice(chosen, page.first, page.first + page.limit)])


def _check_dates(query: Query) -> None:
    for name in query:
        if "date" in name and parse_date(query[name]) is None:
            raise Refusal(400, f"The field '{name}' is not valid.")


async def one_order(request: web.Request) -> web.Response:
    order = readable(request, int(request.match_info["order_id"]))
    return reply(request.app[RENDERER].text(order, request.query))


async def count_orders(request: web.Request) -> web.Response:
    world, query = request.app[WORLD], request.query
    refuse_unknown(query, FILTERS)
    counts = [0] * len(STATUSES)
    for place in matching(world, query):
        counts[world.orders.statuses[place]] += 1
    rows = [{**render_v2.status(i), "count": count, "sort_order": i} for i, count in enumerate(counts)]
    return v2_one({"statuses": rows, "count": sum(counts)})


async def order_products(request: web.Request) -> web.Response:
    order, page = readable(request, int(request.match_info["order_id"])), v2_page(request.query)
    return v2_rows(render_orders.all_line_texts(order)[page.first : page.first + page.limit])


async def order_addresses(request: web.Request) -> web.Response:
    order, page = readable(request, int(request.match_info["order_id"])), v2_page(request.query)
    store_hash = request.app[IDENTITY].store_hash
    rows = [
        render_orders.shipping_address(order, parcel, store_hash, as_numbers=False)
        for parcel in order.consignments
        if parcel.ship is Ship.SHIPPING
    ]
    return v2_rows(rows[page.first : page.first + page.limit])


async def order_consignments(request: web.Request) -> web.Response:
    order = readable(request, int(request.match_info["order_id"]))
    with_lines = "consignments.line_items" in (words(request.query, "include") or ())
    return reply(render_orders.consignments_text(order, request.app[IDENTITY].store_hash, with_lines=with_lines))


async def order_coupons(request: web.Request) -> web.Response:
    order = readable(request, int(request.match_info["order_id"]))
    return v2_rows([dumps(row) for row in render_v2.coupons(order)])


async def nothing(request: web.Request) -> web.Response:
    """Parts of an order that this store never has: shipments, taxes, messages, fees, quotes."""
    readable(request, int(request.match_info["order_id"]))
    return web.Response(status=204)


async def order_statuses(_request: web.Request) -> web.Response:
    return v2_one([{**render_v2.status(i), "order": i} for i in range(len(STATUSES))])


async def order_status(request: web.Request) -> web.Response:
    status_id = int(request.match_info["status_id"])
    if status_id >= len(STATUSES):
        raise Refusal(404, "The requested resource was not found.")
    return v2_one({**render_v2.status(status_id), "order": status_id})


async def archive_order(request: web.Request) -> web.Response:
    """DELETE archives: Counterfoil only reads, so a token that may only read is refused."""
    raise Refusal(403)


def routes() -> list[web.RouteDef]:
    one = r"/orders/{order_id:\d+}"
    return [
        web.get("/orders", list_orders),
        web.get("/orders/count", count_orders),
        web.get(one, one_order),
        web.delete(one, archive_order),
        web.get(f"{one}/products", order_products),
        web.get(f"{one}/shipping_addresses", order_addresses),
        web.get(f"{one}/shippingaddresses", order_addresses),
        web.get(f"{one}/consignments", order_consignments),
        web.get(f"{one}/coupons", order_coupons),
        *(web.get(f"{one}/{part}", nothing) for part in ("shipments", "taxes", "messages", "fees")),
        web.get(one + r"/shipping_addresses/{address_id:\d+}/shipping_quotes", nothing),
        web.get("/order_statuses", order_statuses),
        web.get(r"/order_statuses/{status_id:\d+}", order_status),
    ]
