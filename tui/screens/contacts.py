"""Contacts: the list of all of them, filtered and sorted, and the ecommerce box of the one under the cursor."""

import asyncio
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Input

from common.contacts import ContactDetail, ContactQuery, ContactRow, ContactSort
from common.errors import CounterfoilError
from tui import feed
from tui.bindings import Place, bindings
from tui.drawing.count import SORT_TITLES
from tui.drawing.line import Role
from tui.drawing.notices import NO_CONTACTS, NO_STORE, no_match
from tui.pages import PAGE_ROWS, Pages
from tui.screens.choice import Choice, Option
from tui.screens.contact import BoxKeys, ContactScreen
from tui.screens.framed import SIDE_BY_SIDE_FROM, Framed
from tui.session import RowsChanged, RunsMoved, Session
from tui.widgets.contact_box import ContactBox
from tui.widgets.contact_list import ContactList
from tui.widgets.count_bar import CountBar
from tui.widgets.notice import Notice
from tui.widgets.search_box import SearchBox
from tui.widgets.surface import Surface

_SEARCH_CHARS = 200
# Between two keys of quick typing: a list for each of them would be thrown away unseen.
_TYPING_S = 0.08
# A box that takes longer to come gives way to the name of the contact it will be about.
_LATE_S = 0.4
# The cursor rests this long on a contact before its box is read: held-down arrows ask for nothing.
_REST_S = 0.1


class ContactsScreen(BoxKeys, Framed):
    MODE = "contacts"
    PLACES = (Place.CONTACTS, Place.SEARCH, Place.LINES)
    BINDINGS = bindings(Place.CONTACTS)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._pages: Pages | None = None
        self._query = ContactQuery()  # what was asked for last; the list follows
        self._is_filling = False  # a run is under way, and the list grows by the page
        self._late = Timer(self, _LATE_S)

    def body(self) -> ComposeResult:
        with Horizontal(id="content"):
            with Vertical(id="list-side"):
                yield CountBar()
                yield SearchBox(
                    id="search", placeholder="email, name or #order", max_length=_SEARCH_CHARS, select_on_focus=False
                )
                yield Notice(id="no-match")
                yield ContactList(id="contacts")
            yield ContactBox(id="box")

    def on_mount(self) -> None:
        self.query_one("#no-match").display = False
        self.query_one(SearchBox).display = False

    @property
    def contact_list(self) -> ContactList:
        return self.query_one(ContactList)

    @property
    def is_side_by_side(self) -> bool:
        return self.size.width >= SIDE_BY_SIDE_FROM

    @property
    def can_go_back(self) -> bool:
        return self.focused is self.box or bool(self._query.search)

    def focus_content(self) -> None:
        if not isinstance(self.focused, SearchBox):
            self.contact_list.focus()

    # The list

    def read(self) -> None:
        if self._pages is None or not self._pages.total or self._pages.query != self._query:
            self._open(self._query)
        elif self._is_filling and self._is_at_rest:
            self._refill()
        else:
            self._freshen()

    def failed(self, error: CounterfoilError) -> None:
        self.query_one(CountBar).is_busy = False
        super().failed(error)

    def show_ages(self) -> None:
        self.contact_list.now = self.session.now()
        self.contact_list.refresh()

    def action_reload(self) -> None:
        self.session.hurry()
        if self.session.is_live:
            self._open(self._query, keep=self.contact_list.current)

    def _open(self, query: ContactQuery, *, keep: ContactRow | None = None, after_s: float = 0) -> None:
        """Reads the list anew; with *keep* the cursor stays on that contact if it is still near."""
        self._query = query
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

    def _show_count(self, *, new: int) -> None:
        bar = self.query_one(CountBar)
        bar.is_busy, bar.list_query, bar.new = False, self._query, new
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

    # Live changes

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
        call = partial(feed.opened, self.session.client.contacts, self._query)
        self.ask_again(call, self._refilled, group="refill")

    def _refilled(self, pages: Pages) -> None:
        if self._is_at_rest and pages.query == self._query:
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

    def _freshen(self) -> None:
        self.ask_again(self._look_again, self._freshened, group="fresh")
        self._read_box(after_s=0)

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

    # The box of the contact under the cursor

    def on_resize(self, _: Resize) -> None:
        self.query_one("#box").display = self.is_side_by_side
        if not self.is_side_by_side and self.focused is self.box:
            self.contact_list.focus()
        self._read_box(after_s=_REST_S)

    def on_contact_list_highlighted(self, message: ContactList.Highlighted) -> None:
        if message.row and self.is_side_by_side:
            self._read_box(after_s=_REST_S)
            self._late.stop()
            self._late = self.set_timer(_LATE_S, partial(self.box.introduce, message.row), name="late")

    def show_contact(self, contact: ContactDetail) -> None:
        self._late.stop()
        super().show_contact(contact)

    def _read_box(self, *, after_s: float) -> None:
        row = self.contact_list.current
        if row is None or not self.is_side_by_side:
            return
        contact_id = row.id

        async def read() -> ContactDetail:
            await asyncio.sleep(after_s)
            return await self.session.client.contact_by_id(contact_id)

        self.ask(read, self.show_contact, group="box")

    def on_contact_list_opened(self, message: ContactList.Opened) -> None:
        if self.is_side_by_side:
            self.box.focus()
        else:
            self.app.push_screen(ContactScreen(self.session, message.row))

    def action_back(self) -> None:
        if self.focused is self.box:
            self.contact_list.focus()
        elif self._query.search:
            self.on_search_box_cleared()

    def action_switch_pane(self) -> None:
        if self.is_side_by_side and self.focused is not self.box:
            self.box.focus()
        else:
            self.contact_list.focus()

    # Filter and order

    def action_search(self) -> None:
        self.query_one(SearchBox).display = True
        self.query_one(SearchBox).focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        if message.value.strip() != self._query.search or self.query_one(CountBar).is_busy:
            self._open(self._query.model_copy(update={"search": message.value.strip()}), after_s=_TYPING_S)

    def on_search_box_cleared(self) -> None:
        search = self.query_one(SearchBox)
        search.value = ""
        self.on_search_box_done()

    def on_search_box_done(self) -> None:
        self.contact_list.focus()
        self.query_one(SearchBox).display = bool(self.query_one(SearchBox).value)

    def action_sort(self) -> None:
        options = [Option(sort, title) for sort, title in SORT_TITLES.items()]
        self.app.push_screen(Choice("Sort contacts by", options, chosen=self._query.sort), self._sort_by)

    def _sort_by(self, sort: str | None) -> None:
        if sort is not None:
            self._open(self._query.model_copy(update={"sort": ContactSort(sort), "reverse": False}))

    def action_reverse(self) -> None:
        self._open(self._query.model_copy(update={"reverse": not self._query.reverse}))

    def action_copy(self) -> None:
        if row := self.contact_list.current:
            self.app.copy_to_clipboard(row.email)
            self.say(f"Copied {row.email}", Role.GOOD)
