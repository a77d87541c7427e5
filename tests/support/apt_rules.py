"""Rules that somebody of a random shop fits, or nearly: with values that some contact has, in other clothes."""

import random
from datetime import UTC, date, datetime, time
from decimal import Decimal

from common.segments import rules
from common.segments.catalogue import ConditionKind
from common.segments.operators import Op, Operator, Takes, Type
from common.segments.rules import Rule
from tests.support import naive
from tests.support.naive import World
from tests.support.some_shops import HASHES


def apt_rule(world: World, kind: ConditionKind, operator: Operator, dice: random.Random) -> Rule:
    blank = rules.Condition(
        name=kind.name,
        op=Op.EMPTY_NOT,
        lines=dice.choice(("", "any", "all")) if kind.has_lines else "",
        store=dice.choice(("", *HASHES)) if kind.is_per_store else "",
    )
    arity = {Takes.NOTHING: 0, Takes.TWO: 2, Takes.SEVERAL: 2}.get(operator.takes, 1)
    values = [_value(kind, operator, _seen(world, kind, blank, dice), dice) for _ in range(arity)]
    if operator.takes is Takes.TWO:
        values = _ordered(values, dice)
    rule = blank.model_copy(update={"op": operator.op, "values": tuple(values)})
    return rules.Orders(where=rule) if kind.is_of_order else rule


def _seen(world: World, kind: ConditionKind, blank: rules.Condition, dice: random.Random) -> naive.Value | None:
    """A value that some contact has; None = nobody has any."""
    elements: list[naive.Element] = []
    for person in world.people:
        if kind.is_of_order:
            lines = [(order, line) for order in person.orders for line in order.lines]
            elements += [one for order, line in lines for one in world.of_order(blank, order, line)]
        else:
            elements += world.of_contact(blank, person)
    values = [value for element in elements for value in element]
    return dice.choice(values) if values else None


def _value(kind: ConditionKind, operator: Operator, seen: naive.Value | None, dice: random.Random) -> rules.Value:
    if operator.takes is Takes.SPAN:
        return rules.Span(count=dice.choice((1, 2, 30)), unit=dice.choice(("days", "weeks", "months")))
    if seen is None:
        return _STAND_INS.get(kind.type, rules.Number(amount=Decimal(1)))
    return _like(seen, operator, dice)


_STAND_INS: dict[Type, rules.Value] = {
    Type.TEXT: rules.Text(text="blue"),
    Type.CHOICE: rules.Text(text="vip"),
    Type.DATE: rules.Day(day=date(2026, 2, 1)),
    Type.TIME: rules.Clock(at=time(12)),
}


def _like(seen: naive.Value, operator: Operator, dice: random.Random) -> rules.Value:
    match seen:
        case naive.Moment(at):
            local = datetime.fromtimestamp(at, UTC).replace(second=0, tzinfo=None)
            return rules.Day(day=local.date()) if dice.random() < 0.5 else rules.Instant(at=local)
        case naive.TimeOfDay(minute):
            return rules.Clock(at=time(minute // 60, minute % 60))
        case naive.Amount(major, currency):
            return rules.Number(amount=major, currency=dice.choice(("", currency.removeprefix(naive.ANY_CURRENCY))))
        case int() | Decimal():
            return rules.Number(amount=Decimal(seen))
    assert isinstance(seen, str)
    return rules.Text(text=_in_other_clothes(operator.op, seen, dice))


def _in_other_clothes(op: Op, text: str, dice: random.Random) -> str:
    bare, half = text.strip(), len(text) // 2
    match op:
        case Op.CONTAINS | Op.CONTAINS_NOT:
            text = text[half - 1 : half + 1]
        case Op.STARTS | Op.STARTS_NOT:
            text = bare[: half + 1]
        case Op.MATCHES | Op.MATCHES_NOT:
            text = dice.choice((f"*{bare[half:]}", f"?{bare[1:]}", f"{bare[:half]}*", f"*{bare}*"))
    return dice.choice((text, text.upper(), text.lower(), f" {text}\t"))


def _ordered(values: list[rules.Value], dice: random.Random) -> list[rules.Value]:
    """In one currency, and as a rule the smaller one first."""
    first, last = values
    if isinstance(first, rules.Number) and isinstance(last, rules.Number):
        last = rules.Number(amount=last.amount, currency=first.currency)
    return [last, first] if _size(first) > _size(last) and dice.random() < 0.8 else [first, last]


def _size(value: rules.Value) -> float:
    match value:
        case rules.Number():
            return float(value.amount)
        case rules.Day():
            return datetime.combine(value.day, time(), UTC).timestamp()
        case rules.Instant():
            return value.at.replace(tzinfo=UTC).timestamp()
        case rules.Clock():
            return value.at.hour * 60 + value.at.minute
    raise AssertionError(value)
