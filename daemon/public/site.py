"""Where the public listener meets the network: what is no HTTP is answered by its code alone, too."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable
from email.utils import formatdate
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from aiohttp.web_protocol import RequestHandler

ShortWay = Callable[[web.Request], "Awaitable[Bare | None]"]
"""Answers a call, or says by None that the application is to."""

SHORT_WAY: web.AppKey[ShortWay] = web.AppKey("short way")
"""Where an application keeps it; it is asked before the router, the middlewares and the signals."""


class Bare(web.Response):
    """A code and no body. It is never prepared, so that one can serve all calls: `_Quiet` writes it."""

    def __init__(self, status: int, *, closes: bool = False) -> None:
        super().__init__(status=status)
        self.closes = closes

    @property
    def keep_alive(self) -> bool:
        return not self.closes


EMPTY = Bare(200)
"""What a call that was taken in is answered."""

_BACKLOG = 1024
_WAYS: dict[str, Any] = {"access_log": None}  # as the library's own runners pass it


class PublicSite(web.SockSite):
    """A site whose answers to broken calls hold nothing of the call, and nothing of what the server is made of."""

    __slots__ = ("_listener", "_ours")

    def __init__(self, runner: web.AppRunner, listener: socket.socket) -> None:
        super().__init__(runner, listener, backlog=_BACKLOG)
        self._listener = listener
        self._ours = runner

    async def start(self) -> None:
        await web.BaseSite.start(self)
        server = self._ours.server
        assert server is not None  # noqa: S101  the base class refuses a runner that is not set up
        server.request_handler = partial(_answered, self._ours.app[SHORT_WAY], server.request_handler)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Quiet(server, loop=loop, **_WAYS), sock=self._listener, backlog=_BACKLOG
        )


async def _answered(short_way: ShortWay, application: Handler, request: web.Request) -> web.StreamResponse:
    answer = await short_way(request)
    return await application(request) if answer is None else answer


class _Quiet(RequestHandler):
    """The library's own answers quote what they refuse, and name the library."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        super().handle_error(request, status, exc, message)
        return Bare(status, closes=True)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """What was refused before the application's middlewares saw it has a text, too."""
        answer = Bare(resp.status) if isinstance(resp, web.HTTPException) else resp
        if not isinstance(answer, Bare):
            return await super().finish_response(request, answer, start_time)
        if not request.keep_alive or self._upgraded:
            answer = Bare(answer.status, closes=True)
        if self.transport is None:
            return answer, True
        self.transport.write(_written(answer.status, answer.closes, int(time.time())))
        return answer, False


@lru_cache(maxsize=8)
def _written(status: int, closes: bool, now: int) -> bytes:
    lines = [
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
        "Content-Length: 0",
        f"Date: {formatdate(now, usegmt=True)}",
        *(["Connection: close"] if closes else []),
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")
