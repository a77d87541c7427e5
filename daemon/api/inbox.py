"""The inbox: its pages, one delivery, why deliveries died, and replays."""

from aiohttp import web

from common import routes
from common.inbox import (
    CauseQuery,
    DeadCauses,
    DeliveryDetail,
    DeliveryPage,
    DeliveryQuery,
    DeliveryTrace,
    Replayed,
    ReplayRequest,
)
from daemon.api.binding import Call, route
from daemon.db import inbox
from daemon.db.database import Database
from daemon.db.traces import delivery_trace
from daemon.ingest.replay import Replayer

# A page that a person looks at; a longer one must not hold up the readers.
_SCREENFUL = 1000


class InboxHandlers:
    def __init__(self, database: Database, replayer: Replayer) -> None:
        self._database = database
        self._replayer = replayer

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.DELIVERIES, self.page),
            route(routes.DEAD_CAUSES, self.causes),  # before the delivery, whose path would match it too
            route(routes.DELIVERY, self.delivery),
            route(routes.DELIVERY_TRACE, self.trace),
            route(routes.REPLAY, self.replay),
        ]

    async def page(self, call: Call) -> DeliveryPage:
        """Filters without an index of their own may walk the whole inbox: they keep off the readers' lanes."""
        query = call.asked_as(DeliveryQuery)
        is_walk = bool(query.kind or query.search or query.store)
        lane = self._database.scan if is_walk or query.limit > _SCREENFUL else self._database.read
        return await lane(lambda conn: inbox.delivery_page(conn, query))

    async def delivery(self, call: Call) -> DeliveryDetail:
        delivery_id = call.number("id")
        return await self._database.read(lambda conn: inbox.delivery_in_full(conn, delivery_id))

    async def trace(self, call: Call) -> DeliveryTrace:
        delivery_id = call.number("id")
        return await self._database.read(lambda conn: delivery_trace(conn, delivery_id))

    async def causes(self, call: Call) -> DeadCauses:
        query = call.asked_as(CauseQuery)
        return await self._database.scan(lambda conn: inbox.dead_causes(conn, store_hash=query.store))

    async def replay(self, call: Call) -> Replayed:
        return await self._replayer.replay(call.asked_as(ReplayRequest))
