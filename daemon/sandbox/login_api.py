"""The login server's routes: the install link a browser follows, and the exchange of its code for a token."""

from __future__ import annotations

import json

from aiohttp import web
from yarl import URL

from daemon.sandbox.login import LoginDesk
from daemon.sandbox.replies import Refusal, reply
from daemon.sandbox.wire import dumps


def routes(desk: LoginDesk) -> list[web.RouteDef]:
    async def install(request: web.Request) -> web.Response:
        """Agrees to all scopes at once and sends the browser on to the app."""
        try:
            callback = desk.callback_of(request.match_info["client_id"])
        except Refusal as refusal:
            return _refused(refusal)
        onward = URL(callback).update_query({**desk.consent(), "external_install": "1"})
        return web.Response(status=302, headers={"Location": str(onward)})

    async def opened(request: web.Request) -> web.Response:
        """Sends the browser on to the app's page, as a click in the control panel does."""
        try:
            desk.callback_of(request.match_info["client_id"])
        except Refusal as refusal:
            return _refused(refusal)
        return web.Response(status=302, headers={"Location": desk.panel_url("load")})

    async def ended(request: web.Request) -> web.Response:
        return web.Response(text=f"The install {request.match_info['how']}.\n")

    async def token(request: web.Request) -> web.Response:
        """Takes JSON and form bodies."""
        try:
            return reply(dumps(desk.exchange(await _fields(request))))
        except Refusal as refusal:
            return _refused(refusal)

    return [
        web.get("/app/{client_id}/install", install),
        web.get("/app/{client_id}/open", opened),
        web.get("/app/{client_id}/install/{how:succeeded|failed}", ended),
        web.post("/oauth2/token", token),
    ]


async def _fields(request: web.Request) -> dict[str, object]:
    if request.content_type != "application/json":
        return dict(await request.post())
    try:
        told = json.loads(await request.read())
    except ValueError:
        raise Refusal(400, "invalid_request: no JSON") from None
    return told if isinstance(told, dict) else {}


def _refused(refusal: Refusal) -> web.Response:
    return reply(dumps({"error": refusal.message}), status=refusal.status)
