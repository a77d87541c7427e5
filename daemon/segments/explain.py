"""Why a contact is, or is not, in a segment: each part of the rule with whether it holds, and what the values are."""

import sqlite3
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from common.money import money_text
from common.segments import rules
from common.segments.catalogue import OF_CONTACTS
from common.segments.operators import Op, Type
from common.segments.rules import Rule
from daemon.segments import one_order
from daemon.segments.compile import Asking, compiled, values_of
from daemon.segments.count import holds_for
from daemon.segments.fits import PLAIN_PLACES, asserted
from daemon.segments.functions import minute_of_day
from daemon.segments.values import Values
from daemon.segments.whole import whole

MOST_VALUES = 20
"""Of a contact with more values the first of them are told."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A part of a rule, for one contact. *parts* are those of `rules.children`, in their order; of a segment that is
    referred to its rule.

    *actual*: the contact's values, as texts; none = it has none. A part of `same order (…)` holds when it does for
    some order of theirs, and its values are those of all their orders; of `same order` itself the value is how many
    orders fit. Texts are as the store has them, not made safe to show.
    """

    rule: Rule
    holds: bool
    actual: tuple[str, ...]
    parts: tuple["Explained", ...]


def explained(conn: sqlite3.Connection, rule: Rule, asking: Asking, contact_id: int) -> Explained:
    """*rule* from the top, for that contact. Raises what `compiled` raises."""
    alone = replace(asking, among=(contact_id,))
    compiled(rule, alone)  # what it refuses, as segments in a circle, is refused before it is walked
    return _Explaining(conn, alone, contact_id).explained(rule, in_order=False)


@dataclass(frozen=True, slots=True)
class _Explaining:
    conn: sqlite3.Connection
    asking: Asking
    contact_id: int

    def explained(self, rule: Rule, *, in_order: bool) -> Explained:
        within = in_order or isinstance(rule, rules.Orders)
        parts = tuple(self.explained(child, in_order=within) for child in self._children(rule))
        return Explained(
            rule=rule,
            holds=self._holds(rules.Orders(where=rule)) if in_order else self._holds_by_parts(rule, parts),
            actual=tuple(self._actual(rule, in_order=in_order)),
            parts=parts,
        )

    def _children(self, rule: Rule) -> tuple[Rule, ...]:
        if not isinstance(rule, rules.InSegment):
            return rules.children(rule)
        referred = self.asking.segments(rule.segment)
        return () if referred is None else (referred,)

    def _holds_by_parts(self, rule: Rule, parts: tuple[Explained, ...]) -> bool:
        """Groups are not asked once more: many deep would be asked as often."""
        match rule:
            case rules.AllOf() | rules.InSegment():
                return all(part.holds for part in parts)
            case rules.AnyOf():
                return any(part.holds for part in parts)
            case rules.Not():
                return not parts[0].holds
        return self._holds(rule)

    def _holds(self, rule: Rule) -> bool:
        return holds_for(self.conn, rule, self.asking, self.contact_id)

    def _actual(self, rule: Rule, *, in_order: bool) -> list[str]:
        match rule:
            case rules.Orders():
                how_many = one_order.how_many(whole(rule.where), self.asking.clock, self.contact_id)
                return [str(self.conn.execute(how_many.text, how_many.values).fetchone()[0])]
            case rules.Condition() if in_order:
                return self._texts(one_order.values_of(rule.name), rule)
            case rules.Condition() if OF_CONTACTS[rule.name].type is Type.YES_NO:
                return ["yes" if self._holds(rule.model_copy(update={"op": Op.YES})) else "no"]
            case rules.Condition():
                return self._texts(values_of(rule, self.asking), rule)
        return []

    def _texts(self, values: Values, asked: rules.Condition) -> list[str]:
        """Values that fit come first: there may be more than are told."""
        test, _ = asserted(asked, self.asking.clock)
        if test.op is Op.HAS_ALL:
            test = replace(test, op=Op.HAS_ANY)
        listed = values.listed(self.contact_id, MOST_VALUES, test)
        rows = self.conn.execute(listed.text, listed.values).fetchall()
        if not rows and values.counts_zero:
            return ["0"]
        texts = [self._text(value, unit, test.type) for value, unit in rows if value != ""]
        return list(dict.fromkeys(texts))

    def _text(self, value: Any, unit: Any, kind: Type) -> str:
        match kind:
            case Type.TIME:
                minute = value if value is not None else minute_of_day(unit, self.asking.clock.zone.key) or 0
                return f"{minute // 60:02}:{minute % 60:02}"
            case Type.MONEY:
                return money_text(value, unit) if unit else f"{Decimal(value).scaleb(-PLAIN_PLACES):,.2f}"
            case Type.NUMBER if unit:
                return f"{Decimal(value).scaleb(-1):f}"
            case Type.YES_NO:
                return "yes" if value else "no"
            case Type.DATE:
                return f"{datetime.fromtimestamp(value, self.asking.clock.zone):%Y-%m-%d %H:%M}"
        return str(value)
