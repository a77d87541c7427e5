"""The part of a long list that is at hand: pages of rows by number, the least used ones forgotten."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, Self, TypeVar

PAGE_ROWS = 100
# 3,200 rows: some 60 screens to walk back over without a request, about 3 MB.
KEPT_PAGES = 32


class ListQuery(Protocol):
    """What asks for a page: it filters by *search*, and takes `after`, `offset` and `limit`."""

    @property
    def search(self) -> str: ...

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self: ...


class Row(Protocol):
    @property
    def id(self) -> int: ...


Q = TypeVar("Q", bound=ListQuery)
R = TypeVar("R", bound=Row)


@dataclass(frozen=True, slots=True)
class Chunk(Generic[R]):
    """One page as the daemon gave it. `total` counts all rows that match; so many at least, where not `is_counted`.
    `next` is "" on the last page."""

    total: int
    rows: list[R]
    next: str = ""
    is_counted: bool = True


class Pages(Generic[Q, R]):
    """Rows of *query* in the order they had when the list was opened.

    Later changes update rows in place and never move them, so that nothing jumps under the cursor; opening the
    list anew puts them in order. `total` is the number of rows in that order.
    """

    def __init__(self, query: Q) -> None:
        self.query = query
        self.total = 0
        self.is_counted = True  # else there are more rows than `total`
        self._kept: OrderedDict[int, Chunk[R]] = OrderedDict()

    def row(self, index: int) -> R | None:
        """The row at *index*; None while its page is not at hand."""
        number, at = divmod(index, PAGE_ROWS)
        page = self._kept.get(number)
        if page is None or at >= len(page.rows):
            return None
        self._kept.move_to_end(number)
        return page.rows[at]

    def take(self, number: int, page: Chunk[R]) -> None:
        """Keeps *page* as page *number*. The first page taken sets the total; a page that falls short corrects it."""
        end = number * PAGE_ROWS + len(page.rows)
        if not self._kept:
            self.total, self.is_counted = page.total, page.is_counted
        if len(page.rows) < PAGE_ROWS:
            self.total = min(self.total, end)
        self._kept[number] = page
        while len(self._kept) > KEPT_PAGES:
            self._kept.popitem(last=False)

    def counted(self, total: int) -> None:
        """There are *total* rows, which the first page did not tell."""
        self.total, self.is_counted = total, True

    def missing(self, top: int, bottom: int) -> int | None:
        """The next page worth fetching while rows *top* to *bottom* show: what shows first, then a page either side."""
        first, last = top // PAGE_ROWS, bottom // PAGE_ROWS
        wanted = [*range(first, last + 1), last + 1, first - 1]
        return next((number for number in wanted if self._exists(number) and number not in self._kept), None)

    def _exists(self, number: int) -> bool:
        return 0 <= number * PAGE_ROWS < self.total

    def request(self, number: int) -> Q:
        """How to ask for page *number*: by keyset after the page before it if that is at hand, else by offset."""
        before = self._kept.get(number - 1)
        place: dict[str, str | int] = (
            {"after": before.next} if before and before.next else {"offset": number * PAGE_ROWS}
        )
        return self.query.model_copy(update={"limit": PAGE_ROWS, **place})

    def rows(self) -> Iterator[tuple[int, R]]:
        """Every row at hand with its index."""
        for number, page in self._kept.items():
            for at, row in enumerate(page.rows):
                yield number * PAGE_ROWS + at, row

    def index_of(self, row_id: int) -> int | None:
        return next((index for index, row in self.rows() if row.id == row_id), None)

    def update(self, fresh: Iterable[R]) -> dict[int, tuple[R, R]]:
        """Puts rows that are at hand in their new state where they stand; those that changed, before and after."""
        by_id = {row.id: row for row in fresh}
        changed: dict[int, tuple[R, R]] = {}
        for number, page in self._kept.items():
            for before in page.rows:
                after = by_id.get(before.id, before)
                if after != before:
                    changed[before.id] = (before, after)
            self._kept[number] = replace(page, rows=[by_id.get(row.id, row) for row in page.rows])
        return changed
