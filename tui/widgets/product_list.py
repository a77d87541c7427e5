"""The window over all products."""

from collections.abc import Mapping

from textual.reactive import reactive

from common.products import ProductQuery, ProductRow
from tui.drawing.cells import Column, field_at
from tui.drawing.line import Line
from tui.drawing.products import SORTED_FIELD, Field, changed_fields, columns_for, heads, row_line
from tui.widgets.row_list import RowList


class ProductList(RowList[ProductRow]):
    """*names* are the stores' names by hash; where there are several, each row says whose it is."""

    names: reactive[Mapping[str, str]] = reactive(dict)

    def titles(self, width: int) -> Line:
        query = self._query
        return heads(self._columns(width), query.sort, reverse=query.reverse)

    def sort_at(self, x: int, width: int) -> str:
        field = field_at(self._columns(width), x)
        return next((sort for sort, sorted_by in SORTED_FIELD.items() if sorted_by is field), "")

    def cells(self, row: ProductRow, width: int, flashing: frozenset[str]) -> Line:
        name = self.names.get(row.store, row.store)
        return row_line(row, self._columns(width), flashing, name, now=self.now)

    def changed_cells(self, before: ProductRow, after: ProductRow) -> frozenset[str]:
        return changed_fields(before, after)

    def _columns(self, width: int) -> tuple[Column[Field], ...]:
        return columns_for(width, self._query.sort, with_store=len(self.names) > 1)

    @property
    def _query(self) -> ProductQuery:
        query: ProductQuery = self.pages.query
        return query
