"""What the store has no longer, although nobody told: a list of changes cannot show what was deleted.

The store counts what it has for the price of a request. Where its count is smaller than ours by more than was looked
into before, something of ours is gone. Customers, subscribers and products are then asked for by their ids, which
leaves out what does not exist; orders are compared with the list, the newest first, until as many are found as are
missing. For orders the counts can be compared because guests' orders are noted too, although they are not kept. A
sweep asks for all ids whatever the counts say: a deletion may be hidden behind an addition.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import Any

from common.errors import StoreRefused
from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.concurrently import all_of
from daemon.bigcommerce.orders import MAX_ROWS
from daemon.bigcommerce.pages import Page, numbers_of
from daemon.db import census
from daemon.ingest.apply import Batch, Gone
from daemon.ingest.complete import completed
from daemon.ingest.portion import Phase, Place, Portion, Reading
from daemon.records import Kind


def absent(kind: Kind, *, always: bool = False) -> Phase:
    """The phase that finds what of *kind* is gone; *always* = also when the counts agree."""

    async def portion_of(reading: Reading, place: Place) -> Portion:
        if "missing" not in place:
            return await _compared(reading, kind, always=always)
        look = _orders_looked_at if kind is Kind.ORDER else _ids_asked_for
        return await look(reading, kind, place)

    return portion_of


async def _compared(reading: Reading, kind: Kind, *, always: bool) -> Portion:
    """Whether there is anything to look for."""
    fetched_at_ms = reading.store.transport.now_ms()
    try:
        total = await _counted(reading, kind)
    except StoreRefused:  # a store that does not count, or a token that may not ask
        return Portion(Batch(), fetched_at_ms, 0, None)
    missing = await _missing(reading, kind, total)
    if missing > 0 or (always and kind is not Kind.ORDER):
        return Portion(Batch(), fetched_at_ms, 0, {"missing": missing, "after": 0})
    if missing < 0:
        await _explain(reading, kind, total)
    return Portion(Batch(), fetched_at_ms, 0, None)


async def _counted(reading: Reading, kind: Kind) -> int:
    api = reading.api
    match kind:
        case Kind.CUSTOMER:
            page: Page[Any, Any] = await api.customers_page(limit=1)
        case Kind.SUBSCRIBER:
            page = await api.subscribers_page(limit=1)
        case Kind.PRODUCT:
            page = await api.products_page(currency=reading.store.row.currency, limit=1)
        case _:
            count = await api.order_count()
            return count.total - (count.incomplete or 0)
    return len(page.records) if page.total is None else page.total


async def _missing(reading: Reading, kind: Kind, total: int) -> int:
    """How many more we hold than the store's count lets expect."""
    store_id = reading.store.row.id
    return await reading.database.scan(
        lambda conn: census.held(conn, store_id, kind) + census.difference(conn, store_id, kind) - total
    )


async def _explain(reading: Reading, kind: Kind, total: int) -> None:
    """Remembers the difference that is left: things that cannot be read, or that we hold by an order's word only."""
    store_id = reading.store.row.id
    left = await reading.database.scan(lambda conn: total - census.held(conn, store_id, kind))
    await reading.database.write(lambda conn: census.set_difference(conn, store_id, kind, left))


_ById = Callable[[StoreApi, Collection[int], str], Awaitable[Page[Any, Any]]]

_BY_ID: dict[Kind, _ById] = {
    Kind.CUSTOMER: lambda api, ids, _: api.customers_by_id(list(ids)),
    Kind.SUBSCRIBER: lambda api, ids, _: api.subscribers_by_id(list(ids)),
    Kind.PRODUCT: lambda api, ids, currency: api.products_by_id(list(ids), currency=currency),
}
_ID = {Kind.CUSTOMER: "customer_id", Kind.SUBSCRIBER: "subscriber_id", Kind.PRODUCT: "product_id"}


async def _ids_asked_for(reading: Reading, kind: Kind, place: Place) -> Portion:
    """The next ids of ours: what the store leaves out is gone."""
    store_id, after = reading.store.row.id, place["after"]
    ids = await reading.database.scan(lambda conn: census.ids_after(conn, store_id, kind, after, limit=MAX_ROWS))
    fetched_at_ms = reading.store.transport.now_ms()
    if not ids:
        await _settle(reading, kind)
        return Portion(Batch(), fetched_at_ms, 0, None)
    page = await _BY_ID[kind](reading.api, ids, reading.store.row.currency)
    there = {getattr(record, _ID[kind]) for record in page.records} | numbers_of(page.unreadable)
    gone = tuple(Gone(kind, str(number)) for number in ids if number not in there)
    batch = Batch(
        customers=page.records if kind is Kind.CUSTOMER else (),
        subscribers=page.records if kind is Kind.SUBSCRIBER else (),
        products=page.records if kind is Kind.PRODUCT else (),
        gone=gone,
    )
    return Portion(
        batch=await completed(reading.database, reading.api, reading.store.key, batch),
        fetched_at_ms=page.fetched_at_ms,
        rows=len(ids),
        next=place | {"after": ids[-1]},
        unreadable=page.unreadable,
    )


async def _settle(reading: Reading, kind: Kind) -> None:
    """What is left of a difference is explained; counted anew, since the store went on meanwhile."""
    await _explain(reading, kind, await _counted(reading, kind))


async def _orders_looked_at(reading: Reading, kind: Kind, place: Place) -> Portion:
    """A page of the newest orders, and those of ours that should be in it and are not, each asked for by its number."""
    below = place.get("below")
    page = await reading.api.orders_page(newest_first=True, below_id=below)
    low = 0 if page.is_last else page.lowest_id
    high = 2**62 if below is None else below - 1
    listed = {order.order_id for order in page.records} | numbers_of(page.unreadable)
    ours = await _ours(reading, low, high)
    batch = Batch(orders=page.records)
    found = [number for number in ours if number not in listed]
    batch = await with_orders(reading, batch, found)
    missing = place["missing"] - len(found)
    is_over = page.is_last or missing <= 0
    if is_over and missing > 0:  # all were looked at and fewer are missing than counted: the rest is no order of ours
        await _settle(reading, kind)
    following = None if is_over else place | {"missing": missing, "below": page.lowest_id}
    return Portion(batch, page.fetched_at_ms, page.rows, following, unreadable=page.unreadable)


async def _ours(reading: Reading, low: int, high: int) -> list[int]:
    store_id = reading.store.row.id
    return await reading.database.scan(lambda conn: census.orders_between(conn, store_id, low, high))


async def with_orders(reading: Reading, batch: Batch, numbers: Collection[int]) -> Batch:
    """*batch* with the orders of those numbers, each asked for by itself; what is not there is gone."""
    fetched = await all_of(reading.api.order(number) for number in numbers)
    there = tuple(one.record for one in fetched if one.record is not None)
    gone = tuple(Gone(Kind.ORDER, str(number)) for number, one in zip(numbers, fetched, strict=True) if one.is_absent)
    batch = replace(batch, orders=batch.orders + there, gone=batch.gone + gone)
    return await completed(reading.database, reading.api, reading.store.key, batch)
