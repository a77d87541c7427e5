"""The questions before a sync: which store, how much of it, and whether that is meant."""

from collections.abc import Awaitable, Callable, Sequence
from typing import assert_never

from textual.app import App

from common.errors import CounterfoilError, Invalid
from common.stores import StoreState, StoreSummary
from common.sync import ANY_HOUR, RunKind, RunStart, SyncPlan, quiet_window
from tui.drawing.plan import ASKING, plan_text
from tui.format import cut
from tui.keymap import shown
from tui.screens.choice import Choice, Option
from tui.screens.line_form import LineForm

_KINDS = (
    Option(RunKind.MANUAL, "Manual", "What is missing or changed since the last sync."),
    Option(RunKind.HISTORICAL, "Historical", "Everything from the store's beginning. Starts no automation."),
    Option(
        RunKind.SWEEP, "Sweep", "Open orders once more, and what is gone without a word. Each night by itself, too."
    ),
)
_NOW, _QUIET, _NO = "now", "quiet", "no"

Plan = Callable[[RunKind], Awaitable[SyncPlan]]
"""What a run of that kind would come to."""


async def choose_store(app: App[None], stores: Sequence[StoreSummary]) -> str | None:
    """The hash of the only store, or of the one chosen."""
    if len(stores) == 1:
        return stores[0].hash
    options = [Option(store.hash, cut(store.name or store.hash, 40), f"store-{store.hash}") for store in stores]
    return await app.push_screen_wait(Choice("Sync which store?", options))


def why_not_sync(store: StoreSummary) -> str:
    """Why nothing can be read from *store* now, and the key that mends it; "" when it can."""
    name = cut(store.name or store.hash, 30)
    match store.state:
        case StoreState.NEEDS_RECONNECT:
            return f"{name} refuses our token. {_keys('store.reconnect')} gives it another one."
        case StoreState.PAUSED:
            return f"{name} is paused. {_keys('store.hold')} goes on with it."
        case StoreState.DELETED:
            return f"{name} is deleted. {_keys('store.add')} connects it again, with its data."
        case StoreState.CONNECTED | StoreState.UNAVAILABLE:
            return ""
    assert_never(store.state)


def _keys(key_id: str) -> str:
    return f"On screen {shown('go.stores')} {shown(key_id)}"


async def choose_run(app: App[None], store_name: str, plan: Plan) -> RunStart | None:
    """The run to start, confirmed where it is a long one; None = none."""
    chosen = await app.push_screen_wait(Choice(f"Sync {cut(store_name, 30)}", _KINDS))
    if chosen is None:
        return None
    kind = RunKind(chosen)
    return RunStart(kind=kind) if kind is not RunKind.HISTORICAL else await _historical(app, store_name, plan)


async def _historical(app: App[None], store_name: str, plan: Plan) -> RunStart | None:
    """A historical run with the hours it keeps to, once a person knows what it comes to."""
    lead = (
        f"Reads all products, customers and orders of {cut(store_name, 30)}; goes on after a restart. BigCommerce "
        "lists no abandoned carts: payment pages that were left are read, other carts come only as they happen."
    )
    question = Choice("Historical run", _ways_to_begin(ANY_HOUR), lead=f"{lead}\n{ASKING}")
    told: list[SyncPlan] = []
    question.run_worker(_tell_plan(question, lead, plan, told), group="plan")
    answer = await app.push_screen_wait(question)
    set_hours = told[0].quiet_hours if told else ANY_HOUR
    if answer == _QUIET:
        hours = await asked_hours(app) if set_hours == ANY_HOUR else set_hours
    else:
        hours = ANY_HOUR if answer == _NOW else None
    return None if hours is None else RunStart(kind=RunKind.HISTORICAL, quiet_hours=hours)


def _ways_to_begin(set_hours: str) -> list[Option]:
    is_set = set_hours != ANY_HOUR
    return [
        Option(_NOW, "Start it now", "Also outside the quiet hours." if is_set else ""),
        Option(_QUIET, f"Only in quiet hours, {set_hours} UTC" if is_set else "Only in quiet hours…"),
        Option(_NO, "Not now"),
    ]


async def _tell_plan(question: Choice, lead: str, plan: Plan, told: list[SyncPlan]) -> None:
    """Says how much it would be as soon as the store has told; the question can be answered before."""
    try:
        told.append(await plan(RunKind.HISTORICAL))
    except CounterfoilError as error:
        question.lead(f"{lead}\nThere is no plan: {error}")
    else:
        question.lead(f"{lead}\n{plan_text(told[0])}", _ways_to_begin(told[0].quiet_hours))


async def asked_hours(app: App[None]) -> str | None:
    """The hours a person names for a run; None when they name none."""
    form = LineForm("Only in quiet hours", "Hours", "of each day, in UTC", hours_typed, value="01:00-05:00")
    return await app.push_screen_wait(form)


def hours_typed(text: str) -> str:
    """*text* as hours to wait for. Raises Invalid."""
    try:
        hours = quiet_window(text.strip())
    except ValueError as error:
        raise Invalid(f"{text!r} is no part of a day: {error}.") from None
    if hours == ANY_HOUR:
        raise Invalid("Which hours?", remedy='Give them like "01:00-05:00", in UTC.')
    return hours
