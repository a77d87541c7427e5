"""The store's order statuses: their fixed ids, their names, and what each means to us."""

from common.statuses import Status

INCOMPLETE = 0
"""The payment page was reached and left: no order, but a cart that may be won back."""

STATUS_LABELS = {
    INCOMPLETE: "Incomplete",
    1: "Pending",
    2: "Shipped",
    3: "Partially Shipped",
    4: "Refunded",
    5: "Cancelled",
    6: "Declined",
    7: "Awaiting Payment",
    8: "Awaiting Pickup",
    9: "Awaiting Shipment",
    10: "Completed",
    11: "Awaiting Fulfillment",
    12: "Manual Verification Required",
    13: "Disputed",
    14: "Partially Refunded",
}

STATUS_MAP = {
    INCOMPLETE: Status.ABANDONED,
    1: Status.PENDING_PAYMENT,
    2: Status.COMPLETED,
    3: Status.COMPLETED,
    4: Status.REFUNDED,
    5: Status.CANCELED,
    6: Status.FAILED,
    7: Status.PENDING_PAYMENT,
    8: Status.COMPLETED,
    9: Status.COMPLETED,
    10: Status.COMPLETED,
    11: Status.COMPLETED,
    12: Status.WAITING,
    13: Status.WAITING,
    14: Status.COMPLETED,  # its totals are reduced by the refund
}


def status_of(status_id: int) -> Status:
    """What *status_id* means to us. An id new to us waits: it must not count as revenue by accident."""
    return STATUS_MAP.get(status_id, Status.WAITING)


def status_label(status_id: int) -> str:
    """The store's own name of *status_id*, "" when it is new to us."""
    return STATUS_LABELS.get(status_id, "")
