"""The least a client of the store can be, and a receiver of its deliveries."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from multidict import CIMultiDictProxy

from daemon.sandbox.store import SandboxStore


@dataclass(slots=True)
class Answer:
    """One answer; `json` is None for an empty body."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def data(self) -> Any:
        return self.json["data"]


class Asker:
    """Asks *store* with its own token: `await ask("/v2/orders", limit="5")`."""

    def __init__(self, store: SandboxStore, session: aiohttp.ClientSession) -> None:
        self._store = store
        self._session = session

    async def __call__(self, path: str, /, **query: str) -> Answer:
        """GET with a query; names with a colon or a dot are given as `**{"id:in": "1,2"}`."""
        return await self.send("GET", path, query=query)

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
    ) -> Answer:
        """Any request; *headers* go on top of the token's."""
        all_headers = {**self._store.headers, **(headers or {})}
        url = self._store.api + path
        async with self._session.request(method, url, params=query, json=body, headers=all_headers) as answer:
            return Answer(answer.status, answer.headers, await answer.read())


@dataclass(slots=True)
class Receiver:
    """Takes deliveries on a loopback port and answers them as told."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    got: list[tuple[CIMultiDictProxy[str], bytes]] = field(default_factory=list)
    server: TestServer | None = None
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Receiver:
        app = web.Application()
        app.router.add_post("/{tail:.*}", self._take)
        self.server = TestServer(app)
        await self.server.start_server()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.server:
            await self.server.close()

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append((request.headers, await request.read()))
        self.arrived.set()
        return web.Response(status=self.status, headers=self.headers)

    @property
    def url(self) -> str:
        assert self.server
        return str(self.server.make_url("/hook"))

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]

    @property
    def scopes(self) -> list[str]:
        return [body["scope"] for body in self.bodies]
