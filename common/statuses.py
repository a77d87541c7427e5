"""What an order's or cart's status means to us, whatever the store calls it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Status(StrEnum):
    """Normalised statuses, spelled as people and scripts read them."""

    PENDING_PAYMENT = "Pending payment"
    COMPLETED = "Completed"
    ABANDONED = "Abandoned"
    RECOVERED = "Recovered"
    WAITING = "Waiting"
    CANCELED = "Canceled"
    REFUNDED = "Refunded"
    FAILED = "Failed"


COUNTED = frozenset({Status.COMPLETED, Status.RECOVERED})
"""The statuses whose orders make up revenue, orders and products in the ecommerce box."""


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """A status of the store's own: what it calls it, and what that means to us unless a store is set otherwise."""

    label: str
    meaning: Status


STORE_STATUSES: Mapping[int, StoreStatus] = MappingProxyType(
    {
        1: StoreStatus("Pending", Status.PENDING_PAYMENT),
        2: StoreStatus("Shipped", Status.COMPLETED),
        3: StoreStatus("Partially Shipped", Status.COMPLETED),
        4: StoreStatus("Refunded", Status.REFUNDED),
        5: StoreStatus("Cancelled", Status.CANCELED),
        6: StoreStatus("Declined", Status.FAILED),
        7: StoreStatus("Awaiting Payment", Status.PENDING_PAYMENT),
        8: StoreStatus("Awaiting Pickup", Status.COMPLETED),
        9: StoreStatus("Awaiting Shipment", Status.COMPLETED),
        10: StoreStatus("Completed", Status.COMPLETED),
        11: StoreStatus("Awaiting Fulfillment", Status.COMPLETED),
        12: StoreStatus("Manual Verification Required", Status.WAITING),
        13: StoreStatus("Disputed", Status.WAITING),
        14: StoreStatus("Partially Refunded", Status.COMPLETED),  # its totals are reduced by the refund
    }
)
"""The store's statuses by their fixed ids, but for the incomplete one: a payment page that was left is no order."""
