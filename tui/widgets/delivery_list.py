"""The window over the inbox."""

from common.inbox import DeliveryRow
from tui.drawing.deliveries import changed_fields, columns_for, heads, row_line
from tui.drawing.line import Line
from tui.widgets.row_list import RowList


class DeliveryList(RowList[DeliveryRow]):
    def titles(self, width: int) -> Line:
        return heads(columns_for(width))

    def cells(self, row: DeliveryRow, width: int, flashing: frozenset[str]) -> Line:
        return row_line(row, columns_for(width), flashing, now=self.now)

    def changed_cells(self, before: DeliveryRow, after: DeliveryRow) -> frozenset[str]:
        return changed_fields(before, after)
