"""Spend by month as one line of blocks."""

from collections.abc import Sequence
from datetime import UTC, datetime

from common.contacts import BoxOrder
from common.statuses import COUNTED

MONTHS = 12
_BLOCKS = "▁▂▃▄▅▆▇█"


def monthly_minor(orders: Sequence[BoxOrder], currency: str, *, now: int) -> list[int]:
    """Minor units spent in each of the last twelve calendar months (UTC), the oldest first, net of refunds."""
    this_month = _month(now)
    sums = [0] * MONTHS
    for order in orders:
        age = this_month - _month(order.placed_at)
        if 0 <= age < MONTHS and order.status in COUNTED and order.total.currency == currency:
            sums[MONTHS - 1 - age] += order.total.minor - order.refunded.minor
    return sums


def sparkline(values: Sequence[int]) -> str:
    """A block per value, the highest full; nothing spent is the lowest block."""
    peak = max((*values, 1))
    top = len(_BLOCKS) - 1
    return "".join(_BLOCKS[max(1, round(top * value / peak)) if value > 0 else 0] for value in values)


def _month(epoch_s: int) -> int:
    moment = datetime.fromtimestamp(epoch_s, UTC)
    return moment.year * 12 + moment.month
