"""Runs as lines: one that is running with its progress, one that is over, and all that is known of one."""

from collections.abc import Mapping

from common.sync import ANY_HOUR, PhaseProgress, Run, RunState, Skipped
from common.times import duration
from tui.drawing.glyphs import RUN_SIGNS
from tui.drawing.line import Line, Role, Span, heading, line, wrapped
from tui.drawing.moments import long_ago, minute
from tui.format import Align, count, cut, fit

_LABEL = 12
_BAR_CELLS = 20
_ONE_LINE_FROM = 100
_COUNTS_FROM = 108


def progress_lines(run: Run, width: int) -> list[Line]:
    """▸ historical run  orders  612,400 / 1,204,118  ███████░░░ 51 %  1,930/s  ETA 5 min  2,449 requests."""
    sign, role = RUN_SIGNS[run.state]
    head = [Span(f"  {sign} {run.kind} run", role), Span(f"  {_phase(run)}")]
    pace = [*_bar(run.phase), Span(_pace(run), Role.MUTED)]
    waits = [line("    ", *row.spans) for row in wrapped(cut(run.error, 400), width - 4, Role.WARN)]
    if width >= _ONE_LINE_FROM:
        return [line(*head, "  ", *pace), *waits]
    return [line(*head), line("    ", *pace), *waits]


def _phase(run: Run) -> str:
    phase = run.phase
    if phase is None:
        return str(run.state)
    total = f" / {count(phase.total)}" if phase.total is not None else ""
    standing = f"{run.state}  " if run.state is not RunState.RUNNING else ""
    return f"{standing}{cut(phase.name, 20)}  {count(phase.done)}{total}"


def _bar(phase: PhaseProgress | None) -> list[Span]:
    if phase is None or not phase.total:
        return []
    share = min(phase.done / phase.total, 1.0)
    full = int(share * _BAR_CELLS)
    return [
        Span("█" * full, Role.ACCENT),
        Span("░" * (_BAR_CELLS - full), Role.FAINT),
        Span(f" {share:4.0%}  "),
    ]


def _pace(run: Run) -> str:
    parts = []
    if run.phase is not None and run.phase.rate_per_s:
        parts.append(f"{run.phase.rate_per_s:,.0f}/s")
    if run.phase is not None and run.phase.eta_s is not None:
        parts.append(f"ETA {duration(run.phase.eta_s)}")
    return "  ".join([*parts, f"{count(run.requests)} requests"])


def run_line(run: Run, names: Mapping[str, str], now: int, width: int) -> Line:
    """A run that is over: what it was, when, how long, and what it read."""
    sign, role = RUN_SIGNS[run.state]
    spans = [
        Span(f"{sign} ", role),
        Span(fit(str(run.kind), 11)),
        Span(fit(names.get(run.store, run.store), 12), Role.MUTED),
        Span(fit(long_ago(run.finished_at, now=now), 9, Align.RIGHT), Role.MUTED),
        Span(fit(str(run.state) if run.state is not RunState.DONE else _took(run), 11, Align.RIGHT), role),
    ]
    spans.append(Span(f"  {_counts(run, everything=width >= _COUNTS_FROM)}", Role.MUTED))
    if run.skipped:
        spans.append(Span(f"  ! {count(len(run.skipped))} skipped", Role.WARN))
    if run.error:
        spans.append(Span(f"  {cut(run.error, 200)}", Role.BAD))
    return line(*spans)


def _took(run: Run) -> str:
    if run.started_at is None or run.finished_at is None:
        return ""
    return duration(run.finished_at - run.started_at)


def _counts(run: Run, *, everything: bool) -> str:
    orders = (run.orders, "orders")
    around = ((run.products, "products"), (run.customers, "customers"), orders, (run.carts, "carts"))
    kinds = around if everything else (orders,)
    return "  ".join(f"{count(number)} {kind}" for number, kind in kinds)


def run_lines(run: Run, store_name: str, now: int, width: int) -> list[Line]:
    """All that is known of one run, with everything it had to leave out."""
    sign, role = RUN_SIGNS[run.state]
    title = line(Span(f"{run.kind} run {run.id}", Role.STRONG), Span(f"  {cut(store_name, 24)}", Role.MUTED))
    facts = [
        ("hours", f"only {run.quiet_hours} UTC" if run.quiet_hours != ANY_HOUR else ""),
        ("queued", minute(run.queued_at)),
        ("started", minute(run.started_at) if run.started_at is not None else "not yet"),
        ("finished", minute(run.finished_at) if run.finished_at is not None else "not yet"),
        ("took", _took(run)),
        ("requests", count(run.requests)),
        ("products", count(run.products)),
        ("customers", count(run.customers)),
        ("orders", count(run.orders)),
        ("carts", count(run.carts)),
        ("changed", f"{count(run.changed)} of them"),
    ]
    return [
        title,
        line(_label("state"), Span(f"{sign} {run.state}", role)),
        *(progress_lines(run, width) if not run.state.is_over else _error(run.error, width)),
        *(line(_label(label), text) for label, text in facts if text),
        *_skipped(run.skipped, width),
    ]


def _label(label: str) -> Span:
    return Span(fit(label, _LABEL), Role.MUTED)


def _error(error: str, width: int) -> list[Line]:
    if not error:
        return []
    what = "What it brought stays. Once that is mended, s begins anew."
    return [
        heading("Error", width),
        *wrapped(cut(error, 2000), width, Role.BAD),
        *wrapped(what, width),
        heading("Read", width),
    ]


def _skipped(skipped: list[Skipped], width: int) -> list[Line]:
    if not skipped:
        return []
    lines = [heading("Skipped", width, count(len(skipped)))]
    for one in skipped:
        lines.append(line(Span("! ", Role.WARN), f"{cut(one.kind, 20)} {cut(one.id, 30)}"))
        lines += [line("  ", *row.spans) for row in wrapped(cut(one.why, 400), width - 2, Role.MUTED)]
    return lines
