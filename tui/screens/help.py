"""The keys of the screen one comes from, drawn from the table of keys."""

from collections.abc import Sequence
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical

from tui.bindings import Place, bindings
from tui.drawing.help import help_lines
from tui.keymap import with_keys
from tui.screens.foot import foot
from tui.screens.stacked import Dialog
from tui.widgets.lines_view import LinesView


class HelpScreen(Dialog[None]):
    BINDINGS = bindings(Place.HELP)

    def __init__(self, places: Sequence[Place]) -> None:
        super().__init__()
        self._places = (*places, Place.EVERYWHERE)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="tall") as dialog:
            dialog.border_title = "Keys"
            dialog.border_subtitle = foot(with_keys("↑↓ scroll · {help.close} close"))
            yield LinesView(id="keys-help")

    def on_mount(self) -> None:
        self.query_one(LinesView).show(partial(help_lines, self._places))
        self.query_one(LinesView).focus()

    def page_text(self, *, is_masked: bool) -> str:
        """All keys, as drawn for the whole terminal."""
        return self.query_one(LinesView).text(self.app.size.width, is_masked=is_masked)

    def action_cancel(self) -> None:
        self.dismiss()

    def action_back(self) -> None:
        self.dismiss()
