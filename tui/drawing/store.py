"""Stores as lines: in the list, and one with its scopes and hooks."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.sales import StoreSales
from common.stores import HookRow, Quota, ScopeRow, StoreDetail, StoreState, StoreSummary
from common.sync import Run
from common.times import duration
from tui.drawing.glyphs import STORE_SIGNS
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.drawing.moments import long_ago, minute
from tui.drawing.run import progress_lines, run_line
from tui.drawing.sales import sales_lines
from tui.format import count, cut, fit
from tui.keymap import with_keys

_LABEL = 14
_ONE_LINE_FROM = 112
_SCOPE_CELLS = 34
_SCOPE_IN_ONE_FROM = 76


@dataclass(frozen=True, slots=True)
class StoreTarget:
    hash: str


@dataclass(frozen=True, slots=True)
class RunTarget:
    id: int


@dataclass(frozen=True, slots=True)
class OlderTarget:
    """Runs before those that are shown."""


def overview_lines(
    stores: Sequence[StoreSummary], runs: Sequence[Run], now: int, width: int, *, has_older: bool = False
) -> list[Line]:
    """Every store with its open runs below it, then the runs that are over; *has_older*: there are more of them."""
    names = {store.hash: store.name or store.hash for store in stores}
    lines = [heading("Stores", width, count(len(stores)))]
    for store in stores:
        mine = [run for run in runs if run.store == store.hash and not run.state.is_over]
        lines += [*_store(store, now, width), *(one for run in mine for one in _progress(run, width))]
    over = [run for run in runs if run.state.is_over]
    if over:
        lines += [BLANK, heading("Runs", width, "what was read")]
        lines += [_target(run_line(run, names, now, width), run) for run in over]
    if has_older:
        lines.append(line(Span("  … older runs", Role.MUTED), target=OlderTarget()))
    return lines


def _target(drawn: Line, run: Run) -> Line:
    return Line(drawn.spans, RunTarget(run.id))


def _progress(run: Run, width: int) -> list[Line]:
    first, *more = progress_lines(run, width)
    return [_target(first, run), *more]


def _store(store: StoreSummary, now: int, width: int) -> list[Line]:
    sign, word, role = STORE_SIGNS[store.state]
    is_whole = store.hooks.alive >= store.hooks.expected
    hooks = f"hooks {store.hooks.alive}/{store.hooks.expected} alive"
    spans = [
        Span(f"{sign} ", role),
        Span(cut(store.name or store.hash, 24), Role.STRONG),
        Span(f"  store-{cut(store.hash, 32)}", Role.MUTED),
        Span(f"  {word}", role),
        Span(f"  {hooks}", Role.MUTED if is_whole else Role.WARN),
    ]
    head = line(*spans, target=StoreTarget(store.hash))
    is_one = width >= _ONE_LINE_FROM
    activity = Span(f"  {_activity(store, now, width - 2 - (head.width if is_one else 0))}", Role.MUTED)
    lines = [Line((*head.spans, activity), head.target)] if is_one else [head, line(activity)]
    return [*lines, *(line("  ", *one.spans) for one in _trouble(store, width - 2))]


_WHAT_TO_DO = {
    StoreState.NEEDS_RECONNECT: "{store.reconnect} gives it another token; what it sends is kept until then.",
    StoreState.PAUSED: "Nothing is fetched from it; what it sends is kept. {store.hold} goes on.",
    StoreState.UNAVAILABLE: "It is tried again by itself.",
    StoreState.DELETED: "{store.add} connects it again, with its data.",
}


def _trouble(store: StoreSummary, width: int) -> list[Line]:
    """Why a store is not connected, and what to do about it; nothing when it is."""
    if store.state is StoreState.CONNECTED:
        return []
    _, _, role = STORE_SIGNS[store.state]
    return [*wrapped(cut(store.state_reason, 400), width, role), *wrapped(with_keys(_WHAT_TO_DO[store.state]), width)]


def _activity(store: StoreSummary, now: int, width: int) -> str:
    """The quota is told where there is room: the store's own page has it, too."""
    delivery = f"last delivery {long_ago(store.last_delivery_at, now=now)}"
    told = f"{delivery}  last sync {long_ago(store.last_sync_at, now=now)}"
    quota = _quota(store.quota)
    return f"{told}{quota}" if len(told) + len(quota) <= width else told


def _quota(quota: Quota) -> str:
    if quota.limit is None or quota.window_s is None:
        return ""
    return f"  quota {quota.share:.0%} of {count(quota.limit)}/{quota.window_s:.0f} s"


def store_lines(store: StoreDetail, sales: StoreSales, now: int, width: int) -> list[Line]:
    """One store: what it lacks, what it sold, and then what its token may read and which hooks are alive."""
    sign, word, role = STORE_SIGNS[store.state]
    title = line(
        Span(cut(store.name or store.hash, 30), Role.STRONG), Span(f"  store-{cut(store.hash, 32)}", Role.MUTED)
    )
    state = line(_label("state"), Span(f"{sign} {word}", role))
    reason = [line(Span(" " * _LABEL), *one.spans) for one in _trouble(store, width - _LABEL)]
    facts = [one for label, text in _facts(store, now) for one in _fact(label, text, width)]
    granted = sum(scope.granted for scope in store.scopes)
    hooks = store.hooks
    return [
        title,
        state,
        *reason,
        *facts,
        *(one for scope in store.scopes if not scope.granted for one in scope_lines(scope, width)),
        *(_hook(hook, now, width) for hook in store.hook_rows if not _is_alive(hook)),
        *sales_lines(sales, width),
        heading("Scopes", width, f"{granted} of {len(store.scopes)} granted"),
        *(one for scope in store.scopes if scope.granted for one in scope_lines(scope, width)),
        heading("Hooks", width, f"{hooks.alive} of {hooks.expected} alive"),
        *(_hook(hook, now, width) for hook in store.hook_rows if _is_alive(hook)),
    ]


def _is_alive(hook: HookRow) -> bool:
    return hook.hook_id is not None and hook.is_active


def _fact(label: str, text: str, width: int) -> list[Line]:
    rows = wrapped(cut(text, 200), width - _LABEL)
    return [line(_label("" if at else label), *row.spans) for at, row in enumerate(rows)]


def _label(label: str) -> Span:
    return Span(fit(label, _LABEL), Role.MUTED)


def _secret(store: StoreDetail, now: int) -> list[tuple[str, str]]:
    """Told only while the webhooks have two secrets."""
    if store.hook_secret_rotated_at is None:
        return []
    told = f"replaced {long_ago(store.hook_secret_rotated_at, now=now)}; the former one is good for a day"
    return [("secret", told)]


def _facts(store: StoreDetail, now: int) -> list[tuple[str, str]]:
    quota = store.quota
    left = f"{count(quota.left)} requests left" if quota.left is not None else ""
    window = f" of {count(quota.limit)} in {duration(quota.window_s or 0)}" if quota.limit else ""
    return [
        ("domain", store.domain or "–"),
        ("currency", f"{store.currency} · {store.timezone} · plan {store.plan}"),
        ("kept", f"{count(store.customers)} customers · {count(store.orders)} orders"),
        ("connected", minute(store.connected_at)),
        ("last delivery", long_ago(store.last_delivery_at, now=now)),
        ("last sync", long_ago(store.last_sync_at, now=now)),
        *_secret(store, now),
        ("quota", f"{left}{window}, we use {quota.share:.0%}" if left else "not told yet"),
    ]


def scope_lines(scope: ScopeRow, width: int) -> list[Line]:
    if scope.granted:
        sign, role, feeds = "✓", Role.GOOD, scope.feeds
    else:
        sign, role, feeds = "✕", Role.BAD if scope.required else Role.WARN, f"not granted: no {scope.feeds}"
    if width >= _SCOPE_IN_ONE_FROM:
        told = cut(feeds, width - _SCOPE_CELLS - 3)
        return [line(Span(f"{sign} ", role), fit(scope.scope, _SCOPE_CELLS), Span(f" {told}", Role.MUTED))]
    first = line(Span(f"{sign} ", role), cut(scope.scope, width - 2))
    return [first, *(line("  ", *one.spans) for one in wrapped(cut(feeds, 200), width - 2, Role.MUTED))]


def _hook(hook: HookRow, now: int, width: int) -> Line:
    if hook.hook_id is None:
        sign, role, told = "✕", Role.BAD, "missing"
    elif not hook.is_active:
        sign, role, told = "!", Role.BAD, "switched off"
    else:
        sign, role, told = "●", Role.GOOD, long_ago(hook.last_delivery_at, now=now)
    return line(Span(f"{sign} ", role), fit(hook.scope, max(width - 16, 8)), Span(f"  {told}", Role.MUTED))
