"""Values typed into fields: what they are read as, and what is said of those that are none."""

from dataclasses import replace
from datetime import date

import pytest

from common.errors import Invalid
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS, ConditionKind
from common.segments.language import parsed, written
from common.segments.operators import Op, operator_in
from common.segments.rules import Condition, Orders
from common.segments.typed import BY_FIELDS, Fields, condition_typed, fields_of

TODAY = date(2026, 11, 26)
KINDS = [kind for kind in [*OF_CONTACTS.values(), *OF_ORDERS.values()] if kind.type in BY_FIELDS]


def begun(kind: ConditionKind) -> Condition:
    text = f"{kind.name} {kind.example}"
    rule = parsed(f"same order ({text})" if kind.is_of_order else text)
    found = rule.where if isinstance(rule, Orders) else rule
    assert isinstance(found, Condition)
    return found


def asked(name: str, op: Op, *typed: str, currency: str = "") -> str:
    """The text of the condition *name* made from *typed*."""
    kind = OF_CONTACTS[name]
    first, second = [*typed, "", ""][:2]
    fields = Fields(first, second, count=first, unit=second or "days", currency=currency)
    return written(condition_typed(begun(kind), kind, operator_in(op, kind.type), fields))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: f"{kind.name}{'-order' if kind.is_of_order else ''}")
def test_the_fields_of_a_condition_make_it_again(kind: ConditionKind) -> None:
    condition = begun(kind)

    again = condition_typed(condition, kind, operator_in(condition.op, kind.type), fields_of(condition, kind, TODAY))

    assert again == condition


def test_a_condition_keeps_its_store() -> None:
    condition = parsed('total_revenue on store "abc123" between 10 EUR and 20 EUR')
    assert isinstance(condition, Condition)
    kind = OF_CONTACTS["total_revenue"]
    fields = fields_of(condition, kind, TODAY)

    changed = condition_typed(condition, kind, operator_in(Op.BETWEEN, kind.type), replace(fields, second="30"))

    assert fields == Fields("10", "20", currency="EUR")
    assert written(changed) == 'total_revenue on store "abc123" between 10 EUR and 30 EUR'


@pytest.mark.parametrize(
    ("name", "op", "typed", "text"),
    [
        ("total_orders", Op.GREATER, (" 3 ",), "total_orders > 3"),
        ("total_revenue", Op.GREATER, ("12.50 usd",), "total_revenue > 12.50 USD"),
        ("total_revenue", Op.BETWEEN, ("5 EUR", "9"), "total_revenue between 5 EUR and 9 EUR"),
        ("date_created", Op.AFTER, ("2024-02-29",), "date_created after 2024-02-29"),
        ("date_created", Op.AFTER, ("2026-01-31  7:05",), "date_created after 2026-01-31 07:05"),
        ("date_created", Op.IN_LAST, ("1", "hours"), "date_created in last 1 hour"),
        ("date_created", Op.TODAY, (), "date_created is today"),
        ("order_time", Op.BETWEEN, ("22:00", "4:00"), "order_time between 22:00 and 04:00"),
    ],
)
def test_what_is_typed_is_read(name: str, op: Op, typed: tuple[str, ...], text: str) -> None:
    assert asked(name, op, *typed) == text


@pytest.mark.parametrize(
    ("name", "op", "typed", "said"),
    [
        ("total_orders", Op.GREATER, ("",), "Write a number"),
        ("total_orders", Op.GREATER, ("3 USD",), "Write a number"),
        ("total_orders", Op.GREATER, ("1e9",), "Write a number"),
        ("total_orders", Op.GREATER, ("٣",), "Write a number"),
        ("total_revenue", Op.GREATER, ("1,200",), "no comma"),
        ("total_revenue", Op.GREATER, ("USD",), "Write an amount"),
        ("total_revenue", Op.GREATER, ("9" * 31,), "too long"),
        ("total_revenue", Op.BETWEEN, ("5 EUR", "9 USD"), "one currency"),
        ("total_revenue", Op.BETWEEN, ("9", "5"), "the smaller one comes first"),
        ("date_created", Op.AFTER, ("31.1.2026",), "Write a date as 2026-01-31"),
        ("date_created", Op.AFTER, ("2026-13-01",), "There is no month 13 of 2026"),
        ("date_created", Op.AFTER, ("2026-02-29",), "2026-02 has days 01 to 28, no 29"),
        ("date_created", Op.AFTER, ("9999-12-32",), "9999-12 has days 01 to 31, no 32"),
        ("date_created", Op.AFTER, ("0000-01-01",), "There is no month 01 of 0000"),
        ("date_created", Op.AFTER, ("2026-01-31 24:00",), "There is no time 24:00"),
        ("date_created", Op.BETWEEN, ("2026-01-31 10:00", "2026-01-31"), "the smaller one comes first"),
        ("date_created", Op.IN_LAST, ("0",), "a whole number from 1 to 100,000"),
        ("date_created", Op.IN_LAST, ("1.5",), "a whole number from 1 to 100,000"),
        ("order_time", Op.AFTER, ("6pm",), "Write a time of day as 18:30"),
    ],
)
def test_what_cannot_be_read_is_told(name: str, op: Op, typed: tuple[str, ...], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        asked(name, op, *typed)
