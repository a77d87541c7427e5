"""Connecting a store: try the token, see what it may read, keep it, and subscribe to what happens there."""

import logging
import sqlite3
from collections.abc import Collection
from functools import partial

from common.errors import CounterfoilError, Refused, StoreRefused
from common.events import What
from common.stores import ScopeRow, StoreAdd, store_hash_from
from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.deliveries import SCOPES
from daemon.bigcommerce.hooks import HookRecord, ensure_hooks
from daemon.bigcommerce.pages import ScopeGrant
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import hook_watch, stores
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

        Raises Invalid (no hash in it), Refused (connected already, no public address), StoreRefused (token, hash,
        scopes) or TryLater (the store does not answer).
        """
        store_hash = store_hash_from(wanted.store)
        self._refuse_what_cannot_work(store_hash, wants_hooks=wanted.hooks)
        token = wanted.token.get_secret_value().strip()
        api = StoreApi(self._registry.transport(store_hash, token), Priority.LIVE)
        info = await api.store()
        grants = await api.probe_scopes()
        _refuse_missing_scopes(grants)
        store = await self._keep(info, wanted, token, grants)
        if wanted.hooks:
            await self._subscribe(store)
        self._bus.changed(What.STORE, store.hash, [store.hash], origin="")
        log.info("store connected", extra={"store": store.hash, "hooks": wanted.hooks})
        return store

    def _refuse_what_cannot_work(self, store_hash: str, *, wants_hooks: bool) -> None:
        if self._registry.with_hash(store_hash) is not None:
            raise Refused(f"The store {store_hash} is connected already.", remedy="See `counterfoil store show`.")
        if wants_hooks and not self._public.url:
            raise Refused(
                "The store could not reach this daemon: COUNTERFOIL_PUBLIC__URL is not set.",
                remedy="Set it to the https address that your reverse proxy serves, or connect with --no-hooks "
                "(then changes come by the catch-up syncs only).",
            )

    async def _keep(
        self, info: StoreInfo, wanted: StoreAdd, token: str, grants: tuple[ScopeGrant, ...]
    ) -> ConnectedStore:
        secrets = Secrets(
            token=self._vault.seal(token),
            client_secret=self._vault.seal(wanted.client_secret.get_secret_value().strip()),
            hook_key=self._vault.seal(new_hook_key()),
        )
        now = self._clock.now()
        scopes = [
            ScopeRow(scope=grant.scope, feeds=grant.feeds, granted=grant.granted, required=grant.required)
            for grant in grants
        ]
        name = wanted.name or info.name or info.hash
        await self._database.write(
            lambda conn: stores.put_scopes(
                conn,
                stores.insert_store(conn, info, name, secrets, wants_hooks=wanted.hooks, now=now),
                scopes,
                now=now,
            )
        )
        return await self._registry.reload(info.hash)

    async def _subscribe(self, store: ConnectedStore) -> None:
        # The store is known before its hooks are made: the first delivery may come before the last hook is there.
        destination = hook_destination(self._public, store.hash)
        try:
            made = await ensure_hooks(
                store.api(Priority.LIVE), destination=destination, headers={HOOK_KEY_HEADER: store.hook_key}
            )
        except CounterfoilError:
            self._registry.drop(store.row.id)
            await self._database.write(lambda conn: stores.forget_store(conn, store.row.id))
            raise
        await self._database.write(partial(_keep_hooks, store, hook_states(made, destination), self._clock.now()))


def hook_destination(public: PublicSettings, store_hash: str) -> str:
    return f"{public.url}{WEBHOOK_PATH}{store_hash}"


def _keep_hooks(store: ConnectedStore, states: list[HookState], now: int, conn: sqlite3.Connection) -> None:
    hook_watch.put_hooks(conn, store.row.id, states, now=now)
    if all(state.is_active for state in states):  # else they are soon looked at again
        hook_watch.note_looked(conn, store.row.id, now=now, is_alive=True)


def hook_states(
    made: tuple[HookRecord, ...], destination: str, *, touched: Collection[str] = SCOPES
) -> list[HookState]:
    """One state for every scope we need, whether the store has its hook or not. *touched* are the scopes just set."""
    by_scope = {hook.scope: hook for hook in made}
    return [
        HookState(
            scope=scope,
            hook_id=by_scope[scope].hook_id if scope in by_scope else None,
            destination=destination,
            is_active=scope in by_scope and by_scope[scope].is_active,
            is_touched=scope in touched,
        )
        for scope in SCOPES
    ]


def _refuse_missing_scopes(grants: tuple[ScopeGrant, ...]) -> None:
    missing = [grant for grant in grants if grant.required and not grant.granted]
    if missing:
        names = ", ".join(f"{grant.scope} ({grant.feeds})" for grant in missing)
        raise StoreRefused(
            f"The token may not read what Counterfoil needs. Missing: {names}.",
            remedy="Make a new API account with these scopes (read-only is enough) and use its token: "
            "the scopes of an account never change.",
        )
