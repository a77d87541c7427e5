"""What stands in place of content: that it is loading, that there is none, or why it could not be had."""

from textual.reactive import reactive
from textual.strip import Strip

from common.text import safe
from tui.drawing.line import Line, Role, Span, line, wrapped
from tui.drawing.said import LOADING, Kind, Said
from tui.keymap import with_keys
from tui.widgets.inked import Inked

_SIGNS = {Kind.LOADING: ("◌", Role.MUTED), Kind.EMPTY: ("○", Role.MUTED), Kind.ERROR: ("!", Role.BAD)}


class Notice(Inked):
    """Centred lines; shown or hidden as a whole."""

    said: reactive[Said] = reactive(LOADING)

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        lines = self._lines(max(min(width - 8, 64), 10))
        at = y - max((height - len(lines)) // 3, 0)
        if not 0 <= at < len(lines):
            return Strip.blank(width, self.rich_style)
        margin = Span(" " * max((width - max(drawn.width for drawn in lines)) // 2, 0))
        return self.strip_of(line(margin, *lines[at].spans), width)

    def _lines(self, width: int) -> list[Line]:
        sign, role = _SIGNS[self.said.kind]
        title = wrapped(safe(self.said.title), width - 2, Role.TEXT)
        signed = [line(Span(f"{sign} ", role), *title[0].spans), *(line("  ", *more.spans) for more in title[1:])]
        action = [line("  ", *more.spans) for more in wrapped(with_keys(safe(self.said.action)), width - 2, Role.MUTED)]
        return [*signed, *([line("")] if action else []), *action]
