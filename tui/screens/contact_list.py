"""The list of contacts on a screen: put in order again while a run fills it."""

from functools import partial

from common.contacts import ContactQuery, ContactRow
from tui import feed, taking
from tui.drawing.count import SORT_TITLES, asked_for
from tui.drawing.notices import NO_CONTACTS, NO_STORE, no_match
from tui.drawing.said import Said
from tui.export.sheets import CONTACTS
from tui.pages import Chunk, Pages
from tui.screens.sorted_list import SortedListScreen
from tui.session import RowsChanged, Session
from tui.taking import Taken

_RULE_SIGN = ":"


class ListScreen(SortedListScreen[ContactQuery, ContactRow]):
    SHEET = CONTACTS
    SORTS = SORT_TITLES
    NOUN = "contacts"

    def __init__(self, session: Session) -> None:
        super().__init__(session, ContactQuery())

    async def ask_page(self, query: ContactQuery) -> Chunk[ContactRow]:
        is_first = not (query.after or query.offset)
        return feed.contact_chunk(await self.session.client.contacts(query.model_copy(update={"quick": is_first})))

    async def ask_total(self, query: ContactQuery) -> int:
        return (await self.session.client.contacts(query.model_copy(update={"limit": 1}))).total

    async def ask_fresh(
        self, pages: Pages[ContactQuery, ContactRow], top: int, bottom: int
    ) -> feed.Freshness[ContactRow]:
        return await feed.freshen_contacts(self.session.client.contacts, pages, top, bottom)

    def nothing(self) -> Said:
        return NO_CONTACTS if self.session.stores else NO_STORE

    def no_match(self) -> Said:
        return no_match(asked_for(self.session.shown(self.list_query)))

    @property
    def is_filtered(self) -> bool:
        return bool(self.list_query.search or self.list_query.match)

    def filtered_by(self, text: str) -> ContactQuery:
        """After a colon a rule; until it is one the list stays as it was."""
        if not text.startswith(_RULE_SIGN):
            return self.list_query.model_copy(update={"search": text, "match": ""})
        rule = text.removeprefix(_RULE_SIGN).strip()
        if rule:
            from common.segments.language import parsed  # takes a moment once, and most filters are no rules

            parsed(rule)
        return self.list_query.model_copy(update={"search": "", "match": rule})

    def taken_of_row(self) -> Taken | None:
        """The contact under the cursor."""
        if (row := self.row_list.current) is None:
            return None
        document = partial(self.session.client.contact_by_id, row.id)
        return partial(taking.contact_row, row, self.session.now(), document)

    def on_rows_changed(self, message: RowsChanged) -> None:
        if not self.is_filling and message.contact_ids & self._ids_shown():
            self.read()
        else:
            self.read_soon()

    def _ids_shown(self) -> set[int]:
        shown = self.row_list
        rows = (shown.pages.row(index) for index in range(shown.top, shown.bottom + 1))
        return {row.id for row in rows if row}
