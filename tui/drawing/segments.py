"""Saved segments as lines: in the list with the rule below, and one with how it grew."""

from collections.abc import Sequence

from common.segments.answers import Segment
from common.segments.growth import SegmentGrowth
from common.text import safe
from tui.drawing.growth import growth_lines
from tui.drawing.line import Line, Role, Span, heading, line, spread, wrapped
from tui.drawing.moments import long_ago
from tui.format import count, cut, fit

_LONGEST_NAME = 60
_AGE = 7  # "59s ago": counts stand still while ages go on


def segments_lines(segments: Sequence[Segment], now: int, width: int) -> list[Line]:
    """Two lines a segment. Targets are the ids."""
    lines = [heading("Segments", width, count(len(segments)))]
    for segment in segments:
        name = Span(cut(safe(segment.name), min(_LONGEST_NAME, max(width - 24, 8))), Role.STRONG)
        lines.append(spread(line(name, target=segment.id), line(*_members(segment, now)), width))
        lines.append(_rule(segment, width))
    return lines


def segment_lines(segment: Segment, growth: SegmentGrowth, now: int, width: int) -> list[Line]:
    """One segment: what it is, and how it grew."""
    name = line(Span(cut(safe(segment.name), max(width - 24, 8)), Role.STRONG))
    rule = segment.fault or segment.warning or segment.rule
    role = Role.WARN if segment.fault or segment.warning else Role.MUTED
    return [
        spread(name, line(*_members(segment, now)), width),
        *wrapped(cut(safe(rule), 2000), width, role),
        *growth_lines(growth, now, width),
    ]


def _members(segment: Segment, now: int) -> tuple[Span, ...]:
    if segment.fault:
        return (Span("! cannot be asked", Role.BAD),)
    if segment.as_of is None:
        return (Span("◌ computing", Role.WARN),)
    as_of = f"  as of {fit(long_ago(segment.as_of, now=now), _AGE)}"
    age = f"  {count(segment.waiting)} to look at" if segment.waiting else as_of
    return Span(count(segment.members), Role.STRONG), Span(age, Role.MUTED)


def _rule(segment: Segment, width: int) -> Line:
    if segment.fault or segment.warning:
        return line(Span(f"  {cut(safe(segment.fault or segment.warning), max(width - 2, 1))}", Role.WARN))
    return line(Span(f"  {cut(safe(segment.rule), max(width - 2, 1))}", Role.MUTED))
