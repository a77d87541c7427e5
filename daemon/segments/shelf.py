"""Saving segments: what may be saved under which name, and what follows for the others."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from common.errors import Invalid, NotFound, Refused
from common.segments import rules
from common.segments.checks import from_json, to_json
from common.segments.language import parsed, written
from common.segments.rules import Rule
from common.text import safe
from daemon.segments import saved, stores_asked
from daemon.segments.book import Book, Question, about, book_of
from daemon.segments.functions import folded
from daemon.segments.saved import Definition, SegmentRow

_NEW = 0
"""The revision of a segment that is not there yet."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A segment as it is to be. *revision* is that of the one it replaces, 0 = there is none, None = whatever it is."""

    name: str
    text: str
    revision: int | None = None


@dataclass(slots=True)
class Outcome:
    """What became of the segments that were to be saved, by name."""

    created: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


def save(conn: sqlite3.Connection, wanted: Sequence[Wanted], *, now: int) -> Outcome:
    """Saves all of *wanted*, or raises and saves none (the caller's transaction takes it back).

    Raises Invalid for what is no name or no rule or cannot be asked, for a new rule that names a store there is not,
    for segments that refer to each other in a circle, and for what another segment, which refers to one of them,
    becomes by it; NotFound for a reference to a segment that is not there; Refused when one was changed meanwhile.
    """
    outcome = Outcome()
    names = []
    for one in wanted:
        with _told_apart(one, among=len(wanted)):
            names.append(_named(one.name))
            _put(conn, one, parsed(one.text), outcome, now=now)
    book = book_of(conn)
    _spell_alike(conn, book, names)
    book = book_of(conn)
    changed = [*outcome.created, *outcome.changed]
    _check(conn, book, changed)
    for definition in [*_definitions(book, changed), *book.dependents(changed)]:
        saved.owe(conn, definition.id)
    return outcome


@contextmanager
def _told_apart(wanted: Wanted, *, among: int) -> Iterator[None]:
    """Says of which one it is that something is wrong, where there are several."""
    try:
        yield
    except Invalid as error:
        if among == 1:
            raise
        raise Invalid(f"“{safe(wanted.name)}”: {error.message}", remedy=error.remedy) from None


def _named(name: str) -> str:
    """Raises Invalid for what a terminal could not show, or a person not tell from another."""
    if not name.strip() or safe(name) != name:
        raise Invalid(
            f"{safe(name)!r} is no name for a segment.",
            remedy="Use letters that show, with single blanks between words and none around them.",
        )
    return name


def _put(conn: sqlite3.Connection, wanted: Wanted, rule: Rule, outcome: Outcome, *, now: int) -> None:
    name = wanted.name
    row, document = saved.segment_named(conn, name), to_json(rule)
    if wanted.revision is not None and wanted.revision != (row.revision if row else _NEW):
        raise _conflict(name, wanted.revision, row)
    if row is None or row.document != document:  # one that is there may name a store that is not any more
        stores_asked.demand(rule, wanted.text, stores_asked.hashes(conn))
    if row is None:
        saved.insert_segment(conn, name, document, now=now)
        outcome.created.append(name)
    elif row.document != document:
        saved.set_rule(conn, row.id, document, now=now)
        outcome.changed.append(row.name)
    else:
        outcome.unchanged.append(row.name)


def _conflict(name: str, revision: int, row: SegmentRow | None) -> Refused:
    if row is None:
        return Refused(
            f"There is no segment “{name}” any more: it was deleted or renamed meanwhile.",
            remedy="Save it without a revision to make it anew.",
        )
    if revision == _NEW:
        return Refused(f"There is a segment “{row.name}” already.", remedy="Choose another name.")
    return Refused(
        f"The segment “{row.name}” was changed meanwhile: it has revision {row.revision}, not {revision}. "
        f"Its rule is now: {text_of(row.document)}",
        remedy=f"Look at it, and save yours over it with revision {row.revision}.",
    )


def _spell_alike(conn: sqlite3.Connection, book: Book, names: Sequence[str]) -> None:
    """References of these segments are written as the segments they lead to are."""
    for definition in _definitions(book, names):
        rule = book.rule(definition.name)
        if rule is None:
            continue
        spelled = referring_by(rule, lambda name: found.name if (found := book.definition(name)) else name)
        if spelled != rule:
            saved.respell(conn, definition.id, to_json(spelled))


def _check(conn: sqlite3.Connection, book: Book, names: Sequence[str]) -> None:
    """Raises Invalid or NotFound. Segments that refer to these must still be ones that can be asked."""
    for definition in _definitions(book, names):
        _try(conn, book.check(definition))
    for definition in book.dependents(names):
        try:
            _try(conn, book.check(definition))
        except Invalid as error:
            raise Invalid(
                f"The segment “{definition.name}” refers to it and could not be asked any more: {error.message}",
                remedy=error.remedy,
            ) from None


def _try(conn: sqlite3.Connection, question: Question) -> None:
    """Raises Invalid for what SQLite does not take: once it is saved, it would break every write."""
    for query in (question.members, question.flips):
        if query is None:
            continue
        try:
            conn.execute(f"explain {query.text}", about(query, "[]")).fetchone()
        except sqlite3.OperationalError as error:
            raise Invalid(f"The rule is too large for the database: {error}.") from None


def _definitions(book: Book, names: Sequence[str]) -> list[Definition]:
    return [found for name in names if (found := book.definition(name)) is not None]


def rename(conn: sqlite3.Connection, name: str, to: str, *, now: int) -> SegmentRow:
    """Raises NotFound, Invalid for what is no name, or Refused when another segment is called so."""
    row, to = demanded(conn, name), _named(to)
    other = saved.segment_named(conn, to)
    if other is not None and other.id != row.id:
        raise Refused(f"There is a segment “{other.name}” already.", remedy="Choose another name.")
    book = book_of(conn)
    key = folded(row.name)
    saved.set_name(conn, row.id, to, now=now)
    for definition in book.referring(row.name):
        rule = book.rule(definition.name)
        if rule is not None:
            saved.respell(conn, definition.id, to_json(referring_by(rule, lambda it: to if folded(it) == key else it)))
    return demanded(conn, to)


def delete(conn: sqlite3.Connection, name: str, *, now: int) -> SegmentRow:
    """Raises NotFound, or Refused when another segment refers to it."""
    row = demanded(conn, name)
    if referring := book_of(conn).referring(row.name):
        names = ", ".join(f"“{one.name}”" for one in referring)
        raise Refused(
            f"The segment “{row.name}” is referred to by {names}.", remedy="Take the reference out of the rule first."
        )
    saved.mark_deleted(conn, row.id, now=now)
    return row


def demanded(conn: sqlite3.Connection, name: str) -> SegmentRow:
    """Raises NotFound."""
    row = saved.segment_named(conn, name)
    if row is None:
        raise NotFound(f"There is no segment “{safe(name)}”.", remedy="See `counterfoil segment list`.")
    return row


def text_of(document: str) -> str:
    """The rule's text. Raises Invalid for a rule of a newer version."""
    return written(from_json(document))


def referring_by(rule: Rule, renamed: Callable[[str], str]) -> Rule:
    """*rule* with the segments it refers to called as *renamed* gives it."""
    match rule:
        case rules.InSegment():
            return rules.InSegment(segment=renamed(rule.segment))
        case rules.AllOf() | rules.AnyOf():
            return rule.model_copy(update={"of": tuple(referring_by(one, renamed) for one in rule.of)})
        case rules.Not():
            return rules.Not(rule=referring_by(rule.rule, renamed))
    return rule
