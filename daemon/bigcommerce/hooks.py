"""Our webhooks at the store, kept as they should be: one active hook per scope on our destination.

The scope that tells of failing deliveries has a destination of its own, below ours: the store wants it so.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from daemon.bigcommerce.concurrently import all_of
from daemon.bigcommerce.deliveries import HOOK_TROUBLE, SUBSCRIBED
from daemon.bigcommerce.errors import AbsentInStore, StoreRejected, StoreUnavailable

TROUBLE_PATH = "/trouble"

_ROUNDS = 3  # making a hook is never sent twice blindly: after a lost answer the list is read first


@dataclass(frozen=True, slots=True)
class HookRecord:
    """A subscription as the store holds it. *headers* carry our secret and stay out of logs."""

    hook_id: int
    scope: str
    destination: str
    headers: Mapping[str, str] = field(repr=False)
    is_active: bool


class Fault(StrEnum):
    """What can be wrong with a hook, as it is said to a person."""

    MISSING = "missing"
    INACTIVE = "switched off"
    DISTRUSTED = "without our secret"
    OUTDATED = "with the former secret"
    IDLE = "long unused"
    STRAY = "not wanted"

    @property
    def loses_deliveries(self) -> bool:
        return self in (Fault.MISSING, Fault.INACTIVE, Fault.DISTRUSTED)


@dataclass(frozen=True, slots=True)
class Ensured:
    """The hooks that are *alive* now, and by scope why the store *refused* the others."""

    alive: tuple[HookRecord, ...]
    refused: Mapping[str, StoreRejected]


class HookApi(Protocol):
    """The part of the store's API that subscriptions need."""

    async def hooks(self) -> tuple[HookRecord, ...]: ...

    async def create_hook(self, scope: str, destination: str, headers: Mapping[str, str]) -> HookRecord: ...

    async def update_hook(self, hook_id: int, *, headers: Mapping[str, str], is_active: bool) -> HookRecord: ...

    async def delete_hook(self, hook_id: int) -> None: ...


def destination_of(scope: str, destination: str) -> str:
    """Where the hook of *scope* delivers to, when all others do to *destination*."""
    return destination + TROUBLE_PATH if scope == HOOK_TROUBLE else destination


def is_ours(hook: HookRecord, destination: str) -> bool:
    return hook.destination in (destination, destination + TROUBLE_PATH)


def faults_of(
    listed: Collection[HookRecord],
    *,
    destination: str,
    headers: Mapping[str, str],
    former_headers: Mapping[str, str] | None = None,
    idle: Collection[int] = (),
    scopes: Sequence[str] = SUBSCRIBED,
) -> list[tuple[str, Fault]]:
    """By scope what is wrong with the hooks on *destination*; empty when nothing is. *idle* are ids of hooks that the
    store will soon take for unused; deliveries with *former_headers* are believed still."""
    here = [hook for hook in listed if is_ours(hook, destination)]
    plans = [_plan(scope, destination, here, headers) for scope in scopes]
    kept = {plan.keep.hook_id for plan in plans if plan.keep}
    found = [(plan.scope, fault) for plan in plans if (fault := _fault(plan, headers, former_headers, idle))]
    return found + [(hook.scope, Fault.STRAY) for hook in here if hook.hook_id not in kept]


def _fault(
    plan: "_Plan", headers: Mapping[str, str], former_headers: Mapping[str, str] | None, idle: Collection[int]
) -> Fault | None:
    if plan.keep is None:
        return Fault.MISSING
    if not plan.keep.is_active:
        return Fault.INACTIVE
    if not _same_headers(plan.keep.headers, headers):
        is_former = former_headers is not None and _same_headers(plan.keep.headers, former_headers)
        return Fault.OUTDATED if is_former else Fault.DISTRUSTED
    return Fault.IDLE if plan.keep.hook_id in idle else None


async def ensure_hooks(
    api: HookApi, *, destination: str, headers: Mapping[str, str], scopes: Sequence[str] = SUBSCRIBED
) -> tuple[HookRecord, ...]:
    """Have exactly one active hook per scope on *destination*, and the hooks the store then lists for it.

    A scope the store refuses is missing from the result; only when it refuses all of them the refusal is raised.
    Idempotent: hooks as they should be are left alone. A new hook may take a minute to fire.
    """
    ensured = await mended_hooks(api, destination=destination, headers=headers, scopes=scopes)
    if ensured.refused and not [hook for hook in ensured.alive if hook.scope != HOOK_TROUBLE]:
        raise next(iter(ensured.refused.values()))
    return ensured.alive


async def mended_hooks(
    api: HookApi,
    *,
    destination: str,
    headers: Mapping[str, str],
    idle: Collection[int] = (),
    scopes: Sequence[str] = SUBSCRIBED,
) -> Ensured:
    """Like `ensure_hooks`, but tells all refusals; hooks of the ids *idle* are switched on once more, which counts as
    use of them."""
    for _ in range(_ROUNDS):
        failures = await _round(api, destination, headers, scopes, idle)
        alive = tuple(hook for hook in await _on(api, destination) if hook.scope in scopes and hook.is_active)
        lost = [failure for failure in failures.values() if isinstance(failure, StoreUnavailable)]
        if not lost:
            break
    else:
        raise lost[0]
    return Ensured(alive, {scope: why for scope, why in failures.items() if isinstance(why, StoreRejected)})


async def remove_hooks(api: HookApi, *, destination: str) -> int:
    """Delete every hook on *destination*; how many there were."""
    found = await _on(api, destination)
    await delete_hooks(api, found)
    return len(found)


async def delete_hooks(api: HookApi, hooks: Collection[HookRecord]) -> None:
    """Delete these *hooks*; those that are gone already are fine."""
    await all_of(_delete(api, hook) for hook in hooks)


async def _round(
    api: HookApi, destination: str, headers: Mapping[str, str], scopes: Sequence[str], idle: Collection[int]
) -> dict[str, StoreRejected | StoreUnavailable]:
    """List, then make, mend and delete what differs; what could not be done, without the harm of trying it again."""
    listed = await _on(api, destination)
    plans = [_plan(scope, destination, listed, headers, idle) for scope in scopes]
    kept = {plan.keep.hook_id for plan in plans if plan.keep}
    await all_of(_delete(api, hook) for hook in listed if hook.hook_id not in kept)
    outcomes = await all_of(_ensure(api, plan, destination, headers) for plan in plans)
    return {plan.scope: outcome for plan, outcome in zip(plans, outcomes, strict=True) if outcome}


@dataclass(frozen=True, slots=True)
class _Plan:
    """*keep* None = there is no hook of *scope* yet."""

    scope: str
    keep: HookRecord | None
    has_drifted: bool


def _plan(
    scope: str,
    destination: str,
    listed: Collection[HookRecord],
    headers: Mapping[str, str],
    idle: Collection[int] = (),
) -> _Plan:
    """Of several hooks one is kept, the oldest: it is the one whose deliveries are under way."""
    place = destination_of(scope, destination)
    candidates = (hook for hook in listed if (hook.scope, hook.destination) == (scope, place))
    hooks = sorted(candidates, key=lambda hook: hook.hook_id)
    keep = hooks[0] if hooks else None
    if keep is None:
        return _Plan(scope, None, has_drifted=False)
    is_right = keep.is_active and _same_headers(keep.headers, headers) and keep.hook_id not in idle
    return _Plan(scope, keep, has_drifted=not is_right)


def _same_headers(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return {name.lower(): value for name, value in one.items()} == {
        name.lower(): value for name, value in other.items()
    }


async def _ensure(
    api: HookApi, plan: _Plan, destination: str, headers: Mapping[str, str]
) -> StoreRejected | StoreUnavailable | None:
    """What kept it from being done. A hook made by a request whose answer was lost shows in the next list."""
    try:
        if plan.keep is None:
            await api.create_hook(plan.scope, destination_of(plan.scope, destination), headers)
        elif plan.has_drifted:
            await api.update_hook(plan.keep.hook_id, headers=headers, is_active=True)
    except (StoreRejected, StoreUnavailable) as failure:
        return failure
    return None


async def _on(api: HookApi, destination: str) -> tuple[HookRecord, ...]:
    return tuple(hook for hook in await api.hooks() if is_ours(hook, destination))


async def _delete(api: HookApi, hook: HookRecord) -> None:
    try:
        await api.delete_hook(hook.hook_id)
    except AbsentInStore:
        return
