"""Random rules: every condition and operator of the catalogue, with values of its type, nested in every way."""

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from hypothesis import strategies as st

from common.segments import rules
from common.segments.catalogue import ConditionKind, kinds_at
from common.segments.operators import Operator, Takes, Type, operators_of
from common.segments.rules import Rule

TEXTS = st.one_of(st.sampled_from(("blue", "Shoes", "USD", "a*", " x ")), st.text(max_size=12))
_AMOUNTS = st.decimals(-1000, 100_000, places=2, allow_nan=False)
_NUMBERS = st.integers(-5, 500)
_DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
_SPAN_LENGTHS = st.integers(1, 400)
_NAMES = TEXTS.filter(bool)


@dataclass(frozen=True)
class Words:
    """What rules are made of. *without* = conditions that are left out; *segments* = names of those to refer to."""

    texts: st.SearchStrategy[str] = TEXTS
    amounts: st.SearchStrategy[Decimal] = _AMOUNTS
    numbers: st.SearchStrategy[int] = _NUMBERS
    days: st.SearchStrategy[date] = _DAYS
    span_lengths: st.SearchStrategy[int] = _SPAN_LENGTHS
    currencies: tuple[str, ...] = ("", "USD", "JPY")
    stores: tuple[str, ...] = ("", "abc123")
    segments: st.SearchStrategy[str] = _NAMES
    without: frozenset[str] = frozenset()

    def of_type(self, kind: Type, currency: str) -> st.SearchStrategy[rules.Value]:
        match kind:
            case Type.TEXT | Type.CHOICE:
                return self.texts.map(lambda text: rules.Text(text=text))
            case Type.NUMBER:
                return self.numbers.map(lambda number: rules.Number(amount=Decimal(number)))
            case Type.MONEY:
                return self.amounts.map(lambda amount: rules.Number(amount=amount, currency=currency))
            case Type.TIME:
                return st.times().map(lambda at: rules.Clock(at=time(at.hour, at.minute)))
        return self.days.map(lambda day: rules.Day(day=day)) | st.builds(
            lambda day, at: rules.Instant(at=datetime.combine(day, time(at.hour, at.minute))), self.days, st.times()
        )

    @property
    def spans(self) -> st.SearchStrategy[rules.Value]:
        units = st.sampled_from(("hours", "days", "weeks", "months", "years"))
        return st.builds(lambda count, unit: rules.Span(count=count, unit=unit), self.span_lengths, units)

    def kinds(self, *, in_order: bool) -> list[ConditionKind]:
        return [kind for kind in kinds_at(in_order=in_order).values() if kind.name not in self.without]


ANYTHING = Words()


@st.composite
def conditions(draw: st.DrawFn, *, in_order: bool = False, words: Words = ANYTHING) -> Rule:
    kind: ConditionKind = draw(st.sampled_from(words.kinds(in_order=in_order)))
    operator: Operator = draw(st.sampled_from(list(operators_of(kind.type))))
    is_span = operator.takes is Takes.SPAN
    values = words.spans if is_span else words.of_type(kind.type, draw(st.sampled_from(words.currencies)))
    least, most = {Takes.NOTHING: (0, 0), Takes.TWO: (2, 2), Takes.SEVERAL: (1, 3)}.get(operator.takes, (1, 1))
    return rules.Condition(
        name=kind.name,
        op=operator.op,
        values=tuple(draw(st.lists(values, min_size=least, max_size=most))),
        store=draw(st.sampled_from(words.stores)) if kind.is_per_store and not in_order else "",
        lines=draw(st.sampled_from(("", "any", "all"))) if kind.has_lines else "",
    )


def _nested(leaves: st.SearchStrategy[Rule], size: int) -> st.SearchStrategy[Rule]:
    def grow(inner: st.SearchStrategy[Rule]) -> st.SearchStrategy[Rule]:
        several = st.lists(inner, min_size=2, max_size=3).map(tuple)
        return st.one_of(
            several.map(lambda of: rules.AllOf(of=of)),
            several.map(lambda of: rules.AnyOf(of=of)),
            inner.map(lambda rule: rules.Not(rule=rule)),
        )

    return st.recursive(leaves, grow, max_leaves=size)


_HOW_MANY = st.one_of(
    st.none(),
    st.integers(0, 9).map(lambda n: rules.HowMany(op="at_least", values=(rules.Number(amount=Decimal(n)),))),
    st.integers(0, 9).map(
        lambda n: rules.HowMany(
            op="between", values=(rules.Number(amount=Decimal(n)), rules.Number(amount=Decimal(n + 2)))
        )
    ),
)


def orders(words: Words = ANYTHING) -> st.SearchStrategy[Rule]:
    return st.builds(
        lambda where, count: rules.Orders(where=where, count=count),
        _nested(conditions(in_order=True, words=words), 4),
        _HOW_MANY,
    )


def some_rules(words: Words = ANYTHING) -> st.SearchStrategy[Rule]:
    """Any rule over contacts."""
    return _nested(
        st.one_of(
            conditions(words=words),
            conditions(words=words),
            orders(words),
            st.just(rules.Everyone()),
            words.segments.map(lambda name: rules.InSegment(segment=name)),
        ),
        6,
    )


ORDERS = orders()
RULES = some_rules()
"""Any rule over contacts."""
