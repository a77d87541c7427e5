"""The saved segments made ready to be asked: each is read and compiled once, however many contacts it is asked of."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from zoneinfo import ZoneInfo

from common.errors import CounterfoilError
from common.segments.checks import from_json
from common.segments.rules import Rule, segments_named
from daemon.segments import saved
from daemon.segments.compile import Asking, compiled
from daemon.segments.fits import Clock
from daemon.segments.flips import is_moving, next_flips
from daemon.segments.functions import folded
from daemon.segments.saved import Definition
from daemon.segments.sql import Sql, sql
from daemon.segments.whole import whole


class _Somebody(int):
    """Stands for the contacts that are asked about; written longer than any text of a rule, so that it is none."""

    def __str__(self) -> str:
        return _LONG


_LONG = "0" * 4_000
_SOME = (_Somebody(),)
_SOME_IDS = f"[{_LONG}]"

_ANY_TIME = Clock(0, ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Question:
    """A segment ready to be asked at one moment. *members* is a query for contacts, *flips* one for (contact, due),
    both by contact; *flips* None = time changes nothing. Asked of some contacts each takes their ids by `about`.
    """

    segment_id: int
    members: Sql
    flips: Sql | None


def about(query: Sql, ids: str) -> tuple[str | int, ...]:
    """The values of *query*, asked of the contacts in the JSON list *ids*."""
    return tuple(ids if one == _SOME_IDS else one for one in query.values)


@dataclass(slots=True)
class Book:
    """Segments as they are defined at one time. Names are told apart without case."""

    definitions: tuple[Definition, ...]
    _by_name: dict[str, Definition] = field(init=False)
    _rules: dict[str, Rule] = field(init=False, default_factory=dict)
    _wholes: dict[int, Rule] = field(init=False, default_factory=dict)
    _still: dict[int, Question] = field(init=False, default_factory=dict)
    _moving: tuple[Clock | None, dict[int, Question]] = field(init=False, default=(None, {}))

    def __post_init__(self) -> None:
        self._by_name = {folded(one.name): one for one in self.definitions}

    def definition(self, name: str) -> Definition | None:
        return self._by_name.get(folded(name))

    def rule(self, name: str) -> Rule | None:
        """None = there is no such segment. Raises Invalid for one that was stored by a newer version."""
        key = folded(name)
        if key not in self._by_name:
            return None
        if key not in self._rules:
            self._rules[key] = from_json(self._by_name[key].document)
        return self._rules[key]

    def whole(self, definition: Definition) -> Rule:
        """Its rule without references. Raises what `from_json` and `whole` raise."""
        if definition.id not in self._wholes:
            rule = self.rule(definition.name)
            if rule is None:
                raise AssertionError("it is in this book")
            self._wholes[definition.id] = whole(rule, self.rule)
        return self._wholes[definition.id]

    def fault(self, definition: Definition) -> str:
        """Why it cannot be asked; "" = it can."""
        try:
            self.check(definition)
        except CounterfoilError as error:
            return str(error)
        return ""

    def check(self, definition: Definition) -> Question:
        """It, ready to be asked. Raises Invalid or NotFound for one that cannot be."""
        return _asked_of_some(definition.id, self.whole(definition), _ANY_TIME)

    def referring(self, name: str) -> list[Definition]:
        """Segments that refer to that one themselves, by id."""
        key = folded(name)
        return [one for one in self.definitions if key in map(folded, self._referred(one))]

    def dependents(self, names: Iterable[str]) -> list[Definition]:
        """Segments that refer to those, themselves or by way of others, by id."""
        keys = {folded(name) for name in names}
        found: dict[int, Definition] = {}
        waiting = list(keys)
        while waiting:
            for one in self.referring(waiting.pop()):
                if one.id not in found:
                    found[one.id] = one
                    waiting.append(one.name)
        return sorted((one for one in found.values() if folded(one.name) not in keys), key=lambda one: one.id)

    def _referred(self, definition: Definition) -> list[str]:
        try:
            rule = self.rule(definition.name)
        except CounterfoilError:
            return []
        return [] if rule is None else segments_named(rule)

    def questions(self, clock: Clock) -> list[Question]:
        """Those of all segments, to be asked of some contacts. Segments that cannot be asked are left out."""
        moving = self._moving
        if moving[0] != clock:
            self._moving = moving = (clock, {})
        return [found for one in self.definitions if (found := self._question(one, clock, moving[1])) is not None]

    def _question(self, definition: Definition, clock: Clock, moving: dict[int, Question]) -> Question | None:
        known = self._still.get(definition.id) or moving.get(definition.id)
        if known is not None:
            return known
        try:
            question = _asked_of_some(definition.id, self.whole(definition), clock)
        except CounterfoilError:  # stored by a newer version: its members stay as they are
            return None
        place = self._still if question.flips is None else moving
        place[definition.id] = question
        return question

    def question_of_all(self, definition: Definition, clock: Clock) -> Question:
        """To be asked of all contacts at once. Raises what `compiled` raises."""
        rule, asking = self.whole(definition), Asking(clock)
        members = sql("select id from contact where {} order by id", compiled(rule, asking))
        return Question(definition.id, members, next_flips(rule, asking) if is_moving(rule) else None)


def _asked_of_some(segment_id: int, rule: Rule, clock: Clock) -> Question:
    asking = Asking(clock, among=_SOME)
    members = sql(
        "select id from contact where id in (select value from json_each({})) and {} order by id",
        Sql("?", (_SOME_IDS,)),
        compiled(rule, asking),
    )
    return Question(segment_id, members, next_flips(rule, asking) if is_moving(rule) else None)


def book_of(conn: sqlite3.Connection) -> Book:
    """The segments as they are now."""
    return _book(saved.definitions(conn))


@lru_cache(maxsize=8)  # one is in use; tests have several databases
def _book(definitions: tuple[Definition, ...]) -> Book:
    return Book(definitions)
