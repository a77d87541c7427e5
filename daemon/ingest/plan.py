"""What a run would come to, told beforehand from the store's own counts: rows, requests, time and room on the disk."""

import asyncio
import math
import sqlite3
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from common.errors import TryLater
from common.sync import ANY_HOUR, RunKind, SyncPlan
from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.budget import Budget, Priority
from daemon.bigcommerce.concurrently import all_of
from daemon.bigcommerce.errors import AbsentInStore, MissingScope
from daemon.bigcommerce.orders import MAX_ROWS
from daemon.bigcommerce.pages import OrderCount, OrderPage, Page
from daemon.db import carts, census
from daemon.db.database import Database
from daemon.ingest.open_carts import LATEST
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.ingest.run import not_to_be_read, since_of
from daemon.records import Kind
from daemon.settings import SyncSettings

# Bytes that one more row takes in the database with its indexes, history and kept original: the growth of the file
# over historical runs of the sandbox (600 and 3,000 products; 3,000 and 6,000 customers; 12,000 and 20,000 orders).
_BYTES = {Kind.PRODUCT: 170, Kind.CUSTOMER: 630, Kind.ORDER: 1_530}

# Customers, subscribers, products and orders are counted to see whether any went away.
_COUNTS_OF_WHAT_IS_GONE = 4

# Pages of orders that are looked at for how many of them are read twice.
_SAMPLED_PAGES = 8

# Less than a caller on the socket waits for an answer.
_WITHIN_S = 50.0


@dataclass(frozen=True, slots=True)
class Counts:
    """What the store says it has for a run. *incomplete* orders are among *orders*, None = it does not count them.

    *categories* are requests, as all of them were read; *long_orders* is the share of orders that are read twice,
    because the list cuts their lines. *open_carts* are ours that are asked for by id.
    """

    categories: int
    products: int
    subscribers: int
    customers: int
    orders: int
    incomplete: int | None
    refunds: int
    long_orders: float = 0.0
    open_carts: int = 0


Held = Mapping[Kind, int]
"""How many of what a run reads are here already and take no more room; orders that are not kept count."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds that the store took for a page of orders and, on average, for the small questions."""

    order_page_s: float
    other_s: float


class Planner:
    """Asks a store how much there is. It costs a dozen requests or a few more, and changes nothing."""

    def __init__(self, database: Database, registry: Registry, sync: SyncSettings) -> None:
        self._database = database
        self._registry = registry
        self._sync = sync

    async def plan(self, store_hash: str, kind: RunKind) -> SyncPlan:
        """Raises NotFound, Refused, StoreRefused or TryLater."""
        store = self._registry.demand(store_hash)
        if not store.is_working:
            raise not_to_be_read(store)
        since, open_carts, held = await self._database.read(lambda conn: _ours(conn, store, kind))
        try:
            async with asyncio.timeout(_WITHIN_S):
                counts, pace = await _Survey(store, since).taken()
        except TimeoutError:
            raise TryLater(
                f"The store {store_hash} did not tell within {_WITHIN_S:.0f} s how much it holds.",
                remedy="It is slow now, or its request quota is used up. Ask again later, or start the run without.",
            ) from None
        plan = planned(replace(counts, open_carts=open_carts), kind, pace, store.transport.budget, held)
        hours = self._sync.quiet_hours if kind is RunKind.HISTORICAL else ANY_HOUR
        return plan.model_copy(update={"quiet_hours": hours})


def _ours(conn: sqlite3.Connection, store: ConnectedStore, kind: RunKind) -> tuple[int | None, int, Held]:
    """What a run reads from, how many of our open carts it asks for again, and what of all it reads is here already.

    Which of the changes since a moment are new rows is not known beforehand.
    """
    since, open_carts = since_of(conn, store, kind), carts.open_count(conn, store.row.id)
    if kind is not RunKind.HISTORICAL:
        open_carts = min(LATEST, open_carts)
    if since is not None:
        return since, open_carts, {}
    return since, open_carts, {thing: census.held(conn, store.row.id, thing) for thing in _BYTES}


def planned(counts: Counts, kind: RunKind, pace: Pace, budget: Budget, held: Held) -> SyncPlan:
    """The plan from what was counted and what is *held*. Time is what binds: the store's answers one after another, or
    our share of its quota."""
    order_pages = order_requests(counts, kind)
    requests = order_pages + _other_requests(counts) + (0 if kind is RunKind.HISTORICAL else _COUNTS_OF_WHAT_IS_GONE)
    answers_s = order_pages * pace.order_page_s + (requests - order_pages) * pace.other_s
    orders = counts.orders - (counts.incomplete or 0)
    quota = budget.snapshot()
    return SyncPlan(
        products=counts.products,
        customers=counts.customers,
        orders=orders,
        requests=requests,
        seconds=round(max(answers_s, budget.span_s(requests, each_s=answers_s / requests)), 1),
        disk_bytes=_growth_bytes(counts, held),
        quota_share=quota.share,
        quota_limit=quota.limit,
        quota_window_s=quota.window_s,
    )


def _growth_bytes(counts: Counts, held: Held) -> int:
    """What the database grows by. Left payment pages are kept as carts: those of a store that was read before are."""
    orders = counts.orders - (counts.incomplete or 0 if held.get(Kind.ORDER) else 0)
    rows = {Kind.PRODUCT: counts.products, Kind.CUSTOMER: counts.customers, Kind.ORDER: orders}
    return sum(max(0, n - held.get(thing, 0)) * _BYTES[thing] for thing, n in rows.items())


def _other_requests(counts: Counts) -> int:
    rows = (counts.products, counts.subscribers, counts.customers, counts.refunds)
    return counts.categories + counts.open_carts + sum(max(1, math.ceil(n / MAX_ROWS)) for n in rows)


def order_requests(counts: Counts, kind: RunKind) -> int:
    """The requests for orders and left payment pages, as the phases of a run make them."""
    again = math.ceil(counts.orders * counts.long_orders)
    if kind is not RunKind.HISTORICAL:
        # A full page is never known to be the last; the left payment pages are asked for once more by themselves.
        return again + sum(n // MAX_ROWS + 1 for n in (counts.orders, counts.incomplete or 0))
    if counts.orders < MAX_ROWS:
        return again + (1 if counts.incomplete else 2)  # none among them: they may be left out of the list
    return again + math.ceil(counts.orders / MAX_ROWS) + 1  # the count


class _Survey:
    """The questions about one store, each timed."""

    def __init__(self, store: ConnectedStore, since: int | None) -> None:
        self._api = StoreApi(store.transport, Priority.LIVE)
        self._currency = store.row.currency
        self._since = since

    async def taken(self) -> tuple[Counts, Pace]:
        api, since = self._api, self._since
        before = api.requests
        products = await _total(api.products_page(currency=self._currency, modified_since=since, limit=1))
        subscribers = await _total(api.subscribers_page(modified_since=since, limit=1))
        customers = await _total(api.customers_page(modified_since=since, limit=1))
        refunds = await _total(api.refunds_page(created_since=since, limit=1))
        orders = await api.order_count(modified_since=since)
        small = api.requests - before
        await _total(api.categories())
        categories = api.requests - before - small
        other_s = api.answered_s / max(1, api.requests - before)
        long_orders, order_page_s = await self._sampled_orders(orders)
        counts = Counts(
            categories=categories,
            products=products,
            subscribers=subscribers,
            customers=customers,
            orders=orders.total,
            incomplete=orders.incomplete,
            refunds=refunds,
            long_orders=long_orders,
        )
        return counts, Pace(order_page_s, other_s)

    async def _sampled_orders(self, count: OrderCount) -> tuple[float, float]:
        """The share of orders that need another request, and the seconds of a page: of pages spread over all orders.

        Such orders are few and lie together: those of the newest page alone would say little of the others.
        """
        if not count.total:
            return 0.0, 0.0
        before, answered_s = self._api.requests, self._api.answered_s
        newest = await self._page(below_id=None)
        pages = [newest]
        if not newest.is_last:
            steps = min(_SAMPLED_PAGES, math.ceil(count.total / MAX_ROWS))
            places = (newest.highest_id * step // steps for step in range(1, steps))
            pages += await all_of(self._page(below_id=place) for place in places if 1 < place < newest.lowest_id)
        requests = self._api.requests - before
        again = requests - len(pages)
        return again / max(1, sum(page.rows for page in pages)), (self._api.answered_s - answered_s) / requests

    async def _page(self, *, below_id: int | None) -> OrderPage:
        return await self._api.orders_page(newest_first=True, below_id=below_id, modified_since=self._since)


async def _total(asked: Awaitable[Page[Any, Any]]) -> int:
    """How many rows there are; 0 of what the token may not read or the store does not have."""
    try:
        page = await asked
    except (MissingScope, AbsentInStore):
        return 0
    return len(page.records) if page.total is None else page.total
