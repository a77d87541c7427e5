"""Choosing what to ask, and how: a searchable list of conditions, and the line in which one is written."""

from functools import partial

from textual.app import App, ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input

from common.errors import Invalid
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS, ConditionKind
from common.segments.language import parsed, written
from common.segments.rules import Condition, Orders, Rule
from tui.bindings import Place, bindings
from tui.drawing.rule import kind_lines, written_start
from tui.screens.line_form import LineForm
from tui.widgets.lines_view import LinesView


class ConditionPicker(ModalScreen[str | None]):
    """Gives the name of a condition, None when it is closed without one."""

    BINDINGS = bindings(Place.PICKER)
    AUTO_FOCUS = "#word"

    def __init__(self, kinds: list[ConditionKind]) -> None:
        super().__init__()
        self._kinds = kinds

    def compose(self) -> ComposeResult:
        with Vertical(id="dialog", classes="tall") as dialog:
            dialog.border_title = Content("Ask what?")
            dialog.border_subtitle = "type to search · ↑↓ · ⏎ choose · Esc cancel"
            yield Input(id="word", compact=True, placeholder="revenue, category, cart, tag …")
            yield LinesView(id="kinds")

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
        found = [kind for kind in self._kinds if _is_about(kind, word)]
        found.sort(key=lambda kind: _farness(kind, word))
        self._view.show(partial(kind_lines, found), from_top=True)


def _is_about(kind: ConditionKind, word: str) -> bool:
    """Whether each word stands somewhere in what is said of the condition."""
    said = f"{kind.name} {kind.label} {kind.help} {kind.example} {kind.group.value}".lower()
    return all(part in said for part in word.lower().split())


def _farness(kind: ConditionKind, word: str) -> int:
    """0 = the label begins so, 1 = all words stand in it, 2 = they stand elsewhere."""
    label = kind.label.lower()
    if label.startswith(word.lower().strip()):
        return 0
    return 1 if all(part in label for part in word.lower().split()) else 2


async def chosen_condition(app: App[None], *, in_order: bool) -> Rule | None:
    """A condition picked from the list and written out; one of an order, asked of contacts, is about any order."""
    kinds = list(OF_ORDERS.values()) if in_order else [*OF_CONTACTS.values(), *OF_ORDERS.values()]
    name = await app.push_screen_wait(ConditionPicker(kinds))
    if name is None:
        return None
    is_of_order = in_order or name not in OF_CONTACTS
    kind = OF_ORDERS[name] if is_of_order else OF_CONTACTS[name]
    rule = await written_condition(app, kind, written_start(kind), in_order=is_of_order)
    return Orders(where=rule) if rule is not None and is_of_order and not in_order else rule


async def edited_condition(app: App[None], condition: Condition, *, in_order: bool) -> Rule | None:
    kind = (OF_ORDERS if in_order else OF_CONTACTS)[condition.name]
    return await written_condition(app, kind, written(condition), in_order=in_order)


async def written_condition(app: App[None], kind: ConditionKind, text: str, *, in_order: bool) -> Rule | None:
    """What a person makes of *text*; None = they thought better of it."""

    def check(typed: str) -> str:
        _read(typed, in_order=in_order)
        return typed

    typed = await app.push_screen_wait(LineForm(kind.label, "Condition", kind.help, check, value=text))
    return None if typed is None else _read(typed, in_order=in_order)


def _read(text: str, *, in_order: bool) -> Rule:
    """Raises Invalid. Inside an order the same words may ask something else."""
    if not text.strip():
        raise Invalid("Write a condition.", remedy="Esc leaves everything as it was.")
    if not in_order:
        return parsed(text)
    rule = parsed(f"same order ({text})")
    if not isinstance(rule, Orders):
        raise Invalid("That is more than a condition on an order.")
    return rule.where
