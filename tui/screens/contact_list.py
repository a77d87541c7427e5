"""The list of contacts on a screen: opened anew, filled as one scrolls, kept true while data changes under it."""

import asyncio
from functools import partial

from common.contacts import ContactQuery, ContactRow
from common.errors import CounterfoilError
from tui import feed
from tui.drawing.notices import NO_CONTACTS, NO_STORE, no_match
from tui.pages import PAGE_ROWS, Pages
from tui.screens.framed import Framed
from tui.session import RowsChanged, RunsMoved, Session, StoresRead
from tui.widgets.contact_list import ContactList
from tui.widgets.count_bar import CountBar
from tui.widgets.notice import Notice
from tui.widgets.surface import Surface


class ListScreen(Framed):
    """A screen with a ContactList, a CountBar over it and a Notice "no-match" in its place."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.list_query = ContactQuery()  # what was asked for last; the list follows
        self._pages: Pages | None = None
        self._is_filling = False  # a run is under way, and the list grows by the page

    @property
    def contact_list(self) -> ContactList:
        return self.query_one(ContactList)

    def read(self) -> None:
        if self._pages is None or not self._pages.total or self._pages.query != self.list_query:
            self.open_list(self.list_query)
        elif self._is_filling and self._is_at_rest:
            self._refill()
        else:
            self.freshen()

    def failed(self, error: CounterfoilError) -> None:
        self.query_one(CountBar).is_busy = False
        super().failed(error)

    def show_ages(self) -> None:
        self.contact_list.now = self.session.now()
        self.contact_list.refresh()

    def action_reload(self) -> None:
        self.session.hurry()
        if self.session.is_live:
            self.open_list(self.list_query, keep=self.contact_list.current)

    def open_list(self, query: ContactQuery, *, keep: ContactRow | None = None, after_s: float = 0) -> None:
        """Reads the list anew; with *keep* the cursor stays on that contact if it is still near."""
        self.list_query = query
        around = self.contact_list.cursor if keep else 0
        self.query_one(CountBar).is_busy = True

        async def read() -> Pages:
            await asyncio.sleep(after_s)
            return await feed.opened(self.session.client.contacts, query, around=around)

        self.ask(read, partial(self._opened, keep=keep, around=around), group="list")

    def _opened(self, pages: Pages, *, keep: ContactRow | None, around: int) -> None:
        self._pages = pages
        self._show_count(new=0)
        found = pages.index_of(keep.id) if keep else None
        cursor = around if found is None else found
        top = max(cursor - (self.contact_list.cursor - self.contact_list.top), 0)
        self._show_or_stand_in(pages)
        self.contact_list.now = self.session.now()
        self.contact_list.show(pages, cursor=cursor, top=top)
        self._fill()

    def _show_or_stand_in(self, pages: Pages) -> None:
        is_filtered = bool(pages.query.search)
        if pages.total or is_filtered:
            self.stand_back()
        else:
            self.stand_in(NO_CONTACTS if self.session.stores else NO_STORE)
        no_match_here = is_filtered and not pages.total
        self.query_one("#no-match", Notice).said = no_match(pages.query.search)
        self.query_one("#no-match").display = no_match_here
        self.contact_list.display = not no_match_here

    def on_stores_read(self, _: StoresRead) -> None:
        if self._pages and not self._pages.total:
            self._show_or_stand_in(self._pages)

    def _show_count(self, *, new: int) -> None:
        bar = self.query_one(CountBar)
        bar.is_busy, bar.list_query, bar.new = False, self.list_query, new
        bar.total = (self._pages.total if self._pages else 0) + new

    def on_surface_scrolled(self, message: Surface.Scrolled) -> None:
        if message.surface is self.contact_list:
            self._fill()

    def _fill(self) -> None:
        """Reads pages until all that shows, and a page either side of it, is at hand."""
        if self._pages and self._wanted() is not None:
            self.ask_again(self._fill_all, lambda _: None, group="page")

    def _wanted(self) -> int | None:
        shown = self.contact_list
        return self._pages.missing(shown.top, max(shown.bottom, 0)) if self._pages else None

    async def _fill_all(self) -> None:
        while self._pages and (number := self._wanted()) is not None:
            pages = self._pages
            await feed.fill(self.session.client.contacts, pages, number)
            if pages is self._pages:
                self.contact_list.rows_arrived(number * PAGE_ROWS, (number + 1) * PAGE_ROWS - 1)

    @property
    def _is_at_rest(self) -> bool:
        """Nobody has moved off the first row: there is no place to keep."""
        shown = self.contact_list
        return shown.cursor == 0 and shown.top == 0 and self.focused is shown and self.is_current

    def on_runs_moved(self, message: RunsMoved) -> None:
        self._is_filling = not all(run.state.is_over for run in message.runs)
        if self._is_filling:
            self.read_soon()
        elif self._is_at_rest:
            self._refill()

    def _refill(self) -> None:
        """Puts the list in order again while a run fills it, as long as nobody has a place in it."""
        call = partial(feed.opened, self.session.client.contacts, self.list_query)
        self.ask_again(call, self._refilled, group="refill")

    def _refilled(self, pages: Pages) -> None:
        if self._is_at_rest and pages.query == self.list_query:
            self._opened(pages, keep=None, around=0)

    def on_rows_changed(self, message: RowsChanged) -> None:
        if not self._is_filling and message.contact_ids & self._ids_shown():
            self.read()
        else:
            self.read_soon()

    def _ids_shown(self) -> set[int]:
        shown = self.contact_list
        rows = (shown.pages.row(index) for index in range(shown.top, shown.bottom + 1))
        return {row.id for row in rows if row}

    def freshen(self) -> None:
        """Looks again at the rows that show."""
        self.ask_again(self._look_again, self._freshened, group="fresh")

    async def _look_again(self) -> tuple[Pages, feed.Freshness]:
        pages = self._pages or Pages(ContactQuery())
        shown = self.contact_list
        return pages, await feed.freshen(self.session.client.contacts, pages, shown.top, shown.bottom)

    def _freshened(self, found: tuple[Pages, feed.Freshness]) -> None:
        pages, fresh = found
        if pages is not self._pages:
            return
        self._show_count(new=max(fresh.total - pages.total, 0))
        self.contact_list.now = self.session.now()
        if fresh.changed:
            self.contact_list.flash(fresh.changed)
