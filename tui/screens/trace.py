"""What one delivery went through, and what it caused."""

from functools import partial

from textual.app import ComposeResult

from common.inbox import DeliveryTrace
from tui import taking
from tui.bindings import Place
from tui.drawing.trace import trace_lines
from tui.screens.framed import Framed
from tui.session import InboxMoved, Session
from tui.taking import Taken
from tui.widgets.lines_view import LinesView


class TraceScreen(Framed):
    MODE = "inbox"
    PLACES = (Place.LINES,)

    def __init__(self, session: Session, delivery_id: int) -> None:
        super().__init__(session)
        self._delivery_id = delivery_id
        self._trace: DeliveryTrace | None = None

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def read(self) -> None:
        self.ask_again(self._ask, self._shown, group="trace")

    async def _ask(self) -> DeliveryTrace:
        return await self.session.client.trace(self._delivery_id)

    def taken(self) -> Taken | None:
        return partial(taking.trace, self._trace, self._ask) if self._trace else None

    def _shown(self, trace: DeliveryTrace) -> None:
        self._trace = trace
        self.query_one(LinesView).show(partial(trace_lines, trace))
        self.stand_back()

    def on_inbox_moved(self, _: InboxMoved) -> None:
        self.read_soon()
