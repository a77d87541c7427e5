"""A long list that a run fills: put in order again while it does, as long as nobody has a place in it."""

from functools import partial

from tui import feed
from tui.pages import Pages, Q, R
from tui.screens.row_list import RowListScreen
from tui.session import RunsMoved, Session


class FillingListScreen(RowListScreen[Q, R]):
    def __init__(self, session: Session, query: Q) -> None:
        super().__init__(session, query)
        self.is_filling = False  # a run is under way, and the list grows by the page

    def read(self) -> None:
        is_open = self.pages is not None and self.pages.total and self.pages.query == self.list_query
        if is_open and self.is_filling and self._is_at_rest:
            self._refill()
        else:
            super().read()

    def freshened(self, found: tuple[Pages[Q, R], feed.Freshness[R]]) -> None:
        """What went away, as when somebody is erased, leaves the list at once."""
        pages, fresh = found
        if pages is self.pages and fresh.total < pages.total:
            self.open_list(self.list_query, keep=self.row_list.current)
        else:
            super().freshened(found)

    @property
    def _is_at_rest(self) -> bool:
        """Nobody has moved off the first row: there is no place to keep."""
        shown = self.row_list
        return shown.cursor == 0 and shown.top == 0 and self.focused is shown and self.is_current

    def on_runs_moved(self, message: RunsMoved) -> None:
        self.is_filling = not all(run.state.is_over for run in message.runs)
        if self.is_filling:
            self.read_soon()
        elif self._is_at_rest:
            self._refill()

    def _refill(self) -> None:
        call = partial(feed.opened, self.ask_page, self.list_query)
        self.ask_again(call, self._refilled, group="refill")

    def _refilled(self, pages: Pages[Q, R]) -> None:
        if self._is_at_rest and pages.query == self.list_query:
            self.take(pages)
