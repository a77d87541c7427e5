"""The bars of the frame: screens and connection on top, what went wrong below them, messages and keys at the bottom."""

from textual.geometry import Size
from textual.reactive import reactive
from textual.strip import Strip
from textual.timer import Timer

from common.text import safe
from common.times import duration
from common.version import own_version
from tui.drawing.frame import KeyHint, away_line, keys_line, other_version_line, rule_lines, top_line
from tui.drawing.line import Line, Role, Span
from tui.session import Link, LinkState
from tui.widgets.inked import Bar, Inked

_SAID_FOR_S = 6


class TopBar(Bar):
    """The digits of the screens and the mark of the connection."""

    mode: reactive[str] = reactive("")
    link: reactive[Link] = reactive(Link())
    stores: reactive[int | None] = reactive(None)
    is_masked: reactive[bool] = reactive(False)
    waiting_s: reactive[int] = reactive(0)

    def drawn(self, width: int) -> Line:
        return top_line(self.mode, self._mark(_stores(self.stores)), self._short_mark, width)

    @property
    def _short_mark(self) -> Span:
        """For little room: a link that is still coming has its sign alone, so that the titles stay as they will be.

        While people are masked the sign alone says how the link is.
        """
        if self.link.state is LinkState.CONNECTING:
            return Span("◌", Role.WARN)
        if self.link.state is LinkState.LIVE and self.waiting_s:
            return Span("◔ wait", Role.WARN)
        whole = self._mark("")
        return Span(f"{whole.text[0]} masked", whole.role) if self.is_masked else whole

    def _mark(self, stores: str) -> Span:
        masked = " · masked" if self.is_masked else ""
        match self.link.state:
            case LinkState.LIVE if self.waiting_s:
                return Span(f"◔ waiting {duration(self.waiting_s)}", Role.WARN)
            case LinkState.LIVE:
                return Span(f"● live{stores}{masked}", Role.GOOD)
            case LinkState.AWAY:
                return Span(f"○ away{masked}", Role.BAD)
            case LinkState.CONNECTING:
                return Span(f"◌ connecting{masked}", Role.WARN)


class Banner(Bar):
    """Says that the daemon is away and when it is tried again, or of another version; else it takes no room."""

    link: reactive[Link] = reactive(Link())
    now = 0

    def watch_link(self, link: Link) -> None:
        self.display = link.state is LinkState.AWAY or _is_of_another_version(link)

    def drawn(self, width: int) -> Line:
        if self.link.state is not LinkState.AWAY:
            return other_version_line(self.link.version, own_version())
        why = safe(self.link.error.message) if self.link.error else ""
        age_s = self.now - self.link.since if self.link.since else 0
        return away_line(self.link.retry_s, age_s, why)


class RuleBar(Inked):
    """The line between content and keys; it carries the last message for a few seconds.

    A long one lies over the last lines of the content, which stays where it is.
    """

    message: reactive[Span] = reactive(Span(""), layout=True)
    _silence: Timer | None = None

    def say(self, text: str, role: Role, *, stays: bool) -> None:
        """Says *text* in place of what was said before; "" = nothing more. What *stays* is said until then."""
        self.message = Span(safe(text), role)
        if self._silence is not None:
            self._silence.stop()
        self._silence = None if stays else self.set_timer(_SAID_FOR_S, self._fall_silent, name="said")

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(rule_lines(self.message, width))

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        lines = rule_lines(self.message, width)
        return self.strip_of(lines[y], width) if y < len(lines) else Strip.blank(width, self.rich_style)

    def _fall_silent(self) -> None:
        self.message = Span("")


class KeyBar(Bar):
    """The keys that work here."""

    hints: reactive[list[KeyHint]] = reactive(list)

    def drawn(self, width: int) -> Line:
        return keys_line(self.hints, width)


def _is_of_another_version(link: Link) -> bool:
    return link.state is LinkState.LIVE and link.version not in ("", own_version())


def _stores(number: int | None) -> str:
    if number is None:
        return ""
    return f" · {number} store" if number == 1 else f" · {number} stores"
