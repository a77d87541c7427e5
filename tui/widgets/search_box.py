"""The line to filter a list by: says what is typed, and when the typing is done."""

from dataclasses import dataclass

from textual.message import Message
from textual.reactive import reactive

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

    is_masked: reactive[bool] = reactive(False)

    def watch_is_masked(self) -> None:
        self._hide(is_typed=self.has_focus)

    def on_focus(self) -> None:
        self._hide(is_typed=True)

    def on_blur(self) -> None:
        self._hide(is_typed=False)

    def _hide(self, *, is_typed: bool) -> None:
        """Who was looked for can be read only while it is typed; a rule is no person."""
        self.password = self.is_masked and not is_typed and not self.value.startswith(":")

    def action_clear(self) -> None:
        self.post_message(self.Cleared())

    def action_done(self) -> None:
        self.post_message(self.Done())
