"""The public listener over a real database that knows one store; nothing is fetched behind it."""

import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from aiohttp import web
from multidict import CIMultiDictProxy

from common.status import InboxCounts
from daemon.bigcommerce.transport import RetryPolicy
from daemon.bus import Bus
from daemon.clock import SystemClock
from daemon.db import deliveries, stores
from daemon.db.database import Database
from daemon.db.migrate import migrate
from daemon.db.stores import Secrets
from daemon.disk import DiskWatch
from daemon.ingest.connect import HOOK_KEY_HEADER
from daemon.ingest.inbox_news import InboxNews
from daemon.ingest.patience import Patience
from daemon.ingest.pump import Pump
from daemon.ingest.receiver import Receiver
from daemon.ingest.registry import Registry
from daemon.ingest.writing import Writing
from daemon.public.server import public_application
from daemon.public.site import PublicSite
from daemon.public.sources import Sources
from daemon.records import StoreInfo
from daemon.settings import BigCommerceSettings, PublicSettings
from daemon.vault import opened_vault

STORE = "abc123"
SECRET = "hook-secret"
MAX_BODY_BYTES = 2048


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: CIMultiDictProxy[str]


@dataclass(slots=True)
class Door:
    """Calls on the public listener, and what they left behind."""

    session: aiohttp.ClientSession
    database: Database
    receiver: Receiver
    registry: Registry
    headers: dict[str, str] = field(default_factory=lambda: {HOOK_KEY_HEADER: SECRET})

    async def post(
        self,
        body: bytes = b"",
        *,
        store: str = STORE,
        headers: dict[str, str] | None = None,
        extra: dict[str, str] | None = None,
    ) -> Answer:
        """A delivery; with the right secret unless *headers* say otherwise. *extra* headers come on top."""
        given = {**(self.headers if headers is None else headers), **(extra or {})}
        return await self.call("POST", f"/webhooks/bigcommerce/{store}", body, given)

    async def call(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        async with self.session.request(method, path, data=body, headers=headers) as answer:
            return Answer(answer.status, await answer.read(), answer.headers)

    async def inbox(self) -> InboxCounts:
        return await self.database.read(deliveries.inbox_counts)

    async def kept(self) -> list[bytes]:
        """The bodies in the inbox, oldest first."""
        return await self.database.read(
            lambda conn: [row[0] for row in conn.execute("select body from delivery order by id")]
        )


@pytest.fixture
async def door(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Door]:
    """With a parameter: what the public settings are."""
    public = PublicSettings(**{"per_source_per_minute": 0, **getattr(request, "param", {})})
    migrate(tmp_path / "counterfoil.db")
    database = Database(tmp_path / "counterfoil.db")
    clock, vault = SystemClock(), opened_vault(tmp_path)
    bus = Bus(clock, version="1")
    info = StoreInfo(STORE, "1", "Shop", "shop.example.com", "USD", "UTC", "Standard")
    secrets = Secrets(vault.seal("token"), vault.seal("client-secret"), vault.seal(SECRET))
    await database.write(
        lambda conn: stores.insert_store(conn, info, "Shop", secrets, wants_hooks=True, now=clock.now())
    )
    async with aiohttp.ClientSession() as outside:
        registry = Registry(
            database, vault, outside, BigCommerceSettings(), bus=bus, clock=clock, retries=RetryPolicy()
        )
        await registry.load()
        disk = DiskWatch(database.path, reserve_bytes=0)
        pump = Pump(
            database,
            registry,
            Writing(database, bus, clock, ZoneInfo("UTC"), disk=disk),
            clock,
            news := InboxNews(bus),
            patience=Patience(),
        )
        receiver = Receiver(database, registry, pump, news, clock, disk=disk, public=public)
        sources = Sources(public, clock)
        app = public_application(receiver, sources=sources, max_body_bytes=MAX_BODY_BYTES)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await PublicSite(runner, port := socket.create_server(("127.0.0.1", 0))).start()
        async with aiohttp.ClientSession(base_url=f"http://127.0.0.1:{port.getsockname()[1]}/") as session:
            yield Door(session, database, receiver, registry)
        await runner.cleanup()
    await database.close()
