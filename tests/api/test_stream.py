"""The event stream: a hello at once, heartbeats in silence, an end when the daemon stops."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from common.client import ApiClient
from common.events import Changed, Event, Heartbeat, Hello, What
from common.stores import StoreAdd
from daemon.api.events import EventHandlers
from daemon.app import Daemon
from daemon.bus import Bus
from daemon.clock import SystemClock
from daemon.sandbox.store import SandboxStore
from tests.api.conftest import settings_in
from tests.support.doors import behind, door_to


async def first(client: ApiClient) -> tuple[Event, AsyncIterator[Event]]:
    stream = client.events()
    return await asyncio.wait_for(anext(stream), timeout=5), stream


async def test_the_stream_begins_with_a_hello(client: ApiClient) -> None:
    hello, _ = await first(client)

    assert isinstance(hello, Hello)
    assert hello.version == (await client.status()).version


async def test_a_change_is_told_to_every_reader(beside_shop: ApiClient, shop: SandboxStore) -> None:
    (_, one), (_, two) = await first(beside_shop), await first(beside_shop)
    add = StoreAdd(store=shop.identity.store_hash, token=SecretStr(shop.identity.token), hooks=False)
    await beside_shop.add_store(add)

    told = [await asyncio.wait_for(anext(stream), timeout=5) for stream in (one, two)]

    assert told[0] == told[1]
    assert isinstance(told[0], Changed)
    assert (told[0].what, told[0].ids) == (What.STORE, [shop.identity.store_hash])


async def test_silence_is_filled_with_heartbeats(folder: Path) -> None:
    clock = SystemClock()
    handlers = EventHandlers(Bus(clock, version="1"), clock, heartbeat_s=0.02)
    app = web.Application()
    app.add_routes(handlers.routes())
    behind(door_to(0), app)
    app.on_shutdown.append(handlers.close)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.UnixSite(runner, str(folder / "s.sock")).start()

    async with ApiClient(folder / "s.sock") as client:
        _, stream = await first(client)
        beats = [await asyncio.wait_for(anext(stream), timeout=5) for _ in range(2)]
        await runner.cleanup()

    assert all(isinstance(beat, Heartbeat) for beat in beats)


async def test_stopping_ends_open_streams_and_takes_less_than_five_seconds(folder: Path) -> None:
    daemon = await Daemon(settings_in(folder)).__aenter__()
    async with ApiClient(folder / "counterfoil.sock") as client:
        _, stream = await first(client)
        began = time.monotonic()
        await daemon.__aexit__(None, None, None)
        took_s = time.monotonic() - began

        rest = [event async for event in stream]

    assert took_s < 5
    assert rest == []


async def test_a_reader_that_leaves_costs_nothing(client: ApiClient, folder: Path) -> None:
    for _ in range(5):
        async with ApiClient(folder / "counterfoil.sock") as brief:
            await first(brief)

    await client.status()
