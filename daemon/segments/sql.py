"""Pieces of SQL with their parameters: what people gave is a parameter, never a part of the text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Sql:
    """*text* has a `?` for each of *values*, in their order. *nesting* = how often pieces were put into pieces.

    *owners*: of a predicate on contacts, a query for the ids of just those it holds for, each once; None = there is
    no such query. *others*: one for those it does not hold for.
    """

    text: str
    values: tuple[str | int, ...] = ()
    nesting: int = field(default=0, compare=False)
    owners: "Sql | None" = field(default=None, compare=False)
    others: "Sql | None" = field(default=None, compare=False)


NOTHING = Sql("")
TRUE = Sql("true")
FALSE = Sql("false")


def value(given: str | int) -> Sql:
    return Sql("?", (given,))


def sql(template: str, *parts: Sql) -> Sql:
    """*template* with a part at each `{}`, in their order; the template itself holds no `?`."""
    return Sql(
        template.format(*(part.text for part in parts)),
        tuple(one for part in parts for one in part.values),
        nesting=1 + max((part.nesting for part in parts), default=0),
    )


def negated(predicate: Sql) -> Sql:
    return {TRUE: FALSE, FALSE: TRUE}.get(predicate) or replace(
        sql("not ({})", predicate), owners=predicate.others, others=predicate.owners
    )


def one_of(owners: Sql) -> Sql:
    """The predicate on contacts that holds for those whose ids *owners*, a query, gives, each once."""
    return replace(sql("contact.id in ({})", owners), owners=owners)


def unindexed(predicate: Sql) -> Sql:
    """The same, if it is made of ids, so that SQLite tests it on the rows it has instead of looking rows up by it."""
    return replace(predicate, text=f"+{predicate.text}") if predicate.owners is not None else predicate


def every(predicates: Iterable[Sql]) -> Sql:
    return _joined("and", [one for one in predicates if one != TRUE], TRUE, FALSE)


def some(predicates: Iterable[Sql]) -> Sql:
    return _joined("or", [one for one in predicates if one != FALSE], FALSE, TRUE)


def _joined(word: str, parts: Sequence[Sql], nothing: Sql, decisive: Sql) -> Sql:
    if not parts or decisive in parts:
        return decisive if parts else nothing
    return _balanced(word, sorted(parts, key=lambda part: part.nesting, reverse=True))


def _balanced(word: str, parts: Sequence[Sql]) -> Sql:
    """A tree instead of a chain, the deepest first.

    SQLite refuses expressions deeper than 1000, and its parser has room for 100 things that wait for what follows.
    """
    if len(parts) == 1:
        return parts[0]
    half = (len(parts) + 1) // 2
    return sql(f"({{}} {word} {{}})", _balanced(word, parts[:half]), _balanced(word, parts[half:]))


def marks(given: Sequence[str | int]) -> Sql:
    """The list of *given*, to stand after `in`."""
    return Sql(f"({', '.join('?' * len(given))})", tuple(given))
