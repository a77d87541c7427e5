"""The part of a long contact list that is at hand: pages of rows by number, the least used ones forgotten."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from common.contacts import ContactPage, ContactQuery, ContactRow
from tui.drawing.columns import Field, changed_fields

PAGE_ROWS = 100
# 3,200 rows: some 60 screens to walk back over without a request, about 3 MB.
KEPT_PAGES = 32


class Pages:
    """Rows of *query* in the order they had when the list was opened.

    Later changes update rows in place and never move them, so that nothing jumps under the cursor; opening the
    list anew puts them in order. `total` is the number of rows in that order.
    """

    def __init__(self, query: ContactQuery) -> None:
        self.query = query
        self.total = 0
        self._kept: OrderedDict[int, ContactPage] = OrderedDict()

    def row(self, index: int) -> ContactRow | None:
        """The row at *index*; None while its page is not at hand."""
        number, at = divmod(index, PAGE_ROWS)
        page = self._kept.get(number)
        if page is None or at >= len(page.contacts):
            return None
        self._kept.move_to_end(number)
        return page.contacts[at]

    def take(self, number: int, page: ContactPage) -> None:
        """Keeps *page* as page *number*. The first page taken sets the total; a page that falls short corrects it."""
        end = number * PAGE_ROWS + len(page.contacts)
        if not self._kept:
            self.total = page.total
        if len(page.contacts) < PAGE_ROWS:
            self.total = min(self.total, end)
        self._kept[number] = page
        while len(self._kept) > KEPT_PAGES:
            self._kept.popitem(last=False)

    def missing(self, top: int, bottom: int) -> int | None:
        """The next page worth fetching while rows *top* to *bottom* show: what shows first, then a page either side."""
        first, last = top // PAGE_ROWS, bottom // PAGE_ROWS
        wanted = [*range(first, last + 1), last + 1, first - 1]
        return next((number for number in wanted if self._exists(number) and number not in self._kept), None)

    def _exists(self, number: int) -> bool:
        return 0 <= number * PAGE_ROWS < self.total

    def request(self, number: int) -> ContactQuery:
        """How to ask for page *number*: by keyset after the page before it if that is at hand, else by offset."""
        before = self._kept.get(number - 1)
        place: dict[str, str | int] = (
            {"after": before.next} if before and before.next else {"offset": number * PAGE_ROWS}
        )
        return self.query.model_copy(update={"limit": PAGE_ROWS, **place})

    def rows(self) -> Iterator[tuple[int, ContactRow]]:
        """Every row at hand with its index."""
        for number, page in self._kept.items():
            for at, row in enumerate(page.contacts):
                yield number * PAGE_ROWS + at, row

    def index_of(self, contact_id: int) -> int | None:
        return next((index for index, row in self.rows() if row.id == contact_id), None)

    def update(self, fresh: Iterable[ContactRow]) -> dict[int, frozenset[Field]]:
        """Puts rows that are at hand in their new state where they stand; the changed fields by contact id."""
        by_id = {row.id: row for row in fresh}
        changed: dict[int, frozenset[Field]] = {}
        for number, page in self._kept.items():
            for before in page.contacts:
                after = by_id.get(before.id, before)
                if after != before:
                    changed[before.id] = changed_fields(before, after)
            rows = [by_id.get(row.id, row) for row in page.contacts]
            self._kept[number] = page.model_copy(update={"contacts": rows})
        return changed
