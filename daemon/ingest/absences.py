"""What the store has no longer, although nobody told: a list of changes cannot show what was deleted.

The store counts what it has for the price of a request. Where its count is smaller than ours by more than was looked
into before, something of ours is gone. Customers, subscribers and products are then asked for by their ids, which
leaves out what does not exist; orders are compared with the list, the newest first, until as many are found as are
missing. For orders the counts can be compared because guests' orders are noted too, although they are not kept. A
sweep asks for all ids whatever the counts say: a deletion may be hidden behind an addition.

Where the store counts more than we hold, what changed lately is read once more, and of subscribers the whole list: its
pages are numbered, so one may have slipped from a page to the one before while it was read. Only what is left then is
remembered as a difference that is explained.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import Any

from common.errors import StoreRefused
from common.times import DAY_S
from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.concurrently import all_of
from daemon.bigcommerce.orders import MAX_ROWS
from daemon.bigcommerce.pages import Page, numbers_of
from daemon.db import census
from daemon.ingest.apply import Batch, Gone
from daemon.ingest.complete import completed
from daemon.ingest.portion import Phase, Place, Portion, Reading
from daemon.records import Kind

# How far a sweep goes back for what it may have missed; other runs know what they read from.
_LATELY_S = DAY_S

_LATELY, _ALL = "lately", "all"


def absent(kind: Kind, changes: Phase, *, always: bool = False) -> Phase:
    """The phase that finds what of *kind* is gone, and what never came; *always* = it looks also when counts agree.

    *changes* reads what of the kind changed since a moment.
    """
    look = _orders_looked_at if kind is Kind.ORDER else _ids_asked_for

    async def portion_of(reading: Reading, place: Place) -> Portion:
        match place.get("step"):
            case "look":
                return await look(reading, kind, place)
            case "read":
                return await _read_again(reading, changes, place)
            case _:
                return await _compared(reading, kind, place, always=always and kind is not Kind.ORDER)

    return portion_of


async def _compared(reading: Reading, kind: Kind, place: Place, *, always: bool) -> Portion:
    """What the counts say is to be done next. *place* holds what was done already."""
    fetched_at_ms = reading.store.transport.now_ms()
    try:
        total = await _counted(reading, kind)
    except StoreRefused:  # a store that does not count, or a token that may not ask
        return Portion(Batch(), fetched_at_ms, 0, None)
    missing = await _missing(reading, kind, total)
    following: Place | None = None
    unread = _unread(kind, place)
    if missing < 0 and unread is not None:
        following = {**place, "step": "read", "what": unread, "at": {}}
    elif "counted" not in place and (missing > 0 or always):
        following = {**place, "step": "look", "missing": missing, "counted": total, "after": 0}
    elif missing:
        # Of what went away while we looked, the count before says nothing: the next run is to miss it.
        await _explain(reading, kind, max(total, place.get("counted", total)))
    return Portion(Batch(), fetched_at_ms, 0, following)


def _unread(kind: Kind, place: Place) -> str | None:
    """What may be read next to find things that never came; None = all that could was read."""
    ways = (_LATELY, _ALL) if kind is Kind.SUBSCRIBER else (_LATELY,)
    done = place.get("what")
    return ways[0] if done is None else next(iter(ways[ways.index(done) + 1 :]), None)


async def _read_again(reading: Reading, changes: Phase, place: Place) -> Portion:
    """A page of what changed lately, or of all there is; after the last one the counts are compared again."""
    since = None if place["what"] == _ALL else _lately(reading)
    portion = await changes(replace(reading, since=since), place["at"])
    if portion.next is not None:
        return replace(portion, next={**place, "at": portion.next})
    return replace(portion, next={**place, "step": "compare", "at": {}}, is_needed_by_next=True)


def _lately(reading: Reading) -> int:
    now = reading.store.transport.now_ms() // 1000
    return reading.since if reading.since is not None else reading.store.transport.store_time(now) - _LATELY_S


def _looked(place: Place) -> Place:
    """The look is over; the counts are compared again, since the store went on meanwhile."""
    return {**place, "step": "compare"}


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
            # Up to the newest that we hold: what was placed while the run went on is no difference.
            store_id = reading.store.row.id
            newest = await reading.database.scan(lambda conn: census.newest_order(conn, store_id))
            count = await api.order_count(below_or_at_id=newest)
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
        return Portion(Batch(), fetched_at_ms, 0, _looked(place))
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


async def _orders_looked_at(reading: Reading, _kind: Kind, place: Place) -> Portion:
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
    following = _looked(place) if is_over else place | {"missing": missing, "below": page.lowest_id}
    return Portion(
        batch, page.fetched_at_ms, page.rows, following, unreadable=page.unreadable, is_needed_by_next=is_over
    )


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
