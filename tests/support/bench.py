"""A whole daemon beside the stores it syncs, in this process: on free ports, in its own folder, on the stores' time."""

import asyncio
import random
import shutil
import socket
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pydantic import SecretStr

from common.client import ApiClient
from common.contacts import ContactDetail, ContactQuery
from common.events import Event
from common.stores import StoreAdd
from common.sync import Run, RunKind
from daemon.app import Daemon
from daemon.bigcommerce.transport import RetryPolicy
from daemon.db.database import connect
from daemon.ingest.patience import Patience
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.deliveries import Reorder
from daemon.sandbox.keys import Identity
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from daemon.settings import (
    BackupSettings,
    BigCommerceSettings,
    PublicSettings,
    RetentionSettings,
    Settings,
    SyncSettings,
)
from tests.support.mall import Mall

# Long enough for a loaded machine; a condition that holds is met in a fraction of it.
DEADLINE_S = 20.0

# Not the seeded dice of a property's examples: with them every process would ask for the same ports at once.
_CHANCE = random.SystemRandom()

NO_WAIT = RetryPolicy(attempts=3, first_pause_s=0, longest_pause_s=0, jitter_s=0, unauthorized_pause_s=0)
IMPATIENT = Patience(retries=NO_WAIT, try_again_s=0.05, jitter=lambda: 0.0)


async def eventually(holds: Callable[[], Awaitable[Any]], *, within_s: float = DEADLINE_S) -> Any:
    """What *holds* gives once it is true; TimeoutError when it stays false."""
    async with asyncio.timeout(within_s):
        while True:
            if found := await holds():
                return found
            await asyncio.sleep(0.01)


def small_store(
    *,
    customers: int = 12,
    orders: int = 40,
    products: int = 12,
    awkward: bool = False,
    store_hash: str = "simstore1",
    clock: VirtualClock | None = None,
    faults: dict[str, float] | None = None,
) -> SandboxStore:
    """A store without a quota, whose clock stands still until it is moved."""
    plan = Plan(customers=customers, orders=orders, products=products, awkward=awkward)
    return SandboxStore(plan, clock=clock, identity=Identity(store_hash=store_hash), quota=0, faults=faults)


class StoreTime:
    """The stores' clock as the daemon's; fetches are told apart by real milliseconds on top of it.

    *ahead_s* is how far the daemon's clock is ahead of the stores'.
    """

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._began = time.monotonic()
        self.ahead_s = 0

    def now(self) -> int:
        return self._clock.seconds() + self.ahead_s

    def now_ms(self) -> int:
        return int((self._clock.now() + self.ahead_s + time.monotonic() - self._began) * 1000)

    def monotonic(self) -> float:
        return time.monotonic()


class Bench:
    """Use as `async with Bench(small_store()) as bench:`; the stores are then connected and nothing is synced yet."""

    def __init__(
        self,
        *stores: SandboxStore,
        hooks: bool = True,
        patience: Patience = IMPATIENT,
        catch_up_minutes: int = 0,
        ahead_s: int = 0,
        reserve_mb: int = 0,
    ) -> None:
        self.stores = stores
        self._catch_up_minutes = catch_up_minutes
        self._hooks = hooks
        self._reserve_mb = reserve_mb
        self._patience = patience
        self.time = StoreTime(stores[0].clock)
        self.time.ahead_s = ahead_s
        self._stack = AsyncExitStack()
        self._daemon_stack = AsyncExitStack()
        self.settings: Settings
        self.api: ApiClient

    @property
    def socket(self) -> Path:
        return self.settings.socket_path

    @property
    def store(self) -> SandboxStore:
        return self.stores[0]

    async def __aenter__(self) -> Self:
        try:
            for store in self.stores:
                await self._stack.enter_async_context(store)
            self.settings = await self._settings()
            await self.start()
            for store in self.stores:
                await self._connect(store)
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._stack.aclose()

    async def _settings(self) -> Settings:
        state_dir = Path(tempfile.mkdtemp(prefix="cf-"))  # a socket's path must stay short, and tmp_path is long
        self._stack.callback(shutil.rmtree, state_dir)
        mall = await self._stack.enter_async_context(Mall(self.stores))
        listen = f"127.0.0.1:{free_port()}"
        return Settings(
            state_dir=state_dir,
            public=PublicSettings(listen=listen, url=f"http://{listen}"),
            bigcommerce=BigCommerceSettings(api_url=mall.url),
            sync=SyncSettings(catch_up_minutes=self._catch_up_minutes),
            backup=BackupSettings(every_hours=0),
            retention=RetentionSettings(reserve_mb=self._reserve_mb),
        )

    async def start(self) -> None:
        await self._daemon_stack.enter_async_context(Daemon(self.settings, self.time, patience=self._patience))
        self.api = await self._daemon_stack.enter_async_context(ApiClient(self.settings.socket_path))

    async def stop(self) -> None:
        await self._daemon_stack.aclose()

    async def _connect(self, store: SandboxStore) -> None:
        identity = store.identity
        wanted = StoreAdd(
            store=identity.store_hash,
            token=SecretStr(identity.token),
            client_secret=SecretStr(identity.client_secret),
            hooks=self._hooks,
        )
        await self.api.add_store(wanted)

    async def started(self, kind: RunKind = RunKind.HISTORICAL, *, store: SandboxStore | None = None) -> int:
        """The id of a run just started."""
        return (await self.api.start_run((store or self.store).identity.store_hash, kind)).id

    async def synced(self, kind: RunKind = RunKind.HISTORICAL, *, store: SandboxStore | None = None) -> Run:
        """A run, started and waited for."""
        return await self.over(await self.started(kind, store=store))

    async def over(self, run_id: int) -> Run:
        async def run_if_over() -> Run | None:
            run = await self.api.run(run_id)
            return run if run.state.is_over else None

        run: Run = await eventually(run_if_over)
        return run

    async def deliver(self, *, order: Reorder = list) -> int:
        """Sends what the stores have announced and waits until the inbox is empty; how many calls were taken."""
        taken = await self.post(order=order)
        await self.inbox_empty()
        return taken

    async def post(self, *, order: Reorder = list) -> int:
        """Sends what the stores have announced, without waiting for what comes of it."""
        attempts = [attempt for store in self.stores for attempt in await store.deliver(order=order)]
        assert [attempt.failure for attempt in attempts if attempt.failure] == []
        return len(attempts)

    async def inbox_empty(self) -> None:
        async def is_empty() -> bool:
            return (await self.api.status()).inbox.pending == 0

        await eventually(is_empty)

    async def pass_time(self, seconds: float) -> None:
        """Moves the stores' time on, and has the daemon look at what has become due by it."""
        self.store.clock.advance(seconds)
        self.store.world.announce("store/information/updated", {"type": "store"})
        await self.post()

    async def worked_off(self, *, step_s: float) -> None:
        """Moves the time on, step by step, until nothing waits: what fails meanwhile is put off to a later moment."""
        waiting = "select 1 from delivery where state = 'pending' and kind != 'store' limit 1"

        async def is_done() -> bool:
            await self.pass_time(step_s)
            return not self.rows(waiting)

        await eventually(is_done)

    async def contacts(self) -> dict[str, ContactDetail]:
        """Every contact with its box, by email."""
        page = await self.api.contacts(ContactQuery(limit=10_000))
        return {row.email: await self.api.contact(row.email) for row in page.contacts}

    def rows(self, sql: str, *parameters: Any) -> list[Any]:
        """What the database holds now; rows of one column come as plain values."""
        with closing(self.database()) as conn:
            found = conn.execute(sql, parameters).fetchall()
        return [row[0] if len(row) == 1 else row for row in found]

    def write(self, sql: str, *parameters: Any) -> None:
        """Has rows be other than the daemon left them."""
        with closing(self.database(writes=True)) as conn:
            conn.execute(sql, parameters)

    def database(self, *, writes: bool = False) -> sqlite3.Connection:
        return connect(self.settings.database, writes=writes)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Heard"]:
        """The event stream from now on."""
        heard = Heard()
        stream = self.api.events()
        heard.put(await anext(stream))
        listener = asyncio.create_task(heard.take_in(stream))
        try:
            yield heard
        finally:
            listener.cancel()
            await asyncio.wait([listener])


class Heard:
    """Events as they came."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._news = asyncio.Condition()

    def put(self, event: Event) -> None:
        self.events.append(event)

    async def take_in(self, stream: AsyncIterator[Event]) -> None:
        async for event in stream:
            async with self._news:
                self.put(event)
                self._news.notify_all()

    async def first(self, matches: Callable[[Event], bool], *, within_s: float = DEADLINE_S) -> Event:
        """The first event that *matches*, already heard or still to come."""
        async with asyncio.timeout(within_s), self._news:
            await self._news.wait_for(lambda: any(map(matches, self.events)))
        return next(event for event in self.events if matches(event))


def free_port() -> int:
    """A port below those the system hands out by itself, so that no outgoing connection takes it meanwhile."""
    while True:
        port = _CHANCE.randrange(15_000, 32_000)
        with closing(socket.socket()) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
