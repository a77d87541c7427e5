"""The ecommerce box as it is looked at: of one store or all, orders or carts or both, and what was spent by month."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from common.contacts import BoxOrder, ContactDetail, Totals
from common.money import Money
from common.statuses import COUNTED
from common.wire import Wire

MONTHS = 12


class Activity(StrEnum):
    """Of which kind of doing the box tells."""

    ALL = "everything"
    ORDERS = "orders"
    CARTS = "carts left"


class MonthSpent(Wire):
    """A calendar month (UTC), like "2026-11"."""

    month: str
    total: Money


class Spend(Wire):
    """What was spent in one currency in each of the last twelve months, the oldest first, net of refunds."""

    currency: str
    months: list[MonthSpent]


class ContactShown(ContactDetail):
    """A contact with what the box's spend line draws, the currency of most orders first."""

    spend: list[Spend]


def stores_of(contact: ContactDetail) -> list[str]:
    """The stores the contact has anything in, in a steady order."""
    box = contact.ecommerce
    named = {totals.store for totals in box.totals if totals.store is not None}
    return sorted(named | {order.store for order in box.orders} | {cart.store for cart in box.carts})


def shown(contact: ContactDetail, store: str | None, activity: Activity, *, now: int) -> ContactShown:
    """*contact* with what there is of *store* (None = all) and of that *activity*; totals and spend are of both."""
    box = contact.ecommerce
    orders = [order for order in box.orders if store in (None, order.store)]
    narrowed = {
        "totals": [row for row in box.totals if store in (None, row.store)],
        "orders": orders if activity is not Activity.CARTS else [],
        "carts": [cart for cart in box.carts if store in (None, cart.store) and activity is not Activity.ORDERS],
    }
    spent = spent_by_currency(orders, box.totals, store, now=now)
    fields = dict(contact) | {"ecommerce": box.model_copy(update=narrowed)}
    return ContactShown(**fields, spend=[_spend(currency, minor, now) for currency, minor in spent.items()])


def _spend(currency: str, minor: Sequence[int], now: int) -> Spend:
    last = _month(now)
    names = [_month_name(last - MONTHS + 1 + at) for at in range(MONTHS)]
    months = zip(names, minor, strict=True)
    return Spend(
        currency=currency, months=[MonthSpent(month=name, total=Money.of(one, currency)) for name, one in months]
    )


def spent_by_currency(
    orders: Sequence[BoxOrder], totals: Sequence[Totals], store: str | None, *, now: int
) -> dict[str, list[int]]:
    """Minor units by month of each currency, the one of most orders first; of the others those of this year.

    *orders* are those of *store* (None = of all), *totals* of every store.
    """
    mine = sorted((row for row in totals if row.store == store and row.orders), key=lambda row: -row.orders)
    spent = {row.currency: monthly_minor(orders, row.currency, now=now) for row in mine}
    return {currency: months for at, (currency, months) in enumerate(spent.items()) if not at or any(months)}


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
    """Months since the year 0."""
    moment = datetime.fromtimestamp(epoch_s, UTC)
    return moment.year * 12 + moment.month - 1


def _month_name(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02}"
