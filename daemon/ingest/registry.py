"""The connected stores as the running daemon holds them: their rows, opened secrets and ways to their API."""

import logging
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from functools import partial

import aiohttp

from common.errors import NotFound
from common.events import What
from common.stores import StoreState
from daemon.activity import ActivityLog, Happening
from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.budget import Budget, Priority
from daemon.bigcommerce.errors import MissingScope
from daemon.bigcommerce.transport import RetryPolicy, StoreTransport
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import hook_watch, stores
from daemon.db.database import Database
from daemon.db.stores import StoreRow
from daemon.ingest.changes import StoreKey
from daemon.settings import BigCommerceSettings
from daemon.vault import Vault

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ConnectedStore:
    """One store, ready to be talked to. Secrets stay out of its repr."""

    row: StoreRow = field(repr=False)
    transport: StoreTransport
    hook_key: str = field(repr=False)
    former_hook_key: str | None = field(repr=False)  # None = the one in force is the only one
    client_secret: str = field(repr=False)
    person_key: bytes = field(repr=False)

    @property
    def hash(self) -> str:
        return self.row.hash

    @property
    def key(self) -> StoreKey:
        return StoreKey(self.row.id, self.row.currency, person_key=self.person_key)

    @property
    def is_working(self) -> bool:
        """Whether its API may be called now."""
        return self.row.state in (StoreState.CONNECTED, StoreState.UNAVAILABLE)

    def api(self, priority: Priority) -> StoreApi:
        return StoreApi(self.transport, priority)


class Registry:
    """All connected stores, by hash and by our id. *activity* is what they and we asked of each other."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        session: aiohttp.ClientSession,
        settings: BigCommerceSettings,
        *,
        bus: Bus,
        clock: Clock,
        retries: RetryPolicy,
    ) -> None:
        self._database = database
        self._vault = vault
        self._session = session
        self._settings = settings
        self._bus = bus
        self._clock = clock
        self._retries = retries
        self.activity = ActivityLog(clock)
        self.requests: Counter[tuple[str, Happening]] = Counter()  # since the start, by store and outcome
        self._stores: dict[int, ConnectedStore] = {}
        self._ids: dict[str, int] = {}  # by hash; of stores that were purged, too

    def __iter__(self) -> Iterator[ConnectedStore]:
        return iter(list(self._stores.values()))

    async def load(self) -> None:
        for row in await self._database.read(stores.all_stores):
            self._hold(row)

    async def reload(self, store_hash: str) -> ConnectedStore:
        """Takes the store's row anew, as after it was connected or its description changed."""
        row = await self._database.read(lambda conn: stores.store_with_hash(conn, store_hash))
        if row is None:
            raise unknown_store(store_hash)
        return self._hold(row)

    def drop(self, store_id: int) -> None:
        self._stores.pop(store_id, None)

    def with_hash(self, store_hash: str) -> ConnectedStore | None:
        return self._stores.get(self._ids.get(store_hash, 0))

    def demand(self, store_hash: str) -> ConnectedStore:
        """Raises NotFound."""
        found = self.with_hash(store_hash)
        if found is None:
            raise unknown_store(store_hash)
        return found

    def with_id(self, store_id: int) -> ConnectedStore | None:
        return self._stores.get(store_id)

    def transport(self, store_hash: str, token: str) -> StoreTransport:
        """A way to a store's API, with a quota governor of its own."""
        budget = Budget(clock=self._clock, quota_share=self._settings.quota_share)
        made = StoreTransport(
            self._session,
            api_url=self._settings.api_url,
            store_hash=store_hash,
            token=token,
            budget=budget,
            clock=self._clock,
            retries=self._retries,
        )
        made.on_outcome = partial(self._note_outcome, store_hash)
        return made

    def _note_outcome(self, store_hash: str, outcome: Happening) -> None:
        self.activity.note(outcome)
        self.requests[store_hash, outcome] += 1

    def settings_changed(self) -> None:
        """Takes what the settings say now to the stores that are held."""
        for store_id, store in list(self._stores.items()):
            store.transport.budget.share_out(self._settings.quota_share)
            self._stores[store_id] = replace(store, client_secret=self._client_secret(store.row))

    def _client_secret(self, row: StoreRow) -> str:
        """The store's own, else the app's."""
        return self._vault.open(row.client_secret) or self._settings.client_secret.get_secret_value()

    async def note_refused(self, store: ConnectedStore, reason: str) -> None:
        """The token is dead: work parks until someone reconnects the store.

        A refusal of a token that was replaced meanwhile says nothing about the one in force.
        """
        current = self._stores.get(store.row.id)
        if current is None or current.row.token != store.row.token:
            return
        await self.turn(store, {StoreState.CONNECTED, StoreState.UNAVAILABLE}, StoreState.NEEDS_RECONNECT, reason)

    async def note_missing_scope(self, store: ConnectedStore, error: MissingScope) -> None:
        """One part of the store may not be read: it is named, and the others go on."""
        await self.note_granted(store, error.scope, is_granted=False)

    async def note_granted(self, store: ConnectedStore, scope: str, *, is_granted: bool) -> bool:
        """What was found out about a permission; tells whether it is news."""
        now = self._clock.now()
        is_news = await self._database.write(
            lambda conn: stores.set_scope(conn, store.row.id, scope, is_granted=is_granted, now=now)
        )
        if is_news:
            log.info("scope told", extra={"store": store.hash, "scope": scope, "granted": is_granted})
            self._bus.changed(What.STORE, store.hash, [store.hash], origin="")
        return is_news

    async def note_unavailable(self, store: ConnectedStore, reason: str) -> None:
        await self.turn(store, {StoreState.CONNECTED}, StoreState.UNAVAILABLE, reason)

    async def note_reachable(self, store: ConnectedStore) -> None:
        """The outage is over; the store may have switched our hooks off in it."""
        if await self.turn(store, {StoreState.UNAVAILABLE}, StoreState.CONNECTED):
            await self._database.write(lambda conn: hook_watch.call_for_look(conn, store.row.id))

    async def turn(
        self, store: ConnectedStore, before: Collection[StoreState], state: StoreState, reason: str = ""
    ) -> bool:
        """Records and tells that the store's state changed, if it was one of *before*; whether it was."""
        current = self._stores.get(store.row.id)
        if current is None or current.row.state not in before:
            return False
        if not await self._database.write(lambda conn: stores.turn(conn, store.row.id, before, state, reason)):
            return False
        if (current := self._stores.get(store.row.id)) is not None:
            self._stores[store.row.id] = replace(current, row=replace(current.row, state=state, state_reason=reason))
        log.warning("store turned", extra={"store": store.hash, "state": state, "why": reason})
        self._bus.changed(What.STORE, store.hash, [store.hash], origin="")
        return True

    def _hold(self, row: StoreRow) -> ConnectedStore:
        held = self._stores.get(row.id)
        if held is not None and (held.row.secrets, held.row.former_hook_key) == (row.secrets, row.former_hook_key):
            store = replace(held, row=row)
        else:
            store = ConnectedStore(
                row=row,
                transport=self.transport(row.hash, self._vault.open(row.token)),
                hook_key=self._vault.open(row.hook_key),
                former_hook_key=self._vault.open(row.former_hook_key) if row.former_hook_key else None,
                client_secret=self._client_secret(row),
                person_key=self._vault.person_key,
            )
        self._stores[row.id] = store
        self._ids[row.hash] = row.id
        return store


def unknown_store(store_hash: str) -> NotFound:
    return NotFound(
        f"No store {store_hash!r} is connected.", remedy="See `counterfoil store list`; connect it by `store add`."
    )
