"""Metrics, on the socket and, where that is wanted, on a port of this machine."""

from aiohttp import web

from common import routes
from daemon.metrics import Metrics

_TEXT = "text/plain; version=1.0.0; charset=utf-8"


class MetricsHandlers:
    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def routes(self) -> list[web.RouteDef]:
        return [web.route(routes.METRICS.method, routes.METRICS.path, self.answer)]

    async def answer(self, request: web.Request) -> web.Response:
        del request
        return web.Response(body=await self._metrics.text(), headers={"Content-Type": _TEXT})


def metrics_application(handlers: MetricsHandlers) -> web.Application:
    """Answers GET /metrics alone."""
    app = web.Application()
    app.router.add_get("/metrics", handlers.answer)
    return app
