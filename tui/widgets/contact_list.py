"""The window over all contacts."""

from common.contacts import ContactQuery, ContactRow
from tui.drawing.cells import field_at
from tui.drawing.columns import SORTED_FIELD, changed_fields, columns_for, heads, row_line
from tui.drawing.line import Line
from tui.widgets.row_list import RowList


class ContactList(RowList[ContactRow]):
    def titles(self, width: int) -> Line:
        query: ContactQuery = self.pages.query
        return heads(columns_for(width), query.sort, reverse=query.reverse)

    def sort_at(self, x: int, width: int) -> str:
        field = field_at(columns_for(width), x)
        return next((sort for sort, sorted_by in SORTED_FIELD.items() if sorted_by is field), "")

    def cells(self, row: ContactRow, width: int, flashing: frozenset[str]) -> Line:
        return row_line(row, columns_for(width), flashing, now=self.now)

    def changed_cells(self, before: ContactRow, after: ContactRow) -> frozenset[str]:
        return changed_fields(before, after)
