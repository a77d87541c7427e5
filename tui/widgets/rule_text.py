"""The text of a rule, to be typed."""

from dataclasses import dataclass

from textual.message import Message
from textual.widgets import TextArea

from tui.bindings import Place, bindings


class RuleText(TextArea):
    BINDINGS = bindings(Place.RULE_TEXT)

    @dataclass
    class Left(Message):
        """The tree is wanted."""

    def __init__(self) -> None:
        super().__init__(id="rule-text", soft_wrap=True, show_line_numbers=False, compact=True, tab_behavior="focus")
        self.cursor_blink = False

    def action_leave(self) -> None:
        self.post_message(self.Left())
