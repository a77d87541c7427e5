"""Fewer bytes to the terminal, and the same on it."""

from rich.color import Color
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from rich.text import Text

from tui.thrift import thrifty

GROUND, CURSOR = Color.from_rgb(20, 23, 28), Color.from_rgb(43, 56, 70)
TEXT, MUTED = Color.from_rgb(211, 215, 222), Color.from_rgb(139, 148, 163)


def style(colour: Color, ground: Color, *, is_bold: bool = False) -> Style:
    return Style(color=colour, bgcolor=ground, bold=is_bold or None)


ROW = [
    Segment("▌ ann@example.com", style(TEXT, CURSOR)),
    Segment("  Ann Lee ", style(MUTED, CURSOR)),
    Segment("直子", style(TEXT, GROUND)),
    Segment("2d", style(MUTED, GROUND)),
    Segment("bold", style(TEXT, GROUND, is_bold=True)),
    Segment("end", style(TEXT, GROUND)),
    Segment("of", style(TEXT, GROUND)),
]


def written(segments: list[Segment]) -> str:
    console = Console(color_system="truecolor", force_terminal=True, width=200)
    return "".join(one.style.render(one.text, color_system=console._color_system) for one in segments if one.style)


def test_a_row_shows_the_same_in_fewer_bytes() -> None:
    before = written(ROW)
    after = thrifty(before)

    assert len(after) < 0.85 * len(before)
    assert cells(after) == cells(before)


def cells(text: str) -> list[tuple[str, Style]]:
    """Each character with how it looks."""
    console = Console(width=200)
    decoded = Text.from_ansi(text)
    return [(char, decoded.get_style_at_offset(console, at)) for at, char in enumerate(decoded.plain)]


def test_where_the_cursor_moves_between_nothing_is_joined() -> None:
    apart = f"{written(ROW[:1])}\x1b[5;2H{written(ROW[1:2])}"

    assert thrifty(apart) == apart


def test_text_that_is_more_than_coloured_keeps_its_reset() -> None:
    bold = written(ROW[4:6])

    assert thrifty(bold) == bold
