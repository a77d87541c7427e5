"""A page of details is painted for the width that it has."""

from typing import ClassVar

from textual.app import App, ComposeResult
from textual.strip import Strip

from tui.drawing.line import heading
from tui.widgets.inked import INKS
from tui.widgets.lines_view import LinesView


class Watched(LinesView):
    painted: ClassVar[list[str]]

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        self.painted.append(strip.text.strip())
        return strip


class Opening(App[None]):
    COMPONENT_CLASSES = set(INKS)  # noqa: RUF012 - the type Textual declares

    def compose(self) -> ComposeResult:
        yield Watched()


async def test_a_page_that_opens_is_not_painted_for_another_width_first() -> None:
    """It jumped: at 40 cells as its lines for 80, cut, and at 200 as a narrow page, until it heard of its size."""
    Watched.painted = []
    app = Opening()
    async with app.run_test(size=(40, 5)) as pilot:
        view = app.query_one(Watched)
        view.display = False
        await pilot.pause()
        view.show(lambda width: [heading("Doctor", width)])

        view.display = True
        await pilot.pause()

        assert [text for text in Watched.painted if text.startswith("── Doctor")]
        assert not [text for text in Watched.painted if text.endswith("…")]
