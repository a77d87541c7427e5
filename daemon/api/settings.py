"""What the daemon is set to."""

from aiohttp import web

from common import routes
from common.daemon_settings import SettingsInForce
from daemon.api.binding import Call, route
from daemon.in_force import in_force
from daemon.settings import Settings


class SettingsHandlers:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def routes(self) -> list[web.RouteDef]:
        return [route(routes.SETTINGS, self.settings)]

    async def settings(self, call: Call) -> SettingsInForce:
        del call
        return in_force(self._settings)
