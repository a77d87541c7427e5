"""Choosing what to ask, and how: a searchable list of conditions, and the line in which one is written."""

import asyncio
import re
from collections.abc import Callable
from functools import partial

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from common.errors import CounterfoilError, Invalid
from common.segments.answers import ValueQuery
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS, ConditionKind, about
from common.segments.language import parsed, written, written_value
from common.segments.rules import Condition, Orders, Rule, Text
from common.segments.typed import BY_FIELDS
from tui.bindings import Place, bindings
from tui.drawing.form import Told
from tui.drawing.rule import about_lines, kind_lines, no_value_lines, value_lines, written_start
from tui.keymap import with_keys
from tui.screens.foot import foot
from tui.screens.stacked import Dialog
from tui.screens.value_form import ValueForm
from tui.session import Session
from tui.widgets.form import FormMessage
from tui.widgets.lines_view import LinesView
from tui.widgets.text_line import TextLine

# Between two keys of quick typing nothing is looked up.
_TYPING_S = 0.15


class ConditionPicker(Dialog[str | None]):
    """Gives the name of a condition, None when it is closed without one."""

    BINDINGS = bindings(Place.PICKER)
    AUTO_FOCUS = "#word"

    def __init__(self, kinds: list[ConditionKind]) -> None:
        super().__init__()
        self._kinds = kinds

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="tall") as dialog:
            dialog.border_title = Content("Ask what?")
            dialog.border_subtitle = foot(with_keys("type to search · ↑↓ · ⏎ choose · {picker.cancel} cancel"))
            yield TextLine(id="word", placeholder="revenue, category, cart, tag …")
            yield LinesView(id="kinds", opens_at_once=True)

    def on_mount(self) -> None:
        self._draw("")

    def on_input_changed(self, message: Input.Changed) -> None:
        self._draw(message.value)

    def on_input_submitted(self, _: Input.Submitted) -> None:
        self._view.opened()

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        self.dismiss(str(message.target))

    def action_step(self, step: int) -> None:
        self._view.action_move(step)

    def action_leaf(self, direction: int) -> None:
        self._view.action_turn(direction)

    def action_cancel(self) -> None:
        self.dismiss(None)

    @property
    def _view(self) -> LinesView:
        return self.query_one(LinesView)

    def _draw(self, word: str) -> None:
        self._view.show(partial(kind_lines, about(word, self._kinds)), from_top=True)


class ConditionForm(Dialog[str | None]):
    """Gives the text of a condition that is one, None when it is closed without. What stands in quotes is looked up.

    *check* raises CounterfoilError for what is none.
    """

    BINDINGS = bindings(Place.PICKER)
    AUTO_FOCUS = "#line"

    def __init__(self, session: Session, kind: ConditionKind, text: str, check: Callable[[str], object]) -> None:
        super().__init__()
        self._session = session
        self._kind = kind
        self._text = text
        self._check = check

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="tall") as dialog:
            dialog.border_title = Content(self._kind.label)
            dialog.border_subtitle = foot(with_keys("⏎ take · ↓ values · {dialog.cancel} cancel"))
            yield LinesView(id="about")
            yield TextLine(self._text, id="line", select_on_focus=False)
            yield LinesView(id="values")
            yield FormMessage()

    def on_mount(self) -> None:
        about = self.query_one("#about", LinesView)
        about.can_focus = False
        about.show(partial(about_lines, self._kind))
        self._look_up()

    def on_input_changed(self, _: Input.Changed) -> None:
        self.query_one(FormMessage).told = Told()
        self._look_up()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        try:
            self._check(message.value)
        except CounterfoilError as error:
            self.query_one(FormMessage).told = Told(str(error), is_error=True)
        else:
            self.dismiss(message.value)

    def on_lines_view_opened(self, message: LinesView.Opened) -> None:
        """The value takes the place of what stands in quotes last."""
        line = self.query_one("#line", Input)
        begin = _quoted_from(line.value)
        line.value = f"{line.value[:begin]}{written_value(Text(text=str(message.target)))}"
        line.cursor_position = len(line.value)
        line.focus()

    def action_step(self, step: int) -> None:
        """From the line into the values, and from the first of them back."""
        values = self.query_one("#values", LinesView)
        if self.focused is values and not (step < 0 and values.cursor == 0):
            values.action_move(step)
        elif self.focused is values:
            self.query_one("#line").focus()
        elif step > 0 and values.can_open:
            values.focus()

    def action_leaf(self, direction: int) -> None:
        self.query_one("#values", LinesView).action_turn(direction)

    def action_cancel(self) -> None:
        self.dismiss(None)

    def action_back(self) -> None:
        self.dismiss(None)

    def _look_up(self) -> None:
        text = self.query_one("#line", Input).value
        word = text[_quoted_from(text) :].strip('"')
        self.run_worker(self._suggest(word), group="values", exclusive=True)

    async def _suggest(self, word: str) -> None:
        await asyncio.sleep(_TYPING_S)
        try:
            found = await self._session.ask(
                partial(self._session.client.suggest_values, ValueQuery(condition=self._kind.name, search=word[:200]))
            )
        except CounterfoilError as error:
            draw = partial(no_value_lines, error.message)
        else:
            draw = partial(value_lines, found.values)
        self.query_one("#values", LinesView).show(draw, from_top=True)


def _quoted_from(text: str) -> int:
    """Where what stands in quotes last begins, whether it has its end or not; at the very end when nothing does."""
    found = re.search(r'"[^"]*"?$', text)
    return found.start() if found else len(text)


async def chosen_condition(app: App[None], session: Session, *, in_order: bool) -> Rule | None:
    """A condition picked from the list and written out; one of an order, asked of contacts, is about any order."""
    kinds = list(OF_ORDERS.values()) if in_order else [*OF_CONTACTS.values(), *OF_ORDERS.values()]
    name = await app.push_screen_wait(ConditionPicker(kinds))
    if name is None:
        return None
    is_of_order = in_order or name not in OF_CONTACTS
    kind = OF_ORDERS[name] if is_of_order else OF_CONTACTS[name]
    rule = await _written_condition(app, session, kind, written_start(kind), in_order=is_of_order)
    return Orders(where=rule) if rule is not None and is_of_order and not in_order else rule


async def edited_condition(app: App[None], session: Session, condition: Condition, *, in_order: bool) -> Rule | None:
    kind = (OF_ORDERS if in_order else OF_CONTACTS)[condition.name]
    return await _written_condition(app, session, kind, written(condition), in_order=in_order)


async def _written_condition(
    app: App[None], session: Session, kind: ConditionKind, text: str, *, in_order: bool
) -> Rule | None:
    """What a person makes of *text*, which reads as a condition; None = they thought better of it."""
    begun = _read(text, in_order=in_order)
    if kind.type in BY_FIELDS and isinstance(begun, Condition):
        asked = await app.push_screen_wait(ValueForm(session, kind, begun))
        if asked is None:
            return None
        if not asked.as_text:
            return asked.condition
        text = written(asked.condition)
    typed = await app.push_screen_wait(ConditionForm(session, kind, text, partial(_read, in_order=in_order)))
    return None if typed is None else _read(typed, in_order=in_order)


def _read(text: str, *, in_order: bool) -> Rule:
    """Raises Invalid. Inside an order the same words may ask something else."""
    if not text.strip():
        raise Invalid("Write a condition.", remedy=with_keys("{dialog.cancel} leaves everything as it was."))
    if not in_order:
        return parsed(text)
    rule = parsed(f"same order ({text})")
    if not isinstance(rule, Orders):
        raise Invalid("That is more than a condition on an order.")
    return rule.where
