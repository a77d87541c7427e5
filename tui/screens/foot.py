"""The line at the foot of a dialog: the keys that work in it, each of which a click presses, too."""

from textual.content import Content

_PARTED = " · "
_NAMES = {"⏎": "enter", "Esc": "escape", "Tab": "tab", "Ctrl+T": "ctrl+t", "y": "y"}


def foot(text: str) -> Content:
    """ "⏎ choose · Esc cancel"; what begins with a key presses that when it is clicked."""
    parts = [_part(part) for part in text.split(_PARTED)]
    return Content(_PARTED).join(parts)


def _part(text: str) -> Content:
    name = _NAMES.get(text.split(" ", maxsplit=1)[0])
    return Content.from_markup(f"[@click=app.press_in_dialog('{name}')]$text[/]", text=text) if name else Content(text)
