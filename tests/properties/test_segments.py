"""A rule compiled to SQL holds for the same contacts as one that is asked in plain Python of every row."""

import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from common.segments import rules
from common.segments.catalogue import ConditionKind, kinds_at
from common.segments.operators import Op, Operator, operators_of
from common.segments.rules import Rule
from daemon.segments.compile import Asking, compiled
from daemon.segments.count import count, holds_for
from daemon.segments.explain import Explained, explained
from daemon.segments.fits import Clock
from tests.support.apt_rules import apt_rule
from tests.support.members import members
from tests.support.naive import World
from tests.support.some_rules import Words, conditions, orders, some_rules
from tests.support.some_shops import CATEGORIES, HASHES, LISTS, NOW, TAGS, TEXTS, some_shop

PROVEN = settings(max_examples=60, deadline=None, derandomize=True, database=None)

ZONES = tuple(map(ZoneInfo, ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")))
MOMENTS = (NOW, 1_774_746_000, 1_761_444_000, 1_772_323_199)  # clocks forward, clocks back, the end of a February

_PARTS = (
    "",
    "b",
    "blue",
    "%",
    "_",
    "*",
    "b*",
    "*e",
    "?*",
    "MUG-?",
    "strasse",
    "i̇",
    "77",
    "1",
    "com",
    "Completed",
    "DE",
    "1010",
)
WORDS = Words(
    texts=st.sampled_from((*TEXTS, *CATEGORIES, *TAGS, *LISTS, *HASHES, *_PARTS, "EUR", "example.com")),
    amounts=st.sampled_from([Decimal(text) for text in ("0", "5", "5.00", "10", "0.5", "19.99", "100", "-1", "0.005")]),
    numbers=st.integers(-1, 5),
    days=st.dates(date(2025, 12, 1), date(2026, 3, 31)),
    span_lengths=st.sampled_from((1, 2, 4, 12, 30, 365, 100_000)),
    currencies=("", "", "USD", "EUR", "JPY"),
    stores=("", "", "abc123", "def456", "nobody"),
    segments=st.sampled_from(("first", "second")),
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
                assert len(part.parts) == 1 or not isinstance(part.rule, rules.InSegment)


def _parts(told: Explained, *, in_order: bool) -> Iterator[tuple[Explained, bool]]:
    """Every part, with whether it stands inside `same order (…)`."""
    yield told, in_order
    for part in told.parts:
        yield from _parts(part, in_order=in_order or isinstance(told.rule, rules.Orders))


# Every condition with every operator ------------------------------------------------------------------------------

PAIRS = [
    (kind, operator)
    for in_order in (False, True)
    for kind in kinds_at(in_order=in_order).values()
    for operator in operators_of(kind.type)
]

# Sums of nothing are 0, and these columns are always filled: nobody is without a value.
NEVER_MISSING = (
    "total_revenue", "total_orders", "total_products", "email", "email_domain", "date_created", "order_number",
    "order_date", "order_time", "order_total", "order_refunded", "order_currency", "order_status", "order_store",
    "order_product_count", "order_discount",
)  # fmt: skip


def test_every_condition_is_asked_with_every_operator_and_tells_contacts_apart() -> None:
    """A condition that nobody or everybody fits would prove little: it is asked in more shops until some do."""
    tellable = [
        pair for pair in PAIRS if not (pair[0].name in NEVER_MISSING and pair[1].op in (Op.EMPTY, Op.EMPTY_NOT))
    ]
    outcomes: dict[str, set[bool]] = {_key(pair): set() for pair in PAIRS}

    for seed in range(60):
        untold = [pair for pair in tellable if len(outcomes[_key(pair)]) < 2]
        for pair, held in _outcomes(seed, untold if seed else PAIRS):
            outcomes[_key(pair)] |= held

    assert [key for key, held in outcomes.items() if not held] == []
    assert [_key(pair) for pair in tellable if len(outcomes[_key(pair)]) < 2] == []


_Pair = tuple[ConditionKind, Operator]


def _key(pair: _Pair) -> str:
    kind, operator = pair
    return f"{kind.group.name} {kind.name} {operator.op}"


def _outcomes(seed: int, pairs: Sequence[_Pair]) -> Iterator[tuple[_Pair, set[bool]]]:
    """Asks each pair once, and tells whether it held for some contact, and for some not."""
    dice = random.Random(seed)
    zone = dice.choice(ZONES)
    with some_shop(seed, contacts=20) as conn:
        world = World(conn, now=NOW, zone=zone)
        few = {person.row["id"] for person in world.people if dice.random() < 0.3}
        for kind, operator in pairs:
            rule = apt_rule(world, kind, operator, dice)
            found = set(members(conn, rule, asking(NOW, zone)))
            assert found == world.members(rule), rule
            assert _found_among(conn, rule, zone, few) == found & few, rule
            yield (kind, operator), {person.row["id"] in found for person in world.people}


def _found_among(conn: sqlite3.Connection, rule: Rule, zone: ZoneInfo, few: set[int]) -> set[int]:
    """Asked of *few* contacts, as the write unit will for those it touched."""
    return few.intersection(members(conn, rule, replace(asking(NOW, zone), among=sorted(few))))


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
