"""When the work on a store's inbox is said to stand still."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from daemon.bigcommerce.transport import RetryPolicy
from daemon.bus import Bus
from daemon.clock import SystemClock
from daemon.db import stores
from daemon.db.database import Database
from daemon.db.migrate import migrate
from daemon.db.stores import Secrets
from daemon.ingest.inbox_news import InboxNews
from daemon.ingest.patience import Patience
from daemon.ingest.pump import Pump
from daemon.ingest.registry import Registry
from daemon.ingest.writing import Writing
from daemon.records import StoreInfo
from daemon.settings import BigCommerceSettings
from daemon.vault import Vault, opened_vault
from daemon.waiting import stopped
from tests.support.bench import eventually


class Stopwatch(SystemClock):
    """A clock whose spans are what a test says."""

    s = 0.0

    def monotonic(self) -> float:
        return self.s


@dataclass(frozen=True, slots=True)
class Inbox:
    pump: Pump
    watch: Stopwatch
    store_id: int


@pytest.fixture
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    """The pump at work beside one store that has told nothing."""
    migrate(tmp_path / "counterfoil.db")
    database, watch, vault = Database(tmp_path / "counterfoil.db"), Stopwatch(), opened_vault(tmp_path)
    bus = Bus(watch, version="1")
    store_id = await database.write(lambda conn: _store(conn, vault))
    async with aiohttp.ClientSession() as outside:
        known = Registry(database, vault, outside, BigCommerceSettings(), bus=bus, clock=watch, retries=RetryPolicy())
        await known.load()
        writing = Writing(database, bus, watch, ZoneInfo("UTC"))
        pump = Pump(database, known, writing, watch, InboxNews(bus), patience=Patience(fetch_within_s=120))
        working = asyncio.create_task(pump.run())
        yield Inbox(pump, watch, store_id)
        await stopped(working)
    await database.close()


def _store(conn: sqlite3.Connection, vault: Vault) -> int:
    info = StoreInfo("abc123", "1", "Shop", "shop.example.com", "USD", "UTC", "Standard")
    secrets = Secrets(vault.seal("token"), vault.seal(""), vault.seal("key"))
    return stores.insert_store(conn, info, "Shop", secrets, wants_hooks=False, now=1)


async def test_a_worker_that_has_not_moved_for_longer_than_any_step_stands_still_until_it_moves(inbox: Inbox) -> None:
    await asyncio.sleep(0)  # its worker begins
    inbox.watch.s = 179.0
    assert not inbox.pump.stands_still

    inbox.watch.s = 181.0
    assert inbox.pump.stands_still

    async def has_moved() -> bool:
        inbox.pump.wake(inbox.store_id)
        return not inbox.pump.stands_still

    assert await eventually(has_moved)
