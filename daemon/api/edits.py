"""Tags and lists: which there are, edits of them for one contact or many, and taking edits back."""

from aiohttp import web

from common import routes
from common.edits import Edit, EditList, EditPlan, EditQuery, EditRequest, EditUndo, MailingLists, Tags
from daemon.api.binding import Call, route
from daemon.db import edits, labels
from daemon.db.database import Database
from daemon.ingest.editor import Editor


class EditHandlers:
    def __init__(self, database: Database, editor: Editor) -> None:
        self._database = database
        self._editor = editor

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.TAGS, self.tags),
            route(routes.LISTS, self.lists),
            route(routes.EDITS, self.listed),
            route(routes.EDIT, self.shown),
            route(routes.EDIT_PLAN, self.plan),
            route(routes.EDIT_MAKE, self.make),
            route(routes.EDIT_UNDO, self.undo),
        ]

    async def tags(self, _: Call) -> Tags:
        return await self._database.scan(labels.tags)

    async def lists(self, _: Call) -> MailingLists:
        return await self._database.scan(labels.lists)

    async def listed(self, call: Call) -> EditList:
        query = call.asked_as(EditQuery)
        return EditList(edits=await self._database.read(lambda conn: edits.edit_list(conn, query)))

    async def shown(self, call: Call) -> Edit:
        edit_id = call.number("id")
        return await self._database.read(lambda conn: edits.edit_shown(conn, edit_id))

    async def plan(self, call: Call) -> EditPlan:
        return await self._editor.plan(call.asked_as(EditRequest))

    async def make(self, call: Call) -> Edit:
        return await self._editor.edit(call.asked_as(EditRequest))

    async def undo(self, call: Call) -> Edit:
        return await self._editor.undo(call.asked_as(EditUndo).id)
