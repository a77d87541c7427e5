"""What the daemon is set to, and having it read that anew."""

from aiohttp import web

from common import routes
from common.daemon_settings import SettingsInForce
from common.reloading import Reloaded
from daemon.api.binding import Call, route
from daemon.in_force import in_force
from daemon.reload import Reloader


class SettingsHandlers:
    def __init__(self, reloader: Reloader) -> None:
        self._reloader = reloader

    def routes(self) -> list[web.RouteDef]:
        return [route(routes.SETTINGS, self.settings), route(routes.RELOAD, self.reload)]

    async def settings(self, call: Call) -> SettingsInForce:
        del call
        return in_force(self._reloader.settings, waiting={one.name: one.after for one in self._reloader.waiting})

    async def reload(self, call: Call) -> Reloaded:
        del call
        return await self._reloader.reload()
