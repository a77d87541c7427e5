"""A segment's rule as a tree: what is stored, sent and edited. Its text is in `language`, its meaning in the daemon.

Trees are immutable and compare by value. `Document` is the stored form, with the version of the tree's shape. What a
tree may hold beyond its types is told by `checks`.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from common.segments.operators import Op

VERSION = 1

STORE = re.compile(r"[a-z0-9]{3,32}")
"""A store's hash."""


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Node):
    is_a: Literal["text"] = "text"
    text: str = Field(max_length=1000)


class Number(_Node):
    """*currency* "" = the amount is meant in the currency of what it is compared with."""

    is_a: Literal["number"] = "number"
    amount: Decimal = Field(allow_inf_nan=False, max_digits=30, decimal_places=10)
    currency: str = Field(default="", pattern=r"^([A-Z]{3})?$")


class Day(_Node):
    is_a: Literal["day"] = "day"
    day: date


class Instant(_Node):
    """A moment in the zone of the one who asks, to the minute."""

    is_a: Literal["instant"] = "instant"
    at: datetime

    @field_validator("at")
    @classmethod
    def _is_plain(cls, at: datetime) -> datetime:
        if at.tzinfo is not None or at.second or at.microsecond:
            raise ValueError("a moment without zone, to the minute")
        return at


class Clock(_Node):
    is_a: Literal["clock"] = "clock"
    at: time

    @field_validator("at")
    @classmethod
    def _is_plain(cls, at: time) -> time:
        if at.tzinfo is not None or at.second or at.microsecond:
            raise ValueError("a time of day without zone, to the minute")
        return at


class Span(_Node):
    is_a: Literal["span"] = "span"
    count: int = Field(ge=1, le=100_000)
    unit: Literal["hours", "days", "weeks", "months", "years"]


Value = Annotated[Text | Number | Day | Instant | Clock | Span, Field(discriminator="is_a")]


class Condition(_Node):
    """One question. *store* "" = in any store, else its hash; *lines* says which products of an order must fit."""

    is_a: Literal["condition"] = "condition"
    name: str
    op: Op
    values: tuple[Value, ...] = ()
    store: str = Field(default="", pattern=rf"^({STORE.pattern})?$")
    lines: Literal["", "any", "all"] = ""


class AllOf(_Node):
    is_a: Literal["all"] = "all"
    of: tuple["Rule", ...] = Field(min_length=2)


class AnyOf(_Node):
    is_a: Literal["any"] = "any"
    of: tuple["Rule", ...] = Field(min_length=2)


class Not(_Node):
    is_a: Literal["not"] = "not"
    rule: "Rule"


class Everyone(_Node):
    """Holds for every contact: where a rule begins."""

    is_a: Literal["everyone"] = "everyone"


class InSegment(_Node):
    is_a: Literal["segment"] = "segment"
    segment: str = Field(min_length=1, max_length=200)


class HowMany(_Node):
    """A test on a count of orders: *op* is one of the comparisons of numbers."""

    op: Op
    values: tuple[Number, ...]


class Orders(_Node):
    """Orders, of whatever status, for which *where* holds as a whole; *count* None = there is at least one.

    Questions about products inside *where* are asked of one and the same product.
    """

    is_a: Literal["orders"] = "orders"
    where: "Rule"
    count: HowMany | None = None


Rule = Annotated[
    Condition | AllOf | AnyOf | Not | Everyone | InSegment | Orders,
    Field(discriminator="is_a"),
]


class Document(_Node):
    """A rule as it is stored. *version* is that of the tree's shape."""

    version: int = VERSION
    rule: Rule


for _model in (AllOf, AnyOf, Not, Orders, Document):
    _model.model_rebuild()


def children(rule: Rule) -> tuple[Rule, ...]:
    """The rules directly below *rule*."""
    match rule:
        case AllOf() | AnyOf():
            return rule.of
        case Not():
            return (rule.rule,)
        case Orders():
            return (rule.where,)
    return ()


def walk(rule: Rule) -> Iterator[Rule]:
    """*rule* and everything below it, from the top."""
    waiting = [rule]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(children(node)))


def segments_named(rule: Rule) -> list[str]:
    """The segments *rule* refers to, each once, in the order of their appearance."""
    return list(dict.fromkeys(node.segment for node in walk(rule) if isinstance(node, InSegment)))
