"""What happened to a contact as lines: when, what, and who or what made it so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from common.timeline import Happened, Happening
from common.times import ago
from tui.drawing.line import Line, Role, Span, cropped, heading, line, spread
from tui.format import Align, cut, fit
from tui.happening import cause, sentence
from tui.keymap import shown

_SIGNS: dict[Happening, tuple[str, Role]] = {
    Happening.KNOWN: ("✦", Role.ACCENT),
    Happening.ORDER_PLACED: ("●", Role.GOOD),
    Happening.ORDER_STATUS: ("→", Role.TEXT),
    Happening.ORDER_REFUNDED: ("↺", Role.MUTED),
    Happening.ORDER_ARCHIVED: ("✕", Role.MUTED),
    Happening.CART_LEFT: ("○", Role.WARN),
    Happening.CART_RECOVERED: ("◉", Role.GOOD),
    Happening.CART_CLOSED: ("✕", Role.MUTED),
    Happening.TAG_ADDED: ("+", Role.ACCENT),
    Happening.TAG_REMOVED: ("-", Role.MUTED),
    Happening.LIST_JOINED: ("+", Role.ACCENT),
    Happening.LIST_UNSUBSCRIBED: ("!", Role.WARN),
    Happening.LIST_LEFT: ("-", Role.MUTED),
    Happening.CONSENT_GIVEN: ("+", Role.ACCENT),
    Happening.CONSENT_TAKEN: ("-", Role.MUTED),
    Happening.SEGMENT_ENTERED: ("▸", Role.TEXT),
    Happening.SEGMENT_LEFT: ("◂", Role.MUTED),
}


@dataclass(frozen=True, slots=True)
class EventTarget:
    """A line of the timeline; Enter opens the order it is about."""

    event: Happened


@dataclass(frozen=True, slots=True)
class MoreTarget:
    """The line behind the last one that was read."""


def timeline_lines(
    events: Sequence[Happened], names: Mapping[str, str], width: int, *, now: int, has_more: bool
) -> list[Line]:
    """The newest first; nothing when nothing is told."""
    if not events:
        return []
    lines = [heading("Timeline", width)]
    lines += [_event(event, names, width, now) for event in events]
    if has_more:
        more = Span(f"  … earlier: {shown('open')} reads on", Role.MUTED)
        lines.append(cropped(line(more, target=MoreTarget()), width))
    return lines


def _event(event: Happened, names: Mapping[str, str], width: int, now: int) -> Line:
    sign, role = _SIGNS[event.what]
    age = Span(fit(ago(event.at, now=now), 4, Align.RIGHT) + "  ", Role.MUTED)
    said = line(age, Span(f"{sign} ", role), sentence(event), target=EventTarget(event))
    hows = (line(Span(" · ".join(how), Role.MUTED)) for how in _hows(event, names))
    return next((spread(said, how, width) for how in hows if said.width + how.width < width), cropped(said, width))


def _hows(event: Happened, names: Mapping[str, str]) -> Iterator[list[str]]:
    """Where it happened and how it came, then what of that may do where there is less room."""
    store = [cut(names.get(event.store, event.store), 16)] if event.store else []
    how = [cause(event)] if event.cause else []
    yield [*store, *how]
    yield how
    yield store
