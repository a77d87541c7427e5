"""The table of keys as lines."""

from collections.abc import Sequence

from tui.bindings import KEYS, Place
from tui.drawing.line import BLANK, Line, Role, Span, heading, line
from tui.format import fit

_KEY_CELLS = 12


def help_lines(places: Sequence[Place], width: int) -> list[Line]:
    """A heading per place, a line per key."""
    lines: list[Line] = []
    for place in places:
        lines += [*([BLANK] if lines else []), heading(place, width)]
        lines += [line(Span(fit(key.shown, _KEY_CELLS), Role.ACCENT), key.help) for key in KEYS[place]]
    return lines
