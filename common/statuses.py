"""What an order's or cart's status means to us, whatever the store calls it."""

from enum import StrEnum


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
