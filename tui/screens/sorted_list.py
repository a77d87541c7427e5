"""A long list that can be put in another order: from a menu, the other way round, or by the head of a column."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, Self, TypeVar

from tui.pages import ListQuery, R
from tui.screens.choice import Choice, Option
from tui.screens.filling_list import FillingListScreen
from tui.widgets.row_list import RowList


class SortedQuery(ListQuery, Protocol):
    """A query that can be put in another order."""

    @property
    def sort(self) -> str: ...

    @property
    def reverse(self) -> bool: ...

    @classmethod
    def model_validate(cls, obj: Any) -> Self: ...

    def model_dump(self) -> dict[str, Any]: ...


S = TypeVar("S", bound=SortedQuery)


class SortedListScreen(FillingListScreen[S, R]):
    SORTS: ClassVar[Mapping[Any, str]]
    """What the list can be sorted by, with its title."""

    def action_sort(self) -> None:
        options = [Option(sort, title) for sort, title in self.SORTS.items()]
        menu = Choice(f"Sort {self.NOUN} by", options, chosen=self.list_query.sort)
        self.open_over(menu, self._sort_by)

    def _sort_by(self, sort: str | None) -> None:
        if sort is not None:
            self._put_in_order(sort, reverse=False)

    def action_reverse(self) -> None:
        if self.has_rows():
            self._put_in_order(self.list_query.sort, reverse=not self.list_query.reverse)

    def on_row_list_sort_asked(self, message: RowList.SortAsked) -> None:
        """The head of the column that sorts already turns the order round."""
        if message.sort == self.list_query.sort:
            self.action_reverse()
        else:
            self._sort_by(message.sort)

    def _put_in_order(self, sort: str, *, reverse: bool) -> None:
        asked = self.list_query.model_dump() | {"sort": sort, "reverse": reverse}
        self.open_list(type(self.list_query).model_validate(asked))
