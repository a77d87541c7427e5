"""A line of a screen before it has colours: spans of text, each with a role that the theme gives a look."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size

from tui.format import ELLIPSIS, fit


class Role(StrEnum):
    """What a piece of text is; theme.tcss says how that looks."""

    TEXT = "text"
    STRONG = "strong"
    MUTED = "muted"
    FAINT = "faint"
    ACCENT = "accent"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    RULE = "rule"
    FLASH = "flash"


@dataclass(frozen=True, slots=True)
class Span:
    """*text* must be safe to show already; *action* is run when it is clicked ("" = nothing)."""

    text: str
    role: Role = Role.TEXT
    action: str = ""

    @property
    def width(self) -> int:
        return cell_len(self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """One line. The cursor stops at lines with a *target*, which is also what Enter opens."""

    spans: tuple[Span, ...] = ()
    target: Hashable | None = None

    @property
    def width(self) -> int:
        return sum(span.width for span in self.spans)

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


Draw: TypeAlias = Callable[[int], list[Line]]
"""Lines for a width in cells; called again when the width changes."""

BLANK = Line()

READABLE = 120
"""Cells that the eye still follows from a name to what stands at the other end of its line."""


def line(*spans: Span | str, target: Hashable | None = None) -> Line:
    """A line of spans; a bare string is plain text."""
    return Line(tuple(Span(part) if isinstance(part, str) else part for part in spans), target)


def cropped(whole: Line, width: int) -> Line:
    """*whole* in at most *width* cells; what is left out ends in an ellipsis."""
    if whole.width <= width:
        return whole
    kept: list[Span] = []
    room = width - 1
    for span in whole.spans:
        if span.width > room:
            kept.append(Span(set_cell_size(span.text, max(room, 0)).rstrip() + ELLIPSIS, span.role, span.action))
            break
        kept.append(span)
        room -= span.width
    return Line(tuple(kept), whole.target)


def spread(left: Line, right: Line, width: int) -> Line:
    """*left* and *right* at either end of *width* cells; *left* gives way."""
    kept = cropped(left, max(width - right.width - 1, 0))
    gap = Span(" " * max(width - kept.width - right.width, 0))
    return Line((*kept.spans, gap, *right.spans), left.target)


def beside(left: Sequence[Line], right: Sequence[Line], at: int) -> list[Line]:
    """*right* from cell *at* on, next to *left*, which is no wider than that."""
    return [
        line(*one.spans, " " * (at - one.width), *other.spans)
        for one, other in zip_longest(left, right, fillvalue=BLANK)
    ]


def heading(title: str, width: int, note: str = "", *, choices: Sequence[Span] = ()) -> Line:
    """── title ── note ───────; *choices* stand where a note would, each to be clicked by itself."""
    parts = [Span("── ", Role.RULE), Span(title, Role.STRONG)]
    notes = choices or ([Span(note, Role.MUTED)] if note else [])
    for at, one in enumerate(notes):
        parts += [Span(" " if at else " ── ", Role.RULE), one]
    used = sum(part.width for part in parts) + 1
    return cropped(line(*parts, " ", Span("─" * max(width - used, 0), Role.RULE)), width)


def labelled(label: str, value: Span | str, *, label_width: int = 10) -> Line:
    """A muted label in its column, then the value."""
    return line(Span(fit(label, label_width) + " ", Role.MUTED), value)


def wrapped(text: str, width: int, role: Role = Role.TEXT) -> list[Line]:
    """*text* (safe already) broken at spaces into lines of at most *width* cells."""
    lines: list[Line] = []
    current = ""
    for word in text.split():
        candidate = f"{current} {word}".strip()
        if current and cell_len(candidate) > width:
            lines.append(line(Span(current, role)))
            candidate = word
        current = candidate
    return [*lines, line(Span(current, role))] if current else lines
