"""How values look on a terminal: cut, padded and aligned by cells, strangers' text made safe first."""

from enum import StrEnum

from rich.cells import cell_len, set_cell_size

from common.text import safe, steady

ELLIPSIS = "…"


class Align(StrEnum):
    LEFT = "left"
    RIGHT = "right"


def cut(text: str, width: int) -> str:
    """*text* made safe and at most *width* cells wide; what is left out ends in an ellipsis."""
    shown = steady(safe(text))
    if cell_len(shown) <= width:
        return shown
    if width < 1:
        return ""
    return set_cell_size(shown, width - 1).rstrip() + ELLIPSIS


def fit(text: str, width: int, align: Align = Align.LEFT) -> str:
    """*text* made safe and exactly *width* cells wide."""
    shown = cut(text, width)
    padding = " " * (width - cell_len(shown))
    return padding + shown if align is Align.RIGHT else shown + padding


def full_name(first_name: str, last_name: str) -> str:
    """Both names as people say them, safe to show; "" when there is neither."""
    return safe(f"{first_name} {last_name}")


def count(number: int) -> str:
    """1048211 -> "1,048,211"."""
    return f"{number:,}"


def byte_size(size_bytes: int) -> str:
    """48300000 -> "48.3 MB"."""
    for unit, unit_bytes in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size_bytes >= unit_bytes:
            return f"{size_bytes / unit_bytes:.1f} {unit}"
    return f"{size_bytes} bytes"
