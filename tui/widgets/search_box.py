"""The line to filter a list by: says what is typed, and when the typing is done."""

from dataclasses import dataclass

from textual.message import Message

from tui.bindings import Place, bindings
from tui.widgets.text_line import TextLine


class SearchBox(TextLine):
    BINDINGS = bindings(Place.SEARCH)

    @dataclass
    class Cleared(Message):
        """The filter is given up."""

    @dataclass
    class Done(Message):
        """The filter stays, and the list is wanted."""

    def action_clear(self) -> None:
        self.post_message(self.Cleared())

    def action_done(self) -> None:
        self.post_message(self.Done())
