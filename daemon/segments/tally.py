"""How many of the contacts a rule holds for have each value of a condition."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from common.errors import Invalid
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.segments.checks import kind_named
from common.segments.operators import Op, Type
from common.segments.rules import AllOf, AnyOf, Condition, Orders, Rule
from daemon.segments import one_order
from daemon.segments.compile import Asking, compiled, values_of
from daemon.segments.count import count
from daemon.segments.groups import Group, Grouping, Key
from daemon.segments.sql import Sql, every, sql
from daemon.segments.values import Dictionary, Values, among_contacts

MOST_DIFFERENT = 200_000
"""Conditions with more different values than that are refused: their counts would say little, and be much to hold."""

# Of so many contacts the pairs of contact and value are held at once: some 10 MB where each bought a dozen things.
CONTACTS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Counted:
    """How many contacts have a value. *asked* holds for those who do, None = no rule can ask for it."""

    label: str
    contacts: int
    asked: Rule | None


@dataclass(frozen=True, slots=True)
class Tally:
    """*values* are the most frequent of *different* ones. Of all *contacts*, so many are *without* any value."""

    contacts: int
    without: int
    different: int
    values: Sequence[Counted]


def tally(
    conn: sqlite3.Connection, rule: Rule, asking: Asking, name: str, *, limit: int, at_once: int = CONTACTS_AT_ONCE
) -> Tally:
    """How many contacts have each value of the condition *name*; who has several is counted with each of them.

    What may only stand inside `same order (…)` is asked of all orders of a contact. Raises Invalid for a condition
    that there is not, that is not kept, or that has more than MOST_DIFFERENT values, and what `compiled` raises.
    """
    in_order = name not in OF_CONTACTS and name in OF_ORDERS
    kind = kind_named(name, in_order=in_order)
    if kind.type is Type.YES_NO:
        return _of_answers(conn, rule, asking, name, in_order=in_order)
    asked = Condition(name=name, op=Op.EMPTY_NOT)
    values = one_order.values_of(name) if in_order else values_of(asked, asking)
    grouping = Grouping(name, kind.type, values.unit, asking.clock)
    found = _found(conn, compiled(rule, asking), values.of_few or values, grouping, at_once)
    most = sorted(found.groups.items(), key=lambda item: (-item[1], item[0][0], item[0][1]))[:limit]
    return Tally(
        contacts=found.contacts,
        without=found.contacts - found.with_some,
        different=len(found.groups),
        values=[_counted(grouping.group(*key, found.shown[key]), n, in_order=in_order) for key, n in most],
    )


def _counted(group: Group, contacts: int, *, in_order: bool) -> Counted:
    asked = Orders(where=group.asked) if in_order and group.asked else group.asked
    return Counted(group.label, contacts, asked)


def _of_answers(conn: sqlite3.Connection, rule: Rule, asking: Asking, name: str, *, in_order: bool) -> Tally:
    """Of a contact nobody is without an answer; of several orders there may be both, of none there is none."""
    answers = {label: Condition(name=name, op=op) for label, op in (("yes", Op.YES), ("no", Op.NO))}
    asked = {label: Orders(where=one) if in_order else one for label, one in answers.items()}
    each = [Counted(label, count(conn, AllOf(of=(rule, one)), asking), one) for label, one in asked.items()]
    values = sorted((one for one in each if one.contacts), key=lambda one: -one.contacts)
    everybody = count(conn, rule, asking)
    having = count(conn, AllOf(of=(rule, AnyOf(of=tuple(asked.values())))), asking) if in_order else everybody
    return Tally(everybody, everybody - having, len(values), values)


class _Found:
    """Contacts by the key and currency of what they have, and of each such group one value."""

    def __init__(self) -> None:
        self.contacts = self.with_some = 0
        self.groups: Counter[tuple[Key, str]] = Counter()
        self.shown: dict[tuple[Key, str], str] = {}


def _found(conn: sqlite3.Connection, rule: Sql, values: Values, grouping: Grouping, at_once: int) -> _Found:
    """Some contacts after the other: sums are right since each is in one lot only, and little is held at once.

    The query for them stays open throughout: an interruption between two others would be lost without it.
    """
    found, words = _Found(), _words(conn, values.dictionary, grouping)
    who = conn.execute(f"select id from contact where {rule.text} order by id", rule.values)
    while some := [row[0] for row in who.fetchmany(at_once)]:
        found.contacts += len(some)
        pairs = _pairs(values, grouping, some)
        for key, currency, shown, contacts in conn.execute(pairs.text, pairs.values):
            if key is None:
                found.with_some += contacts
                continue
            group, value = ((key, currency), str(shown)) if words is None else words[key]
            found.groups[group] += contacts
            found.shown[group] = min(value, found.shown.get(group, value))
        if len(found.groups) > MOST_DIFFERENT:
            raise Invalid(
                f"{grouping.name} has more than {MOST_DIFFERENT:,} different values here.",
                remedy="Ask of a smaller segment, or for a condition that several contacts have in common.",
            )
    return found


def _pairs(values: Values, grouping: Grouping, some: Sequence[int]) -> Sql:
    """A query for (key, currency, one value, contacts); a key of null stands for those with any value at all.

    Keys are those of `_words` where there is a dictionary that is linked to.
    """
    which = every((values.which, among_contacts(values.owner, some)))
    if values.dictionary is not None and values.dictionary.link:
        return sql(
            f"""with {{}}, had as materialized (
              select {values.owner} as contact_id, word.number from {{}} join word on word.id = {values.dictionary.link}
              where {{}} group by 1, 2)
            select null, '', '', count(distinct contact_id) from had
            union all select number, '', '', count(*) from had group by 1""",
            _word(values.dictionary, grouping),
            values.tables,
            which,
        )
    return sql(
        f"""with had as materialized (
          select {values.owner} as contact_id, {{}} as alike, {grouping.kept_apart} as currency,
            min({values.column}) as shown
          from {{}} where {{}} group by 1, 2, 3 having alike is not '')
        select null, '', '', count(distinct contact_id) from had
        union all select alike, currency, min(shown), count(*) from had group by 1, 2""",
        grouping.key(values.column, values.folded),
        values.joined,
        which,
    )


def _word(dictionary: Dictionary, grouping: Grouping) -> Sql:
    """The values of a dictionary, with one number where they are counted together: lines go by numbers."""
    return sql(
        f"""word as materialized (
          select id, dense_rank() over (order by alike) as number, alike, shown
          from (select {dictionary.id} as id, {{}} as alike, {dictionary.column} as shown from {dictionary.tables})
          where alike != '')""",
        grouping.key(dictionary.column, dictionary.folded),
    )


def _words(
    conn: sqlite3.Connection, dictionary: Dictionary | None, grouping: Grouping
) -> dict[int, tuple[tuple[Key, str], str]] | None:
    """Of the numbers in `_pairs` the group and one of its values; None = the keys there are those of the groups."""
    if dictionary is None or not dictionary.link:
        return None
    word = _word(dictionary, grouping)
    rows = conn.execute(f"with {word.text} select number, alike, min(shown) from word group by 1, 2", word.values)
    return {number: ((alike, ""), str(shown)) for number, alike, shown in rows}
