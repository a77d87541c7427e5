"""The line at the foot of a dialog: the keys that work in it, each of which a click presses, too."""

import re

from textual.content import Content

_PARTED = " · "
_HELD = re.compile(r"(Ctrl|Alt|Shift)\+\S+|F\d+")  # what a key may have been changed to
_NAMES = {"⏎": "enter", "Esc": "escape", "Tab": "tab", "y": "y"}


def foot(text: str) -> Content:
    """ "⏎ choose · Esc cancel"; what begins with a key presses that when it is clicked."""
    parts = [_part(part) for part in text.split(_PARTED)]
    return Content(_PARTED).join(parts)


def _part(text: str) -> Content:
    key = text.split(" ", maxsplit=1)[0]
    name = _NAMES.get(key) or (key.lower() if _HELD.fullmatch(key) else "")
    return Content.from_markup(f"[@click=app.press_in_dialog('{name}')]$text[/]", text=text) if name else Content(text)
