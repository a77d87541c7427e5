"""Orders from the store, whole: with lines and shipping from the list itself, and re-read where the list is cut."""

from common.errors import CounterfoilError
from daemon.bigcommerce.calls import Calls
from daemon.bigcommerce.concurrently import all_of
from daemon.bigcommerce.dates import filter_date
from daemon.bigcommerce.errors import (
    AbsentInStore,
    StoreAnswerUnreadable,
    StoreRejected,
    StoreUnauthorized,
    StoreUnavailable,
)
from daemon.bigcommerce.normalise_orders import has_all_lines, order_record
from daemon.bigcommerce.pages import Fetched, OrderCount, OrderPage, Unchanged, numbers_of
from daemon.bigcommerce.payloads import OrderCountRow
from daemon.bigcommerce.reading import OrderSlices, RawOrder, object_in, order_in, with_products
from daemon.bigcommerce.statuses import INCOMPLETE
from daemon.bigcommerce.transport import Answer
from daemon.records import Kind, OrderRecord, Unreadable

MAX_ROWS = 250
_MIN_ROWS = 25
_MAX_PATIENCE = 1000
_SLOW_PAGE_S = 10.0  # a store that takes longer is better served by smaller pages

# One request brings orders, lines and shipping; without the structure the store may answer in its legacy form.
_INCLUDE = {"include": "consignments.line_items", "consignment_structure": "object"}


class OrderReader:
    """Orders by page and by id. Pages shrink where the store fails at large ones and grow again while it does not."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._rows = MAX_ROWS
        self._good_pages = 0
        self._patience = 4  # good pages before a larger one is tried; grows with every failure

    async def page(
        self,
        *,
        below_id: int | None,
        above_id: int | None,
        modified_since: int | None,
        status_id: int | None,
        newest_first: bool,
        limit: int,
        unchanged: Unchanged,
    ) -> OrderPage:
        if below_id is not None and below_id <= (above_id or 0) + 1:
            return _no_orders(self._calls.now_ms())  # max_id=0 would be no bound to the store
        asked: dict[str, object] = {**_INCLUDE, "page": 1, "sort": "id:desc" if newest_first else "id:asc"}
        bounds = {
            "max_id": below_id - 1 if below_id is not None else None,
            "min_id": above_id + 1 if above_id is not None else None,
            "status_id": status_id,
            "min_date_modified": filter_date(modified_since) if modified_since is not None else None,
        }
        asked |= {name: value for name, value in bounds.items() if value is not None}
        answer, rows_asked = await self._list(asked, min(limit, MAX_ROWS))
        return await self._page(answer, rows_asked, unchanged)

    async def one(self, order_id: int) -> Fetched[OrderRecord]:
        asked_at_ms = self._calls.now_ms()
        try:
            answer = await self._calls.read(f"/v2/orders/{order_id}", _INCLUDE)
        except AbsentInStore:
            return Fetched(None, asked_at_ms)
        if not answer.body:
            return Fetched(None, answer.fetched_at_ms)
        read = order_in(answer.body)
        record = read if isinstance(read, Unreadable) else await self._record(read)
        if isinstance(record, Unreadable):
            return Fetched(None, answer.fetched_at_ms, record)
        return Fetched(record, answer.fetched_at_ms)

    async def count(self, below_or_at_id: int | None, modified_since: int | None = None) -> OrderCount:
        asked: dict[str, object] = {} if below_or_at_id is None else {"max_id": below_or_at_id}
        if modified_since is not None:
            asked["min_date_modified"] = filter_date(modified_since)
        answer = await self._calls.read("/v2/orders/count", asked)
        row = object_in(answer.body, OrderCountRow)
        counts = [status.count or 0 for status in row.statuses or () if status.id == INCOMPLETE]
        return OrderCount(total=row.count, incomplete=sum(counts) if counts else None)

    async def _list(self, asked: dict[str, object], limit: int) -> tuple[Answer, int]:
        """One page, and how many rows it was asked for: halved on 413, and when the store failed at it twice."""
        while True:
            rows = min(limit, self._rows)
            attempts = 2 if rows > _MIN_ROWS else None
            try:
                answer = await self._calls.read("/v2/orders", asked | {"limit": rows}, attempts=attempts)
            except StoreRejected as refusal:
                if refusal.status != 413 or not self._shrink(rows):
                    raise
            except StoreUnavailable as failure:
                if not failure.is_overloaded or not self._shrink(rows):
                    raise
            else:
                if answer.took_s < _SLOW_PAGE_S or not self._shrink(rows):
                    self._grow()
                return answer, rows

    def _shrink(self, rows: int) -> bool:
        """Take half as many rows from now on; False when *rows* are already as few as it gets."""
        if rows <= _MIN_ROWS:
            return False
        self._rows = max(_MIN_ROWS, rows // 2)
        self._good_pages = 0
        self._patience = min(_MAX_PATIENCE, self._patience * 4)
        return True

    def _grow(self) -> None:
        self._good_pages += 1
        if self._good_pages >= self._patience:
            self._rows = min(MAX_ROWS, self._rows * 2)
            self._good_pages = 0

    async def _page(self, answer: Answer, rows_asked: int, unchanged: Unchanged) -> OrderPage:
        slices = OrderSlices(answer.body)
        page = slices.read(await unchanged(slices.by_number()))
        rows = len(page.orders) + len(page.unreadable) + len(page.unchanged)
        read = await self._records(page.orders)
        unreadable = page.unreadable + [row for row in read if isinstance(row, Unreadable)]
        ids = [*page.unchanged, *(order.row.id for order in page.orders), *numbers_of(unreadable)]
        if rows and not ids:
            raise StoreAnswerUnreadable(f"No order of the page can be read: {unreadable[0].why}.")
        return OrderPage(
            records=tuple(row for row in read if isinstance(row, OrderRecord)),
            unreadable=tuple(unreadable),
            fetched_at_ms=answer.fetched_at_ms,
            server_time=answer.server_time,
            rows=rows,
            lowest_id=min(ids, default=0),
            highest_id=max(ids, default=0),
            is_last=rows < rows_asked,
            unchanged=len(page.unchanged),
        )

    async def _records(self, orders: list[RawOrder]) -> list[OrderRecord | Unreadable]:
        cut = [order for order in orders if not has_all_lines(order)]
        whole = dict(zip((order.row.id for order in cut), await all_of(map(self._record, cut)), strict=True))
        return [whole.get(order.row.id) or _record(order) for order in orders]

    async def _record(self, order: RawOrder) -> OrderRecord | Unreadable:
        """The record of *order*, its lines read separately where it is cut. A dead token is everybody's trouble."""
        try:
            return _record(order if has_all_lines(order) else await self._with_products(order))
        except StoreUnauthorized:
            raise
        except CounterfoilError as error:
            return Unreadable(Kind.ORDER, str(order.row.id), f"its product lines could not be read: {error}")

    async def _with_products(self, order: RawOrder) -> RawOrder:
        pages: list[bytes] = []
        while True:
            answer = await self._calls.read(
                f"/v2/orders/{order.row.id}/products", {"limit": MAX_ROWS, "page": len(pages) + 1}
            )
            pages.append(answer.body)
            whole = with_products(order, pages)
            if len(whole.row.products or ()) < len(pages) * MAX_ROWS:
                return whole if whole.row.products else order


def _record(order: RawOrder) -> OrderRecord | Unreadable:
    try:
        return order_record(order)
    except ValueError as error:
        return Unreadable(Kind.ORDER, str(order.row.id), str(error))


def _no_orders(fetched_at_ms: int) -> OrderPage:
    return OrderPage((), (), fetched_at_ms, None, rows=0, lowest_id=0, highest_id=0, is_last=True)
