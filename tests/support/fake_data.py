"""Invented stores, contacts, orders and runs as wire objects: valid defaults, so a test shows only what matters."""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random

from common.activity import Activity, ActivitySlot
from common.backups import Backup, Backups, Drill, TaskUnderWay
from common.connecting import AppLink, Connecting, StoreTried, WantedScope
from common.contacts import (
    BoughtProduct,
    BoxCart,
    BoxOrder,
    ContactDetail,
    ContactRow,
    Ecommerce,
    ListMembership,
    Totals,
)
from common.events import What
from common.inbox import ChangedThings, DeliveryDetail, DeliveryState, DeliveryTrace, TraceStep, TraceWhat
from common.money import Money
from common.orders import OrderDetail, OrderLine, Place, RefundRow, StatusChange
from common.sales import SalesMonth, StoreSales
from common.segments.growth import GrowthDay, SegmentGrowth
from common.status import BackupBrief, DiskBrief, HealthItem, Severity
from common.statuses import COUNTED, Status
from common.stores import HookCount, HookRow, Quota, ScopeRow, StoreDetail, StoreState
from common.sync import PhaseProgress, Run, RunKind, RunState, Skipped, SyncPlan
from common.times import DAY_S, HOUR_S, MINUTE_S

NOW = 1_795_436_000
"""2026-11-23 12:13:20 UTC: the moment at which every invented thing is looked at."""

_FIRST = (
    "Ann",
    "Bob",
    "Carla",
    "Dmitri",
    "Eva",
    "Farid",
    "Grace",
    "Hiro",
    "Ines",
    "Jonas",
    "Kim",
    "Lucía",
    "Mbali",
    "直子",
)
_LAST = (
    "Lee",
    "Ortiz",
    "Nunes",
    "Petrov",
    "Sato",
    "Haddad",
    "Okafor",
    "Lindqvist",
    "Moreau",
    "O'Brien",
    "山田",
    "Weiß",
)
_STATUSES = (Status.COMPLETED, Status.COMPLETED, Status.COMPLETED, Status.WAITING, Status.REFUNDED, Status.CANCELED)
_WARES = (
    ("Blue canvas shoe", "SH-BLU", ["Shoes"], 5200),
    ("Wool scarf", "SC-1", ["Accessories"], 2450),
    ("Red mug", "MUG-R", ["Kitchen"], 990),
    ("Walking boots", "BOOT-9", ["Shoes", "Outdoor"], 12900),
)


def store(store_hash: str = "abc123", name: str = "acme", **changes: object) -> StoreDetail:
    made = StoreDetail(
        hash=store_hash,
        name=name,
        state=StoreState.CONNECTED,
        state_reason="",
        currency="USD",
        domain=f"{name}.example",
        hooks=HookCount(expected=3, alive=3),
        connected_at=NOW - 40 * DAY_S,
        last_delivery_at=NOW - 4,
        last_sync_at=NOW - 3 * HOUR_S,
        customers=2104,
        orders=5310,
        quota=Quota(limit=450, left=380, window_s=30.0, share=0.5),
        timezone="UTC",
        plan="Pro",
        scopes=[
            ScopeRow(scope="store_v2_orders_read_only", feeds="orders, statuses, refunds", granted=True, required=True),
            ScopeRow(scope="store_v2_customers_read_only", feeds="contacts, consent", granted=True, required=True),
            ScopeRow(scope="store_cart_read_only", feeds="abandoned carts", granted=False, required=False),
        ],
        hook_rows=[
            HookRow(scope="store/order/*", hook_id=11, is_active=True, last_delivery_at=NOW - 4),
            HookRow(scope="store/customer/*", hook_id=12, is_active=True, last_delivery_at=NOW - HOUR_S),
            HookRow(scope="store/cart/*", hook_id=13, is_active=True, last_delivery_at=None),
        ],
    )
    return made.model_copy(update=changes)


_SCOPES = (
    ("store_v2_orders_read_only", "orders, their products and refunds", True),
    ("store_v2_customers_read_only", "contacts and their newsletter consent", True),
    ("store_cart_read_only", "abandoned carts", False),
)


def connecting(**changes: object) -> Connecting:
    """What it takes where there is a public address and no app."""
    made = Connecting(
        scopes=[WantedScope(scope=scope, feeds=feeds, required=required) for scope, feeds, required in _SCOPES],
        public_url="https://hooks.example.com",
        catch_up_minutes=15,
        quiet_hours="none",
        quota_share=0.5,
        app=AppLink(
            link="",
            callback="https://hooks.example.com/bigcommerce/auth",
            missing=["COUNTERFOIL_BIGCOMMERCE__CLIENT_ID", "COUNTERFOIL_BIGCOMMERCE__CLIENT_SECRET"],
        ),
        last_install=None,
    )
    return made.model_copy(update=changes)


def app_link() -> AppLink:
    return AppLink(
        link="https://login.bigcommerce.com/app/8zq5r3kd0vwm1hx6tjyc4nfaplbgeus/install",
        callback="https://hooks.example.com/bigcommerce/auth",
        missing=[],
    )


def tried(*lacking: str, **changes: object) -> StoreTried:
    """A store as a token shows it that has all scopes but the *lacking* ones."""
    scopes = [
        ScopeRow(scope=scope, feeds=feeds, granted=scope not in lacking, required=required)
        for scope, feeds, required in _SCOPES
    ]
    made = StoreTried(
        hash="new123",
        name="New Shop",
        domain="new.example",
        currency="USD",
        timezone="America/Chicago",
        plan="Pro",
        scopes=scopes,
        hooks=3,
        is_enough=all(scope.granted for scope in scopes if scope.required),
    )
    return made.model_copy(update=changes)


def sync_plan(**changes: object) -> SyncPlan:
    made = SyncPlan(
        products=1200,
        customers=48_000,
        orders=1_204_118,
        requests=5023,
        seconds=669.5,
        disk_bytes=2_799_423_400,
        quota_share=0.5,
        quota_limit=450,
        quota_window_s=30.0,
    )
    return made.model_copy(update=changes)


def run(run_id: int = 7, **changes: object) -> Run:
    made = Run(
        id=run_id,
        store="abc123",
        kind=RunKind.HISTORICAL,
        state=RunState.RUNNING,
        phase=PhaseProgress(name="orders", done=612_400, total=1_204_118, rate_per_s=1930.0, eta_s=306.0),
        requests=2449,
        products=1200,
        customers=48_000,
        orders=612_400,
        carts=31,
        changed=9,
        skipped=[],
        error="",
        queued_at=NOW - 6 * MINUTE_S,
        started_at=NOW - 6 * MINUTE_S,
        finished_at=None,
    )
    return made.model_copy(update=changes)


def finished_run(run_id: int = 6, **changes: object) -> Run:
    over = {
        "kind": RunKind.MANUAL,
        "state": RunState.DONE,
        "phase": None,
        "requests": 12,
        "products": 2,
        "customers": 14,
        "orders": 31,
        "carts": 1,
        "skipped": [Skipped(kind="order", id="118", why="total_inc_tax is '' (expected money)")],
        "queued_at": NOW - 3 * HOUR_S,
        "started_at": NOW - 3 * HOUR_S,
        "finished_at": NOW - 3 * HOUR_S + 48,
    }
    return run(run_id, **(over | changes))


def store_sales(store_hash: str = "abc123", *, months: int = 12, currencies: Sequence[str] = ("USD",)) -> StoreSales:
    """A year up to November 2026; each further currency sells a quarter of the one before."""
    told = [_sales_month(24311 + at, at, currencies) for at in range(12 - months, 12)]
    return StoreSales(store=store_hash, timezone="Europe/Berlin", currencies=[*currencies], months=told)


def _sales_month(month: int, at: int, currencies: Sequence[str]) -> SalesMonth:
    orders = (210, 64, 71, 98, 84, 120, 96, 41, 38, 105, 133, 88)[at % 12]
    return SalesMonth(
        month=f"{month // 12}-{month % 12 + 1:02}",
        starts_at=NOW - (11 - at) * 30 * DAY_S,
        revenue=[Money.of(orders * 5_317 // 4**place, currency) for place, currency in enumerate(currencies)],
        orders=orders,
        new_buyers=orders // 3,
        returning_buyers=orders // 2,
    )


def nothing_sold(store_hash: str = "abc123", *, months: int = 12) -> StoreSales:
    zero = Money.of(0, "USD")
    empty = {"revenue": [zero], "orders": 0, "new_buyers": 0, "returning_buyers": 0}
    told = store_sales(store_hash, months=months)
    return told.model_copy(update={"months": [month.model_copy(update=empty) for month in told.months]})


def quiet() -> Activity:
    """A daemon that started half an hour ago, and to which nothing happened."""
    minute, half_hour = NOW - NOW % MINUTE_S, NOW - NOW % (30 * MINUTE_S)
    return Activity(
        since=NOW - 30 * MINUTE_S,
        minutes=[ActivitySlot(at=minute - back * MINUTE_S) for back in range(59, -1, -1)],
        half_hours=[ActivitySlot(at=half_hour - back * 30 * MINUTE_S) for back in range(47, -1, -1)],
    )


def backup(*, made_at: int = NOW - 3 * HOUR_S) -> Backup:
    return Backup(
        file="counterfoil-20261126T090000Z.db",
        made_at=made_at,
        made_by="0.1.0",
        schema_version=1,
        bytes=3_600_000_000,
        sha256="5f" * 32,
        counts={"contact": 1_048_211, "store_order": 5_004_100},
    )


def backups(*, fault: str = "", failure: str = "", under_way: TaskUnderWay | None = None) -> Backups:
    """One a day, the newest of which was tried."""
    return Backups(
        dir="/var/lib/counterfoil/backups",
        every_hours=24,
        keep_days=14,
        keep_at_least=3,
        drill_days=7,
        next_at=NOW + 21 * HOUR_S,
        failed_at=NOW - HOUR_S if failure else None,
        failure=failure,
        under_way=under_way,
        drill=Drill(file=backup().file, at=NOW - 2 * HOUR_S, seconds=41.5, fault=fault),
        backups=[backup(), backup(made_at=NOW - 27 * HOUR_S)],
    )


def backup_brief() -> BackupBrief:
    return BackupBrief(
        newest_at=NOW - 3 * HOUR_S,
        newest_bytes=3_600_000_000,
        next_at=NOW + HOUR_S,
        drill_at=NOW - 2 * DAY_S,
        drill_fault="",
        failure="",
        under_way=None,
    )


def disk_brief() -> DiskBrief:
    return DiskBrief(room="ample", free_bytes=70_100_000_000, reserve_bytes=0, growth_bytes_per_day=None, full_at=None)


def busy() -> Activity:
    """A day of a steady stream, with a store that had enough of it at times."""
    told = quiet()
    return Activity(
        since=NOW - 20 * HOUR_S,
        minutes=[_busy(slot, at, 1) for at, slot in enumerate(told.minutes)],
        half_hours=[_busy(slot, at, 30) if at > 8 else slot for at, slot in enumerate(told.half_hours)],
    )


def _busy(slot: ActivitySlot, at: int, times: int) -> ActivitySlot:
    waves = 6 + at * 7 % 11 + (14 if 20 < at < 31 else 0)
    return ActivitySlot(
        at=slot.at,
        deliveries=waves * times,
        turned_away=times if at == 40 else 0,
        answered=waves // 2 * times,
        refused=times if at == 12 else 0,
        over_quota=4 * times if 24 < at < 28 else 0,
        failed=2 * times if at == 50 else 0,
    )


def segment_growth(name: str = "VIP", *, days: int = 30) -> SegmentGrowth:
    """A segment that grew to 1,204, with a day on which many left and one on which its rule was edited."""
    first = date(2026, 11, 23) - timedelta(days=days - 1)
    told: list[GrowthDay] = []
    members = 1204
    for at in range(days)[::-1]:
        day = GrowthDay(
            day=str(first + timedelta(days=at)),
            members=members,
            entered=40 if at == 9 else 3 + at * 5 % 7,
            left=55 if at == 20 else at * 3 % 4,
            by_edit=250 if at == 15 else 0,
        )
        members -= day.entered - day.left + day.by_edit
        told.insert(0, day)
    changed = NOW - 14 * DAY_S
    return SegmentGrowth(segment=name, timezone="UTC", known_since=NOW - 200 * DAY_S, changed_at=changed, days=told)


def delivery(delivery_id: int = 1, resource: str = "order 1204", **changes: object) -> DeliveryDetail:
    """A delivery that was worked in."""
    kind, _, named = resource.partition(" ")
    made = DeliveryDetail(
        id=delivery_id,
        store="abc123",
        scope=f"store/{kind}/updated",
        kind=kind,
        resource=resource,
        received_at=NOW - delivery_id,
        state=DeliveryState.DONE,
        attempts=0,
        error="",
        settled_at=NOW - delivery_id + 1,
        replayed_at=None,
        webhook_id="msg_2Lh9KRb0pzN4LePd3XiA4v12Axj",
        signature="valid",
        due_at=None,
        changed=[ChangedThings(what=What.ORDER, ids=[1204]), ChangedThings(what=What.CONTACT, ids=[1])],
        body=f'{{"scope":"store/{kind}/updated","data":{{"type":"{kind}","id":{named or 0}}},"hash":"dd70c0"}}',
    )
    return made.model_copy(update=changes)


def trace(of: DeliveryDetail) -> DeliveryTrace:
    """It failed once and was worked in."""
    steps = (
        (of.received_at, TraceWhat.RECEIVED, f"{of.scope} about {of.resource}; signature valid."),
        (of.received_at + 1, TraceWhat.FAILED, "The store abc123 did not answer GET /v2/orders."),
        (of.received_at + 9, TraceWhat.APPLIED, "Its write changed order 1204; contact 1."),
        (of.received_at + 9, TraceWhat.ENTERED, "Contact 1 entered the segment “VIP”."),
    )
    told = [TraceStep(at=at, what=what, words=words) for at, what, words in steps]
    return DeliveryTrace(id=of.id, store=of.store, state=of.state, steps=told)


def dead_delivery(delivery_id: int = 2, resource: str = "order 1187", **changes: object) -> DeliveryDetail:
    died = {
        "state": DeliveryState.DEAD,
        "attempts": 8,
        "error": f"The {resource} was not read: total_inc_tax is '' (expected money).",
        "changed": [],
    }
    return delivery(delivery_id, resource, **(died | changes))


def health_item() -> HealthItem:
    return HealthItem(
        code="scope_missing",
        severity=Severity.WARNING,
        title="acme: the token may not read carts",
        fix="Give the API account the scope store_cart_read_only, then reconnect the store.",
    )


def product(at: int, quantity: int = 1) -> BoughtProduct:
    name, sku, categories, price = _WARES[at % len(_WARES)]
    return BoughtProduct(
        product_id=100 + at % len(_WARES),
        name=name,
        sku=sku,
        categories=categories,
        quantity=quantity,
        price=Money.of(price, "USD"),
    )


def box_order(number: int, **changes: object) -> BoxOrder:
    bought = product(number, 1 + number % 3)
    made = BoxOrder(
        store="abc123",
        number=number,
        status=Status.COMPLETED,
        store_status="Completed",
        total=Money.of(bought.price.minor * bought.quantity, "USD"),
        refunded=Money.of(0, "USD"),
        placed_at=NOW - 2 * DAY_S,
        shipping_method="Flat rate",
        products=[bought],
    )
    return made.model_copy(update=changes)


def box_cart(cart_id: str = "c-1", **changes: object) -> BoxCart:
    made = BoxCart(
        store="abc123",
        cart_id=cart_id,
        status=Status.ABANDONED,
        total=Money.of(7500, "USD"),
        abandoned_at=NOW - DAY_S,
        order=None,
        products=[product(1)],
    )
    return made.model_copy(update=changes)


def contact(
    contact_id: int = 1, email: str = "ann@example.com", name: str = "Ann Lee", **changes: object
) -> ContactDetail:
    """A contact with one order, unless *changes* give another box (see `bought`)."""
    first, _, last = name.partition(" ")
    made = ContactDetail(
        id=contact_id,
        email=email,
        first_name=first,
        last_name=last,
        phone="",
        created_at=NOW - 300 * DAY_S,
        tags=["bigcommerce-customer"],
        lists=[ListMembership(name="Master Contact List", status="active")],
        ecommerce=bought([box_order(1000 + contact_id)]),
    )
    return made.model_copy(update=changes)


def bought(orders: list[BoxOrder], carts: list[BoxCart] | None = None) -> Ecommerce:
    """The box those orders make, with the totals that follow from them."""
    places = sorted({(order.store, order.total.currency) for order in orders})
    currencies = sorted({order.total.currency for order in orders})
    rows = [_totals(orders, store, currency) for store, currency in places]
    return Ecommerce(
        totals=[*rows, *(_totals(orders, None, currency) for currency in currencies)],
        orders=sorted(orders, key=lambda order: -order.placed_at),
        carts=carts or [],
    )


def _totals(orders: list[BoxOrder], store: str | None, currency: str) -> Totals:
    counted = [
        order
        for order in orders
        if order.status in COUNTED and order.total.currency == currency and store in (None, order.store)
    ]
    placed = [order.placed_at for order in counted]
    return Totals(
        store=store,
        currency=currency,
        revenue=Money.of(sum(order.total.minor - order.refunded.minor for order in counted), currency),
        orders=len(counted),
        products=sum(product.quantity for order in counted for product in order.products),
        first_order_at=min(placed, default=None),
        last_order_at=max(placed, default=None),
    )


def row_of(contact: ContactDetail) -> ContactRow:
    overall = [totals for totals in contact.ecommerce.totals if totals.store is None]
    best = max(overall, key=lambda totals: totals.orders, default=None)
    return ContactRow(
        id=contact.id,
        email=contact.email,
        first_name=contact.first_name,
        last_name=contact.last_name,
        orders=sum(totals.orders for totals in overall),
        revenue=best.revenue if best else Money.of(0, "USD"),
        last_order_at=max((t.last_order_at for t in overall if t.last_order_at is not None), default=None),
    )


def people(count: int, *, seed: int = 1) -> list[ContactDetail]:
    """*count* contacts with 0 to 9 orders each, the same ones every time."""
    rng = Random(seed)
    return [_person(number, rng) for number in range(1, count + 1)]


def _person(number: int, rng: Random) -> ContactDetail:
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    orders = [_random_order(number * 10 + at, rng) for at in range(rng.choice((0, 1, 1, 2, 3, 5, 9)))]
    carts = [box_cart(f"c-{number}", abandoned_at=NOW - rng.randrange(30 * DAY_S))] if rng.random() < 0.2 else []
    return contact(
        number,
        f"{_ascii(first)}.{_ascii(last)}{number}@example.com",
        f"{first} {last}",
        phone="+1 555 0100" if number % 3 == 0 else "",
        tags=["bigcommerce-customer", "vip"] if number % 5 == 0 else ["bigcommerce-customer"],
        ecommerce=bought(orders, carts),
    )


def _ascii(name: str) -> str:
    return name.encode("ascii", "ignore").decode().replace("'", "").lower() or "cjk"


def _random_order(number: int, rng: Random) -> BoxOrder:
    status = rng.choice(_STATUSES)
    currency = rng.choice(("USD", "USD", "USD", "EUR"))
    amount = rng.randrange(500, 30_000)
    return box_order(
        number,
        store="abc123" if currency == "USD" else "xyz789",
        status=status,
        store_status={Status.COMPLETED: "Shipped", Status.WAITING: "Awaiting Fulfillment"}.get(status, str(status)),
        total=Money.of(amount, currency),
        refunded=Money.of(amount if status is Status.REFUNDED else 0, currency),
        placed_at=NOW - rng.randrange(400 * DAY_S),
    )


def order_detail(order: BoxOrder, contact: ContactDetail, store_name: str) -> OrderDetail:
    currency, zero = order.total.currency, Money.of(0, order.total.currency)
    return OrderDetail(
        store=order.store,
        store_name=store_name,
        number=order.number,
        contact_id=contact.id,
        email=contact.email,
        status=order.status,
        store_status=order.store_status,
        origin="live",
        placed_at=order.placed_at,
        modified_at=order.placed_at + HOUR_S,
        currency=currency,
        subtotal=order.total,
        discount=zero,
        shipping=zero,
        tax=zero,
        total=order.total,
        refunded=order.refunded,
        shipping_method=order.shipping_method,
        payment_method="Test payment",
        cart_id="",
        lines=[_line(product) for product in order.products],
        refunds=[RefundRow(refund_id=1, amount=order.refunded, refunded_at=order.placed_at + DAY_S)]
        if order.refunded.minor
        else [],
        history=[
            StatusChange(before="", after="Pending", seen_at=order.placed_at, origin="live"),
            StatusChange(before="Pending", after=order.store_status, seen_at=order.placed_at + HOUR_S, origin="manual"),
        ],
        billed_to=Place(country="US", state="Texas", city="Austin", postal_code="78701"),
    )


def _line(product: BoughtProduct) -> OrderLine:
    return OrderLine(
        **product.model_dump(),
        variant_id=product.product_id * 10,
        category_paths=[" / ".join(("Shop", name)) for name in product.categories],
        quantity_refunded=0,
        total=Money.of(product.price.minor * product.quantity, product.price.currency),
        options=["Colour: Blue", "Size: 42"] if "SH" in product.sku else [],
        is_bundle_part=False,
    )
