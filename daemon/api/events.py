"""The event stream: one NDJSON line per fact, until the reader leaves or the daemon stops."""

import asyncio
import contextlib

from aiohttp import web

from common import routes
from common.events import EVENT, HEARTBEAT_S, Event, Heartbeat
from common.roles import Caller
from daemon.api.door import DOOR
from daemon.bus import Bus
from daemon.clock import Clock


class EventHandlers:
    def __init__(self, bus: Bus, clock: Clock, *, heartbeat_s: float = HEARTBEAT_S) -> None:
        self._bus = bus
        self._clock = clock
        self._heartbeat_s = heartbeat_s
        self._streams: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.RouteDef]:
        return [web.route(routes.EVENTS.method, routes.EVENTS.path, self.stream)]

    async def stream(self, request: web.Request) -> web.StreamResponse:
        caller = await request.app[DOOR].caller(request)
        response = web.StreamResponse(headers={"Content-Type": routes.EVENTS.media, "Cache-Control": "no-store"})
        await response.prepare(request)
        pouring = asyncio.ensure_future(self._pour(response, caller))
        self._streams.add(pouring)
        try:
            with contextlib.suppress(ConnectionResetError, asyncio.CancelledError):
                await pouring
        finally:
            pouring.cancel()
            self._streams.discard(pouring)
        return response

    async def close(self, app: web.Application) -> None:
        """Ends the open streams, so that the server need not wait for readers who would stay for ever."""
        del app
        for pouring in self._streams:
            pouring.cancel()

    async def _pour(self, response: web.StreamResponse, caller: Caller) -> None:
        with self._bus.listening(caller) as listener:
            async for batch in listener.batches(idle_s=self._heartbeat_s):
                events = batch or [Heartbeat(seq=self._bus.seq, at=self._clock.now())]
                await response.write(b"".join(_line(event) for event in events))


def _line(event: Event) -> bytes:
    return EVENT.dump_json(event) + b"\n"
