"""Values of a condition as they are typed into fields, one field each, and the condition they make."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from pydantic import ValidationError

from common.errors import Invalid
from common.segments import rules
from common.segments.catalogue import ConditionKind
from common.segments.language import written_value
from common.segments.operators import Operator, Takes, Type
from common.segments.rules import Condition
from common.text import safe

BY_FIELDS = frozenset({Type.NUMBER, Type.MONEY, Type.DATE, Type.TIME})
"""The types whose values are typed into fields; texts are looked up instead."""

UNITS = ("hours", "days", "weeks", "months", "years")

_LIKE = {
    Type.NUMBER: "Write a number, like 3 or 2.5.",
    Type.MONEY: "Write an amount, like 500 or 12.50.",
    Type.DATE: "Write a date as 2026-01-31, or with a time of day as 2026-01-31 18:30.",
    Type.TIME: "Write a time of day as 18:30.",
}
_BEGINNINGS = {Type.NUMBER: ("1", "10"), Type.MONEY: ("100", "500"), Type.TIME: ("18:00", "23:59")}
_CLOCK = r"(\d{1,2}):(\d{2})"


@dataclass(frozen=True, slots=True)
class Fields:
    """What stands in each field. *first* and *second* are dates, amounts and the like; *count* of *unit* is a length of
    time. *currency* "" = none is named.
    """

    first: str
    second: str
    count: str = "30"
    unit: str = "days"
    currency: str = ""


def fields_of(condition: Condition, kind: ConditionKind, today: date) -> Fields:
    """The fields of *condition*, those it does not use filled with something to begin with."""
    first, second = _BEGINNINGS.get(kind.type, (today.isoformat(), today.isoformat()))
    values = condition.values
    if values and isinstance(values[0], rules.Span):
        return Fields(first, second, str(values[0].count), values[0].unit)
    currency = next((one.currency for one in values if isinstance(one, rules.Number)), "")
    shown = [written_value(one).removesuffix(currency).strip() for one in values]
    first, second = [*shown, *(first, second)[len(shown) :]]
    return Fields(first, second, currency=currency)


def condition_typed(before: Condition, kind: ConditionKind, operator: Operator, typed: Fields) -> Condition:
    """*before* asked with *operator* and what is typed. Raises Invalid that says how the field at fault is written."""
    values = tuple(_values(kind.type, operator, typed))
    if operator.takes is Takes.TWO and kind.type is not Type.TIME and _is_backwards(*values):
        raise Invalid("Nothing lies between them so: the smaller one comes first.")
    return before.model_copy(update={"op": operator.op, "values": values})


def _values(kind: Type, operator: Operator, typed: Fields) -> Iterator[rules.Value]:
    match operator.takes:
        case Takes.SPAN:
            yield _span(typed.count, typed.unit)
        case Takes.ONE:
            yield _value(kind, typed.first, typed.currency)
        case Takes.TWO:
            first = _value(kind, typed.first, typed.currency)
            second = _value(kind, typed.second, typed.currency)
            if isinstance(first, rules.Number) and isinstance(second, rules.Number):
                yield from _in_one_currency(first, second)
            else:
                yield from (first, second)


def _in_one_currency(first: rules.Number, second: rules.Number) -> tuple[rules.Number, rules.Number]:
    code = first.currency or second.currency
    if second.currency not in ("", code):
        raise Invalid("Both amounts must be in one currency.")
    return first.model_copy(update={"currency": code}), second.model_copy(update={"currency": code})


def _is_backwards(first: rules.Value, second: rules.Value) -> bool:
    if isinstance(first, rules.Number) and isinstance(second, rules.Number):
        return first.amount > second.amount
    # Both are written so that they sort as they follow each other, and a day begins before its hours.
    return written_value(first) > written_value(second)


def _span(count: str, unit: str) -> rules.Span:
    if not re.fullmatch(r"[0-9]{1,6}", count.strip()) or not 1 <= int(count) <= 100_000:
        raise Invalid("How many? Write a whole number from 1 to 100,000.")
    return rules.Span.model_validate({"count": int(count), "unit": unit})


def _value(kind: Type, text: str, currency: str) -> rules.Value:
    text = " ".join(text.split())
    match kind:
        case Type.MONEY:
            amount, code = re.fullmatch(r"(.*?) ?([A-Za-z]{3})?", text).groups()  # type: ignore[union-attr]
            return _number(kind, amount, (code or currency).upper())
        case Type.NUMBER:
            return _number(kind, text, "")
        case Type.DATE:
            return _moment(text)
    found = re.fullmatch(_CLOCK, text)
    if found is None:
        raise Invalid(_LIKE[Type.TIME])
    return rules.Clock(at=_clock(*found.groups()))


def _number(kind: Type, text: str, currency: str) -> rules.Number:
    if "," in text:
        raise Invalid(f"{safe(text)[:20]}: no comma, please; a point stands before decimals, like 1200.50.")
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        raise Invalid(_LIKE[kind])
    try:
        return rules.Number(amount=Decimal(text), currency=currency)
    except ValidationError:
        raise Invalid("That is too long: at most 20 digits, and 10 behind the point.") from None


def _moment(text: str) -> rules.Day | rules.Instant:
    found = re.fullmatch(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})(?:[ T]{_CLOCK})?", text)
    if found is None:
        raise Invalid(_LIKE[Type.DATE])
    day = _day(*map(int, found.groups()[:3]))
    hour, minute = found.groups()[3:]
    return rules.Day(day=day) if hour is None else rules.Instant(at=datetime.combine(day, _clock(hour, minute)))


def _day(year: int, month: int, day: int) -> date:
    if not year or not 1 <= month <= 12:
        raise Invalid(f"There is no month {month:02} of {year:04}; a date is written as 2026-01-31.")
    try:
        return date(year, month, day)
    except ValueError:
        following = date(year + month // 12, month % 12 + 1, 1) if (year, month) < (9999, 12) else None
        days = (following - date(year, month, 1)).days if following else 31
        raise Invalid(f"{year:04}-{month:02} has days 01 to {days}, no {day:02}.") from None


def _clock(hour: str, minute: str) -> time:
    if int(hour) > 23 or int(minute) > 59:
        raise Invalid(f"There is no time {hour}:{minute}; a day goes from 00:00 to 23:59.")
    return time(int(hour), int(minute))
