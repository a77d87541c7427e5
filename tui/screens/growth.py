"""How one segment grew, on the whole screen."""

from functools import partial

from textual.app import ComposeResult

from common.segments.answers import Segment
from common.segments.growth import SegmentGrowth
from tui.bindings import Place
from tui.drawing.segments import segment_lines
from tui.screens.framed import Framed
from tui.session import RowsChanged, Session
from tui.widgets.lines_view import LinesView

PANE_DAYS = 30
"""As many as have room beside the list."""

_DAYS = 90


class GrowthScreen(Framed):
    MODE = "segments"
    PLACES = (Place.LINES,)

    def __init__(self, session: Session, segment: Segment) -> None:
        super().__init__(session)
        self._segment = segment

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def read(self) -> None:
        self.ask_again(self._look, self._shown, group="growth")

    async def _look(self) -> tuple[Segment, SegmentGrowth]:
        client, name = self.session.client, self._segment.name
        return await client.segment(name), await client.segment_growth(name, days=_DAYS)

    def _shown(self, found: tuple[Segment, SegmentGrowth]) -> None:
        self.query_one(LinesView).show(partial(segment_lines, *found, self.session.now()))
        self.stand_back()

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read_soon()
