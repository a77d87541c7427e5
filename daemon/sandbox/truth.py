"""The store's own record of what is so, row by row, for comparing another database with it."""

from __future__ import annotations

from collections.abc import Iterator

from daemon.sandbox.orders import Line, Order
from daemon.sandbox.people import Customer, Subscriber
from daemon.sandbox.refunds import Refund
from daemon.sandbox.world import World

Row = dict[str, object]


def rows(world: World) -> Iterator[Row]:
    """Every row with its `kind`; money in hundredths of the row's currency, times in epoch seconds, by id."""
    for category in world.catalogue.categories.values():
        path = category_path(world, category.id)
        yield {"kind": "category", "id": category.id, "name": category.name, "path": path}
    for product in world.catalogue.products.values():
        yield {"kind": "product", "id": product.id, "name": product.name, "categories": list(product.categories)}
    yield from map(_customer, world.customers)
    yield from map(_subscriber, world.subscribers)
    yield from map(order_row, world.orders)
    yield from map(_refund, world.refunds)
    for cart in world.carts.values():
        yield {"kind": "cart", "id": cart.id, "customer_id": cart.customer_id, "email": cart.email,
               "cents": cart.amount_cents, "is_abandoned": cart.is_abandoned}  # fmt: skip


def category_path(world: World, category_id: int) -> list[str]:
    """Names from the root down."""
    names: list[str] = []
    while category := world.catalogue.categories.get(category_id):
        names.insert(0, category.name)
        category_id = category.parent_id
    return names


def _customer(of: Customer) -> Row:
    return {"kind": "customer", "id": of.id, "email": of.email, "first_name": of.first_name,
            "last_name": of.last_name, "phone": of.phone, "channel_id": of.channel_id,
            "created_at": of.created_at, "modified_at": of.modified_at}  # fmt: skip


def _subscriber(of: Subscriber) -> Row:
    consents = None if of.consents is None else list(of.consents)
    return {"kind": "subscriber", "id": of.id, "email": of.email, "consents": consents, "channel_id": of.channel_id}


def order_row(of: Order) -> Row:
    """An order with its lines; archived ones too, marked."""
    return {
        "kind": "order",
        "id": of.id,
        "customer_id": of.customer_id,
        "email": of.email,
        "status_id": of.status_id,
        "currency": of.currency.code,
        "total_cents": of.total_cents,
        "created_at": of.created_at,
        "modified_at": of.modified_at,
        "cart_id": of.cart_id,
        "is_archived": of.is_archived,
        "shipping_methods": [c.method for c in of.consignments if c.method],
        "lines": [_line(line) for line in of.lines],
    }


def _line(of: Line) -> Row:
    return {"id": of.id, "product_id": of.product_id, "name": of.name, "sku": of.sku, "quantity": of.quantity,
            "total_cents": of.total_cents, "parent_id": of.parent_id}  # fmt: skip


def _refund(of: Refund) -> Row:
    return {"kind": "refund", "id": of.id, "order_id": of.order_id, "total_cents": of.total_cents,
            "is_declined": of.is_declined, "created_at": of.created_at}  # fmt: skip
