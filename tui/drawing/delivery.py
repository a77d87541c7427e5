"""One delivery in full as lines: how it stands, what it changed, and its body."""

from rich.cells import chop_cells

from common.events import What
from common.inbox import ChangedThings, DeliveryDetail, DeliveryState
from common.times import ago
from tui.delivery import body_lines, changed_text
from tui.drawing.contact import OrderTarget
from tui.drawing.glyphs import DELIVERY_SIGNS
from tui.drawing.line import BLANK, Line, Role, Span, heading, labelled, line, wrapped
from tui.drawing.moments import minute
from tui.format import count, cut

_SIGNATURES = {
    "valid": Role.GOOD,
    "stale": Role.WARN,
    "invalid": Role.BAD,
}


def delivery_lines(delivery: DeliveryDetail, store_name: str, now: int, width: int) -> list[Line]:
    return [
        line(Span(cut(delivery.resource or delivery.scope, width), Role.STRONG), Span(f"  #{delivery.id}", Role.MUTED)),
        BLANK,
        *_facts(delivery, store_name, now, width),
        *_error(delivery, width),
        *_changed(delivery, width),
        heading("Body", width),
        *(line(piece) for row in body_lines(delivery.body) for piece in _pieces(row, width)),
    ]


def _facts(delivery: DeliveryDetail, store_name: str, now: int, width: int) -> list[Line]:
    sign, role = DELIVERY_SIGNS[delivery.state]
    signature = cut(delivery.signature, 20)
    facts = [
        labelled("state", Span(f"{sign} {delivery.state}", role)),
        labelled("store", cut(store_name, 40)),
        labelled("scope", cut(delivery.scope, width)),
        labelled("received", f"{minute(delivery.received_at)}, {ago(delivery.received_at, now=now)} ago"),
        *_moment("replayed", delivery.replayed_at),
        *_moment("given up" if delivery.state is DeliveryState.DEAD else "settled", delivery.settled_at),
        *_moment("due", delivery.due_at),
        labelled("failed", _times(delivery.attempts)),
        labelled("signature", Span(signature, _SIGNATURES.get(signature, Role.MUTED))),
    ]
    return [*facts, labelled("webhook id", cut(delivery.webhook_id, width))] if delivery.webhook_id else facts


def _times(number: int) -> str:
    return {0: "never", 1: "once"}.get(number, f"{count(number)} times")


def _moment(label: str, at: int | None) -> list[Line]:
    return [] if at is None else [labelled(label, minute(at))]


def _error(delivery: DeliveryDetail, width: int) -> list[Line]:
    if not delivery.error:
        return []
    return [heading("Error", width), *wrapped(cut(delivery.error, 2000), width, Role.BAD)]


def _changed(delivery: DeliveryDetail, width: int) -> list[Line]:
    """What its write changed; an order can be opened."""
    lines = [one for things in delivery.changed for one in _things(things, delivery.store, width)]
    return [heading("It changed", width), *lines] if lines else []


def _things(things: ChangedThings, store: str, width: int) -> list[Line]:
    if things.what is not What.ORDER:
        return wrapped(cut(changed_text(things), 2000), width)
    numbers = [number for number in things.ids if isinstance(number, int)]
    return [line(f"order {number}", target=OrderTarget(store, number)) for number in numbers]


def _pieces(row: str, width: int) -> list[str]:
    """*row* in pieces of at most *width* cells: nothing of a body is cut off."""
    return chop_cells(row, max(width, 2)) or [""]
