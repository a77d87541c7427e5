"""A rule as one predicate over `contact`, to stand in any statement that reads from it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum, auto

from common.errors import Invalid
from common.segments import rules
from common.segments.catalogue import OF_CONTACTS
from common.segments.operators import Op
from common.segments.rules import Condition, Rule
from daemon.segments import one_order
from daemon.segments.fits import Clock, Test, asserted
from daemon.segments.in_sum import COUNTED
from daemon.segments.sources import IN_SUM, OF_ABSENCE, SOURCES
from daemon.segments.sql import TRUE, Sql, every, negated, some, unindexed
from daemon.segments.values import Values
from daemon.segments.whole import Segments, no_segments, whole

UNANSWERED = frozenset({"country", "state", "city", "postal_code"})
"""Conditions that nothing we keep can answer: addresses are not stored."""

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

    Takes a checked rule. Raises Invalid for a condition that cannot be answered, for segments that refer to each other
    in a circle (with the path), and for a rule that grows too large; NotFound for a segment that does not exist.
    """
    put_together = whole(rule, asking.segments)
    predicate = _holds(put_together, asking, _plan_of(put_together, asking))
    if len(predicate.values) > _MOST_VALUES:
        raise Invalid(
            f"The rule holds {len(predicate.values):,} values; at most {_MOST_VALUES:,} can be asked at once.",
            remedy="Save parts of it as segments, and ask them one after the other.",
        )
    return predicate


class _Plan(Enum):
    """Where SQLite begins: it knows of no index how many rows it would find, and takes any for the best."""

    INDEX = auto()  # of the one thing that is asked, or of one that must be equal
    SET = auto()  # of the ids that one part of the rule gives
    WALK = auto()  # through contact_bought_ix, in which the columns stand that are compared


def _plan_of(rule: Rule, asking: Asking) -> _Plan:
    """Of a rule in several parts: who reads columns of the contact anyway does not look contacts up id by id."""
    parts = list(_parts(rule))
    if len(parts) == 1:
        return _Plan.INDEX
    each = (_holds(part, asking, _Plan.WALK) for part in parts)
    return _Plan.WALK if any(one.owners is None and one.others is None for one in each) else _Plan.SET


def _parts(rule: Rule) -> Iterator[Rule]:
    """The conditions on contacts and on their orders that *rule* is made of."""
    if isinstance(rule, rules.AllOf | rules.AnyOf | rules.Not):
        for child in rules.children(rule):
            yield from _parts(child)
    else:
        yield rule


def _holds(rule: Rule, asking: Asking, plan: _Plan) -> Sql:
    match rule:
        case rules.AllOf():
            return every(_holds(one, asking, plan) for one in rule.of)
        case rules.AnyOf():
            return some(_holds(one, asking, plan) for one in rule.of)
        case rules.Not():
            return negated(_holds(rule.rule, asking, plan))
        case rules.Orders():
            found = one_order.holds(rule, asking.clock, asking.among, is_alone=plan is _Plan.INDEX)
        case rules.Condition():
            found = _condition(rule, asking, is_alone=plan is _Plan.INDEX)
        case rules.Everyone():
            return TRUE
        case _:
            raise AssertionError("references were put in before")
    return unindexed(found) if plan is _Plan.WALK else found


def _condition(condition: Condition, asking: Asking, *, is_alone: bool) -> Sql:
    values = values_of(condition, asking)
    test, is_denied = asserted(condition, asking.clock)
    if not is_alone and test.op not in (Op.IS, Op.HAS_ANY):
        values = values.unindexed
    is_denied = is_denied is not (condition.name in OF_ABSENCE)
    if test.op is Op.HAS_ALL:
        each = [Test(test.type, Op.IS, (one,), asking.clock) for one in condition.values]
        fits = every(values.fitting(one, asking.among) for one in each)
    elif condition.lines == "all" and not is_denied:
        fits = values.only(values.test(test), asking.among)
    else:
        fits = _in_sum(condition, test, asking, is_alone=is_alone) or _some(values, test, asking)
    return negated(fits) if is_denied else fits


def _in_sum(condition: Condition, test: Test, asking: Asking, *, is_alone: bool) -> Sql | None:
    """None = what is kept in sum does not tell."""
    if asking.among is not None or condition.store or condition.name not in IN_SUM:
        return None
    return IN_SUM[condition.name](test, COUNTED if is_alone else COUNTED.unindexed)


def _some(values: Values, test: Test, asking: Asking) -> Sql:
    if test.op is Op.YES:
        return values.some(TRUE, asking.among)
    if values.counts_zero and test.fits_zero:  # so do contacts of whom there is no row
        return negated(values.some(negated(values.test(test)), asking.among))
    return values.fitting(test, asking.among)


def values_of(condition: Condition, asking: Asking) -> Values:
    """Where the values of *condition* are found. Raises Invalid when they are not kept."""
    if condition.name in UNANSWERED:
        raise Invalid(
            f"{OF_CONTACTS[condition.name].label} ({condition.name}) cannot be asked: addresses are not kept.",
            remedy="Leave the condition out.",
        )
    values = SOURCES[condition.name](condition)
    return values if asking.among is None or values.of_few is None else values.of_few
