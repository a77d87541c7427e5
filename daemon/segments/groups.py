"""The values of a condition as people count them: texts as they are compared, amounts by ranges, dates by month.

SQL makes a key of each value; what the values of one key are called, and which rule asks for them, is told by `Group`.
"""

import re
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal

from common.money import UNUSUAL_EXPONENTS, exponent, money_text
from common.segments import rules
from common.segments.operators import Op, Type
from common.segments.rules import Condition
from daemon.segments.fits import PLAIN, PLAIN_PLACES, TENTHS, USUAL_PLACES, Clock, as_compared
from daemon.segments.functions import folded
from daemon.segments.moments import local_epoch
from daemon.segments.sql import Sql, marks, sql, value

Key = str | int

# 1, 2, 5, 10, 20, 50, … up to what an integer column holds in thousandths.
_STEPS = tuple(factor * 10**power for power in range(16) for factor in (1, 2, 5))

# One by one as long as they are small, then 10 to 19, 20 to 49, and so on.
_NUMBERS = (*range(10), *_STEPS[bisect_left(_STEPS, 10) :])

_TENTHS = (10, 20, 30, 40, 50)  # whole stars

_MONTHS = tuple(date(year, month, 1) for year in range(1970, 2101) for month in range(1, 13))

_LONGEST_TEXT = 1000  # of a rule's values


@dataclass(frozen=True, slots=True)
class Group:
    """*label* is for people. *asked* holds for those who have a value of the group, None = no rule can ask for it."""

    label: str
    asked: Condition | None


@dataclass(frozen=True, slots=True)
class Grouping:
    """How the values of the condition *name* are put together. *unit*: where their unit stands, as `Values` has it."""

    name: str
    type: Type
    unit: str
    clock: Clock

    def key(self, column: str, as_kept: str = "") -> Sql:
        """The key of a value; "" = the value is empty, and none. *as_kept*: where a text stands as it is compared."""
        match self.type:
            case Type.NUMBER if self.unit == TENTHS:
                return Sql(f"iif({column} = '', '', {_place(column, _TENTHS)})")
            case Type.NUMBER:
                return Sql(_place(column, _NUMBERS))
            case Type.MONEY:
                return self._money_key(column)
            case Type.DATE:
                return Sql(_place(column, self._month_starts()))
            case Type.TIME:
                return sql(f"ifnull({column}, minute_of_day({self.unit}, {{}})) / 60", value(self.clock.zone.key))
        return Sql(as_kept or as_compared(column))

    @property
    def kept_apart(self) -> str:
        """What keeps values of the same key apart: their currency."""
        return self.unit if self.type is Type.MONEY else "''"

    def group(self, key: Key, currency: str, shown: str) -> Group:
        """*shown* is one of its values."""
        match self.type, key:
            case Type.NUMBER, int() if self.unit == TENTHS:
                return self._range(_TENTHS, key, lambda tenths: f"{tenths / 10:.1f}", _of_tenths)
            case Type.NUMBER, int():
                return self._range(_NUMBERS, key, "{:,}".format, lambda number: rules.Number(amount=Decimal(number)))
            case Type.MONEY, int():
                return self._money_range(key, currency)
            case Type.DATE, int():
                return self._month(key)
            case Type.TIME, int():
                return Group(f"{key:02}:00 to {key:02}:59", self._asked(Op.BETWEEN, _clock(key, 0), _clock(key, 59)))
        text = shown.replace("\0", " ").strip()
        text = text if folded(text) == key else str(key)  # a name that is put together has blanks within
        return Group(text, self._asked(Op.IS, rules.Text(text=text)) if len(text) <= _LONGEST_TEXT else None)

    def _asked(self, op: Op, *values: rules.Value) -> Condition:
        return Condition(name=self.name, op=op, values=values)

    def _range(
        self, edges: Sequence[int], place: int, text: Callable[[int], str], number: Callable[[int], rules.Number]
    ) -> Group:
        if place == 0:
            return Group(f"below {text(edges[0])}", self._asked(Op.LESS, number(edges[0])))
        if place == len(edges):
            return Group(f"{text(edges[-1])} and more", self._asked(Op.AT_LEAST, number(edges[-1])))
        first, last = edges[place - 1], edges[place] - 1
        if first == last:
            return Group(text(first), self._asked(Op.IS, number(first)))
        return Group(f"{text(first)} to {text(last)}", self._asked(Op.BETWEEN, number(first), number(last)))

    def _money_key(self, column: str) -> Sql:
        if self.unit == PLAIN:
            return Sql(_place(column, _amounts(PLAIN_PLACES)))
        unusual = [
            sql(
                f"when {self.unit} in {{}} then {_place(column, _amounts(places))}",
                marks([code for code, its_places in UNUSUAL_EXPONENTS.items() if its_places == places]),
            )
            for places in sorted(set(UNUSUAL_EXPONENTS.values()))
        ]
        branches = " ".join("{}" for _ in unusual)
        return sql(f"case {branches} else {_place(column, _amounts(USUAL_PLACES))} end", *unusual)

    def _money_range(self, place: int, currency: str) -> Group:
        places = PLAIN_PLACES if self.unit == PLAIN else exponent(currency)
        can_be_named = self.unit == PLAIN or re.fullmatch("[A-Z]{3}", currency)

        def number(minor: int) -> rules.Number:
            return rules.Number(amount=Decimal(minor).scaleb(-places), currency=currency if can_be_named else "")

        def text(minor: int) -> str:
            return f"{number(minor).amount.normalize():,f}" if self.unit == PLAIN else money_text(minor, currency)

        group = self._range(_amounts(places), place, text, number)
        return group if can_be_named else replace(group, asked=None)

    def _month_starts(self) -> list[int]:
        return [local_epoch(datetime.combine(month, time()), self.clock.zone) for month in _MONTHS]

    def _month(self, place: int) -> Group:
        if place == 0:
            return Group(f"before {_MONTHS[0]:%Y-%m}", self._asked(Op.BEFORE, rules.Day(day=_MONTHS[0])))
        month = _MONTHS[place - 1]
        if place == len(_MONTHS):
            return Group(f"from {month:%Y-%m}", self._asked(Op.ON_OR_AFTER, rules.Day(day=month)))
        last = month.replace(day=monthrange(month.year, month.month)[1])
        return Group(f"{month:%Y-%m}", self._asked(Op.BETWEEN, rules.Day(day=month), rules.Day(day=last)))


def _of_tenths(tenths: int) -> rules.Number:
    return rules.Number(amount=Decimal(tenths).scaleb(-1))


def _clock(hour: int, minute: int) -> rules.Clock:
    return rules.Clock(at=time(hour, minute))


def _amounts(places: int) -> tuple[int, ...]:
    """Edges of ranges in units of so many decimal places: nothing, up to 1, up to 2, 5, 10, 20, 50, …"""
    return tuple(dict.fromkeys((0, 1, *(step * 10**places for step in _STEPS))))


def _place(column: str, edges: Sequence[int], before: int = 0) -> str:
    """How many of *edges*, which ascend, lie at or below the value, *before* added; found by halving."""
    if not edges:
        return str(before)
    half = len(edges) // 2
    below, above = _place(column, edges[:half], before), _place(column, edges[half + 1 :], before + half + 1)
    return f"iif({column} < {edges[half]}, {below}, {above})"
