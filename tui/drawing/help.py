"""The table of keys as lines."""

from collections.abc import Sequence

from tui.bindings import Key, Place
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.format import fit
from tui.keymap import in_force

_KEY_CELLS = 12


def help_lines(places: Sequence[Place], width: int) -> list[Line]:
    """A heading per place that has keys, a line per key."""
    lines: list[Line] = []
    for place in filter(in_force().keys, places):
        lines += [*([BLANK] if lines else []), heading(place, width)]
        for key in in_force().keys(place):
            lines += _told(key, width)
    return lines


def _told(key: Key, width: int) -> list[Line]:
    said = wrapped(key.help, max(width - _KEY_CELLS, 8))
    shown = [fit(key.shown if at == 0 else "", _KEY_CELLS) for at in range(len(said))]
    return [line(Span(keys, Role.ACCENT), *one.spans) for keys, one in zip(shown, said, strict=True)]
