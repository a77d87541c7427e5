"""Where the public listener meets the network: what is no HTTP is answered by its code alone, too."""

import asyncio
import socket
from typing import Any

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

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
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: _Quiet(server, loop=loop, **_WAYS), sock=self._listener, backlog=_BACKLOG
        )


class _Quiet(RequestHandler):
    """The library's own answers quote what they refuse."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        super().handle_error(request, status, exc, message)
        answer = _bare(status)
        answer.force_close()
        return answer

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """What was refused before the application's middlewares saw it has a text, too."""
        answer = _bare(resp.status) if isinstance(resp, web.HTTPException) else resp
        return await super().finish_response(request, answer, start_time)


def _bare(status: int) -> web.Response:
    return web.Response(status=status, headers={"Server": ""})  # left out, the library would name itself
