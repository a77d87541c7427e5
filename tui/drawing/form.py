"""What a form says: labels over its fields, and what is wrong or under way below them."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.text import safe
from tui.drawing.line import BLANK, Line, Role, Span, cropped, line, wrapped
from tui.format import cut

TOLD_LINES = 4


@dataclass(frozen=True, slots=True)
class Told:
    text: str = ""
    is_error: bool = False
    is_good: bool = False


def label_line(title: str, note: str) -> Line:
    return line(Span(title, Role.STRONG), Span(f"  {note}", Role.MUTED))


def options_line(options: Sequence[str], chosen: str, width: int, *, is_focused: bool) -> Line:
    """ "hours  ‹days›  weeks"; from the chosen one on where there is no room for all."""
    spans = [_option(one, chosen, is_focused=is_focused) for one in options]
    whole = line(*spans)
    if whole.width <= width or chosen not in options:
        return cropped(whole, width)
    at = options.index(chosen)
    before = line("… ", *spans[at:]) if at else whole
    return cropped(before, width)


def _option(option: str, chosen: str, *, is_focused: bool) -> Span:
    if option != chosen:
        return Span(f" {safe(option)} ", Role.MUTED)
    return Span(f"‹{safe(option)}›", Role.ACCENT if is_focused else Role.STRONG)


def told_lines(told: Told, width: int) -> list[Line]:
    sign, role = ("! ", Role.BAD) if told.is_error else ("● ", Role.GOOD) if told.is_good else ("◌ ", Role.MUTED)
    rows = wrapped(cut(told.text, 1000), width - 2, role)
    return [line(Span(sign if at == 0 else "  ", role), *row.spans) for at, row in enumerate(rows)] or [BLANK]
