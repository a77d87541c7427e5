"""Runs: planning and starting one, looking at them, pausing, resuming and cancelling one."""

from aiohttp import web

from common import routes
from common.sync import PlanQuery, Run, RunList, RunQuery, RunStart, SyncPlan
from daemon.api.binding import Call, route
from daemon.db import runs
from daemon.db.database import Database
from daemon.ingest.plan import Planner
from daemon.ingest.run import Runner


class RunHandlers:
    def __init__(self, database: Database, runner: Runner, planner: Planner) -> None:
        self._database = database
        self._runner = runner
        self._planner = planner

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.RUN_START, self.start),
            route(routes.PLAN, self.plan),
            route(routes.RUNS, self.runs),
            route(routes.RUN, self.run),
            route(routes.RUN_PAUSE, self.pause),
            route(routes.RUN_RESUME, self.resume),
            route(routes.RUN_CANCEL, self.cancel),
        ]

    async def start(self, call: Call) -> Run:
        wanted = call.asked_as(RunStart)
        return await self._runner.start(call.text("hash"), wanted.kind, quiet_hours=wanted.quiet_hours)

    async def plan(self, call: Call) -> SyncPlan:
        return await self._planner.plan(call.text("hash"), call.asked_as(PlanQuery).kind)

    async def runs(self, call: Call) -> RunList:
        query = call.asked_as(RunQuery)
        found = await self._database.read(lambda conn: runs.wire_runs(conn, store_hash=query.store, limit=query.limit))
        return RunList(runs=[self._runner.measured(run) for run in found])

    async def run(self, call: Call) -> Run:
        return await self._runner.show(call.number("id"))

    async def pause(self, call: Call) -> Run:
        return await self._runner.pause(call.number("id"))

    async def resume(self, call: Call) -> Run:
        return await self._runner.resume(call.number("id"))

    async def cancel(self, call: Call) -> Run:
        return await self._runner.cancel(call.number("id"))
