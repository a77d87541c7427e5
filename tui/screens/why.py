"""Why a rule holds for a contact, or does not, and what would have to change."""

from functools import partial

from textual.app import ComposeResult

from common.segments.answers import Explanation
from tui import taking
from tui.bindings import Place
from tui.drawing.why import why_lines
from tui.screens.framed import Framed
from tui.session import RowsChanged, Session
from tui.taking import Taken
from tui.widgets.lines_view import LinesView


class WhyScreen(Framed):
    MODE = "segments"
    PLACES = (Place.LINES,)

    def __init__(self, session: Session, rule: str, email: str) -> None:
        super().__init__(session)
        self._rule = rule
        self._email = email
        self._why: Explanation | None = None

    def body(self) -> ComposeResult:
        yield LinesView(id="content")

    def read(self) -> None:
        self.ask_again(self._ask, self._shown, group="why")

    async def _ask(self) -> Explanation:
        return await self.session.client.explain_rule(self._rule, self._email)

    def taken(self) -> Taken | None:
        return partial(taking.explanation, self._why, self._rule, self._ask) if self._why else None

    def on_rows_changed(self, _: RowsChanged) -> None:
        self.read_soon()

    def _shown(self, why: Explanation) -> None:
        self._why = why
        self.query_one(LinesView).show(partial(why_lines, why))
        self.stand_back()
