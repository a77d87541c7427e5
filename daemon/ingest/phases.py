"""What a run reads, in which order, and how each part is read page by page.

A phase is a function from where it stands to one portion. Everything it needs to go on is in the portion's `next`,
which is stored in the same transaction as the rows: a run that is killed goes on with the page after the last stored.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from common.errors import StoreRefused
from common.sync import RunKind
from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.pages import OrderPage, Page
from daemon.db import orders, stores
from daemon.ingest.absences import absent
from daemon.ingest.apply import Batch
from daemon.ingest.apply_carts import ABANDONED_AFTER_S
from daemon.ingest.complete import completed, with_products_gone
from daemon.ingest.open_carts import reread_all, reread_latest
from daemon.ingest.open_orders import reread_open
from daemon.ingest.portion import Phase, Place, Portion, Reading
from daemon.records import Kind

_INCOMPLETE_STATUS = 0

# The store stamps changes in whole seconds by its own clock, and may show them a little later than it stamped them.
OVERLAP_S = 300

_RECENT_PAGES = 4

# A list that loses rows faster than it is read ends all the same; the next run reads it again.
_TIMES_AGAIN = 5


async def _categories(reading: Reading, place: Place) -> Portion:
    del place  # they have no modified time and are few: always all
    page = await reading.api.categories()
    return _portion(page, Batch(categories=page.records), None)


async def _products(reading: Reading, place: Place) -> Portion:
    page = await reading.api.products_page(
        place.get("after", 0), currency=reading.store.row.currency, modified_since=reading.since
    )
    total = place.get("total", page.total)  # the store counts those that come after: of the first page that is all
    return _portion(replace(page, total=total), Batch(products=page.records), "after", place)


async def _subscribers(reading: Reading, place: Place) -> Portion:
    """Page by number, which is all this list knows: a row deleted meanwhile pulls the later ones forward, and one of
    them off the page it would have been on. The total tells, and the list is read from its beginning again."""
    page = await reading.api.subscribers_page(place.get("page", 1), modified_since=reading.since)
    portion = _portion(page, Batch(subscribers=page.records), "page", place)
    again = place.get("again", 0)
    if page.total is not None and page.total < place.get("total", 0) and again < _TIMES_AGAIN:
        return replace(portion, next={"page": 1, "total": page.total, "again": again + 1})
    return portion if portion.next is None else replace(portion, next=portion.next | {"again": again})


async def _customers(reading: Reading, place: Place) -> Portion:
    page = await reading.api.customers_page(place.get("cursor"), modified_since=reading.since)
    return _portion(page, Batch(customers=page.records), "cursor", place)


def _recent_orders_first(phase: Phase) -> Phase:
    """*phase*, interrupted after its first page for the newest orders when it is long and the store is new to us."""

    async def portion_of(reading: Reading, place: Place) -> Portion:
        if place.get("recent_left"):
            return await _recent_orders(reading, place)
        portion = await phase(reading, place)
        is_long = portion.next is not None and (portion.total or 0) > reading.many_rows
        if place or portion.next is None or not is_long or await _has_orders(reading):
            return portion
        return replace(portion, next=portion.next | {"recent_left": _RECENT_PAGES})

    return portion_of


async def _recent_orders(reading: Reading, place: Place) -> Portion:
    """A page of the newest orders with the people and products they need; the list's own place is kept."""
    page = await reading.api.orders_page(newest_first=True, below_id=place.get("recent_below"))
    batch = await completed(reading.database, reading.api, reading.store.key, Batch(orders=page.records))
    left = 0 if page.is_last else place["recent_left"] - 1
    following = place | {"recent_left": left, "recent_below": page.lowest_id}
    return replace(_order_portion(page, batch, following, place.get("total")), rows=0)


async def _has_orders(reading: Reading) -> bool:
    store_id = reading.store.row.id
    return await reading.database.read(lambda conn: stores.tally(conn, store_id, "order")) > 0


async def _refunds(reading: Reading, place: Place) -> Portion:
    page = await reading.api.refunds_page(place.get("page", 1), created_since=reading.since)
    return _portion(page, Batch(refunds=page.records), "page", place)


def _portion(page: Page[Any, Any], batch: Batch, key: str | None, place: Place | None = None) -> Portion:
    total = page.total if page.total is not None else (place or {}).get("total")
    following = None if key is None or page.next is None else {key: page.next, "total": total}
    return Portion(
        batch=batch,
        fetched_at_ms=page.fetched_at_ms,
        rows=len(page.records) + len(page.unreadable),
        next=following,
        total=total,
        unreadable=page.unreadable,
        server_time=page.server_time,
    )


async def _orders_newest_first(reading: Reading, place: Place) -> Portion:
    """All orders by falling id, so that the current month is there within the first pages."""
    if place.get("only_incomplete"):
        return await _incomplete_orders(reading, place)
    page = await reading.api.orders_page(
        newest_first=True, below_id=place.get("below"), unchanged=partial(_unchanged, reading)
    )
    place = await _counted(reading, place, page)
    place["seen"] += page.rows
    place["seen_incomplete"] += sum(order.is_incomplete for order in page.records)
    # Customers and products were read just before; whoever is missing now has gone, or comes with the next run.
    batch = await with_products_gone(reading.database, reading.store.key, Batch(orders=page.records))
    return _order_portion(page, batch, _after_newest_first(place, page), place["total"])


async def _unchanged(reading: Reading, payloads: Mapping[int, bytes]) -> set[int]:
    """The orders of a page that stand as it shows them: most of a history that is read once more.

    Told in 2.5 ms for 250 of them, where to read and compare them takes 35.
    """
    store_id = reading.store.row.id
    return await reading.database.read(lambda conn: orders.derived_from(conn, store_id, payloads))


def _after_newest_first(place: Place, page: OrderPage) -> Place | None:
    if not (page.is_last or _all_seen(place)):
        return place | {"below": page.lowest_id}
    # A store may leave incomplete orders out of its list: unless it counts none, they are asked for by themselves.
    if place["seen_incomplete"] or place["incomplete"] == 0:
        return None
    return {"only_incomplete": True, "total": place["total"]}


async def _counted(reading: Reading, place: Place, page: OrderPage) -> Place:
    """The place with how many orders there are up to the newest one of the first page; the count is taken once."""
    if "seen" in place:
        return dict(place)
    total, incomplete = (page.rows, None) if page.is_last else await _count(reading.api, page.highest_id)
    return {"total": total, "incomplete": incomplete, "seen": 0, "seen_incomplete": 0}


async def _count(api: StoreApi, highest_id: int) -> tuple[int | None, int | None]:
    """All orders and the incomplete ones among them. It serves the progress and saves requests, no more: a store that
    does not count is read all the same."""
    try:
        count = await api.order_count(below_or_at_id=highest_id)
    except StoreRefused:
        return None, None
    return count.total, count.incomplete


def _all_seen(place: Place) -> bool:
    """Whether the count proves that a full page was the last, which saves asking for an empty one.

    A store may leave incomplete orders out of the count but not out of the list; then nothing is proved.
    """
    total: int | None = place["total"]
    return total is not None and place["seen"] >= total and place["seen_incomplete"] <= (place["incomplete"] or 0)


async def _orders_changed(reading: Reading, place: Place) -> Portion:
    """Orders modified since, by rising id: one that changes meanwhile cannot push another off a page."""
    page = await reading.api.orders_page(newest_first=False, above_id=place.get("above"), modified_since=reading.since)
    batch = Batch(orders=tuple(order for order in page.records if not order.is_incomplete))
    batch = await completed(reading.database, reading.api, reading.store.key, batch)
    return _order_portion(page, batch, None if page.is_last else {"above": page.highest_id})


async def _incomplete_orders(reading: Reading, place: Place) -> Portion:
    """Payment pages that were left: the only carts the store lists. Those not yet an hour old at the last run, too."""
    since = None if reading.since is None else reading.since - ABANDONED_AFTER_S
    page = await reading.api.orders_page(
        newest_first=False, above_id=place.get("above"), modified_since=since, status_id=_INCOMPLETE_STATUS
    )
    batch = Batch(orders=tuple(order for order in page.records if order.is_incomplete))
    if reading.since is not None:
        batch = await completed(reading.database, reading.api, reading.store.key, batch)
    return _order_portion(page, batch, None if page.is_last else place | {"above": page.highest_id}, place.get("total"))


def _order_portion(page: OrderPage, batch: Batch, following: Place | None, total: int | None = None) -> Portion:
    return Portion(
        batch=batch,
        fetched_at_ms=page.fetched_at_ms,
        rows=page.rows,
        next=following,
        total=total,
        unreadable=page.unreadable,
        server_time=page.server_time,
        unchanged=page.unchanged,
    )


_HISTORICAL: dict[str, Phase] = {
    "categories": _categories,
    "products": _products,
    "subscribers": _recent_orders_first(_subscribers),
    "customers": _recent_orders_first(_customers),
    "orders": _orders_newest_first,
    "open carts": reread_all,
    "refunds": _refunds,
}
_CHANGES: dict[str, Phase] = {
    "categories": _categories,
    "products": _products,
    "subscribers": _subscribers,
    "customers": _customers,
    "orders": _orders_changed,
    "carts": _incomplete_orders,
    "open carts": reread_latest,
    "refunds": _refunds,
    "gone customers": absent(Kind.CUSTOMER, _customers),
    "gone subscribers": absent(Kind.SUBSCRIBER, _subscribers),
    "gone products": absent(Kind.PRODUCT, _products),
    "gone orders": absent(Kind.ORDER, _orders_changed),
}
_SWEEP: dict[str, Phase] = {
    "open orders": reread_open,
    "open carts": reread_all,
    "gone customers": absent(Kind.CUSTOMER, _customers, always=True),
    "gone subscribers": absent(Kind.SUBSCRIBER, _subscribers, always=True),
    "gone products": absent(Kind.PRODUCT, _products, always=True),
    "gone orders": absent(Kind.ORDER, _orders_changed),
}
_OF_KIND = {RunKind.HISTORICAL: _HISTORICAL, RunKind.SWEEP: _SWEEP}


def phases_of(kind: RunKind) -> dict[str, Phase]:
    """The phases of a run by name, in their order: people before their orders, products before what was bought."""
    return _OF_KIND.get(kind, _CHANGES)
