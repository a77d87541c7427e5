"""When the passing of time may next change what a rule says of a contact, from the contact's own dates.

The moments told are more than those at which something changes, never fewer: whoever looks at a contact at each of
them, and whenever its rows change, is never wrong. Each condition is about values of a contact, so what it says changes
only where one of these comes to an edge of what the operator spans.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from common.errors import Invalid
from common.segments import rules
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.segments.operators import Op, operator_in
from common.segments.rules import Condition, Rule
from common.times import DAY_S, HOUR_S
from daemon.segments import one_order
from daemon.segments.compile import Asking, values_of
from daemon.segments.fits import Clock
from daemon.segments.moments import FIXED_S, local_epoch
from daemon.segments.sql import Sql, every, sql, value
from daemon.segments.values import Values, among_contacts

# SQLite puts at most 500 queries together.
MOST_MOVING = 200

MOVING = frozenset({Op.IN_LAST, Op.IN_LAST_NOT, Op.IN_NEXT, Op.TODAY, Op.YESTERDAY, Op.ANNIVERSARY})
"""Operators of dates whose answer depends on when they are asked."""

# Within so much of a moment a day of it may lie in whatever zone: 24 hours of the day and 26 of zones.
_NEAR_S = 50 * HOUR_S

_YEAR_S = 31_556_952  # the mean year of the calendar
# How far an anniversary strays from whole mean years within 1900 to 2100, with the zone's hours and the day's own.
_STRAYS_S = 4 * DAY_S


def is_moving(rule: Rule) -> bool:
    """Whether the same contact may fit *rule* at one time and not at another. Takes a rule without references."""
    return any(True for _ in _moving(rule, in_order=False))


def next_flips(rule: Rule, asking: Asking) -> Sql:
    """A query for rows of (contact, the next moment after now at which it is to be looked at again), by contact.

    Takes a rule that `is_moving`, without references. Contacts for whom nothing changes any more are left out.
    Raises Invalid for a rule with too many relative dates.
    """
    moving = dict.fromkeys(_moving(rule, in_order=False))
    if len(moving) > MOST_MOVING:
        raise Invalid(
            f"With the segments it refers to the rule holds {len(moving)} relative dates; a segment that is saved may "
            f"hold {MOST_MOVING}.",
            remedy="Name the days, or ask for fewer spans.",
        )
    each = [_flips(condition, asking, in_order=in_order) for condition, in_order in moving]
    together = sql(" union all ".join("{}" for _ in each), *each)
    return sql("select contact_id, min(due_at) from ({}) where due_at is not null group by 1 order by 1", together)


def _moving(rule: Rule, *, in_order: bool) -> Iterator[tuple[Condition, bool]]:
    if isinstance(rule, Condition) and rule.op in MOVING:
        yield rule, in_order
    for child in rules.children(rule):
        yield from _moving(child, in_order=in_order or isinstance(rule, rules.Orders))


def _flips(condition: Condition, asking: Asking, *, in_order: bool) -> Sql:
    values = one_order.values_of(condition.name) if in_order else values_of(condition, asking)
    kind = OF_ORDERS[condition.name] if in_order else OF_CONTACTS[condition.name]
    operator = operator_in(condition.op, kind.type)
    due = _due(operator.denies or operator.op, condition.values, asking.clock)
    return sql("select contact_id, {} as due_at from ({})", due, _dates(values, asking))


def _dates(values: Values, asking: Asking) -> Sql:
    which = every((values.which, among_contacts(values.owner, asking.among)))
    tables = values.tables if values.tables.text else Sql("contact")
    return sql(f"select {values.owner} as contact_id, {values.column} as at from {{}} where {{}}", tables, which)


def _due(op: Op, given: tuple[rules.Value, ...], clock: Clock) -> Sql:
    """When the value `at` next comes to an edge; null = it never does. The edges are those of `moments.spans`."""
    match op:
        case Op.IN_LAST | Op.IN_NEXT:
            length = next(one for one in given if isinstance(one, rules.Span))
            return _due_around(length, clock, is_past=op is Op.IN_LAST)
        case Op.TODAY:
            return _due_on_days(clock, after_s=_NEAR_S)
        case Op.YESTERDAY:
            return _due_on_days(clock, after_s=_NEAR_S + DAY_S + HOUR_S)
    since = sql("(({} - at) % {} + {}) % {}", *map(value, (clock.now, _YEAR_S, _YEAR_S, _YEAR_S)))
    return sql(
        "case when {} between {} and {} then {} - {} + {} else {} end",
        since,
        value(_STRAYS_S),
        value(_YEAR_S - _STRAYS_S - 1),
        value(clock.now),
        since,
        value(_YEAR_S - _STRAYS_S),
        value(next_midnight(clock)),
    )


def _due_on_days(clock: Clock, *, after_s: int) -> Sql:
    """At each midnight while the day is near."""
    return sql(
        "case when at > {} then at - {} when at > {} then {} end",
        value(clock.now + _NEAR_S),
        value(_NEAR_S),
        value(clock.now - after_s),
        value(next_midnight(clock)),
    )


def _due_around(length: rules.Span, clock: Clock, *, is_past: bool) -> Sql:
    if length.unit not in FIXED_S:
        months = length.count * (12 if length.unit == "years" else 1)
        return _due_around_months(months, clock, is_past=is_past)
    seconds = length.count * FIXED_S[length.unit]
    first, last = ("at", f"at + {seconds + 1}") if is_past else (f"at - {seconds}", "at + 1")
    return sql(
        f"case when {first} > {{}} then {first} when {last} > {{}} then {last} end", value(clock.now), value(clock.now)
    )


def _due_around_months(months: int, clock: Clock, *, is_past: bool) -> Sql:
    """The calendar tells the far edge; for most values it is long past, and the calendar is not asked."""
    sign = 1 if is_past else -1
    far = sql("month_edge(at, {}, {}, {})", value(sign * months), value(clock.now), value(clock.zone.key))
    may_come = value(clock.now - sign * (months * _YEAR_S // 12) - 10 * DAY_S)
    if is_past:
        return sql("case when at > {} then at when at > {} then {} end", value(clock.now), may_come, far)
    left = sql("iif(at >= {}, at + 1, null)", value(clock.now))
    return sql("coalesce(iif(at > {}, {}, null), {})", may_come, far, left)


def next_midnight(clock: Clock) -> int:
    """The first moment of tomorrow."""
    today = datetime.fromtimestamp(clock.now, clock.zone).date()
    return local_epoch(datetime.combine(today + timedelta(days=1), time()), clock.zone)
