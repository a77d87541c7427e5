"""A rule as one predicate over `contact`, to stand in any statement that reads from it."""

from collections.abc import Collection
from dataclasses import dataclass

from common.errors import Invalid
from common.segments import rules
from common.segments.operators import Op
from common.segments.rules import Condition, Rule
from daemon.segments import one_order
from daemon.segments.fits import Clock, Test, asserted
from daemon.segments.sources import OF_ABSENCE, SOURCES
from daemon.segments.sql import TRUE, Sql, every, negated, some
from daemon.segments.values import Values
from daemon.segments.whole import Segments, no_segments, whole

# SQLite takes 32,766 in its usual build.
_MOST_VALUES = 32_000


@dataclass(frozen=True, slots=True)
class Asking:
    """Under what a rule is asked. *among* None = of all contacts; of others than *among* it may claim anything."""

    clock: Clock
    segments: Segments = no_segments
    among: Collection[int] | None = None


def compiled(rule: Rule, asking: Asking) -> Sql:
    """The predicate that holds for the contacts *rule* holds for. It is true or false, never null.

    Takes a checked rule. Raises Invalid for segments that refer to each other in a circle (with the path), and for
    a rule that grows too large; NotFound for a segment that does not exist.
    """
    predicate = _holds(whole(rule, asking.segments), asking)
    if len(predicate.values) > _MOST_VALUES:
        raise Invalid(
            f"The rule holds {len(predicate.values):,} values; at most {_MOST_VALUES:,} can be asked at once.",
            remedy="Save parts of it as segments, and ask them one after the other.",
        )
    return predicate


def _holds(rule: Rule, asking: Asking) -> Sql:
    match rule:
        case rules.AllOf():
            return every(_holds(one, asking) for one in rule.of)
        case rules.AnyOf():
            return some(_holds(one, asking) for one in rule.of)
        case rules.Not():
            return negated(_holds(rule.rule, asking))
        case rules.Orders():
            return one_order.holds(rule, asking.clock, asking.among)
        case rules.Condition():
            return _condition(rule, asking)
        case rules.Everyone():
            return TRUE
    raise AssertionError("references were put in before")


def _condition(condition: Condition, asking: Asking) -> Sql:
    values = values_of(condition, asking)
    test, is_denied = asserted(condition, asking.clock)
    is_denied = is_denied is not (condition.name in OF_ABSENCE)
    if test.op is Op.HAS_ALL:
        each = [Test(test.type, Op.IS, (one,), asking.clock) for one in condition.values]
        fits = every(values.some(values.test(one), asking.among) for one in each)
    elif condition.lines == "all" and not is_denied:
        fits = values.only(values.test(test), asking.among)
    else:
        fits = _some(values, test, asking)
    return negated(fits) if is_denied else fits


def _some(values: Values, test: Test, asking: Asking) -> Sql:
    on_row = values.test(test) if test.op is not Op.YES else TRUE
    if values.counts_zero and test.fits_zero:  # so do contacts of whom there is no row
        return negated(values.some(negated(on_row), asking.among))
    return values.some(on_row, asking.among)


def values_of(condition: Condition, asking: Asking) -> Values:
    """Where the values of *condition* are found."""
    values = SOURCES[condition.name](condition)
    return values if asking.among is None or values.of_few is None else values.of_few
