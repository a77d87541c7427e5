"""What a contact spent by month."""

from collections.abc import Sequence
from datetime import UTC, datetime

from common.contacts import BoxOrder
from common.statuses import COUNTED

MONTHS = 12


def monthly_minor(orders: Sequence[BoxOrder], currency: str, *, now: int) -> list[int]:
    """Minor units spent in each of the last twelve calendar months (UTC), the oldest first, net of refunds."""
    this_month = _month(now)
    sums = [0] * MONTHS
    for order in orders:
        age = this_month - _month(order.placed_at)
        if 0 <= age < MONTHS and order.status in COUNTED and order.total.currency == currency:
            sums[MONTHS - 1 - age] += order.total.minor - order.refunded.minor
    return sums


def _month(epoch_s: int) -> int:
    moment = datetime.fromtimestamp(epoch_s, UTC)
    return moment.year * 12 + moment.month
