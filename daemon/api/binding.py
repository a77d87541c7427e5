"""Binds an endpoint of the contract to the function that answers it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from aiohttp import web
from pydantic import ValidationError

from common.errors import Invalid
from common.roles import Caller
from common.routes import NAMES, Endpoint
from common.wire import Query, Wire
from daemon.api.door import DOOR, Stranger, demand
from daemon.api.ledger import LEDGER

Result = TypeVar("Result", bound=Wire)
Q = TypeVar("Q", bound=Query)


@dataclass(frozen=True, slots=True)
class Call:
    """One call as its handler sees it: the names in the path, and the validated query or body."""

    path: Mapping[str, str]
    asked: Query | None
    caller: Caller

    def asked_as(self, kind: type[Q]) -> Q:
        if not isinstance(self.asked, kind):
            raise TypeError(f"the endpoint takes no {kind.__name__}")
        return self.asked

    def text(self, name: str) -> str:
        return self.path[name]

    def number(self, name: str) -> int:
        """Raises Invalid for anything but digits."""
        value = self.path[name]
        if value.isascii() and value.isdigit() and len(value) <= 18:
            return int(value)
        raise Invalid(f"{value!r} is no number.", remedy=f"Give the {name} as digits.")


def route(endpoint: Endpoint[Result], handler: Callable[[Call], Awaitable[Result]]) -> web.RouteDef:
    """The route that lets in who may, validates what came by the endpoint's models and sends what *handler* gives.

    A question ends when its caller hangs up; a command is carried out all the same, and stands in the audit table.
    """

    async def question(request: web.Request, caller: Caller) -> Result:
        demand(caller, endpoint)
        return await handler(Call(dict(request.match_info), await _asked(request, endpoint), caller))

    async def command(request: web.Request, caller: Caller) -> Result:
        path = dict(request.match_info)
        async with request.app[LEDGER].entry(caller, NAMES[endpoint], path) as subject:
            demand(caller, endpoint)
            asked = await _asked(request, endpoint)
            subject.add(asked.subject() if asked else "")
            return await handler(Call(path, asked, caller))

    async def answer(request: web.Request) -> web.Response:
        try:
            caller = await request.app[DOOR].caller(request)
        except Stranger as refused:
            if endpoint.is_command:
                await request.app[LEDGER].note_stranger(refused.uid, refused.user, NAMES[endpoint], request.match_info)
            raise
        if endpoint.is_command:
            result = await asyncio.shield(asyncio.ensure_future(command(request, caller)))
        else:
            result = await question(request, caller)
        return web.Response(body=result.model_dump_json().encode(), content_type="application/json")

    return web.route(endpoint.method, endpoint.path, answer)


async def _asked(request: web.Request, endpoint: Endpoint[Result]) -> Query | None:
    """Raises Invalid. A model that fails later, in a handler, is a fault of ours and not of the caller."""
    try:
        return await _validated(request, endpoint)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "the request"
        raise Invalid(f"{name}: {first['msg']}.", remedy="See `counterfoil --help` for what is accepted.") from None


async def _validated(request: web.Request, endpoint: Endpoint[Result]) -> Query | None:
    if endpoint.query is not None:
        return endpoint.query.model_validate_strings(dict(request.query))
    if request.query:
        raise Invalid(f"{request.path} takes no {next(iter(request.query))}.", remedy="Leave it out.")
    if endpoint.body is not None:
        return endpoint.body.model_validate_json(await request.read())
    return None
