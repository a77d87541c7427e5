"""Connecting a store on the wire: what it takes, a token tried beforehand, and installing the app by its link."""

from pydantic import Field

from common.personal import Prose
from common.stores import ScopeRow, hash_in
from common.times import Moment
from common.wire import Query, Secret, Wire


class WantedScope(Wire):
    """One permission a token should have. `feeds` is what one goes without; `required` ones stop the connection."""

    scope: str
    feeds: str
    required: bool


class AppLink(Wire):
    """The app that a store can install instead of giving a token. `link` is "" while one of its settings is `missing`.

    `callback` is the address to register as the app's auth callback; "" without a public URL.
    """

    link: str
    callback: str
    missing: list[str]


class Installed(Wire):
    """What became of the latest install of the app since the daemon started; `error` "" = `store` is connected.

    `number` counts them, so that who waits for one can tell it from the one before.
    """

    number: int
    at: Moment
    store: str
    error: Prose


class Connecting(Wire):
    """What it takes to connect a store here, and how it would be read. `public_url` "" = the store cannot call."""

    scopes: list[WantedScope]
    public_url: str
    catch_up_minutes: int
    quiet_hours: str
    quota_share: float
    app: AppLink
    last_install: Installed | None


class StoreTry(Query):
    """A store's hash, or an address that holds it, and a token to look at; nothing is kept of either."""

    store: str = Field(max_length=2000)
    token: Secret

    def subject(self) -> str:
        return hash_in(self.store)


class StoreTried(Wire):
    """The store as its token shows it. `hooks` would be registered; 0 = there is no public URL.

    `is_enough` tells whether every required scope is granted.
    """

    hash: str
    name: str
    domain: str
    currency: str
    timezone: str
    plan: str
    scopes: list[ScopeRow]
    hooks: int
    is_enough: bool
