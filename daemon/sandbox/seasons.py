"""When orders come in: a growing store with busy Novembers and Decembers, quiet Sundays and long evenings."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from time import gmtime

from daemon.sandbox.dice import dice_of
from daemon.sandbox.plan import DAY, Plan

MONTH_WEIGHTS = (0.85, 0.8, 0.9, 0.95, 1.0, 0.95, 0.9, 0.9, 1.0, 1.05, 1.8, 1.9)
WEEKDAY_WEIGHTS = (1.1, 1.05, 1.0, 1.0, 1.1, 0.9, 0.8)  # Monday first


def day_weight(day: int, *, share: float) -> float:
    """How busy the UTC day that begins at epoch second *day* is; *share* is 0 at the opening, 1 at the end."""
    t = gmtime(day)
    return (0.35 + share) * MONTH_WEIGHTS[t.tm_mon - 1] * WEEKDAY_WEIGHTS[t.tm_wday]


def orders_per_day(plan: Plan) -> Iterator[tuple[int, int]]:
    """(first second of the day, orders of it) over the plan's history; the counts sum up to `plan.orders`."""
    days = range(plan.begins_at, plan.ends_at, DAY)
    weights = [day_weight(day, share=place / len(days)) for place, day in enumerate(days)]
    whole, placed, heaped = sum(weights), 0, 0.0
    for day, weight in zip(days, weights, strict=True):
        heaped += weight
        due = round(plan.orders * heaped / whole)
        yield day, due - placed
        placed = due


def order_times(plan: Plan) -> array[int]:
    """The moment each order was placed, ascending."""
    rng = dice_of(f"{plan.seed}/seasons")
    moments = array("q")
    for day, count in orders_per_day(plan):
        length = min(DAY, plan.ends_at - day)
        moments.extend(sorted(day + int(length * max(rng.random(), rng.random() * 0.9)) for _ in range(count)))
    return moments
