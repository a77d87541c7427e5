"""Lines with roles become strips with the theme's colours."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from tui.drawing.line import Line, Role, Span, cropped

CURSOR = "ink--cursor"
HEAD = "ink--head"


INKS = frozenset(f"ink--{role}" for role in Role)
"""The app's component classes: a role looks the same everywhere, and each class costs each widget that has it."""


class Inked(Widget):
    """A widget that paints lines itself; theme.tcss gives each role its look."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {CURSOR, HEAD}
    _looks: dict[Role, Style] | None = None

    def notify_style_update(self) -> None:
        self._looks = None
        super().notify_style_update()

    def strip_of(self, line: Line, width: int, *, over: str = "") -> Strip:
        """*line* in exactly *width* cells; *over* names the component whose background lies under it."""
        base = self.get_component_rich_style(over) if over else self.rich_style
        segments = [Segment(span.text, base + self._ink(span)) for span in cropped(line, width).spans]
        return Strip(segments).adjust_cell_length(width, base).simplify()

    def _ink(self, span: Span) -> Style:
        look = self._look(span.role)
        return look + Style.from_meta({"@click": span.action}) if span.action else look

    def _look(self, role: Role) -> Style:
        if self._looks is None:
            self._looks = {}
        if role not in self._looks:
            self._looks[role] = self.app.get_component_styles(f"ink--{role}").partial_rich_style
        return self._looks[role]


class Bar(Inked):
    """One line that is drawn anew for the width it has."""

    def drawn(self, width: int) -> Line:
        """The line for *width* cells."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        return self.strip_of(self.drawn(width), width) if y == 0 else Strip.blank(width, self.rich_style)
