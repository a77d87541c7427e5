"""The questions before a sync: which store, how much of it, and whether that is meant."""

from collections.abc import Awaitable, Callable, Sequence

from textual.app import App

from common.errors import CounterfoilError
from common.stores import StoreSummary
from common.sync import RunKind, SyncPlan
from common.times import duration
from tui.format import byte_size, count, cut
from tui.screens.choice import Choice, Option

_KINDS = (
    Option(RunKind.MANUAL, "Manual", "What is missing or changed since the last sync."),
    Option(RunKind.HISTORICAL, "Historical", "Everything from the store's beginning. Starts no automation."),
    Option(
        RunKind.SWEEP, "Sweep", "Open orders once more, and what is gone without a word. Each night by itself, too."
    ),
)
_YES = "yes"

Plan = Callable[[RunKind], Awaitable[SyncPlan]]
"""What a run of that kind would come to."""


async def choose_store(app: App[None], stores: Sequence[StoreSummary]) -> str | None:
    """The hash of the only store, or of the one chosen."""
    if len(stores) == 1:
        return stores[0].hash
    options = [Option(store.hash, cut(store.name or store.hash, 40), f"store-{store.hash}") for store in stores]
    return await app.push_screen_wait(Choice("Sync which store?", options))


async def choose_kind(app: App[None], store_name: str, plan: Plan) -> RunKind | None:
    """The kind of run to start, confirmed where it is a long one; None = none."""
    chosen = await app.push_screen_wait(Choice(f"Sync {cut(store_name, 30)}", _KINDS))
    if chosen is None:
        return None
    kind = RunKind(chosen)
    if kind is RunKind.HISTORICAL and not await _is_meant(app, store_name, plan):
        return None
    return kind


async def _is_meant(app: App[None], store_name: str, plan: Plan) -> bool:
    lead = (
        f"A historical run reads all products, customers and orders of {cut(store_name, 30)}. "
        "It uses only its share of the store's request quota, and goes on after a restart. BigCommerce lists no "
        "abandoned carts: payment pages that were left are read, other carts come only as they happen."
    )
    options = [Option(_YES, "Start the historical run"), Option("no", "Not now")]
    question = Choice("Historical run", options, lead=lead)
    question.run_worker(_tell_plan(question, lead, plan), group="plan")
    return await app.push_screen_wait(question) == _YES


async def _tell_plan(question: Choice, lead: str, plan: Plan) -> None:
    """Says how much it would be as soon as the store has told; the question can be answered before."""
    try:
        planned = await plan(RunKind.HISTORICAL)
    except CounterfoilError:
        return  # the run itself will say what is wrong
    question.lead(f"{lead} {plan_text(planned)}")


def plan_text(plan: SyncPlan) -> str:
    return (
        f"The store counts {count(plan.products)} products, {count(plan.customers)} customers and "
        f"{count(plan.orders)} orders: {count(plan.requests)} requests, about {duration(plan.seconds)}, "
        f"about {byte_size(plan.disk_bytes)} on the disk."
    )
