"""Refund records: what v3 says about money given back, whole, partly, declined, or as a mere tax correction."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from daemon.sandbox.orders import PARTLY_REFUNDED, REFUNDED, TAX_PER_MILLE, Order
from daemon.sandbox.shelf import Shelf

FIRST_REFUND_ID = 7
COMPLETED = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundItem:
    kind: str  # PRODUCT | SHIPPING | ORDER | ...
    item_id: int  # line, address or order id, by kind
    quantity: int = 0  # of PRODUCT only
    amount_cents: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    id: int
    order_id: int
    created_at: int
    total_cents: int
    tax_cents: int
    items: tuple[RefundItem, ...]
    reason: str | None = ""
    is_declined: bool = False


class OrderColumns(Protocol):
    """What deciding on refunds reads of the order book."""

    ids: array[int]
    statuses: array[int]
    modified: array[int]


def _has_refund(order_id: int, status_id: int) -> bool:
    """Set by hand, one refunded order in five has no record; a few completed ones have one all the same."""
    if status_id == REFUNDED:
        return order_id % 5 != 0
    return status_id == PARTLY_REFUNDED or (status_id == COMPLETED and order_id % 199 == 3)


class RefundShelf(Shelf[Refund]):
    """The refunds of the history, made one at a time from the orders they belong to, found by order too."""

    def __init__(self, book: OrderColumns, order_of: Callable[[int], Order], *, awkward: bool) -> None:
        owners = [
            (order_id, book.modified[place])
            for place, order_id in enumerate(book.ids if awkward else ())
            if _has_refund(order_id, book.statuses[place])
        ]
        ids = range(FIRST_REFUND_ID, FIRST_REFUND_ID + len(owners))
        self._by_order = {order_id: [i] for i, (order_id, _) in zip(ids, owners, strict=True)}

        def make(refund_id: int) -> Refund:
            order_id, at = owners[refund_id - FIRST_REFUND_ID]
            return refund_of(order_of(order_id), refund_id=refund_id, at=at)

        super().__init__(make, array("q", ids), array("q", (at for _, at in owners)))

    def of_order(self, order_id: int) -> list[int]:
        """Ids of that order's refunds, ascending."""
        return self._by_order.get(order_id, [])

    def keep(self, refund: Refund) -> None:
        self.put(refund.id, refund, modified=refund.created_at)
        self._by_order.setdefault(refund.order_id, []).append(refund.id)


def refund_of(order: Order, *, refund_id: int, at: int) -> Refund:
    """The refund of the seed for *order*: whole when its status says so, else part of it or one of the odd kinds."""
    if order.status_id == REFUNDED:
        return whole(order, refund_id=refund_id, at=at)
    if refund_id % 11 == 3:
        return Refund(id=refund_id, order_id=order.id, created_at=at, total_cents=order.tax_cents,
                      tax_cents=order.tax_cents, items=(), reason="Tax exempt after all")  # fmt: skip
    line = next((line for line in order.lines if line.price_cents), None)
    if line is None or refund_id % 7 == 2:
        return of_amount(order, max(order.total_cents // 2, 1), refund_id=refund_id, at=at)
    return Refund(
        id=refund_id,
        order_id=order.id,
        created_at=at,
        total_cents=line.price_cents + line.tax_cents,
        tax_cents=line.tax_cents,
        items=(RefundItem(kind="PRODUCT", item_id=line.id, quantity=1),),
        reason="Broken on arrival",
        is_declined=refund_id % 13 == 5,
    )


def whole(order: Order, *, refund_id: int, at: int) -> Refund:
    """All of the order given back, line by line and its shipping."""
    products = tuple(
        RefundItem(kind="PRODUCT", item_id=line.id, quantity=line.quantity) for line in order.lines if line.price_cents
    )
    parcels = tuple(
        RefundItem(kind="SHIPPING", item_id=parcel.id, amount_cents=parcel.cost_cents + parcel.cost_tax_cents)
        for parcel in order.consignments
        if parcel.cost_cents
    )
    return Refund(id=refund_id, order_id=order.id, created_at=at, total_cents=order.total_cents,
                  tax_cents=order.tax_cents, items=products + parcels, reason=None)  # fmt: skip


def of_amount(order: Order, cents: int, *, refund_id: int, at: int, is_declined: bool = False) -> Refund:
    """Some money of the order given back without naming lines."""
    item = RefundItem(kind="ORDER", item_id=order.id, amount_cents=cents)
    return Refund(id=refund_id, order_id=order.id, created_at=at, total_cents=cents,
                  tax_cents=cents * TAX_PER_MILLE // (1000 + TAX_PER_MILLE), items=(item,),
                  reason="Goodwill", is_declined=is_declined)  # fmt: skip
