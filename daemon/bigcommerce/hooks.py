"""Our webhooks at the store, kept as they should be: one active hook per scope on our destination."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from daemon.bigcommerce.concurrently import all_of
from daemon.bigcommerce.deliveries import SCOPES
from daemon.bigcommerce.errors import AbsentInStore, StoreRejected, StoreUnavailable

_ROUNDS = 3  # making a hook is never sent twice blindly: after a lost answer the list is read first


@dataclass(frozen=True, slots=True)
class HookRecord:
    """A subscription as the store holds it. *headers* carry our secret and stay out of logs."""

    hook_id: int
    scope: str
    destination: str
    headers: Mapping[str, str] = field(repr=False)
    is_active: bool


class HookApi(Protocol):
    """The part of the store's API that subscriptions need."""

    async def hooks(self) -> tuple[HookRecord, ...]: ...

    async def create_hook(self, scope: str, destination: str, headers: Mapping[str, str]) -> HookRecord: ...

    async def update_hook(self, hook_id: int, *, headers: Mapping[str, str], is_active: bool) -> HookRecord: ...

    async def delete_hook(self, hook_id: int) -> None: ...


async def ensure_hooks(
    api: HookApi, *, destination: str, headers: Mapping[str, str], scopes: Sequence[str] = SCOPES
) -> tuple[HookRecord, ...]:
    """Have exactly one active hook per scope on *destination*, and the hooks the store then lists for it.

    A scope the store refuses is missing from the result; only when it refuses all of them the refusal is raised.
    Idempotent: hooks as they should be are left alone. A new hook may take a minute to fire.
    """
    for _ in range(_ROUNDS):
        failures = await _round(api, destination, headers, scopes)
        alive = tuple(hook for hook in await _on(api, destination) if hook.scope in scopes and hook.is_active)
        lost = [failure for failure in failures if isinstance(failure, StoreUnavailable)]
        if not lost:
            break
    else:
        raise lost[0]
    if failures and not alive:
        raise failures[0]
    return alive


async def remove_hooks(api: HookApi, *, destination: str) -> int:
    """Delete every hook on *destination*; how many there were."""
    return len(await all_of(_delete(api, hook) for hook in await _on(api, destination)))


async def _round(
    api: HookApi, destination: str, headers: Mapping[str, str], scopes: Sequence[str]
) -> list[StoreRejected | StoreUnavailable]:
    """List, then make, mend and delete what differs; what could not be done, without the harm of trying it again."""
    listed = await _on(api, destination)
    plans = [_plan(scope, listed, headers) for scope in scopes]
    kept = {plan.keep.hook_id for plan in plans if plan.keep}
    await all_of(_delete(api, hook) for hook in listed if hook.hook_id not in kept)
    outcomes = await all_of(_ensure(api, plan, destination, headers) for plan in plans)
    return [outcome for outcome in outcomes if outcome]


@dataclass(frozen=True, slots=True)
class _Plan:
    """*keep* None = there is no hook of *scope* yet."""

    scope: str
    keep: HookRecord | None
    has_drifted: bool


def _plan(scope: str, listed: Sequence[HookRecord], headers: Mapping[str, str]) -> _Plan:
    """Of several hooks one is kept, the oldest: it is the one whose deliveries are under way."""
    hooks = sorted((hook for hook in listed if hook.scope == scope), key=lambda hook: hook.hook_id)
    keep = hooks[0] if hooks else None
    return _Plan(scope, keep, keep is not None and not (keep.is_active and _same_headers(keep.headers, headers)))


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
            await api.create_hook(plan.scope, destination, headers)
        elif plan.has_drifted:
            await api.update_hook(plan.keep.hook_id, headers=headers, is_active=True)
    except (StoreRejected, StoreUnavailable) as failure:
        return failure
    return None


async def _on(api: HookApi, destination: str) -> tuple[HookRecord, ...]:
    return tuple(hook for hook in await api.hooks() if hook.destination == destination)


async def _delete(api: HookApi, hook: HookRecord) -> None:
    try:
        await api.delete_hook(hook.hook_id)
    except AbsentInStore:
        return
