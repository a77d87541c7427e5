"""A line to type in, whose cursor stays still: a blinking one writes to the terminal while nobody does anything."""

from typing import Any

from textual.widgets import Input


class TextLine(Input):
    def __init__(self, value: str | None = None, **settings: Any) -> None:
        super().__init__(value, compact=True, **settings)
        self.cursor_blink = False
