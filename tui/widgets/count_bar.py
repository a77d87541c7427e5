"""The line over a list as a widget."""

from typing import Any

from textual.reactive import reactive

from common.audit import AuditQuery
from common.contacts import ContactQuery
from common.inbox import DeliveryQuery
from common.products import ProductQuery
from common.status import InboxCounts
from tui.drawing.count import audit_count_line, count_line, inbox_count_line, product_count_line
from tui.drawing.line import Line
from tui.widgets.inked import Bar


class CountBar(Bar):
    """How many rows there are; *new* have come since the list was put in order."""

    list_query: reactive[Any] = reactive(None)
    total: reactive[int] = reactive(0)
    new: reactive[int] = reactive(0)
    is_busy: reactive[bool] = reactive(False)


class ContactCount(CountBar):
    """*marked* rows are what the next edit is about; with *marks_all* that is every one there is."""

    marked: reactive[int] = reactive(0)
    marks_all: reactive[bool] = reactive(False)

    def drawn(self, width: int) -> Line:
        query = self.list_query or ContactQuery()
        marked = self.total if self.marks_all else self.marked
        return count_line(query, self.total, self.new, marked=marked, is_busy=self.is_busy)


class InboxCount(CountBar):
    """*counts* are those of the whole inbox; *marked* rows wait for a replay."""

    counts: reactive[InboxCounts] = reactive(InboxCounts(pending=0, done=0, dead=0))
    marked: reactive[int] = reactive(0)

    def drawn(self, width: int) -> Line:
        query = self.list_query or DeliveryQuery()
        return inbox_count_line(query, self.total, self.new, self.counts, marked=self.marked, is_busy=self.is_busy)


class ProductCount(CountBar):
    """*store_name* is whose products they are; "" = all stores'."""

    store_name: reactive[str] = reactive("")

    def drawn(self, width: int) -> Line:
        query = self.list_query or ProductQuery()
        return product_count_line(query, self.store_name, self.total, self.new, is_busy=self.is_busy)


class AuditCount(CountBar):
    def drawn(self, width: int) -> Line:
        return audit_count_line(self.list_query or AuditQuery(), self.total, self.new, is_busy=self.is_busy)
