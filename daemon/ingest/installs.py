"""Stores that come by installing the app: each goes the way of a token that was typed in."""

import asyncio
import logging

from pydantic import SecretStr

from common.connecting import AppLink, Installed
from common.errors import CounterfoilError, TryLater
from common.events import What
from common.stores import StoreAdd, StoreReconnect, StoreState
from daemon.bigcommerce.oauth import Grant, Login
from daemon.bigcommerce.signed_calls import NotBelieved, SignedCall
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import stores
from daemon.db.database import Database
from daemon.db.stores import StoreRow
from daemon.ingest.lifecycle import Lifecycle
from daemon.ingest.registry import ConnectedStore, Registry

log = logging.getLogger(__name__)

# Anybody may call; an install is a person's doing and takes seconds.
_MOST_AT_ONCE = 4

# A day's calls of one app are a handful; what is forgotten is still judged by when it was made.
_MOST_REMEMBERED = 1000

# How far BigCommerce's clock may be from ours.
_CLOCKS_APART_S = 60


class AppInstalls:
    """Takes in what the app's callbacks bring. *latest* says what became of an install; None = none since the start."""

    def __init__(
        self, database: Database, login: Login, registry: Registry, lifecycle: Lifecycle, *, bus: Bus, clock: Clock
    ) -> None:
        self._database = database
        self._seen: dict[str, int] = {}  # ids of calls that were heeded, until when each would hold
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
            store = await self._lifecycle.connect(StoreAdd(store=grant.store_hash, token=token))
        else:
            await self._lifecycle.reconnect(known.hash, StoreReconnect(token=token))
            store = self._registry.demand(known.hash)
        now = self._clock.now()
        await self._database.write(lambda conn: stores.set_app_token_at(conn, store.row.id, now=now))
        return await self._registry.reload(store.hash)

    def caller(self, payload: str) -> SignedCall:
        """Who opens the app in the control panel; the same page may be loaded again. Raises NotBelieved."""
        return self.login.believed(payload, now=self._clock.now())

    async def uninstalled(self, payload: str) -> None:
        """The app was taken out of the store, and its token with it. Raises NotBelieved.

        A store whose token was typed in, or brought by a later install, is not concerned.
        """
        call = self._once(payload)
        store = self._registry.with_hash(call.store_hash)
        if store is None or not _brought_its_token(store.row, before=call.made_at):
            log.info("app uninstalled, no token of it here", extra={"store": call.store_hash})
            return
        await self._lifecycle.park(store.hash, "The app was uninstalled in the store's control panel.")
        log.info("app uninstalled", extra={"store": store.hash})

    async def user_removed(self, payload: str) -> None:
        """Somebody may no longer use the app. Nothing of users is kept that could go. Raises NotBelieved."""
        call = self._once(payload)
        log.info("user removed from the app", extra={"store": call.store_hash})

    def _once(self, payload: str) -> SignedCall:
        """A call that is heeded one time: it comes from a server, which has no reason to say it twice."""
        now = self._clock.now()
        call = self.login.believed(payload, now=now)
        self._seen = {seen: until for seen, until in self._seen.items() if until + _CLOCKS_APART_S >= now}
        if call.call_id in self._seen:
            raise NotBelieved("it came before")
        if call.call_id and len(self._seen) < _MOST_REMEMBERED:
            self._seen[call.call_id] = call.expires_at
        return call

    def _note(self, store_hash: str, error: str) -> None:
        number = self.latest.number + 1 if self.latest else 1
        self.latest = Installed(number=number, at=self._clock.now(), store=store_hash, error=error)
        self._bus.changed(What.STORE, store_hash, [store_hash], origin="")
        log.info("app installed", extra={"store": store_hash, "error": error})


def _brought_its_token(row: StoreRow, *, before: int) -> bool:
    """Whether the store still lives by a token that the app brought *before* that moment."""
    if row.state is StoreState.DELETED or row.app_token_at is None:
        return False
    return row.app_token_at <= before + _CLOCKS_APART_S
