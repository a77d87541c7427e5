"""The store's API as typed calls: records out, the store's paging, spelling and odd answers left behind."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar
from urllib.parse import quote

from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.calls import Calls, Turn, at_once
from daemon.bigcommerce.concurrently import all_of
from daemon.bigcommerce.dates import filter_date
from daemon.bigcommerce.errors import AbsentInStore, MissingScope, StoreAnswerUnreadable
from daemon.bigcommerce.hooks import HookRecord
from daemon.bigcommerce.normalise import (
    cart_record,
    category_record,
    customer_record,
    product_record,
    refund_record,
    store_info,
    subscriber_record,
)
from daemon.bigcommerce.orders import MAX_ROWS, OrderReader
from daemon.bigcommerce.pages import Fetched, OrderCount, OrderPage, Page, ScopeGrant, Unchanged, all_are_news
from daemon.bigcommerce.paging import cursor_after, cursor_asked, highest_id_if_more, page_after, page_of
from daemon.bigcommerce.payloads import (
    CartRow,
    CategoryRow,
    CustomerRow,
    HookRow,
    ProductRow,
    RefundRow,
    Row,
    StoreRow,
    SubscriberRow,
    TimeRow,
)
from daemon.bigcommerce.reading import object_in, rows_in
from daemon.bigcommerce.scopes import SCOPES, Scope
from daemon.bigcommerce.transport import StoreTransport
from daemon.records import (
    CartRecord,
    CategoryRecord,
    CustomerRecord,
    Kind,
    OrderRecord,
    ProductRecord,
    RefundRecord,
    StoreInfo,
    SubscriberRecord,
    Unreadable,
)

R = TypeVar("R", bound=Row)
T = TypeVar("T")

# Not `include_fields`: whether it keeps an include is not said. The long texts are most of a product's bytes.
_PRODUCT_ASKED: dict[str, object] = {
    "include": "primary_image",
    "exclude_fields": "description,warranty,search_keywords,meta_description,availability_description",
}


class StoreApi:
    """Calls to one store, all of one *priority*; *requests* counts what they cost. Cheap to make: one per errand.

    Every method raises StoreUnauthorized, MissingScope, StoreUnavailable, StoreRejected or StoreAnswerUnreadable.
    """

    def __init__(self, transport: StoreTransport, priority: Priority, *, before_reading: Turn = at_once) -> None:
        self._calls = Calls(transport, priority, before_reading=before_reading)
        self._orders = OrderReader(self._calls)

    @property
    def requests(self) -> int:
        """Every request that went out so far: retries and re-reads included."""
        return self._calls.requests

    @property
    def answered_s(self) -> float:
        """How long the store took for its answers so far, one after another: without our waiting for its quota."""
        return self._calls.answered_s

    @property
    def store_hash(self) -> str:
        return self._calls.transport.store_hash

    async def store(self) -> StoreInfo:
        """Raises UnknownStore when nobody has this hash."""
        answer = await self._calls.read("/v2/store")
        return store_info(object_in(answer.body, StoreRow), store_hash=self.store_hash)

    async def server_time(self) -> int:
        """The store's clock, epoch seconds: the cheapest question a token can be tried with."""
        answer = await self._calls.read("/v2/time")
        return object_in(answer.body, TimeRow).time

    async def probe_scopes(self, names: Collection[str] | None = None) -> tuple[ScopeGrant, ...]:
        """What the token may read of *names* (None = all), found out by one small request for each permission."""
        wanted = [scope for scope in SCOPES if names is None or scope.name in names]
        return tuple(await all_of(map(self._probe, wanted)))

    async def orders_page(
        self,
        *,
        newest_first: bool,
        below_id: int | None = None,
        above_id: int | None = None,
        modified_since: int | None = None,
        status_id: int | None = None,
        limit: int = MAX_ROWS,
        unchanged: Unchanged = all_are_news,
    ) -> OrderPage:
        """Orders by id, strictly between *above_id* and *below_id*, with all their lines and shipping.

        Keyset paging: nothing is skipped while orders change under it. *modified_since* is inclusive. Those that
        *unchanged* knows are counted and not read.
        """
        return await self._orders.page(
            below_id=below_id,
            above_id=above_id,
            modified_since=modified_since,
            status_id=status_id,
            newest_first=newest_first,
            limit=limit,
            unchanged=unchanged,
        )

    async def order(self, order_id: int) -> Fetched[OrderRecord]:
        return await self._orders.one(order_id)

    async def order_count(self, *, below_or_at_id: int | None = None, modified_since: int | None = None) -> OrderCount:
        return await self._orders.count(below_or_at_id, modified_since)

    async def customers_page(
        self, cursor: str | None = None, *, modified_since: int | None = None, limit: int = MAX_ROWS
    ) -> Page[CustomerRecord, str]:
        """Customers by the store's own opaque cursor; None = from the beginning."""
        asked: dict[str, object] = {"limit": limit, **cursor_asked(cursor)}
        if modified_since is not None:
            asked["date_modified:min"] = filter_date(modified_since)
        answer = await self._calls.read("/v3/customers", asked)
        rows = rows_in(answer.body, CustomerRow, Kind.CUSTOMER)
        return page_of(answer, rows, customer_record, Kind.CUSTOMER, cursor_after(rows, cursor, limit))

    async def customers_by_id(self, ids: Sequence[int]) -> Page[CustomerRecord, str]:
        """Those of at most 250 *ids* that exist; the store leaves the others out without a word."""
        answer = await self._calls.read("/v3/customers", _ids_asked(ids))
        return page_of(answer, rows_in(answer.body, CustomerRow, Kind.CUSTOMER), customer_record, Kind.CUSTOMER, None)

    async def products_page(
        self, after_id: int = 0, *, currency: str, modified_since: int | None = None, limit: int = MAX_ROWS
    ) -> Page[ProductRecord, int]:
        """Products above *after_id* by id; *currency* is the store's default one."""
        asked: dict[str, object] = {"limit": limit, "sort": "id", "direction": "asc", "id:greater": after_id}
        if modified_since is not None:
            asked["date_modified:min"] = filter_date(modified_since)
        answer = await self._calls.read("/v3/catalog/products", asked | _PRODUCT_ASKED)
        rows = rows_in(answer.body, ProductRow, Kind.PRODUCT)
        record = partial(product_record, currency=currency)
        return page_of(answer, rows, record, Kind.PRODUCT, highest_id_if_more(rows, limit))

    async def products_by_id(self, ids: Sequence[int], *, currency: str) -> Page[ProductRecord, int]:
        """Those of at most 250 *ids* that exist."""
        answer = await self._calls.read("/v3/catalog/products", _ids_asked(ids) | _PRODUCT_ASKED)
        rows = rows_in(answer.body, ProductRow, Kind.PRODUCT)
        return page_of(answer, rows, partial(product_record, currency=currency), Kind.PRODUCT, None)

    async def subscribers_page(
        self, page: int = 1, *, modified_since: int | None = None, limit: int = MAX_ROWS
    ) -> Page[SubscriberRecord, int]:
        asked: dict[str, object] = {"limit": limit, "page": page}
        if modified_since is not None:
            asked["date_modified:min"] = filter_date(modified_since)
        answer = await self._calls.read("/v3/customers/subscribers", asked)
        rows = rows_in(answer.body, SubscriberRow, Kind.SUBSCRIBER)
        return page_of(answer, rows, subscriber_record, Kind.SUBSCRIBER, page_after(rows, page, limit))

    async def subscribers_by_id(self, ids: Sequence[int]) -> Page[SubscriberRecord, int]:
        """Those of at most 250 *ids* that exist."""
        answer = await self._calls.read("/v3/customers/subscribers", _ids_asked(ids))
        rows = rows_in(answer.body, SubscriberRow, Kind.SUBSCRIBER)
        return page_of(answer, rows, subscriber_record, Kind.SUBSCRIBER, None)

    async def subscriber(self, subscriber_id: int) -> Fetched[SubscriberRecord]:
        path = f"/v3/customers/subscribers/{subscriber_id}"
        return await self._one(path, SubscriberRow, subscriber_record, Kind.SUBSCRIBER, str(subscriber_id))

    async def categories(self) -> Page[CategoryRecord, int]:
        """All categories of all trees; from the legacy list where a store has no trees."""
        try:
            return await self._categories(
                "/v3/catalog/trees/categories", {"include_fields": "category_id,parent_id,name"}
            )
        except AbsentInStore:
            return await self._categories("/v3/catalog/categories", {"include_fields": "parent_id,name"})

    async def refunds_page(
        self, page: int = 1, *, created_since: int | None = None, limit: int = MAX_ROWS
    ) -> Page[RefundRecord, int]:
        """The whole store's refunds, the oldest first."""
        asked: dict[str, object] = {"limit": limit, "page": page}
        if created_since is not None:
            asked["created:min"] = filter_date(created_since)
        return await self._refunds(asked, page, limit)

    async def refunds_of_orders(self, order_ids: Sequence[int]) -> tuple[RefundRecord, ...]:
        """All refunds of at most a hundred orders: one request for every 250 of them."""
        found: list[RefundRecord] = []
        number: int | None = 1
        while number is not None:
            asked = {"limit": MAX_ROWS, "order_id:in": ",".join(map(str, order_ids)), "page": number}
            page = await self._refunds(asked, number, MAX_ROWS)
            found += page.records
            number = page.next
        return tuple(found)

    async def cart(self, cart_id: str) -> Fetched[CartRecord]:
        """Absent once it was deleted, became an order, or was left alone for 30 days."""
        return await self._one(f"/v3/carts/{quote(cart_id, safe='')}", CartRow, cart_record, Kind.CART, cart_id)

    async def hooks(self) -> tuple[HookRecord, ...]:
        """All webhooks of our API account; those of other apps are invisible to us."""
        found: list[HookRecord] = []
        page: int | None = 1
        while page is not None:
            answer = await self._calls.read("/v3/hooks", {"limit": MAX_ROWS, "page": page})
            rows = rows_in(answer.body, HookRow, Kind.STORE)
            found += map(_hook_record, rows.rows)
            page = page_after(rows, page, MAX_ROWS)
        return tuple(found)

    async def create_hook(self, scope: str, destination: str, headers: Mapping[str, str]) -> HookRecord:
        """Raises StoreRejected when the store refuses it, also because it has it already."""
        body = {"scope": scope, "destination": destination, "is_active": True, "headers": dict(headers)}
        answer = await self._calls.write("POST", "/v3/hooks", body)
        return _hook_record(object_in(answer.body, HookRow))

    async def update_hook(self, hook_id: int, *, headers: Mapping[str, str], is_active: bool) -> HookRecord:
        body = {"is_active": is_active, "headers": dict(headers)}
        answer = await self._calls.write("PUT", f"/v3/hooks/{hook_id}", body)
        return _hook_record(object_in(answer.body, HookRow))

    async def delete_hook(self, hook_id: int) -> None:
        await self._calls.write("DELETE", f"/v3/hooks/{hook_id}")

    async def _probe(self, scope: Scope) -> ScopeGrant:
        granted = True
        try:
            await self._calls.read(scope.probe, scope.probe_params)
        except AbsentInStore:
            pass  # it was looked for, so it may be read
        except MissingScope:
            granted = False
        return ScopeGrant(scope.name, scope.feeds, scope.required, granted)

    async def _one(
        self, path: str, model: type[R], record: Callable[[R], T], kind: Kind, resource_id: str
    ) -> Fetched[T]:
        asked_at_ms = self._calls.now_ms()
        try:
            answer = await self._calls.read(path)
        except AbsentInStore:
            return Fetched(None, asked_at_ms)
        if not answer.body:
            return Fetched(None, answer.fetched_at_ms)
        try:
            return Fetched(record(object_in(answer.body, model)), answer.fetched_at_ms)
        except (ValueError, StoreAnswerUnreadable) as error:
            return Fetched(None, answer.fetched_at_ms, Unreadable(kind, resource_id, str(error)))

    async def _categories(self, path: str, asked: Mapping[str, object]) -> Page[CategoryRecord, int]:
        records: list[CategoryRecord] = []
        unreadable: list[Unreadable] = []
        asked_at_ms = self._calls.now_ms()
        number: int | None = 1
        while number is not None:
            answer = await self._calls.read(path, {**asked, "limit": MAX_ROWS, "page": number})
            rows = rows_in(answer.body, CategoryRow, Kind.CATEGORY, id_field="category_id")
            number = page_after(rows, number, MAX_ROWS)
            page: Page[CategoryRecord, int] = page_of(answer, rows, category_record, Kind.CATEGORY, None)
            records += page.records
            unreadable += page.unreadable
        return Page(tuple(records), tuple(unreadable), asked_at_ms, answer.server_time, None, len(records))

    async def _refunds(self, asked: Mapping[str, object], page: int, limit: int) -> Page[RefundRecord, int]:
        answer = await self._calls.read("/v3/orders/payment_actions/refunds", asked)
        rows = rows_in(answer.body, RefundRow, Kind.REFUND)
        return page_of(answer, rows, refund_record, Kind.REFUND, page_after(rows, page, limit))


def _ids_asked(ids: Sequence[int]) -> dict[str, object]:
    """Without the limit the store would give the first 50 of them."""
    return {"id:in": ",".join(map(str, ids)), "limit": MAX_ROWS}


def _hook_record(row: HookRow) -> HookRecord:
    headers = row.headers if isinstance(row.headers, dict) else {}
    return HookRecord(row.id, row.scope, row.destination, headers, row.is_active)
