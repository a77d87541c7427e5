"""Segments: the saved ones, each to be opened in the builder, and suggested ones to begin with."""

from functools import partial

from common.segments.answers import Segment, SegmentDeleted, SegmentDetail, SegmentList, SuggestedSegment
from common.segments.growth import SegmentGrowth
from tui import taking
from tui.bindings import Place, bindings
from tui.drawing.line import Role
from tui.drawing.notices import NO_SEGMENTS
from tui.drawing.segments import segment_lines, segments_lines
from tui.format import count, cut
from tui.keymap import shown
from tui.screens.beside import OverviewBeside
from tui.screens.builder import BuilderScreen
from tui.screens.choice import Choice, Option
from tui.screens.endings import is_segment_to_end
from tui.screens.growth import PANE_DAYS, GrowthScreen
from tui.screens.naming import duplicated, renamed
from tui.session import RowsChanged, Session
from tui.taking import Taken
from tui.widgets.lines_view import LinesView

_OF_ONE = {"segment.rename", "segment.duplicate", "segment.delete", "segment.growth"}


class SegmentsScreen(OverviewBeside):
    MODE = "segments"
    PLACES = (Place.SEGMENTS, Place.LINES)
    BINDINGS = bindings(Place.SEGMENTS)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._found = SegmentList(segments=[])

    def read(self) -> None:
        self.ask_again(self.session.client.segments, self._shown, group="segments")

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read_soon()

    def show_ages(self) -> None:
        self._draw()

    def _shown(self, found: SegmentList, *, rest_on: int = 0) -> None:
        self._found = found
        if found.segments:
            self._draw()
            self.overview.rest_on(rest_on)
            self.stand_back()
            self.read_detail()
        else:
            self.stand_in(NO_SEGMENTS)
            self.show_keys()

    def idle_keys(self) -> set[str]:
        return super().idle_keys() | (set() if self._found.segments else _OF_ONE)

    def _draw(self) -> None:
        lines = partial(segments_lines, self._found.segments, self.session.now())
        self.overview.show(lines)

    def read_detail(self) -> None:
        if (segment := self._chosen) is not None and self.is_side_by_side:
            grown = partial(self.session.client.segment_growth, segment.name, days=PANE_DAYS)
            self.ask_beside(segment.id, grown, partial(self._show_growth, segment))

    def _show_growth(self, segment: Segment, growth: SegmentGrowth) -> None:
        self.detail_pane.show(partial(segment_lines, segment, growth, self.session.now()))

    @property
    def _chosen(self) -> Segment | None:
        """The segment under the cursor."""
        target = self.overview.target
        return next((one for one in self._found.segments if one.id == target), None)

    def taken(self) -> Taken | None:
        segment = self._chosen
        return partial(taking.segment, segment, partial(self.session.client.segment, segment.name)) if segment else None

    def _readable(self) -> Segment | None:
        """The segment under the cursor; None, and why, when there is none or its rule cannot be read."""
        segment = self._chosen
        if segment is None:
            self.say(f"There is no segment yet: press {shown('segment.new')} to build one.", Role.WARN)
        elif not segment.rule:
            self.say(f"It cannot be read: {segment.fault}", Role.WARN)
        else:
            return segment
        return None

    def action_growth(self) -> None:
        if self._chosen is None:
            self.say(f"There is no segment yet: press {shown('segment.new')} to build one.", Role.WARN)
        else:
            self.open_over(GrowthScreen(self.session, self._chosen))

    def on_lines_view_opened(self, _: LinesView.Opened) -> None:
        if segment := self._readable():
            self.open_over(BuilderScreen(self.session, segment.rule, kept=segment))

    def action_create(self) -> None:
        self.open_over(BuilderScreen(self.session))

    def action_suggest(self) -> None:
        if not self.can("segment.suggested"):
            return
        self.say("Looking at what your customers do…", Role.MUTED)
        self.run_worker(self._suggest(), group="suggested", exclusive=True)

    async def _suggest(self) -> None:
        await self._answered(
            self.session.client.suggested_segments,
            lambda found: self._offer(found.segments),
        )

    def _offer(self, segments: list[SuggestedSegment]) -> None:
        self.say("")
        options = [Option(one.name, f"{one.name}  {count(one.count)}", one.why) for one in segments]

        def opened(name: str | None) -> None:
            for one in segments:
                if one.name == name:
                    self.open_over(BuilderScreen(self.session, one.rule, name=one.name))

        self.open_over(Choice("Suggested segments", options), opened)

    def action_rename(self) -> None:
        if self._chosen is None:
            self.say("There is no segment to rename.", Role.WARN)
        elif self.can("segment.rename"):
            self.run_worker(self._rename(self._chosen), group="name", exclusive=True)

    async def _rename(self, segment: Segment) -> None:
        if after := await renamed(self.app, self.session, segment.name):
            self._named(after, f"{cut(segment.name, 30)} is now called {cut(after.name, 30)}.")

    def action_duplicate(self) -> None:
        if (segment := self._readable()) and self.can("segment.duplicate"):
            self.run_worker(self._duplicate(segment), group="name", exclusive=True)

    async def _duplicate(self, segment: Segment) -> None:
        taken = [one.name for one in self._found.segments]
        if copy := await duplicated(self.app, self.session, segment.name, segment.rule, taken=taken):
            self._named(copy, f"{cut(copy.name, 40)} is saved.")

    def _named(self, segment: SegmentDetail, said: str) -> None:
        """Shows the list with *segment* in it, and the cursor on that."""
        self.say(said, Role.GOOD)
        self.ask(self.session.client.segments, partial(self._shown, rest_on=segment.id), group="named")

    def action_remove(self) -> None:
        if self._chosen is None:
            self.say("There is no segment to delete.", Role.WARN)
        elif self.can("segment.delete"):
            self.run_worker(self._remove(self._chosen.name), group="remove", exclusive=True)

    async def _remove(self, name: str) -> None:
        if await is_segment_to_end(self.app, name):
            self.ask(partial(self.session.client.delete_segment, name), self._removed, group="removed")

    def _removed(self, gone: SegmentDeleted) -> None:
        self.say(f"{cut(gone.name, 40)} is deleted.", Role.GOOD)
        self.read()
