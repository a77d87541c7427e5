"""The doctor: what it looks at, what it finds, and what it sets right."""

from aiohttp import web

from common import routes
from common.doctor import CheckList, Diagnosis
from daemon.api.binding import Call, route
from daemon.doctor.catalogue import check_list
from daemon.doctor.doctor import Doctor


class DoctorHandlers:
    def __init__(self, doctor: Doctor) -> None:
        self._doctor = doctor

    def routes(self) -> list[web.RouteDef]:
        return [
            route(routes.CHECKS, self.checks),
            route(routes.DIAGNOSIS, self.diagnosis),
            route(routes.MEND, self.mend),
        ]

    async def checks(self, call: Call) -> CheckList:
        del call
        return check_list()

    async def diagnosis(self, call: Call) -> Diagnosis:
        del call
        return await self._doctor.diagnosis()

    async def mend(self, call: Call) -> Diagnosis:
        del call
        return await self._doctor.diagnosis(mends=True)
