"""The window over all contacts."""

from common.contacts import ContactQuery, ContactRow
from tui.drawing.columns import Field, changed_fields, columns_for, heads, row_line
from tui.drawing.line import Line
from tui.widgets.row_list import RowList


class ContactList(RowList[ContactRow]):
    def titles(self, width: int) -> Line:
        query: ContactQuery = self.pages.query
        return heads(columns_for(width), query.sort, reverse=query.reverse)

    def cells(self, row: ContactRow, width: int, flashing: frozenset[str]) -> Line:
        return row_line(row, columns_for(width), frozenset(map(Field, flashing)), now=self.now)

    def changed_cells(self, before: ContactRow, after: ContactRow) -> frozenset[str]:
        return frozenset(map(str, changed_fields(before, after)))
