"""Many orders that deliveries named, read by pages of the list instead of one by one: the API takes no list of ids."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import replace

from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.errors import StoreAnswerUnreadable, StoreRejected
from daemon.bigcommerce.pages import OrderPage
from daemon.db.database import Database
from daemon.db.deliveries import Dirty
from daemon.ingest.apply import Batch
from daemon.ingest.complete import completed
from daemon.ingest.outcome import Outcome
from daemon.ingest.phases import OVERLAP_S
from daemon.ingest.registry import ConnectedStore
from daemon.records import OrderRecord
from daemon.slices import slices

# A lookup of refunds takes many orders at once; their numbers have to fit into an address.
_ORDERS_A_LOOKUP = 100

# A page is heavier than a single order: it has to settle at least two to be the better way.
_WORTH = 2

_REFUNDED_STATUSES = frozenset({4, 14})


async def listed_orders(
    database: Database, api: StoreApi, store: ConnectedStore, resources: Sequence[Dirty]
) -> AsyncIterator[Outcome]:
    """One outcome for each page, and a last one with those of *resources* that have to be fetched singly.

    Everything a page brings is written, whether a delivery named it or not: it is how the store is now. The list is
    left once its pages settle too little, so it takes at most one request more than the single fetches would. A list
    that the store refuses settles nothing. Raises what the store's API raises besides.
    """
    left = {int(dirty.resource_id): dirty for dirty in resources}
    since = store.transport.store_time(min(dirty.first_received_at for dirty in resources)) - OVERLAP_S
    above, pages = 0, 0
    while (ahead := [number for number in left if number > above]) and len(resources) - len(left) >= _WORTH * pages:
        try:
            page = await api.orders_page(
                newest_first=False, above_id=min(ahead) - 1, below_id=max(ahead) + 1, modified_since=since
            )
        except (StoreRejected, StoreAnswerUnreadable):
            break
        pages += 1
        outcome = await _page_outcome(database, api, store, page, left)
        for dirty in (*outcome.settled, *(dirty for dirty, _ in outcome.unreadable)):
            del left[int(dirty.resource_id)]
        yield outcome
        if page.is_last:
            break
        above = page.highest_id
    yield Outcome(Batch(), 0, singly=tuple(left.values()))


async def _page_outcome(
    database: Database, api: StoreApi, store: ConnectedStore, page: OrderPage, left: Mapping[int, Dirty]
) -> Outcome:
    scopes = {number: dirty.scopes for number, dirty in left.items()}
    why = {int(thing.resource_id): thing.why for thing in page.unreadable if thing.resource_id.isdecimal()}
    return Outcome(
        await order_batch(database, api, store, page.records, scopes),
        page.fetched_at_ms,
        settled=tuple(left[order.order_id] for order in page.records if order.order_id in left),
        unreadable=tuple((left[number], why[number]) for number in why if number in left),
    )


async def order_batch(
    database: Database,
    api: StoreApi,
    store: ConnectedStore,
    orders: Collection[OrderRecord],
    scopes: Mapping[int, frozenset[str]],
) -> Batch:
    """*orders* with the refunds, customers and products that belong to them; *scopes* are their deliveries', by
    number."""
    batch = Batch(orders=tuple(orders))
    refunded = [
        order.order_id
        for order in orders
        if order.status_id in _REFUNDED_STATUSES
        or "store/order/refund/created" in scopes.get(order.order_id, frozenset())
    ]
    for some in slices(refunded, _ORDERS_A_LOOKUP):
        batch = replace(batch, refunds=batch.refunds + await api.refunds_of_orders(some))
    return await completed(database, api, store.key, batch)
