"""Values as block characters: eighths of a cell from below, and a line of them."""

from collections.abc import Sequence

FULL = "█"
SHADE = "░"
EIGHTHS = 8

_BLOCKS = "▁▂▃▄▅▆▇█"
_HANGING_HALF = "▀"


def share(value: int, whole: int, parts: int) -> int:
    """As many of *parts* as *value* is of *whole*, to the nearest; exact for however large ones."""
    return (2 * value * parts + whole) // (2 * whole)


def sparkline(values: Sequence[int | None]) -> str:
    """A block per value, the highest full; nothing, or less, is the lowest block, what is not known a blank."""
    peak = max((*(value or 0 for value in values), 1))
    return "".join(" " if value is None else _in_line(value, peak) for value in values)


def _in_line(value: int, peak: int) -> str:
    return _BLOCKS[max(1, share(value, peak, EIGHTHS - 1)) if value > 0 else 0]


def standing(eighths: int) -> str:
    """A cell that is filled so far from below."""
    return " " if eighths <= 0 else _BLOCKS[min(eighths, EIGHTHS) - 1]


def hanging(halves: int) -> str:
    """A cell that is filled so far from above: there are no eighths that hang."""
    return " " if halves <= 0 else _HANGING_HALF if halves == 1 else FULL
