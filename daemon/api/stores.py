"""Stores: connecting one, looking at them, and what may be done to one."""

from aiohttp import web

from common import routes
from common.sales import SalesQuery, StoreSales
from common.store_settings import SettingsChange, StoreSettings
from common.stores import StoreAdd, StoreDetail, StoreList, StorePurge, StoreReconnect, StoreState
from daemon.api.binding import Call, route
from daemon.ingest.hook_secrets import HookSecrets
from daemon.ingest.lifecycle import Lifecycle
from daemon.ingest.settings_desk import SettingsDesk
from daemon.status import Reporter


class StoreHandlers:
    def __init__(self, lifecycle: Lifecycle, hook_secrets: HookSecrets, reporter: Reporter, desk: SettingsDesk) -> None:
        self._lifecycle = lifecycle
        self._hook_secrets = hook_secrets
        self._reporter = reporter
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.STORES, self.stores),
            route(routes.STORE, self.store),
            route(routes.STORE_SALES, self.sales),
            route(routes.STORE_ADD, self.add),
            route(routes.STORE_PAUSE, self.pause),
            route(routes.STORE_RESUME, self.resume),
            route(routes.STORE_ROTATE_SECRET, self.rotate_secret),
            route(routes.STORE_RECONNECT, self.reconnect),
            route(routes.STORE_DELETE, self.delete),
            route(routes.STORE_PURGE, self.purge),
            route(routes.STORE_SETTINGS, self.settings),
            route(routes.STORE_SETTINGS_CHANGE, self.change_settings),
        ]

    async def stores(self, call: Call) -> StoreList:
        del call
        return StoreList(stores=await self._reporter.stores())

    async def store(self, call: Call) -> StoreDetail:
        return await self._reporter.store(call.text("hash"))

    async def sales(self, call: Call) -> StoreSales:
        return await self._reporter.sales(call.text("hash"), months=call.asked_as(SalesQuery).months)

    async def add(self, call: Call) -> StoreDetail:
        store = await self._lifecycle.connect(call.asked_as(StoreAdd))
        return await self._reporter.store(store.hash)

    async def pause(self, call: Call) -> StoreDetail:
        await self._lifecycle.pause(call.text("hash"))
        return await self._reporter.store(call.text("hash"))

    async def resume(self, call: Call) -> StoreDetail:
        await self._lifecycle.resume(call.text("hash"))
        return await self._reporter.store(call.text("hash"))

    async def rotate_secret(self, call: Call) -> StoreDetail:
        await self._hook_secrets.rotate(call.text("hash"))
        return await self._reporter.store(call.text("hash"))

    async def reconnect(self, call: Call) -> StoreDetail:
        await self._lifecycle.reconnect(call.text("hash"), call.asked_as(StoreReconnect))
        return await self._reporter.store(call.text("hash"))

    async def delete(self, call: Call) -> StoreDetail:
        await self._lifecycle.delete(call.text("hash"))
        return await self._reporter.store(call.text("hash"))

    async def purge(self, call: Call) -> StoreDetail:
        before = await self._reporter.store(call.text("hash"))
        await self._lifecycle.purge(call.text("hash"), confirm=call.asked_as(StorePurge).confirm)
        return before.model_copy(update={"state": StoreState.DELETED, "state_reason": "Its data is being erased."})

    async def settings(self, call: Call) -> StoreSettings:
        return await self._desk.show(call.text("hash"))

    async def change_settings(self, call: Call) -> StoreSettings:
        return await self._desk.change(call.text("hash"), call.asked_as(SettingsChange))
