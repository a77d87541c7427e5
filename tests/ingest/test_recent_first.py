"""A long list of people does not keep the current month waiting."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from common.stores import StoreState
from common.sync import RunKind
from daemon.bigcommerce.budget import Budget, Priority
from daemon.bigcommerce.transport import StoreTransport
from daemon.clock import SystemClock
from daemon.db import stores
from daemon.db.database import Database
from daemon.db.migrate import migrate
from daemon.db.stores import Secrets
from daemon.ingest.apply import apply
from daemon.ingest.phases import phases_of
from daemon.ingest.portion import Place, Portion, Reading
from daemon.ingest.registry import ConnectedStore
from daemon.records import Cause, Origin, StoreInfo
from daemon.sandbox.store import SandboxStore
from tests.support.bench import small_store

_PHASES = phases_of(RunKind.HISTORICAL)


@pytest.fixture
async def store() -> AsyncIterator[SandboxStore]:
    async with small_store(customers=300, orders=1100, products=20) as running:
        yield running


@pytest.fixture
async def reading(tmp_path: Path, store: SandboxStore) -> AsyncIterator[Reading]:
    migrate(tmp_path / "counterfoil.db")
    database = Database(tmp_path / "counterfoil.db")
    info = StoreInfo(store.identity.store_hash, "1", "Shop", "", "USD", "UTC", "")
    secrets = Secrets(token=b"", client_secret=b"", hook_key=b"")
    await database.write(lambda conn: stores.insert_store(conn, info, "Shop", secrets, wants_hooks=False, now=1))
    row = (await database.read(stores.all_stores))[0]
    assert row.state is StoreState.CONNECTED
    async with aiohttp.ClientSession() as session:
        transport = StoreTransport(
            session,
            api_url=store.url,
            store_hash=row.hash,
            token=store.identity.token,
            budget=Budget(clock=SystemClock(), quota_share=1.0),
            clock=SystemClock(),
        )
        connected = ConnectedStore(row, transport, "key", None, "", b"")
        yield Reading(database, connected, connected.api(Priority.BACKGROUND), None, many_rows=100)
    await database.close()


async def _portions(reading: Reading, phase: str) -> list[Portion]:
    """The whole phase, each portion applied before the next is read."""
    portions: list[Portion] = []
    place: Place | None = {}
    while place is not None:
        portion = await _PHASES[phase](reading, place)
        cause = Cause(Origin.HISTORICAL, now=2_000_000_000, fetched_at_ms=portion.fetched_at_ms)
        await reading.database.write(
            lambda conn, batch=portion.batch, cause=cause: apply(conn, reading.store.key, batch, cause)  # type: ignore[misc]
        )
        portions.append(portion)
        place = portion.next
    return portions


async def test_the_newest_orders_come_after_the_first_page_of_a_long_list(reading: Reading) -> None:
    first, *recent, last = await _portions(reading, "customers")

    assert (len(first.batch.customers), first.batch.orders) == (250, ())
    assert [len(portion.batch.orders) for portion in recent] == [250] * 4
    assert recent[0].batch.orders[0].order_id > recent[-1].batch.orders[-1].order_id
    assert len(last.batch.customers) == 50


async def test_they_do_not_count_as_rows_of_the_list(reading: Reading) -> None:
    portions = await _portions(reading, "customers")

    assert sum(portion.rows for portion in portions) == 300
    assert {portion.total for portion in portions} == {300}


async def test_a_short_list_is_not_interrupted(reading: Reading) -> None:
    portions = await _portions(replace(reading, many_rows=300), "customers")

    assert [len(portion.batch.orders) for portion in portions] == [0, 0]


async def test_a_store_whose_orders_are_here_already_is_not_interrupted(reading: Reading) -> None:
    await _portions(reading, "orders")

    portions = await _portions(reading, "customers")

    assert [len(portion.batch.orders) for portion in portions] == [0, 0]
