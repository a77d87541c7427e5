"""Connecting a store, for the first time or again: try the token, see what it may read, keep it, and subscribe."""

import logging
import sqlite3
from collections.abc import Collection
from functools import partial

from common.connecting import StoreTried, StoreTry
from common.errors import CounterfoilError, Invalid, Refused, StoreRefused
from common.events import What
from common.stores import ScopeRow, StoreAdd, StoreReconnect, StoreState, store_hash_from
from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.deliveries import HOOK_TROUBLE, SUBSCRIBED
from daemon.bigcommerce.errors import MissingScope
from daemon.bigcommerce.hooks import HookRecord, destination_of, ensure_hooks
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import deliveries, hook_watch, stores
from daemon.db.database import Database
from daemon.db.hook_watch import HookState
from daemon.db.stores import Secrets
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.records import StoreInfo
from daemon.settings import PublicSettings
from daemon.vault import Vault, new_hook_key

log = logging.getLogger(__name__)

HOOK_KEY_HEADER = "X-Counterfoil-Key"
WEBHOOK_PATH = "/webhooks/bigcommerce/"


class Connector:
    """Brings stores in."""

    def __init__(
        self, database: Database, registry: Registry, vault: Vault, public: PublicSettings, *, bus: Bus, clock: Clock
    ) -> None:
        self._database = database
        self._registry = registry
        self._vault = vault
        self._public = public
        self._bus = bus
        self._clock = clock

    async def connect(self, wanted: StoreAdd) -> ConnectedStore:
        """The store, connected; nothing is kept of it when anything on the way fails.

        One that was deleted comes back with its data. Raises Invalid (no hash in it), Refused (connected already, no
        public address), StoreRefused (token, hash, scopes) or TryLater (the store does not answer).
        """
        store_hash = store_hash_from(wanted.store)
        former = self._registry.with_hash(store_hash)
        if former is not None:
            _refuse_what_is_there(former)
        if wanted.hooks:
            self._refuse_without_address()
        info, scopes = await self._tried(store_hash, _token(wanted))
        store = await self._keep(info, wanted, scopes, former)
        if wanted.hooks:
            await self._subscribe(store, former)
        self._bus.changed(What.STORE, store.hash, [store.hash], origin="")
        log.info("store connected", extra={"store": store.hash, "hooks": wanted.hooks})
        return store

    async def tried(self, wanted: StoreTry) -> StoreTried:
        """The store as the token shows it, too few scopes or not; nothing is kept. Raises what `connect` raises."""
        store_hash = store_hash_from(wanted.store)
        former = self._registry.with_hash(store_hash)
        if former is not None:
            _refuse_what_is_there(former)
        api = StoreApi(self._registry.transport(store_hash, _token(wanted)), Priority.LIVE)
        try:
            info = await api.store()
        except MissingScope:  # the store's own description needs a scope, too
            info = StoreInfo(store_hash, "", "", "", "", "", "")
        scopes = await _granted(api)
        return StoreTried(
            hash=store_hash,
            name=info.name,
            domain=info.domain,
            currency=info.currency,
            timezone=info.timezone,
            plan=info.plan,
            scopes=scopes,
            hooks=len(SUBSCRIBED) if self._public.url else 0,
            is_enough=not _missing(scopes),
        )

    async def reconnect(self, store_hash: str, wanted: StoreReconnect) -> ConnectedStore:
        """The store with another token; cursors and data stay. Nothing changes when anything on the way fails.

        Raises NotFound, and what `connect` raises.
        """
        store = self._registry.demand(store_hash)
        if store.row.state is StoreState.DELETED:
            raise deleted_already(store)
        if store.row.wants_hooks:
            self._refuse_without_address()
        token = _token(wanted)
        info, scopes = await self._tried(store_hash, token)
        api = StoreApi(self._registry.transport(store_hash, token), Priority.LIVE)
        hooks = await self._ensured(api, store.hook_key) if store.row.wants_hooks else []
        await self._replace_secrets(store, wanted, info, scopes, hooks)
        log.info("store reconnected", extra={"store": store_hash})
        return await self._registry.reload(store_hash)

    def _refuse_without_address(self) -> None:
        if not self._public.url:
            raise Refused(
                "The store could not reach this daemon: COUNTERFOIL_PUBLIC__URL is not set.",
                remedy="Set it to the https address that your reverse proxy serves, or connect with --no-hooks "
                "(then changes come by the catch-up syncs only).",
            )

    async def _tried(self, store_hash: str, token: str) -> tuple[StoreInfo, list[ScopeRow]]:
        """What the store says of itself, and what the token may read there: enough of it."""
        api = StoreApi(self._registry.transport(store_hash, token), Priority.LIVE)
        info = await api.store()
        scopes = await _granted(api)
        _refuse_missing_scopes(scopes)
        return info, scopes

    async def _keep(
        self, info: StoreInfo, wanted: StoreAdd, scopes: list[ScopeRow], former: ConnectedStore | None
    ) -> ConnectedStore:
        secrets = Secrets(
            token=self._vault.seal(_token(wanted)),
            client_secret=self._vault.seal(wanted.client_secret.get_secret_value().strip()),
            hook_key=self._vault.seal(new_hook_key()),
        )
        now = self._clock.now()
        name = wanted.name or (former.row.name if former else "") or info.name or info.hash

        def unit(conn: sqlite3.Connection) -> None:
            if former is None:
                store_id = stores.insert_store(conn, info, name, secrets, wants_hooks=wanted.hooks, now=now)
            else:
                store_id = former.row.id
                if not stores.turn(conn, store_id, {StoreState.DELETED}, StoreState.CONNECTED, ""):
                    raise _there_already(info.hash)
                stores.set_secrets(conn, store_id, secrets)
                stores.set_wishes(conn, store_id, name=name, wants_hooks=wanted.hooks)
                stores.set_info(conn, store_id, info)
                stores.forget_hooks(conn, store_id)
            stores.put_scopes(conn, store_id, scopes, now=now)

        await self._database.write(unit)
        return await self._registry.reload(info.hash)

    async def _subscribe(self, store: ConnectedStore, former: ConnectedStore | None) -> None:
        # The store is known before its hooks are made: the first delivery may come before the last hook is there.
        try:
            hooks = await self._ensured(store.api(Priority.LIVE), store.hook_key)
        except CounterfoilError:
            await self._take_back(store, former)
            raise
        await self._database.write(partial(_keep_hooks, store.row.id, hooks, self._clock.now()))

    async def _take_back(self, store: ConnectedStore, former: ConnectedStore | None) -> None:
        """Leaves the store as it was before it was tried to connect it."""
        if former is not None:
            await self._registry.turn(store, {StoreState.CONNECTED}, StoreState.DELETED, former.row.state_reason)
            return
        self._registry.drop(store.row.id)
        await self._database.write(lambda conn: stores.forget_store(conn, store.row.id))

    async def _ensured(self, api: StoreApi, hook_key: str) -> list[HookState]:
        destination = hook_destination(self._public, api.store_hash)
        made = await ensure_hooks(api, destination=destination, headers={HOOK_KEY_HEADER: hook_key})
        return hook_states(made, destination)

    async def _replace_secrets(
        self,
        store: ConnectedStore,
        wanted: StoreReconnect,
        info: StoreInfo,
        scopes: list[ScopeRow],
        hooks: list[HookState],
    ) -> None:
        now, store_id, secrets = self._clock.now(), store.row.id, self._secrets_after(store, wanted)

        def unit(conn: sqlite3.Connection) -> None:
            if not stores.turn(conn, store_id, set(StoreState) - {StoreState.DELETED}, StoreState.CONNECTED, ""):
                raise deleted_already(store)  # while the token was tried
            stores.set_secrets(conn, store_id, secrets)
            stores.set_info(conn, store_id, info)
            stores.put_scopes(conn, store_id, scopes, now=now)
            _keep_hooks(store_id, hooks, now, conn)
            deliveries.wake_store(conn, store_id, now=now)

        await self._database.write(unit)
        self._bus.changed(What.STORE, store.hash, [store.hash], origin="")

    def _secrets_after(self, store: ConnectedStore, wanted: StoreReconnect) -> Secrets:
        """A client secret belongs to one account: with another account's token the former one proves nothing."""
        token, client_secret = _token(wanted), wanted.client_secret.get_secret_value().strip()
        is_same_account = token == self._vault.open(store.row.token)
        return Secrets(
            token=self._vault.seal(token),
            client_secret=store.row.client_secret
            if is_same_account and not client_secret
            else self._vault.seal(client_secret),
            hook_key=store.row.hook_key,
        )


def hook_destination(public: PublicSettings, store_hash: str) -> str:
    return f"{public.url}{WEBHOOK_PATH}{store_hash}"


def _keep_hooks(store_id: int, states: list[HookState], now: int, conn: sqlite3.Connection) -> None:
    hook_watch.put_hooks(conn, store_id, states, now=now)
    if states and all(state.is_active for state in states):  # else they are soon looked at again
        hook_watch.note_looked(conn, store_id, now=now, is_alive=True)


def hook_states(
    made: tuple[HookRecord, ...], destination: str, *, touched: Collection[str] = SUBSCRIBED
) -> list[HookState]:
    """One state for every scope we need, whether the store has its hook or not. *touched* are the scopes just set.

    That trouble is told is a help, no need: a store may refuse it, as it grants it only once to an account.
    """
    by_scope = {hook.scope: hook for hook in made}
    return [
        HookState(
            scope=scope,
            hook_id=by_scope[scope].hook_id if scope in by_scope else None,
            destination=destination_of(scope, destination),
            is_active=scope in by_scope and by_scope[scope].is_active,
            is_touched=scope in touched,
        )
        for scope in SUBSCRIBED
        if scope in by_scope or scope != HOOK_TROUBLE
    ]


async def _granted(api: StoreApi) -> list[ScopeRow]:
    return [
        ScopeRow(scope=grant.scope, feeds=grant.feeds, granted=grant.granted, required=grant.required)
        for grant in await api.probe_scopes()
    ]


def _missing(scopes: list[ScopeRow]) -> list[ScopeRow]:
    return [scope for scope in scopes if scope.required and not scope.granted]


def _refuse_missing_scopes(scopes: list[ScopeRow]) -> None:
    if missing := _missing(scopes):
        names = ", ".join(f"{scope.scope} ({scope.feeds})" for scope in missing)
        raise StoreRefused(
            f"The token may not read what Counterfoil needs. Missing: {names}.",
            remedy="Make a new API account with these scopes (read-only is enough) and use its token: "
            "the scopes of an account never change.",
        )


def _token(wanted: StoreTry | StoreReconnect) -> str:
    """Raises Invalid for what no header can carry."""
    token = wanted.token.get_secret_value().strip()
    if not token.isprintable() or " " in token:
        raise Invalid(
            "That is no token: it holds a blank, a line's end or another character that does not show.",
            remedy="Copy the token alone, as the store showed it.",
        )
    return token


def _refuse_what_is_there(store: ConnectedStore) -> None:
    if store.row.purge_asked_at is not None:
        raise Refused(
            f"The store {store.hash} is being erased.",
            remedy="Connect it again once `counterfoil store list` no longer shows it.",
        )
    if store.row.state is not StoreState.DELETED:
        raise _there_already(store.hash)


def _there_already(store_hash: str) -> Refused:
    return Refused(
        f"The store {store_hash} is connected already.",
        remedy="See `counterfoil store show`; another token is given by `counterfoil store reconnect`.",
    )


def deleted_already(store: ConnectedStore) -> Refused:
    """What is said of a store that would have to be connected again first."""
    return Refused(
        f"The store {store.hash} is deleted.",
        remedy=f"Connect it again, with its data: counterfoil store add {store.hash} --token-file FILE.",
    )
