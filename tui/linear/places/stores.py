"""Stores and runs: the list of both, a store with its scopes and webhooks, a run with what it left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from common.events import What
from common.stores import StoreDetail, StoreSummary
from common.sync import PhaseProgress, Run, RunQuery
from common.times import duration
from tui.cli.connecting import scope_state
from tui.cli.runs import run_facts, took
from tui.cli.store import hook_state, store_facts
from tui.format import count, cut
from tui.linear.place import Facts, Item, Page, Place, Room, Wanted, details
from tui.linear.spoken import fact, facts, many, sentences, since

_NAME_CELLS = 60
_ERROR_CELLS = 300
_RUNS = 50


@dataclass(frozen=True, slots=True)
class Stores(Place):
    word = "stores"

    async def read(self, room: Room, wanted: Wanted) -> Page:
        stores = (await room.client.stores()).stores
        runs = (await room.client.runs(RunQuery(limit=_RUNS))).runs
        hint = [] if stores else ["Connect one: add."]
        head = [sentences(f"{many(len(stores), 'store')}, {many(len(runs), 'run')}"), *hint]
        return details(head, [*store_items(stores, room.now()), *run_items(runs, room)], wanted)

    async def changed(self, room: Room, page: Page, facts: Facts) -> str:
        return "Stores changed; again shows them." if facts.touches(What.STORE) else ""


@dataclass(frozen=True, slots=True)
class Store(Place):
    word = "store"
    store: str

    async def read(self, room: Room, wanted: Wanted) -> Page:
        store = await room.client.store(self.store)
        head = sentences(f"Store {store.name or store.hash}")
        return details([head], list(_store(store, room.now())), wanted)

    def of_store(self) -> str:
        return self.store


@dataclass(frozen=True, slots=True)
class OneRun(Place):
    word = "run"
    run_id: int

    async def read(self, room: Room, wanted: Wanted) -> Page:
        run = await room.client.run(self.run_id)
        head = sentences(f"Run {run.id}, {run.kind}, of {room.store(run.store)}")
        return details([head], list(_run(run)), wanted)

    def run(self) -> int:
        return self.run_id


def store_items(stores: Sequence[StoreSummary], now: int) -> Iterator[Item]:
    for store in stores:
        text = sentences(
            f"Store {cut(store.name or store.hash, _NAME_CELLS)}",
            f"Hash {store.hash}",
            f"State {state_word(store.state)}",
            cut(store.state_reason, _ERROR_CELLS),
            f"Hooks {store.hooks.alive} of {store.hooks.expected} alive",
            f"Last delivery {since(store.last_delivery_at, now=now)}",
            f"Last sync {since(store.last_sync_at, now=now)}",
            f"Orders {count(store.orders)}",
        )
        yield Item(text, Store(store.hash))


def run_items(runs: Sequence[Run], room: Room) -> Iterator[Item]:
    for run in runs:
        text = sentences(
            f"Run {run.id}, {run.kind}, of {cut(room.store(run.store), _NAME_CELLS)}",
            f"State {run.state}",
            f"Reads {how_far(run.phase)}" if run.phase and not run.state.is_over else "",
            f"Ended {since(run.finished_at, now=room.now())} after {took(run)}" if run.finished_at else "",
            f"Orders {count(run.orders)}",
            f"Left out {count(len(run.skipped))}" if run.skipped else "",
            cut(run.error, _ERROR_CELLS),
        )
        yield Item(text, OneRun(run.id))


def how_far(phase: PhaseProgress) -> str:
    """ "orders 612,400 of 1,204,118, 50 percent, about 5 min left"."""
    parts = [f"{phase.name} {count(phase.done)}" + (f" of {count(phase.total)}" if phase.total is not None else "")]
    if phase.total:
        parts.append(f"{min(100, 100 * phase.done // phase.total)} percent")
    if phase.eta_s is not None:
        parts.append(f"about {duration(phase.eta_s)} left")
    return ", ".join(parts)


def state_word(state: str) -> str:
    """ "needs_reconnect" -> "needs reconnect"."""
    return state.replace("_", " ")


def _store(store: StoreDetail, now: int) -> Iterator[str]:
    yield fact("state", state_word(store.state))
    yield from facts(store_facts(store))
    if store.last_delivery_at is not None:
        yield fact("since the last delivery", since(store.last_delivery_at, now=now))
    for scope in store.scopes:
        yield sentences(fact(f"scope {scope.scope}", scope_state(scope)), f"It feeds {scope.feeds}")
    for hook in store.hook_rows:
        delivered = f"Last delivery {since(hook.last_delivery_at, now=now)}"
        yield sentences(fact(f"hook {hook.scope}", hook_state(hook)), delivered)


def _run(run: Run) -> Iterator[str]:
    yield fact("state", run.state)
    if run.phase and not run.state.is_over:
        yield fact("progress", how_far(run.phase))
    yield from facts(run_facts(run))
    for skipped in run.skipped:
        yield fact(f"left out {skipped.kind} {skipped.id}", skipped.why)
