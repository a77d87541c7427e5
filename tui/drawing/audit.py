"""The columns of the commands that were given: which fit a width, their heads and their cells."""

from dataclasses import dataclass
from enum import StrEnum

from common.audit import BEGUN, DONE, AuditRow
from common.times import ago
from tui.drawing.line import Line, Role, Span
from tui.format import Align, fit

_GAP = 2
_MARK_WIDTH = 2
_ROLE_FROM = 76
_SUBJECT_AT_LEAST = 8


class Field(StrEnum):
    AT = "AT"
    USER = "USER"
    ROLE = "ROLE"
    COMMAND = "COMMAND"
    OUTCOME = "OUTCOME"
    SUBJECT = "ABOUT"


@dataclass(frozen=True, slots=True)
class Column:
    field: Field
    width: int
    align: Align = Align.LEFT


_AT = Column(Field.AT, 5, Align.RIGHT)
_USER = Column(Field.USER, 10)
_ROLE = Column(Field.ROLE, 8)
_COMMAND = Column(Field.COMMAND, 15)
_OUTCOME = Column(Field.OUTCOME, 13)


def columns_for(width: int) -> tuple[Column, ...]:
    """The columns that fit *width* cells; what a command was about takes what the others leave."""
    fixed = [_AT, _USER, _ROLE, _COMMAND, _OUTCOME] if width >= _ROLE_FROM else [_AT, _USER, _COMMAND, _OUTCOME]
    room = width - _MARK_WIDTH - sum(column.width + _GAP for column in fixed)
    return (*fixed, Column(Field.SUBJECT, room)) if room >= _SUBJECT_AT_LEAST else tuple(fixed)


def heads(columns: tuple[Column, ...]) -> Line:
    titles = [Span(_gap(at) + fit(one.field, one.width, one.align), Role.MUTED) for at, one in enumerate(columns)]
    return Line((Span(" " * _MARK_WIDTH), *titles))


def cells(row: AuditRow, *, now: int) -> dict[Field, str]:
    """A command that was not carried out has a sign before its outcome."""
    sign = {DONE: "✓", BEGUN: "…"}.get(row.outcome, "!")
    return {
        Field.AT: ago(row.at, now=now),
        Field.USER: row.user,
        Field.ROLE: row.role or "–",
        Field.COMMAND: row.command,
        Field.OUTCOME: f"{sign} {row.outcome.replace('_', ' ')}",
        Field.SUBJECT: row.subject or "–",
    }


def row_line(row: AuditRow, columns: tuple[Column, ...], flashing: frozenset[str], *, now: int) -> Line:
    texts = cells(row, now=now)
    spans = []
    for at, column in enumerate(columns):
        role = Role.FLASH if column.field in flashing else _role(column.field, row)
        spans.append(Span(_gap(at) + fit(texts[column.field], column.width, column.align), role))
    return Line(tuple(spans))


def changed_fields(before: AuditRow, after: AuditRow) -> frozenset[str]:
    """The columns in which two states of one command differ."""
    old, new = cells(before, now=0), cells(after, now=0)
    return frozenset(str(field) for field in old if old[field] != new[field])


def _gap(at: int) -> str:
    return " " * _GAP if at else ""


def _role(field: Field, row: AuditRow) -> Role:
    if field is Field.OUTCOME:
        return {DONE: Role.GOOD, BEGUN: Role.MUTED}.get(row.outcome, Role.WARN)
    return Role.MUTED if field in (Field.AT, Field.ROLE) else Role.TEXT
