"""Whether a rule makes sense: names, operators and values fit each other, and it is no monster."""

from collections.abc import Sequence

from pydantic import BaseModel, ValidationError

from common.errors import Invalid
from common.segments import rules
from common.segments.catalogue import ConditionKind, kinds_at, nearest
from common.segments.operators import Operator, Takes, Type, operator_for
from common.segments.rules import VERSION, Document, Rule

MAX_DEPTH = 50
"""Deeper trees are refused: nobody reads them, and every walk over a rule may recurse."""

MAX_CONDITIONS = 500

_VALUES_OF: dict[Type, tuple[type[BaseModel], ...]] = {
    Type.TEXT: (rules.Text,),
    Type.CHOICE: (rules.Text,),
    Type.NUMBER: (rules.Number,),
    Type.MONEY: (rules.Number,),
    Type.DATE: (rules.Day, rules.Instant),
    Type.TIME: (rules.Clock,),
    Type.YES_NO: (),
}

_HOW_MANY = {
    Takes.NOTHING: "no value",
    Takes.ONE: "one value",
    Takes.TWO: "two values",
    Takes.SEVERAL: "one value to a thousand",
    Takes.SPAN: "one length of time",
}
_COUNTS = {Takes.NOTHING: (0, 0), Takes.ONE: (1, 1), Takes.TWO: (2, 2), Takes.SEVERAL: (1, 1000), Takes.SPAN: (1, 1)}


def to_json(rule: Rule) -> str:
    """The stored form of *rule*, with its version."""
    return Document(rule=rule).model_dump_json()


def from_json(stored: str | bytes) -> Rule:
    """The checked rule in *stored*. Raises Invalid, also for a rule of a newer version than this program knows."""
    try:
        version = _Versioned.model_validate_json(stored).version
        if version > VERSION:
            raise Invalid(
                f"The rule has version {version}; this Counterfoil reads rules up to version {VERSION}.",
                remedy="Upgrade Counterfoil, or export the rule as text where it was made.",
            )
        rule = Document.model_validate_json(stored).rule
    except (ValidationError, RecursionError) as error:
        raise Invalid(f"That is no rule of a segment: {_first_fault(error)}.") from None
    return checked(rule)


class _Versioned(BaseModel):
    version: int


def _first_fault(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    return "it nests too deep"


def checked(rule: Rule) -> Rule:
    """*rule*, known to make sense: names, operators and values fit each other, and it is no monster.

    Raises Invalid that names the condition.
    """
    conditions = 0
    waiting = [(rule, 1, False)]
    while waiting:
        node, depth, in_order = waiting.pop()
        conditions += isinstance(node, rules.Condition)
        if depth > MAX_DEPTH or conditions > MAX_CONDITIONS:
            raise Invalid(
                f"The rule is too large: at most {MAX_CONDITIONS} conditions, nested at most {MAX_DEPTH} deep.",
                remedy="Save parts of it as segments and refer to them by `in segment`.",
            )
        _check_node(node, in_order=in_order)
        waiting += [(child, depth + 1, in_order or isinstance(node, rules.Orders)) for child in rules.children(node)]
    return rule


def _check_node(node: Rule, *, in_order: bool) -> None:
    match node:
        case rules.Condition():
            check_condition(node, in_order=in_order)
        case rules.Orders() | rules.InSegment() | rules.Everyone() if in_order:
            raise Invalid("Only conditions of an order and its products may stand inside `same order (…)`.")
        case rules.Orders(count=rules.HowMany() as count):
            check_count(count)


def check_count(count: rules.HowMany) -> None:
    """Raises Invalid unless it is a comparison with whole numbers."""
    operator = operator_for(count.op, Type.NUMBER)
    if operator is None or operator.takes not in (Takes.ONE, Takes.TWO):
        raise Invalid("Orders are counted with =, !=, <, <=, >, >= or between.")
    try:
        _check_values(operator, Type.NUMBER, count.values)
    except ValueError as error:
        raise Invalid(f"The count of orders: {error}.") from None
    if any(value.amount != value.amount.to_integral_value() for value in count.values):
        raise Invalid("Orders are counted in whole numbers.")


def kind_named(name: str, *, in_order: bool) -> ConditionKind:
    """Raises Invalid with the nearest known name."""
    kinds = kinds_at(in_order=in_order)
    if (kind := kinds.get(name)) is not None:
        return kind
    if name in kinds_at(in_order=not in_order):
        where = "outside" if in_order else "inside"
        raise Invalid(f"{name} may only stand {where} of `same order (…)`.")
    near = nearest(name, kinds)
    raise Invalid(
        f"There is no condition {name!r}.",
        remedy=f"Did you mean {near}?" if near else "See `counterfoil segment conditions`.",
    )


def check_condition(condition: rules.Condition, *, in_order: bool) -> None:
    """Raises Invalid when name, operator, values, store or lines do not fit each other."""
    kind = kind_named(condition.name, in_order=in_order)
    operator = operator_for(condition.op, kind.type)
    if operator is None:
        raise Invalid(
            f"{condition.name} is a {kind.type.value.replace('_', '/')} and cannot be asked with {condition.op}."
        )
    try:
        _check_values(operator, kind.type, condition.values)
    except ValueError as error:
        raise Invalid(f"{condition.name} {operator.spellings[0]}: {error}.") from None
    if condition.store and (in_order or not kind.is_per_store):
        raise Invalid(f"{condition.name} is not kept by store: leave `on store` out.")
    if condition.lines and not kind.has_lines:
        raise Invalid(f"{condition.name} is not about the products of an order: leave `{condition.lines} line` out.")


def _check_values(operator: Operator, kind: Type, values: Sequence[rules.Value]) -> None:
    least, most = _COUNTS[operator.takes]
    if not least <= len(values) <= most:
        found = f"there are {len(values):,}" if values else "there is none"
        raise ValueError(f"it takes {_HOW_MANY[operator.takes]}, and {found}")
    wanted = (rules.Span,) if operator.takes is Takes.SPAN else _VALUES_OF[kind]
    for value in values:
        if not isinstance(value, wanted):
            raise ValueError(  # noqa: TRY004 - a mistake of the caller, told to a person
                f"it wants {_wanted(operator, kind)}, not {type(value).__name__.lower()}"
            )
        if kind is Type.NUMBER and isinstance(value, rules.Number) and value.currency:
            raise ValueError("it is a number, not money: leave the currency out")
    if kind is Type.MONEY and len({value.currency for value in values if isinstance(value, rules.Number)}) > 1:
        raise ValueError("both amounts must be in one currency")


def _wanted(operator: Operator, kind: Type) -> str:
    if operator.takes is Takes.SPAN:
        return "a length of time like 30 days"
    return {
        Type.TEXT: 'a text in quotes, like "blue"',
        Type.CHOICE: 'a name in quotes, like "vip"',
        Type.NUMBER: "a number, like 3",
        Type.MONEY: "an amount, like 500 or 500 USD",
        Type.DATE: "a date, like 2026-01-31",
        Type.TIME: "a time of day, like 18:30",
        Type.YES_NO: "nothing",
    }[kind]
