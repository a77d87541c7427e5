"""Who commanded what, and what became of it: every command, filtered by user, command and outcome."""

from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical

from common.audit import BEGUN, MAX_AUDIT, AuditQuery, AuditRow
from tui import feed, taking
from tui.bindings import Place, bindings
from tui.drawing.notices import NOTHING_COMMANDED, no_command
from tui.drawing.said import Said
from tui.export.sheets import COMMANDS
from tui.pages import Chunk, Pages
from tui.screens.row_list import RowListScreen
from tui.session import Session
from tui.taking import Taken
from tui.widgets.audit_list import AuditList
from tui.widgets.count_bar import AuditCount
from tui.widgets.notice import Notice
from tui.widgets.search_box import SearchBox

_FAILED = "failed"
_NEXT_OUTCOME = {"": _FAILED, _FAILED: BEGUN, BEGUN: ""}


class AuditScreen(RowListScreen[AuditQuery, AuditRow]):
    MODE = "settings"
    PLACES = (Place.AUDIT, Place.SEARCH, Place.LINES)
    BINDINGS = bindings(Place.AUDIT)
    SHEET = COMMANDS
    NOUN = "commands"
    MOST_AT_ONCE = MAX_AUDIT

    def __init__(self, session: Session) -> None:
        super().__init__(session, AuditQuery())

    def body(self) -> ComposeResult:
        with Vertical(id="content"):
            yield AuditCount()
            yield SearchBox(id="search", placeholder="user or command", max_length=200, select_on_focus=False)
            yield Notice(id="no-match")
            yield AuditList(self.list_query, id="commands")

    async def ask_page(self, query: AuditQuery) -> Chunk[AuditRow]:
        return feed.audit_chunk(await self.session.client.audit(query))

    async def ask_fresh(self, pages: Pages[AuditQuery, AuditRow], top: int, bottom: int) -> feed.Freshness[AuditRow]:
        return await feed.freshen_audit(self.session.client.audit, pages, top, bottom)

    def nothing(self) -> Said:
        return NOTHING_COMMANDED

    def no_match(self) -> Said:
        return no_command(self.list_query.search, self.list_query.outcome)

    @property
    def is_filtered(self) -> bool:
        return bool(self.list_query.search or self.list_query.outcome)

    def action_back(self) -> None:
        if self.is_filtered:
            self.list_query = AuditQuery()
            self.on_search_box_cleared()
            self.open_list(self.list_query)
        else:
            super().action_back()

    def action_next_outcome(self) -> None:
        self.open_list(self.list_query.model_copy(update={"outcome": _NEXT_OUTCOME[self.list_query.outcome]}))

    def idle_keys(self) -> set[str]:
        """There is nothing more to a command than its line."""
        return super().idle_keys() | {"open"}

    def taken(self) -> Taken | None:
        if (row := self.row_list.current) is None:
            return None
        ask = partial(self.session.client.audit, AuditQuery(after=str(row.id + 1), limit=1))
        return partial(taking.command_row, row, self.session.now(), ask)
