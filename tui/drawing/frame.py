"""The frame every screen stands in: the line of screens on top, the keys below, and the mark of the connection."""

from dataclasses import dataclass

from common.times import duration
from tui.drawing.line import Line, Role, Span, cropped, line, wrapped
from tui.format import cut
from tui.keymap import shown

_MESSAGE_LINES = 5  # what was refused, why, and what to do about it, in 60 columns


@dataclass(frozen=True, slots=True)
class Tab:
    """A screen by its digit. *mode* is "" for one that comes in a later version."""

    digit: int
    title: str
    mode: str


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key of the footer. One that cannot work now is dimmed; pressing it says why. *spare* ones make room first."""

    key: str
    label: str
    action: str
    can_work: bool = True
    spare: int = 0


TABS = (
    Tab(1, "Contacts", "contacts"),
    Tab(2, "Segments", "segments"),
    Tab(3, "Automations", ""),
    Tab(4, "Stores", "stores"),
    Tab(5, "Inbox", "inbox"),
    Tab(6, "Status", "status"),
    Tab(7, "Products", "products"),
    Tab(8, "Settings", "settings"),
)


def top_line(current: str, mark: Span, short_mark: Span, width: int) -> Line:
    """┌ counterfoil ─ 1 Contacts  2 Segments … ─── ● live · 2 stores ┐, with less in it where there is less room."""
    named, close = _tabs(current, all_named=True), _close_tabs(current)
    candidates = (
        ((Span("counterfoil", Role.STRONG), Span(" ─ ", Role.RULE), *named), mark),
        (named, mark),
        (named, short_mark),
        (close, mark),
        (close, short_mark),
        (_tabs(current, all_named=False), short_mark),
    )
    for tabs, chosen in candidates:
        rule = width - sum(span.width for span in tabs) - chosen.width - 6
        if rule >= 1:
            break
    mark_shown = Span(chosen.text, chosen.role, "app.command_palette")
    body = (*tabs, Span(f" {'─' * max(rule, 1)} ", Role.RULE), mark_shown)
    return cropped(line(Span("┌ ", Role.RULE), *body, Span(" ┐", Role.RULE)), width)


def _tabs(current: str, *, all_named: bool) -> tuple[Span, ...]:
    spans: list[Span] = []
    for tab in TABS:
        is_current = tab.mode == current
        title = f"{tab.digit} {tab.title}" if all_named or is_current else str(tab.digit)
        action = f"app.go('{tab.mode}')" if tab.mode else f"app.later('{tab.title}')"
        role = Role.ACCENT if is_current else Role.TEXT if tab.mode else Role.FAINT
        spans += [Span("  "), Span(title, role, action)]
    return tuple(spans[1:])


def _close_tabs(current: str) -> tuple[Span, ...]:
    """All titles in as few cells as they take; a screen of a later version is a digit."""
    spans: list[Span] = []
    for tab in TABS:
        title = f"{tab.digit}{tab.title}" if tab.mode else str(tab.digit)
        action = f"app.go('{tab.mode}')" if tab.mode else f"app.later('{tab.title}')"
        role = Role.ACCENT if tab.mode == current else Role.TEXT if tab.mode else Role.FAINT
        spans += [Span(" "), Span(title, role, action)]
    return tuple(spans[1:])


def away_line(retry_s: int, age_s: int, why: str) -> Line:
    """What is wrong, when it is tried again, and how old what shows is by now."""
    retry = f"retrying in {retry_s} s" if retry_s else "retrying now"
    stale = f" · what shows is {duration(age_s - age_s % 60)} old" if age_s >= 60 else ""
    return line(
        Span(f" ○ daemon away, {retry} ", Role.BAD),
        Span(f" {shown('refresh')} tries now{stale} · {why}", Role.MUTED),
    )


def other_version_line(theirs: str, ours: str) -> Line:
    """Both go on as far as they understand each other; what to do is to bring them together."""
    return line(
        Span(" ! ", Role.WARN),
        Span(f"The daemon is {cut(theirs, 20)}, this program {ours}: bring both to the newer one.", Role.WARN),
    )


def rule_lines(message: Span, width: int) -> list[Line]:
    """├─ message ───────┤, and as many lines more as a long one takes."""
    if not message.text:
        return [line(Span("├" + "─" * max(width - 2, 0) + "┤", Role.RULE))]
    first, *more = wrapped(message.text, max(width - 6, 1), message.role)[:_MESSAGE_LINES]
    return [_said("├─ ", first, "─", "┤", width), *(_said("│  ", one, " ", "│", width) for one in more)]


def _said(left: str, said: Line, filling: str, right: str, width: int) -> Line:
    said = cropped(said, max(width - 6, 0))
    rest = Span(" " + filling * max(width - said.width - 5, 0) + right, Role.RULE)
    return line(Span(left, Role.RULE), *said.spans, rest)


def keys_line(hints: list[KeyHint], width: int) -> Line:
    """│ / filter  o sort  ? help │; where not all fit the most spare are left out, then the last; help never is."""
    room = width - 5
    while len(hints) > 1 and _keys_width(hints) > room:
        out = max(range(len(hints) - 1), key=lambda at: (hints[at].spare, at))
        hints = [*hints[:out], *hints[out + 1 :]]
    spans: list[Span] = []
    for hint in hints:
        key_role, label_role = (Role.ACCENT, Role.MUTED) if hint.can_work else (Role.FAINT, Role.FAINT)
        spans += [Span(hint.key, key_role, hint.action), Span(f" {hint.label}", label_role, hint.action), Span("  ")]
    padding = Span(" " * max(width - 3 - sum(span.width for span in spans), 0))
    return cropped(line(Span("│ ", Role.RULE), *spans, padding, Span("│", Role.RULE)), width)


def _keys_width(hints: list[KeyHint]) -> int:
    return sum(Span(f"{hint.key} {hint.label}").width + 2 for hint in hints) - 2
