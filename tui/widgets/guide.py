"""The parts of the guide: the line of its steps, a page that leads on to the next one, and the fields to type into."""

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.reactive import reactive
from textual.widgets import Input

from tui.bindings import Place, bindings
from tui.drawing.guide import step_line
from tui.drawing.line import Line
from tui.guide import Journey, Step
from tui.paths_typed import PathSuggester
from tui.store_request import StoreFields
from tui.widgets.form import FieldLabel
from tui.widgets.inked import Bar
from tui.widgets.lines_view import LinesView

_FIRST = {Step.STORE: "store", Step.TOKEN: "token"}  # the first field of each step that has some


class StepBar(Bar):
    journey: reactive[Journey] = reactive(Journey())

    def drawn(self, width: int) -> Line:
        return step_line(self.journey, width)


class GuidePage(LinesView):
    """A step's text. Its page keys turn it to its end, and then to another step."""

    BINDINGS = bindings(Place.GUIDE)

    def turned(self, direction: int) -> bool:
        """Turns the page, and leaves the cursor on what is chosen; False when there is nothing more that way."""
        last = max(self.row_count - self.rows_shown, 0)
        top = min(max(self.top + direction * max(self.rows_shown - 1, 1), 0), last)
        if top == self.top:
            return False
        self.scroll_top_to(top)
        return True


class GuideInput(Input):
    """A field. The keys between steps are told of: an Input has page keys of its own, which do nothing."""

    BINDINGS = bindings(Place.GUIDE)


class GuideFields(Vertical):
    """What is typed into the guide. It stays while one goes back and forth."""

    BINDINGS = bindings(Place.FIELDS)

    def compose(self) -> ComposeResult:
        with Vertical(id="store-fields"):
            yield FieldLabel("Store", "hash, or address of its control panel or API")
            yield GuideInput(id="store", compact=True)
            yield FieldLabel("Name", "how you call the store; optional")
            yield GuideInput(id="name", compact=True)
        with Vertical(id="token-fields"):
            yield FieldLabel("Token", "pasted here; not shown")
            yield GuideInput(id="token", password=True, compact=True)
            yield FieldLabel("or token file", "its path; → completes it")
            yield GuideInput(id="token_file", compact=True, suggester=PathSuggester())
            yield FieldLabel("Client secret", "checks signatures; optional, not shown")
            yield GuideInput(id="client_secret", password=True, compact=True)

    def show(self, step: Step) -> bool:
        """Shows the fields of *step* and puts the cursor into the first; False when it has none."""
        self.query_one("#store-fields").display = step is Step.STORE
        self.query_one("#token-fields").display = step is Step.TOKEN
        if step in _FIRST:
            self.focus_on(_FIRST[step])
        return step in _FIRST

    def focus_on(self, name: str) -> None:
        self.query_one(f"#{name}", Input).focus()

    def typed(self) -> StoreFields:
        return StoreFields(**{name: self.query_one(f"#{name}", Input).value for name in StoreFields.__slots__})

    def forget(self, *names: str) -> None:
        """Empties the fields of these *names*; all of them when there are none."""
        for name in names or StoreFields.__slots__:
            self.query_one(f"#{name}", Input).value = ""
