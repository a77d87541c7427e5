"""The inbox: every delivery, filtered by text and state, the one under the cursor in full, and replays."""

from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from common.inbox import DeliveryDetail, DeliveryPage, DeliveryQuery, DeliveryRow, DeliveryState
from common.status import InboxCounts
from tui import feed, taking
from tui.bindings import Place, bindings
from tui.drawing.line import Role
from tui.drawing.notices import NO_DELIVERIES, NO_STORE, no_delivery
from tui.drawing.said import Said
from tui.export.sheets import DELIVERIES
from tui.pages import Chunk, Pages
from tui.screens.beside import DetailBeside
from tui.screens.delivery import DeliveryScreen, ReplayKeys, replay_title
from tui.screens.trace import TraceScreen
from tui.session import InboxMoved, Session
from tui.taking import Taken
from tui.widgets.count_bar import InboxCount
from tui.widgets.delivery_list import DeliveryList
from tui.widgets.lines_view import LinesView
from tui.widgets.notice import Notice
from tui.widgets.row_list import RowList
from tui.widgets.search_box import SearchBox

_SEARCH_CHARS = 200

_NEXT_STATE = {
    None: DeliveryState.PENDING,
    DeliveryState.PENDING: DeliveryState.DEAD,
    DeliveryState.DEAD: None,
}


_OF_ONE = {"inbox.mark", "inbox.replay", "inbox.trace"}


class InboxScreen(ReplayKeys, DetailBeside[DeliveryQuery, DeliveryRow, DeliveryDetail]):
    MODE = "inbox"
    PLACES = (Place.INBOX, Place.SEARCH, Place.LINES)
    BINDINGS = bindings(Place.INBOX)
    AGES_S = 10
    SHEET = DELIVERIES
    NOUN = "deliveries"

    def __init__(self, session: Session) -> None:
        super().__init__(session, DeliveryQuery())
        self._shown_id: int | None = None

    def idle_keys(self) -> set[str]:
        return super().idle_keys() | (set() if self.row_list.row_count else _OF_ONE)

    def body(self) -> ComposeResult:
        with Horizontal(id="content"):
            with Vertical(id="list-side"):
                yield InboxCount()
                yield SearchBox(
                    id="search", placeholder="scope or #id", max_length=_SEARCH_CHARS, select_on_focus=False
                )
                yield Notice(id="no-match")
                yield DeliveryList(self.list_query, id="deliveries", takes_marks=True)
            yield LinesView(id="detail")

    async def ask_page(self, query: DeliveryQuery) -> Chunk[DeliveryRow]:
        return feed.delivery_chunk(await self._page(query))

    async def ask_fresh(
        self, pages: Pages[DeliveryQuery, DeliveryRow], top: int, bottom: int
    ) -> feed.Freshness[DeliveryRow]:
        return await feed.freshen_deliveries(self._page, self.session.client.delivery, pages, top, bottom)

    async def _page(self, query: DeliveryQuery) -> DeliveryPage:
        page = await self.session.client.deliveries(query)
        self.query_one(InboxCount).counts = InboxCounts(pending=page.pending, done=page.done, dead=page.dead)
        return page

    def nothing(self) -> Said:
        return NO_DELIVERIES if self.session.stores else NO_STORE

    def no_match(self) -> Said:
        return no_delivery(self.list_query.search, self.list_query.state)

    @property
    def is_filtered(self) -> bool:
        return bool(self.list_query.search) or self.list_query.state is not None

    @property
    def detail_pane(self) -> LinesView:
        return self.query_one("#detail", LinesView)

    @property
    def can_go_back(self) -> bool:
        return self.focused is self.detail_pane or bool(self.row_list.marked) or self.is_filtered

    def on_inbox_moved(self, _: InboxMoved) -> None:
        self.read_soon()

    async def ask_detail(self, row: DeliveryRow) -> DeliveryDetail:
        return await self.session.client.delivery(row.id)

    def show_detail(self, delivery: DeliveryDetail) -> None:
        self.show_delivery(self.detail_pane, delivery, from_top=delivery.id != self._shown_id)
        self._shown_id = delivery.id

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        if self.is_side_by_side:
            self.detail_pane.focus()
        else:
            self.open_over(DeliveryScreen(self.session, message.row.id))

    def action_back(self) -> None:
        if self.focused is self.detail_pane:
            self.row_list.focus()
        elif self.row_list.marked:
            self._mark(frozenset())
        elif self.is_filtered:
            self.list_query = self.list_query.model_copy(update={"state": None, "search": ""})
            self.on_search_box_cleared()
            self.open_list(self.list_query)

    def action_next_state(self) -> None:
        state = _NEXT_STATE.get(self.list_query.state)
        self.open_list(self.list_query.model_copy(update={"state": state}))

    def on_row_list_mark_asked(self, message: RowList.MarkAsked) -> None:
        row = self.row_list.current
        if row and not message.all_rows:
            self._mark(self.row_list.marked ^ {row.id})

    def action_mark(self) -> None:
        if self.has_rows() and (row := self.row_list.current):
            self._mark(self.row_list.marked ^ {row.id})
            self.row_list.action_move(1)

    def _mark(self, marked: frozenset[int]) -> None:
        self.row_list.marked = marked
        self.query_one(InboxCount).marked = len(marked)
        self.show_keys()

    def taken(self) -> Taken | None:
        if (row := self.row_list.current) is None:
            return None
        return partial(taking.delivery_row, row, self.session.now(), partial(self.session.client.delivery, row.id))

    def action_trace(self) -> None:
        if row := self.row_list.current:
            self.app.push_screen(TraceScreen(self.session, row.id))
        else:
            self.say("There is no delivery to trace.", Role.WARN)

    def action_replay(self) -> None:
        """The marked deliveries, or else the one under the cursor."""
        row = self.row_list.current
        ids = sorted(self.row_list.marked) or ([row.id] if row else [])
        if not ids:
            self.say("There is no delivery to replay.", Role.WARN)
            return
        resource = (row.resource or row.scope) if row and ids == [row.id] else f"delivery #{ids[0]}"
        self.ask_replay(ids, replay_title(resource, len(ids)))

    def replayed(self) -> None:
        self._mark(frozenset())
        self.read()
