"""The bars of the frame: screens and connection on top, what went wrong below them, messages and keys at the bottom."""

from textual.reactive import reactive
from textual.timer import Timer

from common.text import safe
from tui.drawing.frame import KeyHint, keys_line, rule_line, top_line
from tui.drawing.line import Line, Role, Span, line
from tui.session import Link, LinkState
from tui.widgets.inked import Bar

_SAID_FOR_S = 6


class TopBar(Bar):
    """The digits of the screens and the mark of the connection."""

    mode: reactive[str] = reactive("")
    link: reactive[Link] = reactive(Link())
    stores: reactive[int | None] = reactive(None)
    is_masked: reactive[bool] = reactive(False)

    def drawn(self, width: int) -> Line:
        return top_line(self.mode, self._mark(_stores(self.stores)), self._mark(""), width)

    def _mark(self, stores: str) -> Span:
        masked = " · masked" if self.is_masked else ""
        match self.link.state:
            case LinkState.LIVE:
                return Span(f"● live{stores}{masked}", Role.GOOD)
            case LinkState.AWAY:
                return Span(f"○ away{masked}", Role.BAD)
            case LinkState.CONNECTING:
                return Span(f"◌ connecting{masked}", Role.WARN)


class Banner(Bar):
    """Says that the daemon is away and when it is tried again; takes no room while it is there."""

    link: reactive[Link] = reactive(Link())

    def watch_link(self, link: Link) -> None:
        self.display = link.state is LinkState.AWAY

    def drawn(self, width: int) -> Line:
        retry = f"retrying in {self.link.retry_s} s" if self.link.retry_s else "retrying now"
        why = safe(self.link.error.message) if self.link.error else ""
        return line(Span(f" ○ daemon away, {retry} ", Role.BAD), Span(f" r tries now · {why}", Role.MUTED))


class RuleBar(Bar):
    """The line between content and keys; it carries the last message for a few seconds."""

    message: reactive[Span] = reactive(Span(""))
    _silence: Timer | None = None

    def say(self, text: str, role: Role) -> None:
        """Says *text* in place of what was said before; "" = nothing more."""
        self.message = Span(safe(text), role)
        if self._silence is not None:
            self._silence.stop()
        self._silence = self.set_timer(_SAID_FOR_S, self._fall_silent, name="said")

    def drawn(self, width: int) -> Line:
        return rule_line(self.message, width)

    def _fall_silent(self) -> None:
        self.message = Span("")


class KeyBar(Bar):
    """The keys that work here."""

    hints: reactive[list[KeyHint]] = reactive(list)

    def drawn(self, width: int) -> Line:
        return keys_line(self.hints, width)


def _stores(number: int | None) -> str:
    if number is None:
        return ""
    return f" · {number} store" if number == 1 else f" · {number} stores"
