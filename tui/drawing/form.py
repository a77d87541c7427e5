"""What a form says: labels over its fields, and what is wrong or under way below them."""

from dataclasses import dataclass

from tui.drawing.line import BLANK, Line, Role, Span, line, wrapped
from tui.format import cut

TOLD_LINES = 4


@dataclass(frozen=True, slots=True)
class Told:
    text: str = ""
    is_error: bool = False


def label_line(title: str, note: str) -> Line:
    return line(Span(title, Role.STRONG), Span(f"  {note}", Role.MUTED))


def told_lines(told: Told, width: int) -> list[Line]:
    sign, role = ("! ", Role.BAD) if told.is_error else ("◌ ", Role.MUTED)
    rows = wrapped(cut(told.text, 1000), width - 2, role)
    return [line(Span(sign if at == 0 else "  ", role), *row.spans) for at, row in enumerate(rows)] or [BLANK]
