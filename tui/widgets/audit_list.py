"""The window over the commands that were given."""

from common.audit import AuditRow
from tui.drawing.audit import changed_fields, columns_for, heads, row_line
from tui.drawing.line import Line
from tui.widgets.row_list import RowList


class AuditList(RowList[AuditRow]):
    def titles(self, width: int) -> Line:
        return heads(columns_for(width))

    def cells(self, row: AuditRow, width: int, flashing: frozenset[str]) -> Line:
        return row_line(row, columns_for(width), flashing, now=self.now)

    def changed_cells(self, before: AuditRow, after: AuditRow) -> frozenset[str]:
        return changed_fields(before, after)
