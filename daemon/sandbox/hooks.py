"""Registered webhooks and the rules of registering them."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.replies import Refusal

HOOKS_PER_SCOPE = 10
FIRST_HOOK_ID = 18_048_287
IDLE_LIFE = 90 * 86_400  # seconds without a delivery before a hook is switched off
EXCEPTION_SCOPE = "store/hook/deliveryException"

_VERBS: dict[str, str] = {
    "order": "created updated archived statusUpdated message/created refund/created transaction/created",
    "order/transaction": "updated",
    "order/metafield": "created updated deleted",
    "shipment": "created updated deleted",
    "customer": "created updated deleted",
    "customer/address": "created updated deleted",
    "subscriber": "created updated deleted",
    "product": "created updated deleted inventory/updated inventory/order/updated",
    "product/metafield": "created updated deleted",
    "sku": "created updated deleted inventory/updated inventory/order/updated",
    "category": "created updated deleted",
    "cart": "created updated deleted abandoned converted couponApplied",
    "cart/lineItem": "created updated deleted",
    "channel": "created updated",
    "information": "updated",
    "app": "uninstalled",
    "hook": "deliveryException",
}
EXACT = frozenset(f"store/{noun}/{verb}" for noun, verbs in _VERBS.items() for verb in verbs.split())
WILDCARDS = frozenset(
    f"store/{noun}/*" for noun in ("order", "customer", "cart", "product", "category", "sku", "shipment", "subscriber")
)
_OF_CHANNEL = re.compile(r"store/channel/\d+/(order|cart|product|category|customer)/[A-Za-z/]+")


def is_known_scope(scope: str) -> bool:
    return scope in EXACT or scope in WILDCARDS or _OF_CHANNEL.fullmatch(scope) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook:
    """One registration; times are epoch seconds of the store's clock."""

    id: int
    client_id: str
    scope: str
    destination: str
    headers: dict[str, str] | None
    is_active: bool
    created_at: int
    updated_at: int
    last_used_at: int = 0
    was_deactivated: bool = False  # by the store, after failures or idleness

    def wants(self, scope: str) -> bool:
        if self.scope.endswith("/*"):
            return scope.startswith(self.scope[:-1])
        return scope == self.scope

    @property
    def domain(self) -> str:
        return urlsplit(self.destination).netloc

    @property
    def status(self) -> str:
        if self.is_active:
            return "active"
        return "deactivated" if self.was_deactivated else "inactive"


def check_destination(destination: object, *, strict: bool) -> str:
    """The destination when it may be used: https on 443, or, unless *strict*, http on this machine."""
    if not isinstance(destination, str) or not destination:
        raise Refusal(422, errors={"destination": "error.path.missing"})
    parts = urlsplit(destination)
    if parts.scheme == "https" and parts.hostname and parts.port in (None, 443):
        return destination
    if not strict and parts.scheme in ("http", "https") and _is_loopback(parts.hostname):
        return destination
    raise Refusal(422, errors={"destination": "error.destination.must_be_https_on_443"})


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False


@dataclass(slots=True)
class HookBook:
    """All hooks of the store, of every API account."""

    clock: VirtualClock
    strict: bool = False
    hooks: dict[int, Hook] = field(default_factory=dict)
    emails: list[str] = field(default_factory=list)
    _next_id: int = FIRST_HOOK_ID

    def of_client(self, client_id: str) -> list[Hook]:
        return [hook for hook in self.hooks.values() if hook.client_id == client_id]

    def find(self, hook_id: int, client_id: str) -> Hook:
        """The hook, if that account made it; 404 otherwise."""
        hook = self.hooks.get(hook_id)
        if hook is None or hook.client_id != client_id:
            raise Refusal(404)
        return hook

    def add(self, client_id: str, body: dict[str, object]) -> Hook:
        now = self.clock.seconds()
        draft = Hook(id=self._next_id, client_id=client_id, scope="", destination="", headers=None,
                     is_active=body.get("is_active") is not False, created_at=now, updated_at=now,
                     last_used_at=now)  # fmt: skip
        if "scope" not in body:
            raise Refusal(422, errors={"scope": "error.path.missing"})
        hook = self._checked(draft, {"destination": "", **body})
        self._next_id += 1
        self.hooks[hook.id] = hook
        return hook

    def change(self, hook: Hook, body: dict[str, object]) -> Hook:
        if not body.keys() & {"scope", "destination", "is_active", "headers"}:
            raise Refusal(422, errors={"scope": "error.path.missing"})
        changed = replace(self._checked(hook, body), updated_at=self.clock.seconds())
        self.hooks[hook.id] = changed
        return changed

    def remove(self, hook: Hook) -> Hook:
        return self.hooks.pop(hook.id)

    def used(self, hook_id: int) -> None:
        """Note a delivery: a hook that is used does not fall asleep."""
        if hook := self.hooks.get(hook_id):
            self.hooks[hook_id] = replace(hook, last_used_at=self.clock.seconds())

    def deactivate(self, hook_id: int) -> None:
        if hook := self.hooks.get(hook_id):
            now = self.clock.seconds()
            self.hooks[hook_id] = replace(hook, is_active=False, was_deactivated=True, updated_at=now)

    def deactivate_idle(self) -> None:
        """Switch off what has had no delivery for 90 days."""
        for hook in list(self.hooks.values()):
            if hook.is_active and max(hook.last_used_at, hook.updated_at) + IDLE_LIFE <= self.clock.now():
                self.deactivate(hook.id)

    def _checked(self, hook: Hook, body: dict[str, object]) -> Hook:
        scope = body.get("scope", hook.scope)
        if not isinstance(scope, str) or not is_known_scope(scope):
            raise Refusal(422, errors={"scope": "error.scope.unknown"})
        destination = hook.destination
        if "destination" in body:
            destination = check_destination(body["destination"], strict=self.strict)
        is_active = body.get("is_active", hook.is_active)
        headers = _headers(body.get("headers", hook.headers))
        if not isinstance(is_active, bool):
            raise Refusal(422, errors={"is_active": "error.expected.jsboolean"})
        self._refuse_clash(hook, scope, destination)
        return replace(hook, scope=scope, destination=destination, headers=headers, is_active=is_active,
                       was_deactivated=hook.was_deactivated and not is_active)  # fmt: skip

    def _refuse_clash(self, hook: Hook, scope: str, destination: str) -> None:
        """One hook per scope and destination, ten per scope, and a destination of its own for exceptions."""
        others = [each for each in self.of_client(hook.client_id) if each.id != hook.id]
        same_scope = [each for each in others if each.scope == scope]
        if any(each.destination == destination for each in same_scope):
            raise Refusal(409, "A hook with this scope and destination already exists.")
        if len(same_scope) >= HOOKS_PER_SCOPE:
            raise Refusal(422, f"There are already {HOOKS_PER_SCOPE} hooks for this scope.", errors={"scope": "limit"})
        if scope == EXCEPTION_SCOPE and (same_scope or any(each.destination == destination for each in others)):
            raise Refusal(422, errors={"destination": "error.destination.must_be_its_own"})
        clash = any(each.scope == EXCEPTION_SCOPE and each.destination == destination for each in others)
        if clash:
            raise Refusal(422, errors={"destination": "error.destination.taken_by_exceptions"})


def _headers(value: object) -> dict[str, str] | None:
    if value is None:
        return None
    if isinstance(value, dict) and all(isinstance(k, str) and isinstance(v, str) for k, v in value.items()):
        return dict(value)
    raise Refusal(422, errors={"headers": "error.expected.object_of_strings"})
