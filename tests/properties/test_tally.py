"""Counts of a condition's values are those of the contacts for whom a naive reading finds the value."""

import sqlite3
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.segments import rules
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.segments.language import parsed, written
from common.segments.operators import Op, Type
from common.segments.rules import Rule
from daemon.segments.tally import Tally, tally
from tests.properties.test_segments import PROVEN, WORDS, ZONES, asking
from tests.support.naive import World
from tests.support.some_rules import some_rules
from tests.support.some_shops import NOW, some_shop

NAMES = [*{**OF_CONTACTS, **OF_ORDERS}]


@PROVEN
@given(
    seed=st.integers(0, 10**6),
    zone=st.sampled_from(ZONES),
    rule=st.one_of(st.just(rules.Everyone()), some_rules(WORDS)),
    names=st.lists(st.sampled_from(NAMES), min_size=3, max_size=6),
)
def test_each_value_is_counted_as_a_naive_reading_counts_it(
    seed: int, zone: ZoneInfo, rule: Rule, names: list[str]
) -> None:
    with some_shop(seed) as conn:
        world = _World(conn, zone, rule)
        for name in names:
            world.proves(name, tally(conn, rule, asking(NOW, zone), name, limit=1000))


@pytest.mark.parametrize("at_once", [1, 7])
def test_every_condition_is_counted_whole_however_many_contacts_are_taken_at_once(
    at_once: int,
) -> None:
    with some_shop(at_once, contacts=20) as conn:
        world = _World(conn, ZONES[1], rules.Everyone())
        for name in NAMES:
            world.proves(name, tally(conn, rules.Everyone(), asking(NOW, ZONES[1]), name, limit=1000, at_once=at_once))


class _World:
    """Those for whom *rule* holds, as they are read naively."""

    def __init__(self, conn: sqlite3.Connection, zone: ZoneInfo, rule: Rule) -> None:
        segments = {name: found for name in ("first", "second") if (found := asking().segments(name))}
        self._world = World(conn, now=NOW, zone=zone, segments=segments)
        self._everybody = self._world.members(rule)

    def proves(self, name: str, told: Tally) -> None:
        assert told.contacts == len(self._everybody)
        assert [one.contacts for one in told.values] == sorted((one.contacts for one in told.values), reverse=True)
        having: set[int] = set()
        for one in told.values:
            assert one.asked is not None
            fitting = self._everybody & self._world.members(parsed(written(one.asked)))
            assert one.contacts == len(fitting) > 0, (name, one)
            having |= fitting
        assert having == self._with_some(name), name
        assert told.without == len(self._everybody - having)
        assert told.different == len({one.label for one in told.values}) == len(told.values)

    def _with_some(self, name: str) -> set[int]:
        in_order = name not in OF_CONTACTS
        if not in_order and OF_CONTACTS[name].type is Type.YES_NO:
            return self._everybody
        some: Rule = rules.Condition(name=name, op=Op.EMPTY_NOT)
        if in_order and OF_ORDERS[name].type is Type.YES_NO:
            yes, no = (rules.Condition(name=name, op=op) for op in (Op.YES, Op.NO))
            some = rules.AnyOf(of=(yes, no))
        return self._everybody & self._world.members(rules.Orders(where=some) if in_order else some)
