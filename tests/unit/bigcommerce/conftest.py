"""A store of a few canned answers on loopback, and time that passes only when somebody sleeps."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from daemon.bigcommerce.api import StoreApi
from daemon.bigcommerce.budget import Budget, Priority
from daemon.bigcommerce.transport import RetryPolicy, StoreTransport
from tests.unit.bigcommerce.samples import encoded

TOKEN = "t0p-secret-token"
AT_ONCE = RetryPolicy(attempts=3, first_pause_s=0, longest_pause_s=0, jitter_s=0, unauthorized_pause_s=0)


class ManualClock:
    """Stands still at a round moment until `sleep` moves it on; keeps how long everybody slept."""

    def __init__(self) -> None:
        self.at_s = 1_760_000_000.0
        self.slept: list[float] = []

    def now(self) -> int:
        return int(self.at_s)

    def now_ms(self) -> int:
        return int(self.at_s * 1000)

    def monotonic(self) -> float:
        return self.at_s

    async def sleep(self, span_s: float) -> None:
        self.slept.append(span_s)
        self.at_s += span_s
        await asyncio.sleep(0)


@dataclass(frozen=True, slots=True)
class Seen:
    method: str
    path: str
    query: dict[str, str]
    headers: Mapping[str, str]
    body: bytes


Reply = Callable[[], web.StreamResponse]


def reply(
    body: object = None, *, status: int = 200, headers: Mapping[str, str] | None = None, raw: bytes | None = None
) -> Reply:
    """An answer with *body* as JSON, or with *raw* as it is."""
    content = raw if raw is not None else (b"" if body is None else encoded(body))
    return lambda: web.Response(status=status, body=content, headers=headers, content_type="application/json")


@dataclass(slots=True)
class StubStore:
    """Answers a path with its replies in order, the last one for ever; everything else with 404."""

    url: str = ""
    replies: dict[str, list[Reply]] = field(default_factory=dict)
    answer: Callable[[Seen], Reply | None] = lambda _: None
    seen: list[Seen] = field(default_factory=list)

    def on(self, path: str, *replies: Reply) -> None:
        self.replies[path] = list(replies)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/stores/abc123")
        seen = Seen(request.method, path, dict(request.query), request.headers, await request.read())
        self.seen.append(seen)
        queue = self.replies.get(path, [])
        chosen = (queue.pop(0) if len(queue) > 1 else queue[0]) if queue else self.answer(seen)
        return (chosen or reply([{"status": 404, "message": "Nothing here."}], status=404))()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def store() -> AsyncIterator[StubStore]:
    stub = StubStore()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", stub.serve)
    async with TestServer(app) as server:
        stub.url = str(server.make_url("/"))
        yield stub


@pytest.fixture
async def connect(store: StubStore, clock: ManualClock) -> AsyncIterator[Callable[..., StoreTransport]]:
    async with aiohttp.ClientSession() as session:

        def connected(*, store_hash: str = "abc123", token: str = TOKEN, url: str = "") -> StoreTransport:
            return StoreTransport(
                session,
                api_url=url or store.url,
                store_hash=store_hash,
                token=token,
                budget=Budget(clock=clock, sleep=clock.sleep, jitter=lambda: 0.0),
                clock=clock,
                retries=AT_ONCE,
            )

        yield connected


@pytest.fixture
def transport(connect: Callable[..., StoreTransport]) -> StoreTransport:
    return connect()


@pytest.fixture
def api(transport: StoreTransport) -> StoreApi:
    return StoreApi(transport, Priority.BACKGROUND)
