"""A rule compiled to SQL holds for the same contacts as one that is asked in plain Python of every row."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import product
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from common.money import exponent
from common.segments import rules
from common.segments.catalogue import OF_CONTACTS, ConditionKind, kinds_at
from common.segments.operators import Op, Operator, Takes, Type, operators_of
from common.segments.rules import Rule
from daemon.segments.compile import UNANSWERED, Asking, compiled
from daemon.segments.count import count, holds_for, members
from daemon.segments.explain import Explained, explained
from daemon.segments.fits import Clock
from tests.support import naive
from tests.support.naive import World
from tests.support.some_rules import Words, conditions, orders, some_rules
from tests.support.some_shops import CATEGORIES, HASHES, LISTS, NOW, TAGS, TEXTS, some_shop

PROVEN = settings(max_examples=60, deadline=None, derandomize=True, database=None)

ZONES = tuple(map(ZoneInfo, ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")))
MOMENTS = (NOW, 1_774_746_000, 1_761_444_000, 1_772_323_199)  # clocks forward, clocks back, the end of a February

_PARTS = ("", "b", "blue", "%", "_", "*", "b*", "*e", "?*", "MUG-?", "strasse", "i̇", "77", "1", "com", "Completed")
WORDS = Words(
    texts=st.sampled_from((*TEXTS, *CATEGORIES, *TAGS, *LISTS, *HASHES, *_PARTS, "EUR", "example.com")),
    amounts=st.sampled_from([Decimal(text) for text in ("0", "5", "5.00", "10", "0.5", "19.99", "100", "-1", "0.005")]),
    numbers=st.integers(-1, 5),
    days=st.dates(date(2025, 12, 1), date(2026, 3, 31)),
    span_lengths=st.sampled_from((1, 2, 4, 12, 30, 365, 100_000)),
    currencies=("", "", "USD", "EUR", "JPY"),
    stores=("", "", "abc123", "def456", "nobody"),
    segments=st.sampled_from(("first", "second")),
    without=UNANSWERED,
)
SEGMENTS: dict[str, Rule] = {
    "first": rules.Condition(name="total_orders", op=Op.AT_LEAST, values=(rules.Number(amount=Decimal(2)),)),
    "second": rules.AllOf(
        of=(
            rules.Not(rule=rules.InSegment(segment="first")),
            rules.Condition(name="tag", op=Op.HAS_ANY, values=(rules.Text(text="vip"),)),
        )
    ),
}


def asking(now: int = NOW, zone: ZoneInfo = ZONES[1]) -> Asking:
    return Asking(Clock(now, zone), SEGMENTS.get)


@PROVEN
@given(
    seed=st.integers(0, 10**6),
    now=st.sampled_from(MOMENTS),
    zone=st.sampled_from(ZONES),
    asked=st.lists(st.one_of(some_rules(WORDS), orders(WORDS), conditions(words=WORDS)), min_size=4, max_size=8),
)
def test_sql_holds_for_whom_a_naive_reading_holds(seed: int, now: int, zone: ZoneInfo, asked: list[Rule]) -> None:
    with some_shop(seed) as conn:
        world = World(conn, now=now, zone=zone, segments=SEGMENTS)
        for rule in asked:
            expected = world.members(rule)

            assert set(members(conn, rule, asking(now, zone))) == expected, rule
            assert count(conn, rule, asking(now, zone)) == len(expected)


@PROVEN
@given(
    seed=st.integers(0, 10**6),
    now=st.sampled_from(MOMENTS),
    zone=st.sampled_from(ZONES),
    rule=st.one_of(some_rules(WORDS), orders(WORDS)),
)
def test_every_part_explained_is_as_a_naive_reading_of_it(seed: int, now: int, zone: ZoneInfo, rule: Rule) -> None:
    with some_shop(seed, contacts=4) as conn:
        world = World(conn, now=now, zone=zone, segments=SEGMENTS)
        for person in world.people:
            told = explained(conn, rule, asking(now, zone), person.row["id"])

            assert told.holds == holds_for(conn, rule, asking(now, zone), person.row["id"])
            for part, in_order in _parts(told, in_order=False):
                alone = rules.Orders(where=part.rule) if in_order else part.rule
                assert part.holds == world.holds(alone, person), part.rule


def _parts(told: Explained, *, in_order: bool) -> Iterator[tuple[Explained, bool]]:
    """Every part, with whether it stands inside `same order (…)`."""
    yield told, in_order
    for part in told.parts:
        yield from _parts(part, in_order=in_order or isinstance(told.rule, rules.Orders))


# Every condition with every operator ------------------------------------------------------------------------------

SHOPS = range(5)
PAIRS = [
    (kind, operator)
    for in_order in (False, True)
    for kind in kinds_at(in_order=in_order).values()
    if kind.name not in UNANSWERED
    for operator in operators_of(kind.type)
]

# What nobody lacks: a sum of nothing is 0, and these columns are always filled.
ALWAYS_THERE = {
    "total_revenue", "total_orders", "total_products", "email", "email_domain", "date_created", "order_number",
    "order_currency", "order_status", "order_store",
}  # fmt: skip


def test_every_condition_is_asked_with_every_operator_and_tells_contacts_apart() -> None:
    """With values that somebody has: a condition that nobody or everybody fits would prove little."""
    outcomes: dict[tuple[str, bool, Op], set[bool]] = {}
    for seed in SHOPS:
        dice = random.Random(seed)
        zone, now = dice.choice(ZONES), NOW
        with some_shop(seed) as conn:
            world = World(conn, now=now, zone=zone)
            for kind, operator in PAIRS:
                for rule in _apt(world, kind, operator, dice):
                    expected = world.members(rule)
                    found = set(members(conn, rule, asking(now, zone)))
                    assert found == expected, rule
                    tried = outcomes.setdefault((kind.name, kind.is_of_order, operator.op), set())
                    tried |= {person.row["id"] in found for person in world.people}

    assert outcomes.keys() == {(kind.name, kind.is_of_order, operator.op) for kind, operator in PAIRS}
    one_sided = {key for key, seen in outcomes.items() if len(seen) == 1}
    assert {name for name, in_order, op in one_sided if not in_order and op not in (Op.EMPTY, Op.EMPTY_NOT)} == set()
    assert {name for name, in_order, op in one_sided if not in_order} == ALWAYS_THERE & OF_CONTACTS.keys()


def _apt(world: World, kind: ConditionKind, operator: Operator, dice: random.Random) -> Iterator[Rule]:
    """Rules whose values are those of some contact, in other clothes, for every way to ask about lines and stores."""
    lines = ("", "any", "all") if kind.has_lines else ("",)
    stores = ("", *list(HASHES)[:2]) if kind.is_per_store else ("",)
    for of_lines, store in product(lines, stores):
        blank = rules.Condition(name=kind.name, op=Op.EMPTY_NOT, lines=of_lines, store=store)
        values = tuple(_value(kind, operator, _one(world, kind, blank, dice), dice) for _ in range(_arity(operator)))
        if kind.type is Type.MONEY and len(values) == 2:
            values = tuple(value.model_copy(update={"currency": values[0].currency}) for value in values)
        if operator.takes is Takes.TWO and dice.random() < 0.8:
            values = tuple(sorted(values, key=_size))
        rule = rules.Condition(name=kind.name, op=operator.op, values=values, lines=of_lines, store=store)
        yield rules.Orders(where=rule) if kind.is_of_order else rule


def _arity(operator: Operator) -> int:
    return {Takes.NOTHING: 0, Takes.TWO: 2, Takes.SEVERAL: 2}.get(operator.takes, 1)


def _one(world: World, kind: ConditionKind, blank: rules.Condition, dice: random.Random) -> naive.Value | None:
    """A value that some contact has."""
    found = [
        value
        for person in world.people
        for element in (
            [one for order in person.orders for line in order.lines for one in world.of_order(blank, order, line)]
            if kind.is_of_order
            else world.of_contact(blank, person)
        )
        for value in element
    ]
    return dice.choice(found) if found else None


def _size(value: rules.Value) -> object:
    match value:
        case rules.Number():
            return value.amount
        case rules.Day():
            return datetime.combine(value.day, time())
    return value.at if isinstance(value, rules.Instant | rules.Clock) else 0


def _value(kind: ConditionKind, operator: Operator, seen: naive.Value | None, dice: random.Random) -> rules.Value:
    if operator.takes is Takes.SPAN:
        return rules.Span(count=dice.choice((1, 2, 30)), unit=dice.choice(("hours", "days", "weeks", "months")))
    match seen:
        case naive.Moment(at):
            local = datetime.fromtimestamp(at, UTC)
            minute = local.replace(second=0, microsecond=0, tzinfo=None)
            return dice.choice((rules.Day(day=local.date()), rules.Instant(at=minute)))
        case naive.TimeOfDay(minute):
            return rules.Clock(at=time(minute // 60, minute % 60))
        case naive.Amount(minor, currency):
            places = exponent(currency)
            named = dice.choice(("", currency)) if currency != naive.ANY_CURRENCY else ""
            return rules.Number(amount=Decimal(minor).scaleb(-places), currency=named)
        case int():
            return rules.Number(amount=Decimal(seen))
        case str():
            return rules.Text(text=_in_other_clothes(operator.op, seen, dice))
    return {
        Type.TEXT: rules.Text(text="blue"),
        Type.CHOICE: rules.Text(text="vip"),
        Type.DATE: rules.Day(day=date(2026, 2, 1)),
        Type.TIME: rules.Clock(at=time(12)),
    }.get(kind.type, rules.Number(amount=Decimal(1)))


def _in_other_clothes(op: Op, text: str, dice: random.Random) -> str:
    half = len(text) // 2
    match op:
        case Op.CONTAINS | Op.CONTAINS_NOT:
            text = text[half - 1 : half + 1]
        case Op.STARTS | Op.STARTS_NOT:
            text = text.strip()[: half + 1]
        case Op.MATCHES | Op.MATCHES_NOT:
            text = dice.choice(
                (f"*{text.strip()[half:]}", f"?{text.strip()[1:]}", f"{text.strip()[:half]}*", f"*{text}*")
            )
    return dice.choice((text, text.upper(), text.lower(), f" {text}\t"))


@PROVEN
@given(rule=some_rules(WORDS))
def test_no_text_of_a_rule_gets_into_the_sql(rule: Rule) -> None:
    marked = _marked(rule)

    assert "zyx" not in compiled(marked, Asking(Clock(NOW, ZONES[0]), lambda name: rules.Everyone())).text


def _marked(rule: Rule) -> Rule:
    """*rule* with all its texts replaced by ones that cannot be mistaken."""
    return rules.Document.model_validate_json(
        rules.Document(rule=rule).model_dump_json().replace('"text":"', '"text":"zyx')
    ).rule
