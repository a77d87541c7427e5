"""An explanation as lines: the rule part by part with the contact's values, and what would turn the answer round."""

from collections.abc import Iterator

from common.segments.answers import ExplainedRule, Explanation
from common.segments.needed import needed
from common.text import safe
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.format import cut

_LONGEST = 400


def why_lines(why: Explanation, width: int) -> list[Line]:
    verdict = Span("holds", Role.GOOD) if why.member else Span("does not hold", Role.BAD)
    lines = [line("The rule ", verdict, f" for {cut(safe(why.email), max(width - 28, 8))}."), BLANK]
    lines += _parts(why.rule, width, depth=0)
    lines += [BLANK, heading("It would not, with" if why.member else "It would, with", width)]
    for need in needed(why.rule):
        lines += _told("  " * (need.depth + 1), Span(""), need.text, need.part, width)
    return lines


def _parts(part: ExplainedRule, width: int, *, depth: int) -> Iterator[Line]:
    sign = Span("✓ ", Role.GOOD) if part.holds else Span("✕ ", Role.BAD)
    yield from _told("  " * depth, sign, part.text, part, width)
    for child in part.parts:
        yield from _parts(child, width, depth=depth + 1)


def _told(indent: str, sign: Span, text: str, part: ExplainedRule | None, width: int) -> list[Line]:
    """What is asked, and below it what is there."""
    room = width - len(indent) - sign.width
    asked = wrapped(cut(safe(text), _LONGEST), max(room, 8))
    hanging = " " * sign.width
    lines = [line(indent, sign if at == 0 else hanging, *one.spans) for at, one in enumerate(asked)]
    if part is not None and part.has_values:
        actual = cut(safe(", ".join(part.actual)), _LONGEST) or "none"
        lines += [line(indent, hanging, *one.spans) for one in wrapped(f"· {actual}", max(room, 8), Role.MUTED)]
    return lines
