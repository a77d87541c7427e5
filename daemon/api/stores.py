"""Stores: connecting one, looking at them."""

from aiohttp import web

from common import routes
from common.stores import StoreAdd, StoreDetail, StoreList
from daemon.api.binding import Call, route
from daemon.ingest.connect import Connector
from daemon.status import Reporter


class StoreHandlers:
    def __init__(self, connector: Connector, reporter: Reporter) -> None:
        self._connector = connector
        self._reporter = reporter

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.STORES, self.stores),
            route(routes.STORE, self.store),
            route(routes.STORE_ADD, self.add),
        ]

    async def stores(self, call: Call) -> StoreList:
        del call
        return StoreList(stores=await self._reporter.stores())

    async def store(self, call: Call) -> StoreDetail:
        return await self._reporter.store(call.text("hash"))

    async def add(self, call: Call) -> StoreDetail:
        store = await self._connector.connect(call.asked_as(StoreAdd))
        return await self._reporter.store(store.hash)
