"""A rule in plain English, one line a condition, as the builder and the explanations show it."""

from collections.abc import Iterator
from dataclasses import dataclass

from common.segments import catalogue, rules
from common.segments.language import written_value
from common.segments.operators import Op, Operator, Takes, Type, operator_in
from common.segments.rules import Rule


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a described rule. *path* leads from the top to the node it is about: the index at each level."""

    depth: int
    text: str
    path: tuple[int, ...]


def described(rule: Rule) -> list[Line]:
    """*rule* from the top, groups before what they hold."""
    return list(_lines(rule, 0, ()))


def _lines(rule: Rule, depth: int, path: tuple[int, ...]) -> Iterator[Line]:
    yield Line(depth, phrase(rule), path)
    for place, child in enumerate(rules.children(rule)):
        yield from _lines(child, depth + 1, (*path, place))


_GROUPS = {rules.AllOf: "All of", rules.AnyOf: "Any of", rules.Not: "Not", rules.Everyone: "Every contact"}


def phrase(rule: Rule) -> str:
    """What *rule* says itself, without what stands below it."""
    match rule:
        case rules.InSegment():
            return f"Is in the segment “{rule.segment}”"
        case rules.Orders(count=None):
            return "Has an order with"
        case rules.Orders(count=rules.HowMany() as count):
            return f"Number of orders {_asked(count.op, count.values, Type.NUMBER)}, counting those with"
        case rules.Condition():
            return _condition(rule)
    return _GROUPS[type(rule)]


def _condition(condition: rules.Condition) -> str:
    kind = catalogue.OF_CONTACTS.get(condition.name) or catalogue.OF_ORDERS[condition.name]
    lines = {"": "", "any": " of any product", "all": " of every product"}[condition.lines]
    store = f" in {condition.store}" if condition.store else ""
    asked = _asked(condition.op, condition.values, kind.type)
    return f"{kind.label}{lines}{store} {asked}".rstrip()


# Signs are for those who type; who reads wants words.
_WORDS = {
    ">": "is greater than",
    ">=": "is at least",
    "<": "is less than",
    "<=": "is at most",
    "in last": "is in the last",
    "not in last": "is not in the last",
    "in next": "is in the next",
    "between": "is between",
    "not between": "is not between",
    "on": "is on",
    "not on": "is not on",
    "before": "is before",
    "on or before": "is on or before",
    "after": "is after",
    "on or after": "is on or after",
    "is yes": "",
    "is no": "(no)",
}


def words_of(operator: Operator) -> str:
    """How the operator is read out: "is greater than" where > is written."""
    return _WORDS.get(operator.spellings[0], operator.spellings[0])


def _asked(op: Op, values: tuple[rules.Value, ...], kind: Type) -> str:
    operator = operator_in(op, kind)
    words = words_of(operator)
    texts = [value.text if isinstance(value, rules.Text) else written_value(value) for value in values]
    between = " and " if operator.takes is Takes.TWO else ", "
    return f"{words} {between.join(texts)}".strip()
