"""The v3 endpoints that manage webhooks; a token sees the hooks of its own API account only."""

from __future__ import annotations

import json

from aiohttp import web

from daemon.sandbox.deliveries import POST_OFFICE
from daemon.sandbox.hooks import Hook
from daemon.sandbox.keys import IDENTITY
from daemon.sandbox.queries import flag, v3_page
from daemon.sandbox.replies import Refusal, v3_one, v3_rows


def fields(hook: Hook, store_hash: str) -> dict[str, object]:
    return {
        "id": hook.id,
        "client_id": hook.client_id,
        "store_hash": store_hash,
        "scope": hook.scope,
        "destination": hook.destination,
        "headers": hook.headers,
        "is_active": hook.is_active,
        "created_at": hook.created_at,
        "updated_at": hook.updated_at,
    }


async def _body(request: web.Request) -> dict[str, object]:
    if request.content_type != "application/json":
        raise Refusal(415, "Unsupported media type")
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise Refusal(400) from None
    if not isinstance(body, dict):
        raise Refusal(422, errors={"": "error.expected.jsobject"})
    return body


def _hook(request: web.Request) -> Hook:
    book = request.app[POST_OFFICE].book
    return book.find(int(request.match_info["hook_id"]), request.app[IDENTITY].client_id)


def _answer(request: web.Request, hook: Hook) -> web.Response:
    return v3_one(fields(hook, request.app[IDENTITY].store_hash))


async def list_hooks(request: web.Request) -> web.Response:
    identity, book = request.app[IDENTITY], request.app[POST_OFFICE].book
    book.deactivate_idle()
    query, page, active = request.query, v3_page(request.query), flag(request.query, "is_active")
    found = [
        hook
        for hook in book.of_client(identity.client_id)
        if (active is None or hook.is_active is active)
        and query.get("scope", hook.scope) == hook.scope
        and query.get("destination", hook.destination) == hook.destination
    ]
    rows = [fields(hook, identity.store_hash) for hook in found[page.first : page.first + page.limit]]
    return v3_rows(rows, total=len(found), page=page)


async def create_hook(request: web.Request) -> web.Response:
    book = request.app[POST_OFFICE].book
    return _answer(request, book.add(request.app[IDENTITY].client_id, await _body(request)))


async def one_hook(request: web.Request) -> web.Response:
    return _answer(request, _hook(request))


async def change_hook(request: web.Request) -> web.Response:
    hook = _hook(request)
    return _answer(request, request.app[POST_OFFICE].book.change(hook, await _body(request)))


async def delete_hook(request: web.Request) -> web.Response:
    return _answer(request, request.app[POST_OFFICE].book.remove(_hook(request)))


async def admin(request: web.Request) -> web.Response:
    identity, office = request.app[IDENTITY], request.app[POST_OFFICE]
    office.book.deactivate_idle()
    active = flag(request.query, "is_active")
    hooks = [h for h in office.book.of_client(identity.client_id) if active is None or h.is_active is active]
    return v3_one(
        {
            "emails": office.book.emails,
            "hooks_list": [{**fields(hook, identity.store_hash), "status": hook.status} for hook in hooks],
            "blocked_domains": [blocked.fields(office.clock.now()) for blocked in office.blocklist.blocked()],
        }
    )


async def change_admin(request: web.Request) -> web.Response:
    emails = (await _body(request)).get("emails")
    if not isinstance(emails, list) or not all(isinstance(each, str) for each in emails):
        raise Refusal(422, errors={"emails": "error.expected.jsarray"})
    request.app[POST_OFFICE].book.emails = emails
    return web.Response(status=204)


def routes() -> list[web.RouteDef]:
    one = r"/hooks/{hook_id:\d+}"
    return [
        web.get("/hooks", list_hooks),
        web.post("/hooks", create_hook),
        web.get("/hooks/admin", admin),
        web.put("/hooks/admin", change_admin),
        web.get(one, one_hook),
        web.put(one, change_hook),
        web.delete(one, delete_hook),
    ]
