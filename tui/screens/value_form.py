"""How a condition is asked, and with what: fields by the type of its values, checked as one types."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input

from common.errors import CounterfoilError
from common.segments.answers import ValueQuery
from common.segments.catalogue import ConditionKind
from common.segments.describe import phrase
from common.segments.operators import Op, Operator, Takes, Type, operator_in
from common.segments.rules import Condition
from common.segments.typed import UNITS, Fields, condition_typed, fields_of
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.drawing.rule import help_lines, operator_lines
from tui.keymap import with_keys
from tui.screens.foot import foot
from tui.screens.stacked import Dialog
from tui.session import Session
from tui.widgets.form import FieldName, FormMessage, OptionBar
from tui.widgets.lines_view import LinesView
from tui.widgets.text_line import TextLine

_NO_CURRENCY = "none"
_MOST_CURRENCIES = 50
_OTHER_ROWS = 9  # border, help, three fields at most, message
_TITLES = {Type.NUMBER: "Number", Type.MONEY: "Amount", Type.DATE: "Date", Type.TIME: "Time"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A condition from the fields; *as_text*: it is wanted as text, to go on there."""

    condition: Condition
    as_text: bool = False


class ValueForm(Dialog[Asked | None]):
    """Gives the condition, None when it is closed without. *condition* is what the fields begin with."""

    BINDINGS = [*bindings(Place.PICKER), *bindings(Place.VALUES)]  # noqa: RUF012 - the type Textual declares
    AUTO_FOCUS = ""

    def __init__(self, session: Session, kind: ConditionKind, condition: Condition) -> None:
        super().__init__()
        self._session = session
        self._kind = kind
        self._before = condition
        today = datetime.fromtimestamp(session.now(), UTC).date()
        self._given = fields_of(condition, kind, today)

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="tall") as dialog:
            dialog.border_title = Content(self._kind.label)
            dialog.border_subtitle = foot(with_keys("⏎ take · ↑↓ how · {dialog.next} next · {values.text} as text"))
            yield LinesView(id="about", classes="-short")
            yield LinesView(id="operators")
            for name in ("first", "second", "count"):
                with Horizontal(id=f"{name}-row", classes="field-row"):
                    yield FieldName()
                    yield TextLine(getattr(self._given, name), id=name)  # typing takes the place of what is there
            for name in ("unit", "currency"):
                with Horizontal(id=f"{name}-row", classes="field-row"):
                    yield FieldName()
                    yield OptionBar(id=name)
            yield FormMessage()

    def on_mount(self) -> None:
        about = self.query_one("#about", LinesView)
        about.can_focus = False
        about.show(partial(help_lines, self._kind))
        self._show_options("unit", UNITS, self._given.unit)
        self._show_options("currency", self._currencies([]), self._given.currency or _NO_CURRENCY)
        self._operators.show(partial(operator_lines, self._kind))
        self.query_one("#dialog").styles.max_height = self._operators.row_count + _OTHER_ROWS
        self._operators.rest_on(self._before.op)
        self._show_fields()
        self._focus_field()
        if self._kind.type is Type.MONEY:
            self.run_worker(self._look_up(), group="currencies", exclusive=True)

    def _show_options(self, name: str, options: tuple[str, ...], chosen: str) -> None:
        bar = self.query_one(f"#{name}", OptionBar)
        bar.options, bar.chosen = options, chosen

    def _currencies(self, known: list[str]) -> tuple[str, ...]:
        """None, those that exist, and the one that is asked for already."""
        return tuple(dict.fromkeys([_NO_CURRENCY, *known, *filter(None, [self._given.currency])]))

    async def _look_up(self) -> None:
        query = ValueQuery(condition="order_currency", limit=_MOST_CURRENCIES)
        try:
            found = await self._session.ask(partial(self._session.client.suggest_values, query))
        except CounterfoilError:
            return  # a code typed behind the amount is taken, too
        bar = self.query_one("#currency", OptionBar)
        bar.options = self._currencies([one.value for one in found.values])

    @property
    def _operators(self) -> LinesView:
        return self.query_one("#operators", LinesView)

    @property
    def _operator(self) -> Operator:
        target = self._operators.target
        return operator_in(target if isinstance(target, Op) else self._before.op, self._kind.type)

    def _show_fields(self) -> None:
        """Those that the operator takes."""
        takes, kind = self._operator.takes, self._kind.type
        has_two = takes is Takes.TWO
        titles = {
            "first": ("From" if has_two else _TITLES[kind]) if takes in (Takes.ONE, Takes.TWO) else "",
            "second": "To" if has_two else "",
            "count": "How many" if takes is Takes.SPAN else "",
            "unit": "Unit" if takes is Takes.SPAN else "",
            "currency": "Currency" if kind is Type.MONEY and takes is not Takes.NOTHING else "",
        }
        for name, title in titles.items():
            row = self.query_one(f"#{name}-row")
            row.display = bool(title)
            row.query_one(FieldName).title = title

    def _focus_field(self) -> None:
        """The first field there is; without any, the list of operators."""
        wanted = {Takes.SPAN: "#count", Takes.NOTHING: "#operators"}.get(self._operator.takes, "#first")
        self.query_one(wanted).focus()

    def _typed(self) -> Fields:
        texts = {name: self.query_one(f"#{name}", Input).value for name in ("first", "second", "count")}
        chosen = {name: self.query_one(f"#{name}", OptionBar).chosen for name in ("unit", "currency")}
        return Fields(**texts, unit=chosen["unit"], currency=chosen["currency"].replace(_NO_CURRENCY, ""))

    def _condition(self) -> Condition:
        """Raises Invalid."""
        return condition_typed(self._before, self._kind, self._operator, self._typed())

    def _check(self) -> None:
        """Says what the fields come to, or what is wrong with them."""
        try:
            told = Told(phrase(self._condition()))
        except CounterfoilError as error:
            told = Told(str(error), is_error=True)
        self.query_one(FormMessage).told = told

    def on_lines_view_highlighted(self, message: LinesView.Highlighted) -> None:
        if message.control is not self._operators:
            return
        self._show_fields()
        self._focus_field()
        self._check()

    def on_input_changed(self, _: Input.Changed) -> None:
        self._check()

    def on_option_bar_changed(self, _: OptionBar.Changed) -> None:
        self._check()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self._take(as_text=False)

    def on_option_bar_submitted(self, _: OptionBar.Submitted) -> None:
        self._take(as_text=False)

    def on_lines_view_opened(self, _: LinesView.Opened) -> None:
        self._take(as_text=False)

    def action_as_text(self) -> None:
        self._take(as_text=True)

    def _take(self, *, as_text: bool) -> None:
        try:
            condition = self._condition()
        except CounterfoilError:
            self._check()
            if not as_text:
                return
            condition = self._before
        self.dismiss(Asked(condition, as_text))

    def action_step(self, step: int) -> None:
        self._operators.action_move(step)

    def action_leaf(self, direction: int) -> None:
        self._operators.action_turn(direction)

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_back(self) -> None:
        self.dismiss(None)
