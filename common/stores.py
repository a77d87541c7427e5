"""Stores on the wire: connecting one, and how it stands."""

import re
from enum import StrEnum

from pydantic import Field, SecretStr

from common.errors import Invalid
from common.personal import Prose
from common.times import Moment
from common.wire import Query, Secret, Wire

_HASH = re.compile(r"[a-z0-9]{3,32}")
_HASH_IN_URL = re.compile(r"(?:(?:^|//)store-|(?:^|/)stores/)([a-z0-9]{3,32})(?=[./?#:]|$)")


def store_hash_from(text: str) -> str:
    """The store hash in *text*: the hash itself, a control-panel address or an API path.

    Raises Invalid when there is none.
    """
    trimmed = text.strip()
    found = _HASH_IN_URL.search(trimmed.lower())
    candidate = found.group(1) if found else trimmed.lower()
    if _HASH.fullmatch(candidate):
        return candidate
    raise Invalid(
        f"{trimmed!r} holds no store hash.",
        remedy="Give the hash (like abc123xyz) or the address of the control panel or API "
        "(https://store-abc123xyz.mybigcommerce.com, https://api.bigcommerce.com/stores/abc123xyz/v3/).",
    )


def hash_in(text: str) -> str:
    """The store hash in *text*, "" where there is none: what else was typed there is nobody's business."""
    try:
        return store_hash_from(text)
    except Invalid:
        return ""


class StoreState(StrEnum):
    CONNECTED = "connected"
    PAUSED = "paused"
    NEEDS_RECONNECT = "needs_reconnect"
    UNAVAILABLE = "unavailable"
    DELETED = "deleted"


class StoreReconnect(Query):
    """A store-level API account's token.

    *client_secret* is only used to check the signature of deliveries; without it the secret header alone does.
    """

    token: Secret
    client_secret: Secret = SecretStr("")


class StoreAdd(StoreReconnect):
    """A store to connect: its hash or any address that holds it, and what opens its API."""

    store: str
    name: str = Field(default="", max_length=200)
    hooks: bool = True

    def subject(self) -> str:
        return hash_in(self.store)


class StorePurge(Query):
    """*confirm* is the hash of the store to erase, typed once more."""

    confirm: str


class StorePurged(Wire):
    """A store of which nothing is left."""

    hash: str


class ScopeRow(Wire):
    """One permission of the token. `feeds` says what is missing without it; `required` ones stop the connection."""

    scope: str
    feeds: str
    granted: bool
    required: bool


class HookRow(Wire):
    """One webhook we need. `hook_id` None = the store has none for it."""

    scope: str
    hook_id: int | None
    is_active: bool
    last_delivery_at: Moment | None


class HookCount(Wire):
    expected: int
    alive: int


class Quota(Wire):
    """The store's request window as last told by its headers; all None before the first answer."""

    limit: int | None
    left: int | None
    window_s: float | None
    share: float


class StoreSummary(Wire):
    hash: str
    name: str
    state: StoreState
    state_reason: Prose
    currency: str
    domain: str
    hooks: HookCount
    connected_at: Moment
    last_delivery_at: Moment | None
    last_sync_at: Moment | None
    customers: int
    orders: int
    quota: Quota


class StoreDetail(StoreSummary):
    """*hook_secret_rotated_at*: since when the webhooks' former secret is good beside the new one; None = one is."""

    timezone: str
    plan: str
    scopes: list[ScopeRow]
    hook_rows: list[HookRow]
    hook_secret_rotated_at: Moment | None = None


class StoreList(Wire):
    stores: list[StoreSummary]
