"""Several sandbox stores behind one address, as all real stores are behind one API host."""

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Self

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from daemon.sandbox.store import SandboxStore

_OF_THE_CONNECTION = ("host", "content-length", "transfer-encoding", "connection")


class Mall:
    """Passes every request on to the store whose hash its path names. A single store is addressed directly."""

    def __init__(self, stores: Sequence[SandboxStore]) -> None:
        self._stores = stores
        self._session: aiohttp.ClientSession
        self._server: TestServer | None = None

    @property
    def url(self) -> str:
        return str(self._server.make_url("")) if self._server else self._stores[0].url

    async def __aenter__(self) -> Self:
        if len(self._stores) > 1:
            self._session = aiohttp.ClientSession(auto_decompress=False)
            app = web.Application()
            app.router.add_route("*", "/stores/{hash}/{rest:.*}", self._pass_on)
            self._server = TestServer(app)
            await self._server.start_server()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            await self._server.close()
            await self._session.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        store = next(store for store in self._stores if store.identity.store_hash == request.match_info["hash"])
        async with self._session.request(
            request.method,
            URL(f"{store.url}{request.raw_path}", encoded=True),
            headers=_own(request.headers.items()),
            data=await request.read(),
        ) as answer:
            return web.Response(status=answer.status, body=await answer.read(), headers=_own(answer.headers.items()))


def _own(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in _OF_THE_CONNECTION}
