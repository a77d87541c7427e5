"""Connecting a store: what it takes, and a look at a token before it is given."""

from aiohttp import web

from common import routes
from common.connecting import Connecting, StoreTried, StoreTry, WantedScope
from daemon.api.binding import Call, route
from daemon.bigcommerce.scopes import SCOPES
from daemon.ingest.connect import Connector
from daemon.ingest.installs import AppInstalls
from daemon.settings import Settings


class ConnectingHandlers:
    def __init__(self, connector: Connector, installs: AppInstalls, settings: Settings) -> None:
        self._connector = connector
        self._installs = installs
        self._settings = settings

    def routes(self) -> list[web.RouteDef]:
        return [route(routes.CONNECTING, self.connecting), route(routes.STORE_TRY, self.try_store)]

    async def connecting(self, call: Call) -> Connecting:
        del call
        return Connecting(
            scopes=[WantedScope(scope=one.name, feeds=one.feeds, required=one.required) for one in SCOPES],
            public_url=self._settings.public.url,
            catch_up_minutes=self._settings.sync.catch_up_minutes,
            quiet_hours=self._settings.sync.quiet_hours,
            quota_share=self._settings.bigcommerce.quota_share,
            app=self._installs.link(),
            last_install=self._installs.latest,
        )

    async def try_store(self, call: Call) -> StoreTried:
        return await self._connector.tried(call.asked_as(StoreTry))
