"""One product with what was sold of it, beside the list or alone."""

from tui.widgets.lines_view import LinesView


class ProductBox(LinesView):
    marks_when_idle = False
