"""The parts of a form that are not its fields."""

from dataclasses import dataclass

from textual.events import Key
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from tui.bindings import Place, bindings
from tui.drawing.form import Told, label_line, options_line, told_lines
from tui.drawing.line import Line, cropped, line
from tui.widgets.inked import Bar, Inked


class FieldLabel(Bar):
    def __init__(self, title: str, note: str) -> None:
        super().__init__()
        self._title = title
        self._note = note

    def drawn(self, width: int) -> Line:
        return label_line(self._title, self._note)


class FormMessage(Inked):
    """What is wrong, or under way."""

    told: reactive[Told] = reactive(Told(), layout=True)

    def render_line(self, y: int) -> Strip:
        width, height = self.size
        lines = told_lines(self.told, width)
        if y == height - 1 and len(lines) > height:
            return self.strip_of(cropped(line(*lines[y].spans, " ", *lines[y + 1].spans), width), width)
        return self.strip_of(lines[y] if y < len(lines) else Line(), width)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(told_lines(self.told, width))


class FieldName(Bar):
    """What the field beside it is called."""

    title: reactive[str] = reactive("")

    def drawn(self, width: int) -> Line:
        return label_line(self.title, "")


class OptionBar(Bar, can_focus=True):
    """One of a few values, all in sight; a letter goes to the next one that begins with it."""

    BINDINGS = bindings(Place.OPTIONS)

    options: reactive[tuple[str, ...]] = reactive(())
    chosen: reactive[str] = reactive("")

    @dataclass
    class Changed(Message):
        """Another one is chosen."""

    @dataclass
    class Submitted(Message):
        """The choice is made."""

    def drawn(self, width: int) -> Line:
        return options_line(self.options, self.chosen, width, is_focused=self.has_focus)

    def choose(self, option: str) -> None:
        self.chosen = option
        self.post_message(self.Changed())

    def action_step_option(self, step: int) -> None:
        at = self.options.index(self.chosen) if self.chosen in self.options else 0
        if self.options:
            self.choose(self.options[(at + step) % len(self.options)])

    def action_take(self) -> None:
        self.post_message(self.Submitted())

    def on_key(self, event: Key) -> None:
        if event.character is None or not event.character.isalpha():
            return
        at = self.options.index(self.chosen) + 1 if self.chosen in self.options else 0
        following = [*self.options[at:], *self.options[:at]]
        found = next((one for one in following if one.casefold().startswith(event.character.casefold())), None)
        if found is not None:
            event.stop()
            self.choose(found)
