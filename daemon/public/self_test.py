"""Where a probe of our own arrives. To everybody else it is an address like any that nobody has."""

from aiohttp import web

from daemon.doctor.selftest import SELF_TEST_PATH, SelfTest


def self_test_route(self_test: SelfTest) -> web.RouteDef:
    async def probe(request: web.Request) -> web.Response:
        """200 to the probe under way, once; 401 to all others."""
        if not self_test.arrived(request.headers, await request.read(), path=request.path):
            raise web.HTTPUnauthorized
        return web.Response()

    return web.post(SELF_TEST_PATH, probe)
