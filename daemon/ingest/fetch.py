"""Fetching what deliveries named: the fewest calls for many resources, and what each answer means for its delivery."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from pydantic_core import from_json

from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.orders import MAX_ROWS
from daemon.bigcommerce.pages import Fetched
from daemon.db import carts, deliveries, stores
from daemon.db.database import Database
from daemon.db.deliveries import Dirty
from daemon.ingest.apply import Batch, Gone
from daemon.ingest.complete import completed, with_categories
from daemon.ingest.order_list import listed_orders, order_batch
from daemon.ingest.outcome import Outcome
from daemon.ingest.registry import ConnectedStore
from daemon.records import Kind, Unreadable
from daemon.slices import slices

# After a change the store may not show the thing for a while; then its absence is believed.
BELIEVED_ABSENT_AFTER_S = 300

# Deliveries that say themselves that the thing is gone: its absence is no surprise.
_SAYS_GONE = frozenset(
    {
        "store/order/archived",
        "store/customer/deleted",
        "store/subscriber/deleted",
        "store/product/deleted",
        "store/category/deleted",
        "store/cart/deleted",
        "store/cart/converted",
    }
)


@dataclass(frozen=True, slots=True)
class Errand:
    """Resources of one kind that one call, or a few, can fetch together."""

    kind: Kind
    resources: tuple[Dirty, ...]


def errands(dirty: Iterable[Dirty]) -> list[Errand]:
    """*dirty* grouped so that each errand is one sensible fetch: lists of ids where the API takes them."""
    by_kind = groupby(sorted(dirty, key=lambda resource: resource.kind), key=lambda resource: resource.kind)
    return [errand for kind, resources in by_kind for errand in _errands(kind, tuple(resources))]


def _errands(kind: Kind, resources: tuple[Dirty, ...]) -> list[Errand]:
    if kind is Kind.ORDER and len(resources) > MANY_ORDERS:
        return [Errand(kind, resources)]
    return [Errand(kind, tuple(some)) for some in slices(resources, _AT_ONCE.get(kind, 1))]


# More orders than this are read by pages of the list: one page is 250 of them.
MANY_ORDERS = 20

_AT_ONCE = {
    Kind.CUSTOMER: MAX_ROWS,
    Kind.PRODUCT: MAX_ROWS,
    Kind.CATEGORY: 10_000,  # all of them come with one call, whichever was named
}


async def fetch(
    database: Database, store: ConnectedStore, errand: Errand, *, now: int
) -> AsyncGenerator[Outcome, None]:
    """What the errand brings, page by page where it is read in pages.

    Raises what the store's API raises; then what was not yet brought is not settled.
    """
    api = store.api(Priority.LIVE)
    if errand.kind is Kind.ORDER and len(errand.resources) > 1:
        async for outcome in listed_orders(database, api, store, errand.resources):
            yield outcome
    else:
        yield await _at_once(database, api, store, errand, now)


async def _at_once(database: Database, api: StoreApi, store: ConnectedStore, errand: Errand, now: int) -> Outcome:
    match errand.kind:
        case Kind.CUSTOMER:
            return await _customers(api, errand, now)
        case Kind.PRODUCT:
            return await _products(database, api, store, errand, now)
        case Kind.CATEGORY:
            page = await api.categories()
            return Outcome(Batch(categories=page.records), page.fetched_at_ms, settled=errand.resources)
        case Kind.STORE:
            return await _store(database, api, store, errand)
        case _:
            return await _single(database, api, store, errand.resources[0], now)


async def _single(database: Database, api: StoreApi, store: ConnectedStore, dirty: Dirty, now: int) -> Outcome:
    """Of these the API gives one a call."""
    match dirty.kind:
        case Kind.SUBSCRIBER:
            return await _subscriber(api, dirty, now)
        case Kind.CART:
            return await _cart(database, api, store, dirty, now)
        case _:
            return await _order(database, api, store, dirty, now)


async def _customers(api: StoreApi, errand: Errand, now: int) -> Outcome:
    page = await api.customers_by_id([int(dirty.resource_id) for dirty in errand.resources])
    found = {str(record.customer_id) for record in page.records}
    return _listed(errand, Batch(customers=page.records), page.fetched_at_ms, found, page.unreadable, now)


async def _products(database: Database, api: StoreApi, store: ConnectedStore, errand: Errand, now: int) -> Outcome:
    ids = [int(dirty.resource_id) for dirty in errand.resources]
    page = await api.products_by_id(ids, currency=store.row.currency)
    found = {str(record.product_id) for record in page.records}
    batch = await with_categories(database, api, store.key, Batch(products=page.records))
    return _listed(errand, batch, page.fetched_at_ms, found, page.unreadable, now)


def _listed(
    errand: Errand,
    batch: Batch,
    fetched_at_ms: int,
    found: set[str],
    unreadable: Sequence[Unreadable],
    now: int,
) -> Outcome:
    """The outcome of a call by a list of ids, which leaves out what does not exist without a word."""
    why = {thing.resource_id: thing.why for thing in unreadable}
    absent = [dirty for dirty in errand.resources if dirty.resource_id not in found | why.keys()]
    early = tuple(dirty for dirty in absent if not _is_believed_gone(dirty, now))
    gone = tuple(Gone(errand.kind, dirty.resource_id) for dirty in absent if dirty not in early)
    return Outcome(
        replace(batch, gone=gone),
        fetched_at_ms,
        settled=tuple(dirty for dirty in errand.resources if dirty not in early and dirty.resource_id not in why),
        not_there_yet=early,
        unreadable=tuple((dirty, why[dirty.resource_id]) for dirty in errand.resources if dirty.resource_id in why),
    )


async def _subscriber(api: StoreApi, dirty: Dirty, now: int) -> Outcome:
    fetched = await api.subscriber(int(dirty.resource_id))
    if fetched.record is None:
        return _without(dirty, fetched, now)
    return Outcome(Batch(subscribers=(fetched.record,)), fetched.fetched_at_ms, settled=(dirty,))


async def _order(database: Database, api: StoreApi, store: ConnectedStore, dirty: Dirty, now: int) -> Outcome:
    fetched = await api.order(int(dirty.resource_id))
    if fetched.record is None:
        return _without(dirty, fetched, now)
    scopes = {fetched.record.order_id: dirty.scopes}
    batch = await order_batch(database, api, store, [fetched.record], scopes)
    return Outcome(batch, fetched.fetched_at_ms, settled=(dirty,))


async def _cart(database: Database, api: StoreApi, store: ConnectedStore, dirty: Dirty, now: int) -> Outcome:
    fetched = await api.cart(dirty.resource_id)
    if fetched.record is not None:
        batch = await completed(database, api, store.key, Batch(carts=(fetched.record,)))
        return Outcome(batch, fetched.fetched_at_ms, settled=(dirty,))
    number = await _order_it_became(database, store, dirty)
    if number is None:
        return _without(dirty, fetched, now)
    order = await api.order(number)
    if order.record is None:
        return _without(dirty, order, now)
    batch = await order_batch(database, api, store, [order.record], {})
    return Outcome(batch, order.fetched_at_ms, settled=(dirty,))


async def _order_it_became(database: Database, store: ConnectedStore, dirty: Dirty) -> int | None:
    """The order that a cart became: from what we hold, else from what the deliveries say."""
    known = await database.read(lambda conn: carts.order_of_cart(conn, store.row.id, dirty.resource_id))
    if known is not None:
        return known
    told = [
        number
        for body in await database.read(lambda conn: deliveries.bodies(conn, dirty))
        if isinstance(number := from_json(body).get("data", {}).get("orderId"), int) and number > 0
    ]
    return told[-1] if told else None


async def _store(database: Database, api: StoreApi, store: ConnectedStore, errand: Errand) -> Outcome:
    info = await api.store()
    await database.write(lambda conn: stores.set_info(conn, store.row.id, info))
    return Outcome(Batch(), 0, settled=errand.resources, is_store_described=True)


def _without(dirty: Dirty, fetched: Fetched[Any], now: int) -> Outcome:
    """The outcome for a thing that could not be had."""
    if fetched.unreadable is not None:
        return Outcome(Batch(), fetched.fetched_at_ms, unreadable=((dirty, fetched.unreadable.why),))
    if not _is_believed_gone(dirty, now):
        return Outcome(Batch(), fetched.fetched_at_ms, not_there_yet=(dirty,))
    gone = (Gone(dirty.kind, dirty.resource_id),)
    return Outcome(Batch(gone=gone), fetched.fetched_at_ms, settled=(dirty,))


def _is_believed_gone(dirty: Dirty, now: int) -> bool:
    """Whether an absent thing is gone, and not only too new to be shown."""
    return bool(dirty.scopes & _SAYS_GONE) or now - dirty.first_received_at >= BELIEVED_ABSENT_AFTER_S
