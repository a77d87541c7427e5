"""Stores that come by installing the app: each goes the way of a token that was typed in."""

import asyncio
import logging

from pydantic import SecretStr

from common.connecting import AppLink, Installed
from common.errors import CounterfoilError, TryLater
from common.events import What
from common.stores import StoreAdd, StoreReconnect, StoreState
from daemon.bigcommerce.oauth import Grant, Login
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.ingest.lifecycle import Lifecycle
from daemon.ingest.registry import ConnectedStore, Registry

log = logging.getLogger(__name__)

# Anybody may call; an install is a person's doing and takes seconds.
_MOST_AT_ONCE = 4


class AppInstalls:
    """Takes in what the app's auth callback brings. *latest* says what became of it; None = none since the start."""

    def __init__(self, login: Login, registry: Registry, lifecycle: Lifecycle, *, bus: Bus, clock: Clock) -> None:
        self.login = login
        self.latest: Installed | None = None
        self._registry = registry
        self._lifecycle = lifecycle
        self._bus = bus
        self._clock = clock
        self._one_by_one = asyncio.Lock()
        self._under_way = 0

    def link(self) -> AppLink:
        return AppLink(link=self.login.link, callback=self.login.callback, missing=self.login.missing)

    async def take(self, grant: Grant) -> ConnectedStore:
        """The store, connected by the app; one that is known has its token replaced and keeps its data.

        Raises what `Login.token` and `Connector.connect` raise, TryLater when too many come at once.
        """
        store_hash = grant.store_hash  # a call that names none is no install, and leaves no trace
        if self._under_way >= _MOST_AT_ONCE:
            raise TryLater("Several installs are under way.", remedy="Install the app again in a minute.")
        self._under_way += 1
        try:
            async with self._one_by_one:
                store = await self._connected(grant)
        except CounterfoilError as error:
            self._note(store_hash, str(error))
            raise
        finally:
            self._under_way -= 1
        self._note(store.hash, "")
        return store

    async def _connected(self, grant: Grant) -> ConnectedStore:
        token = SecretStr(await self.login.token(grant))
        known = self._registry.with_hash(grant.store_hash)
        if known is None or known.row.state is StoreState.DELETED:
            return await self._lifecycle.connect(StoreAdd(store=grant.store_hash, token=token))
        await self._lifecycle.reconnect(known.hash, StoreReconnect(token=token))
        return self._registry.demand(known.hash)

    def _note(self, store_hash: str, error: str) -> None:
        number = self.latest.number + 1 if self.latest else 1
        self.latest = Installed(number=number, at=self._clock.now(), store=store_hash, error=error)
        self._bus.changed(What.STORE, store_hash, [store_hash], origin="")
        log.info("app installed", extra={"store": store_hash, "error": error})
