"""What a sync of sandbox stores must end in, worked out from the stores' own state in the plainest way there is.

Nothing of the daemon is used here. What is compared are plain values: money in minor units, times in epoch seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from common.contacts import BoughtProduct, ContactDetail
from daemon.sandbox.orders import RENAMED, STATUSES, Line, Order
from daemon.sandbox.people import NEWSLETTER, Customer, Subscriber
from daemon.sandbox.refunds import Refund
from daemon.sandbox.store import SandboxStore
from daemon.sandbox.world import World

_COMPLETED = (2, 3, 8, 9, 10, 11, 14)
_STATUS = dict.fromkeys(_COMPLETED, "Completed") | {
    1: "Pending payment",
    4: "Refunded",
    5: "Canceled",
    6: "Failed",
    7: "Pending payment",
    12: "Waiting",
    13: "Waiting",
}
_INCOMPLETE = 0
_HOUR_S = 3600


@dataclass(frozen=True, order=True)
class Bought:
    """One product line, its categories in no order."""

    product_id: int
    name: str
    sku: str
    categories: tuple[str, ...]
    quantity: int
    price: tuple[int, str]


@dataclass(frozen=True)
class Purchase:
    """One order as the box shows it."""

    status: str
    store_status: str
    total: tuple[int, str]
    refunded: tuple[int, str]
    placed_at: int
    shipping_method: str
    products: tuple[Bought, ...]


@dataclass(frozen=True)
class LeftCart:
    status: str
    total: tuple[int, str]
    order: int | None
    products: tuple[Bought, ...]


@dataclass(frozen=True)
class Sums:
    """Revenue, orders, products, first and last order."""

    revenue: int
    orders: int
    products: int
    first_order_at: int
    last_order_at: int


Orders = dict[tuple[str, int], Purchase]
Totals = dict[tuple[str | None, str], Sums]


@dataclass(frozen=True)
class Box:
    """A contact. Totals go by (store or None, currency), orders and carts by (store, number or cart id)."""

    names: frozenset[tuple[str, str]]
    tags: tuple[str, ...]
    lists: tuple[tuple[str, str], ...]
    totals: Totals
    orders: Orders
    carts: dict[tuple[str, str], LeftCart]


def shown(contact: ContactDetail) -> Box:
    """A contact as the daemon gives it, in the terms of this module."""
    box = contact.ecommerce
    return Box(
        names=frozenset({(contact.first_name, contact.last_name)}),
        tags=tuple(contact.tags),
        lists=tuple((membership.name, membership.status) for membership in contact.lists),
        totals={
            (row.store, row.currency): Sums(
                row.revenue.minor, row.orders, row.products, row.first_order_at or 0, row.last_order_at or 0
            )
            for row in box.totals
        },
        orders={
            (order.store, order.number): Purchase(
                status=order.status,
                store_status=order.store_status,
                total=(order.total.minor, order.total.currency),
                refunded=(order.refunded.minor, order.refunded.currency),
                placed_at=order.placed_at,
                shipping_method=order.shipping_method,
                products=_shown_products(order.products),
            )
            for order in box.orders
        },
        carts={
            (cart.store, cart.cart_id): LeftCart(
                cart.status, (cart.total.minor, cart.total.currency), cart.order, _shown_products(cart.products)
            )
            for cart in box.carts
        },
    )


def differences(ours: Mapping[str, Box], theirs: Mapping[str, Box]) -> list[str]:
    """Where the boxes differ, one line each; of two customers with one email either name may stand."""
    missing = [f"{email} is only {'ours' if email in ours else 'theirs'}" for email in ours.keys() ^ theirs.keys()]
    return missing + [
        f"{email}: {line}" for email in ours.keys() & theirs.keys() for line in _differing(ours[email], theirs[email])
    ]


def _differing(ours: Box, theirs: Box) -> Iterator[str]:
    if not ours.names <= theirs.names:
        yield f"named {ours.names}, not {theirs.names}"
    for part in ("tags", "lists"):
        if (mine := getattr(ours, part)) != (other := getattr(theirs, part)):
            yield f"{part} {mine}, not {other}"
    for part in ("totals", "orders", "carts"):
        mine, other = getattr(ours, part), getattr(theirs, part)
        yield from (
            f"{part} {key}: {mine.get(key)}, not {other.get(key)}"
            for key in mine.keys() | other.keys()
            if mine.get(key) != other.get(key)
        )


class _Records:
    """What a store keeps about an order or an address, gathered once."""

    def __init__(self, store: SandboxStore) -> None:
        self.hash, self.world = store.identity.store_hash, store.world
        self.refunds: dict[int, list[Refund]] = defaultdict(list)
        for refund in store.world.refunds:
            if not refund.is_declined:
                self.refunds[refund.order_id].append(refund)
        self.orders: dict[int, list[Order]] = defaultdict(list)
        for order in store.world.orders:
            self.orders[order.customer_id].append(order)


def expected(*stores: SandboxStore) -> dict[str, Box]:
    """Every contact that those stores, synced now, must give, by email. Carts are those of incomplete orders."""
    people: dict[str, list[tuple[_Records, Customer]]] = defaultdict(list)
    for records in map(_Records, stores):
        for customer in records.world.customers:
            people[email_of(customer)].append((records, customer))
    return {email: _box(accounts) for email, accounts in people.items()}


def bought(store: SandboxStore, orders_of: Mapping[str, Sequence[Order]]) -> dict[str, tuple[Orders, Totals]]:
    """The orders of each contact as the box shows them, and their sums, whoever the store says they are from."""
    records = _Records(store)
    boxes = {}
    for email, orders in orders_of.items():
        shown = {(records.hash, order.id): _purchase(records, order) for order in orders}
        pieces = {(records.hash, order.id): _pieces(order) for order in orders}
        boxes[email] = shown, _totals(shown, pieces)
    return boxes


def without_categories(purchase: Purchase) -> Purchase:
    """A line's categories are those of the day on which we first saw it: no later look at the store tells them."""
    return replace(purchase, products=tuple(sorted(replace(product, categories=()) for product in purchase.products)))


def email_of(customer: Customer) -> str:
    return normal(customer.email)


def normal(email: str) -> str:
    return email.strip().lower()


def accepts_marketing(world: World, customer: Customer) -> bool:
    """Whether some consent record of that address, in a channel of the customer's, says newsletter."""
    return any(
        says_newsletter(record)
        for record in world.subscribers
        if normal(record.email) == email_of(customer)
        and (customer.channel_ids is None or record.channel_id in customer.channel_ids)
    )


def says_newsletter(record: Subscriber) -> bool:
    """A record from before there were consents says so by being there."""
    return record.consents is None or NEWSLETTER in record.consents


def minor(cents: int, currency: str) -> int:
    """Hundredths of a unit as minor units: yen have no smaller ones."""
    if currency != "JPY":
        return cents
    return int((Decimal(cents) / 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _box(accounts: Sequence[tuple[_Records, Customer]]) -> Box:
    orders: Orders = {}
    carts: dict[tuple[str, str], LeftCart] = {}
    pieces: dict[tuple[str, int], int] = {}
    for records, customer in accounts:
        for order in records.orders[customer.id]:
            if order.is_archived:
                continue
            if order.status_id != _INCOMPLETE:
                orders[records.hash, order.id] = _purchase(records, order)
                pieces[records.hash, order.id] = _pieces(order)
            elif order.modified_at <= records.world.clock.seconds() - _HOUR_S:
                carts[records.hash, order.cart_id or f"order:{order.id}"] = _left_cart(records.world, order)
    accepts = any(accepts_marketing(records.world, customer) for records, customer in accounts)
    return Box(
        names=frozenset((customer.first_name, customer.last_name) for _, customer in accounts),
        tags=("bigcommerce-customer",),
        lists=(("Master Contact List", "active"),) if accepts else (),
        totals=_totals(orders, pieces),
        orders=orders,
        carts=carts,
    )


def _purchase(records: _Records, order: Order) -> Purchase:
    currency = order.currency.code
    total = minor(order.total_cents, currency)
    refunded = sum(minor(refund.total_cents, currency) for refund in records.refunds[order.id])
    methods = dict.fromkeys(parcel.method for parcel in order.consignments if parcel.method not in ("", "None"))
    return Purchase(
        status=_STATUS[order.status_id],
        store_status=RENAMED.get(order.status_id, STATUSES[order.status_id]),
        total=(total, currency),
        refunded=(min(total, refunded), currency),
        placed_at=order.created_at,
        shipping_method=", ".join(methods),
        products=_products(records.world, order),
    )


def _pieces(order: Order) -> int:
    """Parts of bundles are not counted."""
    return sum(line.quantity for line in order.lines if not line.parent_id)


def _left_cart(world: World, order: Order) -> LeftCart:
    currency = order.currency.code
    return LeftCart("Abandoned", (minor(order.total_cents, currency), currency), None, _products(world, order))


def _products(world: World, order: Order) -> tuple[Bought, ...]:
    return tuple(sorted(_bought(world, line, order.currency.code) for line in order.lines))


def _bought(world: World, line: Line, currency: str) -> Bought:
    product = world.catalogue.products.get(line.product_id)
    names = [world.catalogue.categories[key].name for key in product.categories] if product else []
    price = minor(line.price_cents + line.tax_cents, currency)
    return Bought(line.product_id, line.name, line.sku, tuple(sorted(names)), line.quantity, (price, currency))


def _totals(
    orders: dict[tuple[str, int], Purchase], pieces: dict[tuple[str, int], int]
) -> dict[tuple[str | None, str], Sums]:
    counted = {key: order for key, order in orders.items() if order.status == "Completed"}
    groups: dict[tuple[str | None, str], list[tuple[str, int]]] = defaultdict(list)
    for key, order in counted.items():
        groups[key[0], order.total[1]].append(key)
        groups[None, order.total[1]].append(key)
    return {
        group: Sums(
            revenue=sum(counted[key].total[0] - counted[key].refunded[0] for key in keys),
            orders=len(keys),
            products=sum(pieces[key] for key in keys),
            first_order_at=min(counted[key].placed_at for key in keys),
            last_order_at=max(counted[key].placed_at for key in keys),
        )
        for group, keys in groups.items()
    }


def _shown_products(products: Iterable[BoughtProduct]) -> tuple[Bought, ...]:
    return tuple(
        sorted(
            Bought(
                product_id=product.product_id,
                name=product.name,
                sku=product.sku,
                categories=tuple(sorted(product.categories)),
                quantity=product.quantity,
                price=(product.price.minor, product.price.currency),
            )
            for product in products
        )
    )
