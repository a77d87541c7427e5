"""Orders that are not final, read again: an edit may have moved no modified time, or its telling was lost."""

from daemon.bigcommerce.pages import numbers_of
from daemon.db import census
from daemon.ingest.absences import with_orders
from daemon.ingest.apply import Batch
from daemon.ingest.portion import Place, Portion, Reading

# Pending, Partially Shipped, the five that await something, to be verified by hand, Disputed.
_NOT_FINAL = (1, 3, 7, 8, 9, 11, 12, 13)


async def reread_open(reading: Reading, place: Place) -> Portion:
    """A page of the orders in one such status; those of ours that it lacks are asked for by their number."""
    at, above = place.get("status", 0), place.get("above", 0)
    status_id = _NOT_FINAL[at]
    page = await reading.api.orders_page(newest_first=False, above_id=above, status_id=status_id)
    high = 2**62 if page.is_last else page.highest_id
    store_id = reading.store.row.id
    ours = await reading.database.scan(lambda conn: census.open_orders(conn, store_id, status_id, above + 1, high))
    listed = {order.order_id for order in page.records} | numbers_of(page.unreadable)
    lacking = [number for number in ours if number not in listed]
    batch = await with_orders(reading, Batch(orders=page.records), lacking)
    following: Place | None = {"status": at, "above": page.highest_id}
    if page.is_last:
        following = {"status": at + 1} if at + 1 < len(_NOT_FINAL) else None
    return Portion(batch, page.fetched_at_ms, page.rows, following, unreadable=page.unreadable)
