"""The support bundle."""

from aiohttp import web

from common import routes
from common.support import SupportBundle
from daemon.api.binding import Call, route
from daemon.support.bundle import Bundler


class SupportHandlers:
    def __init__(self, bundler: Bundler) -> None:
        self._bundler = bundler

    def routes(self) -> list[web.RouteDef]:
        return [route(routes.SUPPORT_BUNDLE, self.bundle)]

    async def bundle(self, call: Call) -> SupportBundle:
        del call
        return await self._bundler.bundle()
