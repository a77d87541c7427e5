"""The daemon's own state as lines."""

from common.activity import Activity
from common.status import HealthItem, Severity, Status
from common.times import duration
from tui.drawing.activity import activity_lines
from tui.drawing.glyphs import STORE_SIGNS
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.drawing.run import progress_lines
from tui.format import byte_size, count, cut, fit
from tui.keymap import shown
from tui.upkeep import upkeep_facts

_LABEL = 14
_SEVERITY = {
    Severity.INFO: ("i", Role.ACCENT),
    Severity.WARNING: ("!", Role.WARN),
    Severity.ERROR: ("✕", Role.BAD),
}
_GRADES = (Severity.ERROR, Severity.WARNING, Severity.INFO)


def status_lines(status: Status, activity: Activity, now: int, width: int) -> list[Line]:
    return [
        *_health(status.health, width),
        BLANK,
        heading("Daemon", width, f"version {cut(status.version, 20)}"),
        *(line(_label(label), cut(text, width)) for label, text in _facts(status, now)),
        BLANK,
        heading("Webhooks", width),
        *_webhooks(status),
        BLANK,
        heading("Stores", width, count(len(status.stores))),
        *_stores(status, width),
        BLANK,
        *activity_lines(activity, width),
    ]


def _label(label: str) -> Span:
    return Span(fit(label, _LABEL), Role.MUTED)


def _health(items: list[HealthItem], width: int) -> list[Line]:
    if not items:
        return [heading("Health", width), line(Span("● ", Role.GOOD), "All is as it should be.")]
    worst_first = sorted(items, key=lambda item: _GRADES.index(item.severity))
    return [heading("Health", width, count(len(items))), *(one for item in worst_first for one in _item(item, width))]


def _item(item: HealthItem, width: int) -> list[Line]:
    return trouble_lines(_SEVERITY[item.severity], item.title, item.fix, item.code, width)


def trouble_lines(mark: tuple[str, Role], title: str, fix: str, code: str, width: int) -> list[Line]:
    """Something that is not as it should be: what, what to do about it, and its code."""
    sign, role = mark
    told = [line("  ", *one.spans) for one in wrapped(cut(title, 400), width - 2)]
    signed = line(Span(f"{sign} ", role), *told[0].spans[1:]) if told else line(Span(sign, role))
    below = wrapped(cut(fix, 600), width - 2, Role.MUTED)
    named = line("  ", Span(cut(code, width - 2), Role.FAINT))
    return [signed, *told[1:], *(line("  ", *one.spans) for one in below), named]


def _facts(status: Status, now: int) -> list[tuple[str, str]]:
    return [
        ("running for", f"{duration(now - status.started_at)}, process {status.pid}"),
        ("contacts", count(status.contacts)),
        ("orders", count(status.orders)),
        ("database", f"{byte_size(status.database_bytes)} in {status.state_dir}"),
        *upkeep_facts(status, now),
        ("listens on", status.public_listen),
        ("stores call", status.public_url or "not set: stores cannot reach this machine"),
    ]


def _webhooks(status: Status) -> list[Line]:
    inbox, refused = status.inbox, status.refused
    told = (
        (refused.unauthenticated, "unauthenticated"),
        (refused.unreadable, "unreadable"),
        (refused.too_large, "too large"),
        (refused.limited, "too many from one source"),
    )
    why = " · ".join(f"{count(number)} {reason}" for number, reason in told if number)
    return [
        line(_label("inbox"), f"{count(inbox.pending)} pending · {count(inbox.done)} done · ", _dead(inbox.dead)),
        line(_label("refused"), Span(why, Role.WARN) if why else "none since the daemon started"),
    ]


def _dead(dead: int) -> Span:
    return Span(f"! {count(dead)} dead" if dead else "0 dead", Role.BAD if dead else Role.TEXT)


def _stores(status: Status, width: int) -> list[Line]:
    if not status.stores:
        return [
            line(Span(f"None yet: press {shown('go.stores')}, then {shown('store.add')} to connect one.", Role.MUTED))
        ]
    lines: list[Line] = []
    for store in status.stores:
        sign, word, role = STORE_SIGNS[store.state]
        name = Span(fit(store.name or store.hash, 20), Role.STRONG)
        hooks = f"hooks {store.hooks.alive}/{store.hooks.expected}"
        lines.append(line(Span(f"{sign} ", role), name, Span(fit(word, 17), role), Span(hooks, Role.MUTED)))
        for run in (run for run in status.runs if run.store == store.hash):
            lines += progress_lines(run, width)
    return lines
