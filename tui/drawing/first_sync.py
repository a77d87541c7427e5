"""The guide's last steps as lines: what the token may read, what the first sync comes to, and how far it is."""

from common.connecting import StoreTried
from common.stores import ScopeRow, StoreDetail
from common.sync import ANY_HOUR, Run, RunState, SyncPlan
from tui.drawing.guide import choice, signed
from tui.drawing.line import BLANK, Line, Role, Span, heading, line, wrapped
from tui.drawing.plan import plan_lines
from tui.drawing.run import progress_lines
from tui.drawing.store import scope_lines
from tui.format import count, cut, fit
from tui.guide import Act, Journey
from tui.keymap import shown

_LABEL = 12
_ACT_CELLS = 26


def scopes_lines(journey: Journey, width: int) -> list[Line]:
    """What the token may read, and what comes next: connecting, or the first sync of a store that is connected."""
    if journey.store is not None:
        return _connected(journey.store, width)
    return _tried(journey.tried, width) if journey.tried is not None else []


def _tried(tried: StoreTried, width: int) -> list[Line]:
    about = " · ".join(part for part in (tried.domain, tried.currency, tried.timezone, tried.plan) if part)
    return [
        line(Span(cut(tried.name or tried.hash, 40), Role.STRONG), Span(f"  store-{cut(tried.hash, 32)}", Role.MUTED)),
        line(Span(cut(about, width), Role.MUTED)),
        BLANK,
        *_next_of_tried(tried, width),
        BLANK,
        *_scopes(tried.scopes, width),
    ]


def _next_of_tried(tried: StoreTried, width: int) -> list[Line]:
    other = choice(Act.GIVE_AGAIN, "Give another token", "", width, title_cells=_ACT_CELLS)
    if not tried.is_enough:
        text = "The token may not read what Counterfoil needs; scopes of an account never change. Make another account."
        return [*signed("!", Role.BAD, text, width), *other]
    hooks = f"registers {tried.hooks} webhooks" if tried.hooks else "no webhooks: COUNTERFOIL_PUBLIC__URL is not set"
    return [*choice(Act.CONNECT, "Connect the store", hooks, width, title_cells=_ACT_CELLS), *other]


def _connected(store: StoreDetail, width: int) -> list[Line]:
    hooks = store.hooks
    is_whole = hooks.alive >= hooks.expected
    told = f"{hooks.alive} of {hooks.expected} webhooks are registered." if hooks.expected else "It has no webhooks."
    sign, role = ("●", Role.GOOD) if is_whole else ("!", Role.WARN)
    return [
        line(Span("● ", Role.GOOD), Span(cut(store.name or store.hash, 40), Role.STRONG), Span(" is connected.")),
        *signed(sign if hooks.expected else "○", role if hooks.expected else Role.MUTED, told, width),
        BLANK,
        *choice(Act.TO_SYNC, "On to the first sync", "", width, title_cells=_ACT_CELLS),
        BLANK,
        *_scopes(store.scopes, width),
    ]


def _scopes(scopes: list[ScopeRow], width: int) -> list[Line]:
    granted = sum(scope.granted for scope in scopes)
    return [
        heading("Scopes", width, f"{granted} of {len(scopes)} granted"),
        *(one for scope in scopes for one in scope_lines(scope, width)),
    ]


def sync_lines(journey: Journey, width: int) -> list[Line]:
    """The plan of the first sync with what can be done about it; once it has begun, how far it is."""
    name = cut(journey.store.name or journey.store.hash, 40) if journey.store else ""
    if journey.run is not None:
        return _run(journey.run, name, width)
    return [
        *wrapped(
            f"The first sync reads all products, customers and orders of {name}, the newest first. It starts no "
            "automation, goes on after a restart, and can be paused. BigCommerce lists no abandoned carts: payment "
            "pages that were left are read, other carts come as they happen.",
            width,
        ),
        BLANK,
        heading("Plan", width),
        *plan_lines(journey.plan, width),
        BLANK,
        *_ways_to_begin(journey.plan, width),
    ]


def _ways_to_begin(plan: SyncPlan | None, width: int) -> list[Line]:
    is_set = plan is not None and plan.quiet_hours != ANY_HOUR
    hours = f"{plan.quiet_hours} UTC, as the daemon is set" if plan and is_set else "hours you name next, each day"
    options = (
        (Act.NOW, "Start it now", "also outside the quiet hours" if is_set else ""),
        (Act.QUIET, "Only in quiet hours", hours),
        (Act.LATER, "Later", f"{shown('sync')} starts it, on any screen"),
    )
    return [one for act, title, note in options for one in choice(act, title, note, width, title_cells=_ACT_CELLS)]


def _run(run: Run, name: str, width: int) -> list[Line]:
    contacts = "they come in as it reads" if not run.state.is_over else ""
    return [
        line(Span(f"The first sync of {name}", Role.STRONG)),
        BLANK,
        *_standing(run, width),
        BLANK,
        *(line(Span(fit(label, _LABEL), Role.MUTED), text) for label, text in _so_far(run)),
        BLANK,
        *_again(run, width),
        *choice(Act.CONTACTS, "Go to contacts", contacts, width, title_cells=_ACT_CELLS),
        *choice(Act.STORES, "Go to stores and runs", "pause, cancel, details", width, title_cells=_ACT_CELLS),
    ]


def _again(run: Run, width: int) -> list[Line]:
    waits = run.state is RunState.QUEUED and run.quiet_hours != ANY_HOUR
    if run.state is not RunState.FAILED and not waits:
        return []
    return choice(Act.NOW, "Start it now after all" if waits else "Try again", "", width, title_cells=_ACT_CELLS)


def _standing(run: Run, width: int) -> list[Line]:
    error = cut(run.error, 1000)
    match run.state:
        case RunState.DONE:
            return signed("●", Role.GOOD, "Done. From now on changes come by themselves.", width)
        case RunState.FAILED:
            return signed("!", Role.BAD, f"It failed: {error}", width)
        case RunState.CANCELLED:
            return signed("✕", Role.MUTED, "It was cancelled. What it brought stays.", width)
        case _:
            return progress_lines(run, width)


def _so_far(run: Run) -> list[tuple[str, str]]:
    facts = [
        ("products", count(run.products)),
        ("customers", count(run.customers)),
        ("orders", count(run.orders)),
        ("carts", count(run.carts)),
    ]
    skipped = (
        [("skipped", f"{count(len(run.skipped))}, each with its reason on screen {shown('go.stores')}")]
        if run.skipped
        else []
    )
    return [*facts, *skipped]
