"""The parts of a form that are not its fields."""

from textual.reactive import reactive
from textual.strip import Strip

from tui.drawing.form import Told, label_line, told_lines
from tui.drawing.line import Line
from tui.widgets.inked import Bar, Inked


class FieldLabel(Bar):
    def __init__(self, title: str, note: str) -> None:
        super().__init__()
        self._title = title
        self._note = note

    def drawn(self, width: int) -> Line:
        return label_line(self._title, self._note)


class FormMessage(Inked):
    """What is wrong, or under way."""

    told: reactive[Told] = reactive(Told())

    def render_line(self, y: int) -> Strip:
        lines = told_lines(self.told, self.size.width)
        return self.strip_of(lines[y] if y < len(lines) else Line(), self.size.width)
