"""Backups: which there are, making one, and trying the newest."""

from aiohttp import web

from common import routes
from common.backups import Backups, Task
from daemon.api.binding import Call, route
from daemon.backup.desk import BackupDesk


class BackupHandlers:
    def __init__(self, desk: BackupDesk) -> None:
        self._desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.BACKUPS, self.backups),
            route(routes.BACKUP_NOW, self.now),
            route(routes.BACKUP_DRILL, self.drill),
        ]

    async def backups(self, call: Call) -> Backups:
        del call
        return await self._desk.told()

    async def now(self, call: Call) -> Backups:
        del call
        return await self._desk.begin(Task.BACKUP)

    async def drill(self, call: Call) -> Backups:
        del call
        return await self._desk.begin(Task.DRILL)
