"""What is kept of a contact's orders in sum tells at once whether there is one that fits."""

from dataclasses import dataclass, replace
from types import MappingProxyType

from common.segments import rules
from common.segments.operators import Op
from common.segments.rules import Rule
from daemon.db.totals import HALF_HOUR, UNKNOWN_HALF_HOUR
from daemon.db.traits import Kind
from daemon.segments.fits import PLAIN, Clock, Test, asserted, currency_named, fitting_minutes
from daemon.segments.moments import spans
from daemon.segments.sql import FALSE, TRUE, Sql, every, negated, sql, value
from daemon.segments.values import Dictionary, Values


@dataclass(frozen=True, slots=True)
class Sums:
    """Where the row of a contact tells of some orders: *which* holds for those, *any* where there is one of them."""

    latest: str
    times: str
    which: str
    any: str

    @property
    def unindexed(self) -> "Sums":
        """See `Values.unindexed`."""
        return replace(self, latest=f"+{self.latest}")


COUNTED = Sums("contact.last_order_at", "contact.times_counted", "purchase.counts", "contact.orders > 0")
KEPT = Sums(
    "contact.last_kept_at", "contact.times_kept", "purchase.deleted_at is null", "contact.last_kept_at is not null"
)


def _looked_up(sums: Sums, fits: Sql) -> Sql:
    return sql(
        f"exists (select 1 from store_order as purchase where purchase.contact_id = contact.id and {sums.which} "
        "and {})  -- store_order_contact_ix\n",
        fits,
    )


def placed(test: Test, sums: Sums) -> Sql | None:
    """Whether an order was placed when *test* asks for; None = the sums are of no use.

    Who ordered last within a span that goes on until now did so; few ordered after it, too.
    """
    asked = spans(test.op, test.values, now=test.clock.now, zone=test.clock.zone)
    if len(asked) != 1 or asked[0].end <= test.clock.now:
        return None
    span = asked[0]
    later = _looked_up(sums, test.of("purchase.placed_at"))
    return every(
        (
            sql(f"{sums.latest} >= {{}}", value(span.start)),
            sql(f"iif({sums.latest} < {{}}, true, {{}})", value(span.end), later),
            TRUE if span.start > 0 else Sql(sums.any),
        )
    )


def placed_at_times(test: Test, sums: Sums) -> Sql:
    """Whether an order was placed at a time of day that *test* asks for: the orders are looked at where a half hour
    fits in part."""
    minutes = fitting_minutes(test)
    full = partly = 0
    for bit in range(UNKNOWN_HALF_HOUR):
        fitting = len(minutes & set(range(bit * HALF_HOUR, (bit + 1) * HALF_HOUR)))
        full |= (fitting == HALF_HOUR) << bit
        partly |= (0 < fitting < HALF_HOUR) << bit
    if full == (1 << UNKNOWN_HALF_HOUR) - 1:
        return Sql(f"{sums.times} != 0")
    if not minutes:
        return FALSE
    looked_at = _looked_up(sums, test.of("purchase.placed_minute", "purchase.placed_at"))
    return sql(
        f"case when {sums.times} & {{}} != 0 then true when {sums.times} & {{}} != 0 then {{}} else false end",
        value(full),
        value(partly | 1 << UNKNOWN_HALF_HOUR),
        looked_at,
    )


_OF_TRAITS = MappingProxyType(
    {
        "order_currency": Kind.CURRENCY,
        "order_status": Kind.STATUS,
        "order_store_status": Kind.STORE_STATUS,
        "order_shipping_method": Kind.SHIPPING,
        "order_payment_method": Kind.PAYMENT,
        "order_store": Kind.STORE,
    }
)
"""By the name of the condition on an order."""


def of_trait(kind: Kind) -> Values:
    """The traits of that kind, as they are compared."""
    return Values(
        _TEXT,
        tables=_HAD,
        owner=_OWNER,
        dictionary=Dictionary(
            _TEXT,
            f"had.trait_id in ({_named(kind)})",
            "join trait on trait.id = had.trait_id",
            folded=_TEXT,
            alone=f"had.trait_id = ({_named(kind)})",
        ),
    )


_TEXT, _HAD, _OWNER = "trait.folded", Sql("contact_trait as had"), "had.contact_id"  # contact_trait_ix


def _named(kind: Kind) -> str:
    return f"select trait.id from trait where trait.kind = '{kind}' and {{}}"


def _has_trait(kind: Kind, test: Test, *, is_denied: bool) -> Sql:
    """Whether some order has a trait that *test* holds for, or, denied, one that it does not hold for."""
    values = of_trait(kind)
    if not is_denied:
        return values.fitting(test, None)
    others = sql(f"had.trait_id in ({_named(kind)})", negated(test.of(_TEXT, folded=_TEXT)))
    return values.some(others, None)


# By the largest amount among a contact's orders, and where it has a currency in thousandths of any.
_LARGEST = MappingProxyType(
    {
        "order_total": ("contact.top_total", PLAIN),
        "order_refunded": ("contact.top_refunded", PLAIN),
        "order_discount": ("contact.top_discount", PLAIN),
        "order_product_count": ("contact.top_products", ""),
        "product_quantity": ("contact.top_quantity", ""),
        "product_price": ("contact.top_price", PLAIN),
    }
)


def some_order(where: Rule, clock: Clock, *, is_alone: bool) -> Sql | None:
    """Whether some order fits, from what is kept of them in sum; None = that does not tell.

    *is_alone*: nothing else is asked of the contact, so that an index serves.
    """
    if not isinstance(where, rules.Condition):
        return None
    test, is_denied = asserted(where, clock)
    sums = KEPT if is_alone else KEPT.unindexed
    if where.name in _OF_TRAITS:
        return _has_trait(_OF_TRAITS[where.name], test, is_denied=is_denied)
    if where.name == "order_date":
        return None if is_denied else placed(test, sums)
    if where.name == "order_time":
        return None if is_denied else placed_at_times(test, sums)
    return _by_largest(where, clock)


def _by_largest(where: rules.Condition, clock: Clock) -> Sql | None:
    """Whether some order has more than so much of something; None = that is not what is asked.

    Nothing that an order can have is below 0, and one without products counts as 0 of each.
    """
    if where.name not in _LARGEST or where.lines == "all":
        return None
    if where.op not in (Op.GREATER, Op.AT_LEAST) or currency_named(where.values):
        return None
    test, _ = asserted(where, clock)
    if test.fits_zero:
        return None
    column, unit = _LARGEST[where.name]
    return every((Sql(f"{column} is not null"), test.of(column, unit)))
