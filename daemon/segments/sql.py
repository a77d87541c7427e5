"""Pieces of SQL with their parameters: what people gave is a parameter, never a part of the text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sql:
    """*text* has a `?` for each of *values*, in their order."""

    text: str
    values: tuple[str | int, ...] = ()


NOTHING = Sql("")
TRUE = Sql("true")
FALSE = Sql("false")


def value(given: str | int) -> Sql:
    return Sql("?", (given,))


def sql(template: str, *parts: Sql) -> Sql:
    """*template* with a part at each `{}`, in their order; the template itself holds no `?`."""
    return Sql(template.format(*(part.text for part in parts)), tuple(one for part in parts for one in part.values))


def negated(predicate: Sql) -> Sql:
    return {TRUE: FALSE, FALSE: TRUE}.get(predicate) or sql("not ({})", predicate)


def every(predicates: Iterable[Sql]) -> Sql:
    return _joined("and", [one for one in predicates if one != TRUE], TRUE, FALSE)


def some(predicates: Iterable[Sql]) -> Sql:
    return _joined("or", [one for one in predicates if one != FALSE], FALSE, TRUE)


def _joined(word: str, parts: Sequence[Sql], nothing: Sql, decisive: Sql) -> Sql:
    if not parts or decisive in parts:
        return decisive if parts else nothing
    return _balanced(word, sorted(parts, key=_depth, reverse=True))


def _balanced(word: str, parts: Sequence[Sql]) -> Sql:
    """A tree instead of a chain: SQLite refuses expressions deeper than 1000."""
    if len(parts) == 1:
        return parts[0]
    half = (len(parts) + 1) // 2
    return sql(f"({{}} {word} {{}})", _balanced(word, parts[:half]), _balanced(word, parts[half:]))


def _depth(part: Sql) -> int:
    """How deep its parentheses nest. The deepest goes first: SQLite's parser stacks what stands before it."""
    depth = deepest = 0
    for sign in part.text:
        depth += (sign == "(") - (sign == ")")
        deepest = max(deepest, depth)
    return deepest


def marks(given: Sequence[str | int]) -> Sql:
    """The list of *given*, to stand after `in`."""
    return Sql(f"({', '.join('?' * len(given))})", tuple(given))
