"""A long list on a screen: opened anew, filtered, filled as one scrolls, kept true while data changes under it."""

import asyncio
import time
from functools import partial
from typing import Any, ClassVar, Generic

from textual.widgets import Input

from common.errors import CounterfoilError
from tui import feed
from tui.drawing.line import Role
from tui.drawing.said import Said
from tui.export.sheets import Sheet
from tui.masking import marks_of
from tui.pages import PAGE_ROWS, Chunk, Pages, Q, R
from tui.screens.framed import Framed
from tui.session import Session, StoresRead
from tui.widgets.count_bar import CountBar
from tui.widgets.lines_view import LinesView
from tui.widgets.notice import Notice
from tui.widgets.row_list import RowList
from tui.widgets.search_box import SearchBox
from tui.widgets.surface import Surface

# Between two keys of quick typing: a list for each of them would be thrown away unseen.
_TYPING_S = 0.08
_RESTED_S = 0.25


class RowListScreen(Framed, Generic[Q, R]):
    """A screen with a RowList, a CountBar and a SearchBox over it, and a Notice "no-match" in its place."""

    def __init__(self, session: Session, query: Q) -> None:
        super().__init__(session)
        self.list_query = query  # what was asked for last; the list follows
        self.pages: Pages[Q, R] | None = None
        self._is_faulty = False  # what stands in the search box, and it was said
        self._typed_at = 0.0

    async def ask_page(self, query: Q) -> Chunk[R]:
        """One page from the daemon."""
        raise NotImplementedError

    async def ask_total(self, query: Q) -> int:
        """How many rows there are, where the first page did not tell."""
        raise NotImplementedError

    async def ask_fresh(self, pages: Pages[Q, R], top: int, bottom: int) -> feed.Freshness[R]:
        """Brings the rows that show up to date."""
        raise NotImplementedError

    def nothing(self) -> Said:
        """What stands in place of a list without rows."""
        raise NotImplementedError

    def no_match(self) -> Said:
        """What stands in place of a filtered list without rows."""
        raise NotImplementedError

    def filtered_by(self, text: str) -> Q:
        """The query for what was typed into the search box. Raises CounterfoilError for what cannot be asked yet."""
        return self.list_query.model_copy(update={"search": text})

    SHEET: ClassVar[Sheet[Any]] = ()
    """The columns of an export; () = there is none."""
    NOUN: ClassVar[str] = "rows"
    MOST_AT_ONCE: ClassVar[int] = 2000
    """Rows of a page of an export: read and written in some 20 ms, and keys are answered in between."""

    @property
    def page(self) -> LinesView | None:
        return self.focused if isinstance(self.focused, LinesView) else None

    @property
    def row_list(self) -> RowList[R]:
        return self.query_one(RowList)

    @property
    def is_filtered(self) -> bool:
        return bool(self.list_query.search)

    def on_mount(self) -> None:
        self.query_one("#no-match").display = False
        self.query_one(SearchBox).display = False

    def focus_content(self) -> None:
        if not isinstance(self.focused, SearchBox):
            self.row_list.focus()

    def read(self) -> None:
        if self.pages is None or not self.pages.total or self.pages.query != self.list_query:
            self.open_list(self.list_query)
        else:
            self.freshen()

    def failed(self, error: CounterfoilError) -> None:
        self.query_one(CountBar).is_busy = False
        super().failed(error)

    def show_ages(self) -> None:
        self.row_list.now = self.session.now()
        self.row_list.refresh()

    def read_anew(self) -> None:
        self.open_list(self.list_query, keep=self.row_list.current)

    def has_rows(self) -> bool:
        """Whether there is a row to do something to; says so when there is none."""
        if not self.row_list.row_count:
            self.say(f"There are no {self.NOUN} here.", Role.WARN)
        return self.row_list.row_count > 0

    def open_list(self, query: Q, *, keep: R | None = None, after_s: float = 0) -> None:
        """Reads the list anew; with *keep* the cursor stays on that row if it is still near."""
        self.list_query = query
        around = self.row_list.cursor if keep else 0
        self.query_one(CountBar).is_busy = True
        self.workers.cancel_group(self, "count")

        async def read() -> Pages[Q, R]:
            await asyncio.sleep(after_s)
            return await feed.opened(self.ask_page, query, around=around)

        self.ask(read, partial(self.take, keep=keep, around=around), group="list")

    def take(self, pages: Pages[Q, R], *, keep: R | None = None, around: int = 0) -> None:
        """Shows a list just opened."""
        self.pages = pages
        self.show_count(new=0)
        found = pages.index_of(keep.id) if keep else None
        cursor = around if found is None else found
        top = max(cursor - (self.row_list.cursor - self.row_list.top), 0)
        self.show_or_stand_in(pages)
        self.row_list.now = self.session.now()
        self.row_list.show(pages, cursor=cursor, top=top)
        self._fill()
        if not pages.is_counted:
            self.ask(partial(self._find_total, pages), self._take_total, group="count")

    async def _find_total(self, pages: Pages[Q, R]) -> tuple[Pages[Q, R], int]:
        return pages, await self.ask_total(pages.query)

    def _take_total(self, found: tuple[Pages[Q, R], int]) -> None:
        """Shows how many rows there are, which took longer than the rows."""
        pages, total = found
        if pages is self.pages and not pages.is_counted:
            pages.counted(total)
            self.row_list.measure()
            self.show_count(new=0)

    def show_or_stand_in(self, pages: Pages[Q, R]) -> None:
        """Shows the list, or what is said where it has no rows."""
        if pages.total or self.is_filtered:
            self.stand_back()
        else:
            self.stand_in(self.nothing())
        no_match_here = self.is_filtered and not pages.total
        self.query_one("#no-match", Notice).said = self.no_match()
        self.query_one("#no-match").display = no_match_here
        self._show_rows(shows=not no_match_here)

    def _show_rows(self, *, shows: bool) -> None:
        """Shows the list or not; one that comes back has the keys again, which it lost with its place."""
        comes_back = shows and not self.row_list.display
        self.row_list.display = shows
        if comes_back:
            self.focus_content()

    def on_stores_read(self, _: StoresRead) -> None:
        if self.pages and not self.pages.total:
            self.show_or_stand_in(self.pages)

    def show_count(self, *, new: int) -> None:
        bar = self.query_one(CountBar)
        bar.is_busy = bool(self.pages and not self.pages.is_counted)
        bar.list_query, bar.new = self.session.shown(self.list_query), new
        bar.total = (self.pages.total if self.pages else 0) + new
        self.show_keys()

    def show_masked(self) -> None:
        super().show_masked()
        self.query_one(CountBar).list_query = self.session.shown(self.list_query)
        self.query_one(SearchBox).is_masked = self.session.is_masked and "search" in marks_of(type(self.list_query))
        if self.pages:
            self.query_one("#no-match", Notice).said = self.no_match()

    def on_surface_scrolled(self, message: Surface.Scrolled) -> None:
        if message.surface is self.row_list:
            self._fill()

    def _fill(self) -> None:
        """Reads pages until all that shows, and a page either side of it, is at hand."""
        if self.pages and self._wanted() is not None:
            self.ask_again(self._fill_all, lambda _: None, group="page")

    def _wanted(self) -> int | None:
        shown = self.row_list
        return self.pages.missing(shown.top, max(shown.bottom, 0)) if self.pages else None

    async def _fill_all(self) -> None:
        while self.pages and (number := self._wanted()) is not None:
            pages = self.pages
            await feed.fill(self.ask_page, pages, number)
            if pages is self.pages:
                self.row_list.rows_arrived(number * PAGE_ROWS, (number + 1) * PAGE_ROWS - 1)

    def freshen(self) -> None:
        """Looks again at the rows that show."""
        self.ask_again(self._look_again, self.freshened, group="fresh")

    async def _look_again(self) -> tuple[Pages[Q, R], feed.Freshness[R]]:
        pages = self.pages or Pages(self.list_query)
        shown = self.row_list
        return pages, await self.ask_fresh(pages, shown.top, shown.bottom)

    def freshened(self, found: tuple[Pages[Q, R], feed.Freshness[R]]) -> None:
        """Shows what a look at the rows that show has found."""
        pages, fresh = found
        if pages is not self.pages:
            return
        self._take_total((pages, fresh.total))
        self.show_count(new=max(fresh.total - pages.total, 0))
        self.row_list.now = self.session.now()
        if fresh.changed:
            self.row_list.flash(fresh.changed)

    def action_search(self) -> None:
        self.query_one(SearchBox).display = True
        self.query_one(SearchBox).focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        try:
            query = self.filtered_by(message.value.strip())
        except CounterfoilError as error:
            self.say(str(error), Role.WARN, stays=True)
            self._is_faulty = True
            return
        if self._is_faulty:
            self._is_faulty = False
            self.say("")
        if query != self.list_query or self.query_one(CountBar).is_busy:
            self.open_list(query, after_s=self._until_typed())

    def _until_typed(self) -> float:
        """A key after a rest is answered at once; of keys in quick succession the last one is."""
        before, self._typed_at = self._typed_at, time.monotonic()
        return 0 if self._typed_at - before > _RESTED_S else _TYPING_S

    def on_search_box_cleared(self) -> None:
        search = self.query_one(SearchBox)
        search.value = ""
        self.on_search_box_done()

    def on_search_box_done(self) -> None:
        self.set_focus(self.row_list if self.row_list.display else None)
        self.query_one(SearchBox).display = bool(self.query_one(SearchBox).value)
