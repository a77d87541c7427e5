"""Who commanded what."""

from aiohttp import web

from common import routes
from common.audit import AuditPage, AuditQuery
from daemon.api.binding import Call, route
from daemon.db.audit import audit_page
from daemon.db.database import Database


class AuditHandlers:
    def __init__(self, database: Database) -> None:
        self._database = database

    def routes(self) -> list[web.RouteDef]:
        return [route(routes.AUDIT, self.page)]

    async def page(self, call: Call) -> AuditPage:
        """Searching may walk the whole table: it keeps off the readers' lanes."""
        query = call.asked_as(AuditQuery)
        return await self._database.scan(lambda conn: audit_page(conn, query))
