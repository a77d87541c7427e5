"""The operators of conditions: what each means, how it is written, how many values it takes, which types have it."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What a condition's values are. CHOICE is a set of names (tags, lists, stores) of which a contact has some."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    TIME = "time"
    CHOICE = "choice"
    YES_NO = "yes_no"


class Takes(StrEnum):
    """The values an operator stands before."""

    NOTHING = "nothing"
    ONE = "one"
    TWO = "two"
    SEVERAL = "several"
    SPAN = "span"


class Op(StrEnum):
    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    CONTAINS_NOT = "contains_not"
    STARTS = "starts"
    STARTS_NOT = "starts_not"
    MATCHES = "matches"
    MATCHES_NOT = "matches_not"
    GREATER = "greater"
    AT_LEAST = "at_least"
    LESS = "less"
    AT_MOST = "at_most"
    BETWEEN = "between"
    BETWEEN_NOT = "between_not"
    BEFORE = "before"
    ON_OR_BEFORE = "on_or_before"
    AFTER = "after"
    ON_OR_AFTER = "on_or_after"
    IN_LAST = "in_last"
    IN_LAST_NOT = "in_last_not"
    IN_NEXT = "in_next"
    TODAY = "today"
    YESTERDAY = "yesterday"
    ANNIVERSARY = "anniversary"
    HAS_ANY = "has_any"
    HAS_ALL = "has_all"
    HAS_NONE = "has_none"
    MISSING = "missing"
    EMPTY = "empty"
    EMPTY_NOT = "empty_not"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Operator:
    """*spellings* begins with the one we write. *denies* is the operator whose opposite this one is, None = it asserts.

    A denial of a condition with several values says that none of them fits, and it holds where there is no value.
    """

    op: Op
    takes: Takes
    types: frozenset[Type]
    spellings: tuple[str, ...]
    denies: Op | None = None


_SIZES = frozenset({Type.NUMBER, Type.MONEY})
_MOMENTS = frozenset({Type.DATE, Type.TIME})
_NAMED = frozenset({Type.TEXT, Type.CHOICE})
_VALUED = frozenset(Type) - {Type.YES_NO}
_DATE = frozenset({Type.DATE})
_TEXT = frozenset({Type.TEXT})
_YES_NO = frozenset({Type.YES_NO})

_TABLE = (
    Operator(Op.IS, Takes.ONE, _NAMED | _SIZES, ("is", "=", "equals")),
    Operator(Op.IS_NOT, Takes.ONE, _NAMED | _SIZES, ("is not", "!=", "does not equal"), Op.IS),
    Operator(Op.IS, Takes.ONE, _MOMENTS, ("on", "is", "=", "at")),
    Operator(Op.IS_NOT, Takes.ONE, _MOMENTS, ("not on", "is not", "!=", "not at"), Op.IS),
    Operator(Op.CONTAINS, Takes.ONE, _TEXT, ("contains",)),
    Operator(Op.CONTAINS_NOT, Takes.ONE, _TEXT, ("does not contain",), Op.CONTAINS),
    Operator(Op.STARTS, Takes.ONE, _TEXT, ("starts with",)),
    Operator(Op.STARTS_NOT, Takes.ONE, _TEXT, ("does not start with",), Op.STARTS),
    Operator(Op.MATCHES, Takes.ONE, _TEXT, ("matches", "matches wildcard")),
    Operator(Op.MATCHES_NOT, Takes.ONE, _TEXT, ("does not match",), Op.MATCHES),
    Operator(Op.GREATER, Takes.ONE, _SIZES, (">", "greater than", "is greater than")),
    Operator(
        Op.AT_LEAST, Takes.ONE, _SIZES, (">=", "greater than or equal", "is greater than or equal to", "at least")
    ),
    Operator(Op.LESS, Takes.ONE, _SIZES, ("<", "less than", "is less than")),
    Operator(Op.AT_MOST, Takes.ONE, _SIZES, ("<=", "less than or equal", "is less than or equal to", "at most")),
    Operator(Op.BETWEEN, Takes.TWO, _SIZES | _MOMENTS, ("between", "is between")),
    Operator(Op.BETWEEN_NOT, Takes.TWO, _SIZES | _MOMENTS, ("not between", "is not between"), Op.BETWEEN),
    Operator(Op.BEFORE, Takes.ONE, _MOMENTS, ("before", "<", "is before")),
    Operator(Op.ON_OR_BEFORE, Takes.ONE, _MOMENTS, ("on or before", "<=", "is on or before")),
    Operator(Op.AFTER, Takes.ONE, _MOMENTS, ("after", ">", "is after")),
    Operator(Op.ON_OR_AFTER, Takes.ONE, _MOMENTS, ("on or after", ">=", "is on or after")),
    Operator(Op.IN_LAST, Takes.SPAN, _DATE, ("in last", "in the last", "is in the last")),
    Operator(Op.IN_LAST_NOT, Takes.SPAN, _DATE, ("not in last", "not in the last", "is not in the last"), Op.IN_LAST),
    Operator(Op.IN_NEXT, Takes.SPAN, _DATE, ("in next", "in the next", "is in the next")),
    Operator(Op.TODAY, Takes.NOTHING, _DATE, ("is today",)),
    Operator(Op.YESTERDAY, Takes.NOTHING, _DATE, ("is yesterday",)),
    Operator(Op.ANNIVERSARY, Takes.NOTHING, _DATE, ("is anniversary of today", "is anniversary")),
    Operator(Op.HAS_ANY, Takes.SEVERAL, _NAMED, ("has at least one of", "in", "is in", "is in any")),
    Operator(Op.HAS_ALL, Takes.SEVERAL, frozenset({Type.CHOICE}), ("has all of",)),
    Operator(Op.HAS_NONE, Takes.SEVERAL, _NAMED, ("has none of", "not in", "is not in"), Op.HAS_ANY),
    Operator(Op.MISSING, Takes.SEVERAL, frozenset({Type.CHOICE}), ("is missing at least one of",), Op.HAS_ALL),
    Operator(Op.EMPTY, Takes.NOTHING, _VALUED, ("is empty",), Op.EMPTY_NOT),
    Operator(Op.EMPTY_NOT, Takes.NOTHING, _VALUED, ("is not empty",)),
    Operator(Op.YES, Takes.NOTHING, _YES_NO, ("is yes", "is true")),
    Operator(Op.NO, Takes.NOTHING, _YES_NO, ("is no", "is false"), Op.YES),
)

_BY_TYPE: dict[tuple[Op, Type], Operator] = {(row.op, kind): row for row in _TABLE for kind in row.types}
_BY_SPELLING: dict[tuple[str, Type], Operator] = {
    (spelling, kind): row for row in _TABLE for spelling in row.spellings for kind in row.types
}

SPELLINGS = tuple(
    sorted({spelling for row in _TABLE for spelling in row.spellings}, key=lambda text: (-len(text), text))
)
"""Every way to write an operator, the longest first."""

TWO_VALUED = tuple(spelling for spelling in SPELLINGS if spelling.endswith("between"))
"""Those that stand before two values with `and` in between."""


def operator_for(op: Op, kind: Type) -> Operator | None:
    """The operator as conditions of *kind* have it; None = they do not."""
    return _BY_TYPE.get((op, kind))


def operator_in(op: Op, kind: Type) -> Operator:
    """The operator of a checked rule."""
    return _BY_TYPE[op, kind]


def operator_spelled(spelling: str, kind: Type) -> Operator | None:
    """What *spelling* (lower case, single blanks) means for conditions of *kind*; None = nothing."""
    return _BY_SPELLING.get((spelling, kind))


def operators_of(kind: Type) -> Iterator[Operator]:
    """The operators to offer for conditions of *kind*, in the order in which people look for them."""
    return (row for row in _TABLE if kind in row.types)
