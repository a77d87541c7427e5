"""What a store sold by month, on the wire."""

from pydantic import Field

from common.money import Money
from common.times import Moment
from common.wire import Query, Wire


class SalesQuery(Query):
    """The last *months* calendar months, the running one included."""

    months: int = Field(default=12, ge=1, le=120)


class SalesMonth(Wire):
    """One calendar month in the store's time zone, from `starts_at`; orders count for the month they were placed in.

    Only orders whose status counts, as in a contact's totals; `revenue` is net of refunds, an amount for each of the
    store's `currencies` in their order. A buyer is new in the month of their first counted order in this store,
    returning in every other month they buy in.
    """

    month: str
    starts_at: Moment
    revenue: list[Money]
    orders: int
    new_buyers: int
    returning_buyers: int


class StoreSales(Wire):
    """`months` without a gap, the oldest first, the last one not over yet. `currencies`: the one of most orders first.

    `timezone` is the one the months are told by: UTC where the store's own is not known.
    """

    store: str
    timezone: str
    currencies: list[str]
    months: list[SalesMonth]
