"""The web application of one store: every endpoint behind the gate."""

from __future__ import annotations

import asyncio

from aiohttp import web

from daemon.sandbox import catalogue_api, customers_api, hooks_api, login_api, orders_api, sales_api, store_api
from daemon.sandbox.deliveries import POST_OFFICE, PostOffice
from daemon.sandbox.gate import Gate, Handler
from daemon.sandbox.keys import FAULTS, IDENTITY, WORLD
from daemon.sandbox.login import LoginDesk
from daemon.sandbox.world import World


def application(world: World, gate: Gate, office: PostOffice, login: LoginDesk) -> web.Application:
    """Paths are `/stores/{hash}/v2/…` and `…/v3/…`, at whose hash the gate looks, and those of the login server."""

    @web.middleware
    async def through_gate(request: web.Request, handler: Handler) -> web.StreamResponse:
        return await gate.pass_through(request, handler)

    app = web.Application(middlewares=[through_gate])
    app[WORLD], app[IDENTITY], app[FAULTS], app[POST_OFFICE] = world, gate.identity, gate.faults, office
    identity = gate.identity
    app[orders_api.RENDERER] = orders_api.Renderer(identity.store_hash, extra_fields=identity.extra_fields)
    app[catalogue_api.TREE_BUSY] = asyncio.Lock()
    v2 = [*orders_api.routes(), *customers_api.v2_routes(), *store_api.v2_routes()]
    v3 = [
        *sales_api.routes(),
        *customers_api.v3_routes(),
        *catalogue_api.routes(),
        *store_api.v3_routes(),
        *hooks_api.routes(),
    ]
    for version, routes in (("v2", v2), ("v3", v3)):
        app.add_routes(_under(f"/stores/{{store_hash}}/{version}", routes))
    app.add_routes(login_api.routes(login))
    return app


def _under(prefix: str, routes: list[web.RouteDef]) -> list[web.RouteDef]:
    return [web.RouteDef(route.method, prefix + route.path, route.handler, route.kwargs) for route in routes]
