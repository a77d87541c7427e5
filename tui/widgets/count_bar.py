"""The count line as a widget."""

from textual.reactive import reactive

from common.contacts import ContactQuery
from tui.drawing.count import count_line
from tui.drawing.line import Line
from tui.widgets.inked import Bar


class CountBar(Bar):
    """How many contacts there are; *new* have come since the list was put in order."""

    list_query: reactive[ContactQuery] = reactive(ContactQuery())
    total: reactive[int] = reactive(0)
    new: reactive[int] = reactive(0)
    is_busy: reactive[bool] = reactive(False)

    def drawn(self, width: int) -> Line:
        return count_line(self.list_query, self.total, self.new, is_busy=self.is_busy)
