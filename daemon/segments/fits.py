"""Whether one value fits what a condition asks, as SQL: the operators that assert, by type."""

import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

from common.money import UNUSUAL_EXPONENTS, exponent
from common.segments import rules
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.segments.operators import Op, Type, operator_in
from daemon.segments.functions import folded
from daemon.segments.moments import Span, spans
from daemon.segments.sql import FALSE, TRUE, Sql, every, marks, some, sql, value

# What an integer column can hold; amounts beyond are further than anything it does hold.
_LEAST, _MOST = -(2**63), 2**63 - 1

USUAL_PLACES = 2

PLAIN, PLAIN_PLACES = "''", 3
"""The unit of amounts over several currencies, and their decimal places."""

TENTHS = "'tenths'"
"""The unit of numbers that are kept in tenths."""

_EXACT = Context(prec=60)  # more than the digits of any amount in a rule


@dataclass(frozen=True, slots=True)
class Clock:
    """The moment (epoch seconds) and the calendar in which a rule is asked."""

    now: int
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Test:
    """What is asked of each value. *op* asserts; denials are made of it by who asks."""

    type: Type
    op: Op
    values: tuple[rules.Value, ...]
    clock: Clock

    def of(self, column: str, unit: str = "", folded: str = "") -> Sql:
        """The predicate on *column*. *unit*: where money's currency stands (PLAIN = it has none), that a number is in
        TENTHS, or where the moment stands of a time of day that may be unknown in the store's zone. *folded*: where the
        text stands as compared."""
        match self.type:
            case Type.TEXT | Type.CHOICE:
                return _folded_text(self.op, self.values, folded) if folded else _text(self.op, self.values, column)
            case Type.NUMBER:
                return _size(self.op, self.values, column, places=1 if unit == TENTHS else 0)
            case Type.MONEY:
                return _money(self.op, self.values, column, unit)
            case Type.DATE:
                return within(spans(self.op, self.values, now=self.clock.now, zone=self.clock.zone), column)
            case Type.TIME:
                asked_in = sql(f"minute_of_day({unit}, {{}})", value(self.clock.zone.key))
                return _time(self.op, self.values, sql(f"ifnull({column}, {{}})", asked_in))
            case Type.YES_NO:
                return Sql(column)
        raise AssertionError(f"{self.type} has no values")

    @property
    def fits_zero(self) -> bool:
        """Whether it holds for a number or an amount of 0."""
        return self.op is Op.EMPTY_NOT or _zero_fits(self.op, _amounts(self.values))


def asserted(condition: rules.Condition, clock: Clock) -> tuple[Test, bool]:
    """What *condition* asks of a value, and whether it denies that any value fits."""
    kind = OF_CONTACTS.get(condition.name) or OF_ORDERS[condition.name]
    operator = operator_in(condition.op, kind.type)
    return Test(kind.type, operator.denies or operator.op, condition.values, clock), operator.denies is not None


_BLANKS = "char(32, 9, 10, 11, 12, 13, 28, 29, 30, 31)"  # those of ASCII that Python strips


def is_ascii(column: str) -> str:
    return f"length({column}) = length(cast({column} as blob))"


def as_compared(column: str) -> str:
    """*column* without case and surrounding blanks. SQLite's own functions do it for ASCII, at a tenth of the price."""
    return f"iif({is_ascii(column)}, lower(trim({column}, {_BLANKS})), folded({column}))"


def _text(op: Op, values: Sequence[rules.Value], column: str) -> Sql:
    """A value that is empty fits nothing."""
    wanted = [folded(one.text) for one in values if isinstance(one, rules.Text)]
    text = as_compared(column)
    if op in (Op.IS, Op.HAS_ANY):
        named = sorted({one for one in wanted if one})
        return _is_one_of(named, column, sql(f"{text} in {{}}", marks(named))) if named else FALSE
    present = Sql(f"({is_ascii(column)} and {column} >= '!' or {text} != '')")
    if op is Op.EMPTY_NOT or wanted == [""]:
        return FALSE if op is Op.MATCHES else present
    match op:
        case Op.CONTAINS:
            return _contains(wanted[0], column, sql(f"instr({text}, {{}}) > 0", value(wanted[0])))
        case Op.STARTS:
            return _looked_into(wanted, column, sql(f"instr({text}, {{}}) = 1", value(wanted[0])))
        case Op.MATCHES:
            longest = max(re.split(r"[*?]", wanted[0]), key=len).strip()
            fits = every((present, sql(f"fits_wildcard({{}}, {text})", value(wanted[0]))))
            return _looked_into([longest], column, fits) if longest else fits
    raise AssertionError(f"{op} is no question about texts")


def _folded_text(op: Op, values: Sequence[rules.Value], column: str) -> Sql:
    """*column* is as it is compared: an index on it is of use."""
    wanted = [folded(one.text) for one in values if isinstance(one, rules.Text)]
    if op in (Op.IS, Op.HAS_ANY):
        named = sorted({one for one in wanted if one})
        return sql(f"{column} in {{}}", marks(named)) if named else FALSE
    present = Sql(f"{column} != ''")
    if op is Op.EMPTY_NOT or wanted == [""]:
        return FALSE if op is Op.MATCHES else present
    match op:
        case Op.CONTAINS:
            return sql(f"instr({column}, {{}}) > 0", value(wanted[0]))
        case Op.STARTS:
            return _begins(wanted[0], column)
        case Op.MATCHES:
            start = re.split(r"[*?]", wanted[0])[0]
            fits = every((present, sql(f"fits_wildcard({{}}, {column})", value(wanted[0]))))
            return every((_begins(start, column), fits)) if start else fits
    raise AssertionError(f"{op} is no question about texts")


def _begins(start: str, column: str) -> Sql:
    if not (end := _end_of(start)):
        return sql(f"{column} >= {{}}", value(start))
    return sql(f"({column} >= {{}} and {column} < {{}})", value(start), value(end))


def _end_of(start: str) -> str:
    """The first text behind all that begin with *start*; "" = there is none."""
    shortest = start.rstrip("\U0010ffff")
    if not shortest:
        return ""
    last = ord(shortest[-1])
    return shortest[:-1] + chr(_AFTER_SURROGATES if last + 1 == _SURROGATES else last + 1)


_SURROGATES, _AFTER_SURROGATES = 0xD800, 0xE000  # no characters of a text


def _looked_into(wanted: Sequence[str], column: str, fits: Sql) -> Sql:
    """*fits*, asked only where one of *wanted* occurs: `like` tells so of ASCII, at a fifth of the price."""
    if len(wanted) > _FEW:
        return fits
    occurs = some(_like(f"%{_LIKE.sub(_ESCAPED, one)}%", column) for one in wanted)
    return sql(f"({{}} or not {is_ascii(column)}) and {{}}", occurs, fits)


def _contains(wanted: str, column: str, fits: Sql) -> Sql:
    """*fits*, asked only of texts that are not of ASCII alone: of others `like` tells all."""
    if not wanted.isascii():
        return _looked_into([wanted], column, fits)
    occurs = _like(f"%{_LIKE.sub(_ESCAPED, wanted)}%", column)
    return sql(f"({{}} or not {is_ascii(column)} and {{}})", occurs, fits)


def _is_one_of(wanted: Sequence[str], column: str, fits: Sql) -> Sql:
    """*fits*, not asked of texts that `like` finds equal as they are."""
    if len(wanted) > _FEW or not all(map(str.isascii, wanted)):
        return _looked_into(wanted, column, fits)
    equal = some(_like(_LIKE.sub(_ESCAPED, one), column) for one in wanted)
    return sql("({} or {})", equal, _looked_into(wanted, column, fits))


def _like(pattern: str, column: str) -> Sql:
    return sql(f"{column} like {{}} escape '\\'", value(pattern))


_LIKE, _ESCAPED = re.compile(r"([%_\\])"), r"\\\1"
_FEW = 4  # a set is looked up for more


def _amounts(values: Sequence[rules.Value]) -> list[Decimal]:
    return [one.amount for one in values if isinstance(one, rules.Number)]


def _size(op: Op, values: Sequence[rules.Value], column: str, *, places: int) -> Sql:
    """Compares whole numbers with amounts of any precision, exactly. *places* = how far the column is scaled."""
    scaled = [amount.scaleb(places, _EXACT) for amount in _amounts(values)]
    up = [_whole(one, ROUND_CEILING) for one in scaled]
    down = [_whole(one, ROUND_FLOOR) for one in scaled]
    match op:
        case Op.EMPTY_NOT:
            return TRUE
        case Op.IS:
            return sql(f"{column} = {{}}", value(up[0])) if up == down else FALSE
        case Op.BETWEEN:
            return sql(f"{column} between {{}} and {{}}", value(up[0]), value(down[1]))
    sign, bound = {
        Op.GREATER: (">", down[0]),
        Op.AT_LEAST: (">=", up[0]),
        Op.LESS: ("<", up[0]),
        Op.AT_MOST: ("<=", down[0]),
    }[op]
    return sql(f"{column} {sign} {{}}", value(bound))


def _whole(amount: Decimal, rounding: str) -> int:
    return max(_LEAST, min(_MOST, int(amount.to_integral_value(rounding))))


def _zero_fits(op: Op, amounts: Sequence[Decimal]) -> bool:
    first, last = amounts[0], amounts[-1]
    return {
        Op.IS: first == 0,
        Op.GREATER: first < 0,
        Op.AT_LEAST: first <= 0,
        Op.LESS: first > 0,
        Op.AT_MOST: first >= 0,
        Op.BETWEEN: first <= 0 <= last,
    }[op]


def _money(op: Op, values: Sequence[rules.Value], column: str, currency: str) -> Sql:
    if op is Op.EMPTY_NOT:
        return TRUE
    if currency == PLAIN:
        return _size(op, values, column, places=PLAIN_PLACES)
    code = currency_named(values)
    if code:
        return every((sql(f"{currency} = {{}}", value(code)), _size(op, values, column, places=exponent(code))))
    unusual = sorted(set(UNUSUAL_EXPONENTS.values()))
    cases = [
        sql(
            f"when {currency} in {{}} then {{}}",
            marks([code for code, places in UNUSUAL_EXPONENTS.items() if places == exponent_of]),
            _size(op, values, column, places=exponent_of),
        )
        for exponent_of in unusual
    ]
    usual = _size(op, values, column, places=USUAL_PLACES)
    branches = " ".join("{}" for _ in cases)
    often = f"when {currency} = 'USD' or {currency} = 'EUR' or {currency} = 'GBP' then {{}}"
    return sql(f"case {often} {branches} else {{}} end", usual, *cases, usual)


def currency_named(values: Sequence[rules.Value]) -> str:
    """ "" = the amounts are meant in the currency of what they are compared with."""
    return next((one.currency for one in values if isinstance(one, rules.Number)), "")


def within(given: Sequence[Span], column: str) -> Sql:
    """Whether *column* lies in one of the spans, which are in order; found by halving where they are many."""
    if not given:
        return FALSE
    if len(given) == 1:
        return sql(f"({column} >= {{}} and {column} < {{}})", value(given[0].start), value(given[0].end))
    half = len(given) // 2
    return sql(
        f"iif({column} < {{}}, {{}}, {{}})",
        value(given[half].start),
        within(given[:half], column),
        within(given[half:], column),
    )


_COMPARED = MappingProxyType(
    {
        Op.IS: operator.eq,
        Op.BEFORE: operator.lt,
        Op.ON_OR_BEFORE: operator.le,
        Op.AFTER: operator.gt,
        Op.ON_OR_AFTER: operator.ge,
    }
)


def fitting_minutes(test: Test) -> set[int]:
    """The minutes of a day that *test*, about a time of day, holds for."""
    day = range(24 * 60)
    asked = [one.at.hour * 60 + one.at.minute for one in test.values if isinstance(one, rules.Clock)]
    match test.op:
        case Op.EMPTY_NOT:
            return set(day)
        case Op.BETWEEN:
            first, last = asked
            return {minute for minute in day if (first <= minute) + (minute <= last) > (first <= last)}
    compare = _COMPARED[test.op]
    return {minute for minute in day if compare(minute, asked[0])}


def _time(op: Op, values: Sequence[rules.Value], minute: Sql) -> Sql:
    """What is between a later and an earlier time lies around midnight."""
    minutes = [one.at.hour * 60 + one.at.minute for one in values if isinstance(one, rules.Clock)]
    match op:
        case Op.EMPTY_NOT:
            return TRUE
        case Op.BETWEEN:
            sides = [sql("{} >= {}", minute, value(minutes[0])), sql("{} <= {}", minute, value(minutes[1]))]
            return every(sides) if minutes[0] <= minutes[1] else some(sides)
    sign = {Op.IS: "=", Op.BEFORE: "<", Op.ON_OR_BEFORE: "<=", Op.AFTER: ">", Op.ON_OR_AFTER: ">="}[op]
    return sql(f"{{}} {sign} {{}}", minute, value(minutes[0]))
