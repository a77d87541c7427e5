"""The store's order statuses: their fixed ids, their names, and what each means to us."""

from common.statuses import STORE_STATUSES, Status

INCOMPLETE = 0
"""The payment page was reached and left: no order, but a cart that may be won back."""

STATUS_LABELS = {INCOMPLETE: "Incomplete"} | {number: status.label for number, status in STORE_STATUSES.items()}

STATUS_MAP = {INCOMPLETE: Status.ABANDONED} | {number: status.meaning for number, status in STORE_STATUSES.items()}


def status_of(status_id: int) -> Status:
    """What *status_id* means to us unless the store is set otherwise.

    An id new to us waits: it must not count as revenue by accident.
    """
    return STATUS_MAP.get(status_id, Status.WAITING)


def status_label(status_id: int) -> str:
    """The store's own name of *status_id*, "" when it is new to us."""
    return STATUS_LABELS.get(status_id, "")
