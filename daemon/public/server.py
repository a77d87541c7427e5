"""The application the reverse proxy sees. It says as little as it can; why, only to who installs the app."""

import logging
import re
from collections.abc import Callable
from functools import partial

from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from common.errors import TryLater
from daemon.bigcommerce.hooks import TROUBLE_PATH
from daemon.ingest.connect import WEBHOOK_PATH
from daemon.ingest.receiver import Receiver, Reception
from daemon.public.site import EMPTY, SHORT_WAY, Bare, ShortWay
from daemon.public.sources import Sources

log = logging.getLogger(__name__)

_Limited = Callable[[web.Request, web.StreamResponse], web.StreamResponse]


def public_application(
    receiver: Receiver, *others: web.RouteDef, sources: Sources, max_body_bytes: int
) -> web.Application:
    """Webhooks and the question whether it lives; *others* are answered, too. All else is refused, by *sources*."""
    limited = _limited(receiver, sources)
    app = web.Application(
        client_max_size=max_body_bytes, middlewares=[_limiting(receiver, limited, sources), _quiet_errors]
    )
    app.on_response_prepare.append(_anonymous)

    async def webhook(request: web.Request) -> web.Response:
        await _take_in(receiver, request, request.match_info["store_hash"])
        return web.Response()

    async def healthz(request: web.Request) -> web.Response:
        del request
        return web.Response(text="ok\n")

    async def count_answer(request: web.Request, response: web.StreamResponse) -> None:
        if request.method == "POST" and request.path.startswith(WEBHOOK_PATH):
            receiver.note_answer(response.status)

    app.on_response_prepare.append(count_answer)
    for path in (WEBHOOK_PATH + "{store_hash}", WEBHOOK_PATH + "{store_hash}" + TROUBLE_PATH):
        app.router.add_post(path, webhook)
    app.router.add_get("/healthz", healthz)
    app.add_routes(others)
    app[SHORT_WAY] = _short_way(receiver, limited)
    return app


async def _take_in(receiver: Receiver, request: web.Request, store_hash: str) -> None:
    """Returns once the call is on the disk; 401 without its secret, 413 when too large, 503 while it cannot be kept."""
    store = receiver.believed(store_hash, request.headers)
    if store is None:
        raise web.HTTPUnauthorized
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        receiver.note_too_large()
        raise
    except web.RequestPayloadError:  # packed or cut in a way that gives no body
        body = b""
    if await receiver.take_in(store, request.headers, body) is Reception.UNAUTHENTICATED:
        raise web.HTTPUnauthorized


_PLAIN_PATH = re.compile(rf"{re.escape(WEBHOOK_PATH)}([0-9A-Za-z]+)(?:{re.escape(TROUBLE_PATH)})?")


def _short_way(receiver: Receiver, limited: _Limited) -> ShortWay:
    """Webhooks as stores send them are answered without the router and the signals: a quarter of what a call costs.

    To the caller there is no difference.
    """

    async def take_in(request: web.Request, *, store_hash: str) -> web.StreamResponse:
        await _take_in(receiver, request, store_hash)
        return EMPTY

    async def answered(request: web.Request) -> Bare | None:
        plain = _PLAIN_PATH.fullmatch(request.raw_path)
        if plain is None or request.method != hdrs.METH_POST or hdrs.EXPECT in request.headers:
            return None
        answer = await _quiet_errors(request, partial(take_in, store_hash=plain[1]))
        if answer is not EMPTY:
            refused = limited(request, answer)
            answer = Bare(refused.status, closes=refused.keep_alive is False)
        receiver.note_answer(answer.status)
        return answer

    return answered


async def _anonymous(request: web.Request, response: web.StreamResponse) -> None:
    """Leaves out what the server is made of."""
    del request
    response.headers.popall("Server", None)


CALLBACKS = "/bigcommerce/"

_REFUSALS = frozenset({400, 401, 404, 405, 413})


def _limited(receiver: Receiver, sources: Sources) -> _Limited:
    """What is answered instead of an answer: 429 to what is refused beyond a source's measure."""

    def limited(request: web.Request, answer: web.StreamResponse) -> web.StreamResponse:
        if answer.status not in _REFUSALS:
            return answer
        source = sources.source(request.remote, request.headers)
        is_over = sources.is_over(source)
        sources.note_refused(source)
        return _one_too_many(receiver) if is_over else answer

    return limited


def _limiting(receiver: Receiver, limited: _Limited, sources: Sources) -> Middleware:
    """What is believed is answered as ever, what is refused as *limited* says."""

    @web.middleware
    async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
        # Each call of the app's may be a question to BigCommerce's login server.
        if request.path.startswith(CALLBACKS) and sources.is_over(sources.source(request.remote, request.headers)):
            return _one_too_many(receiver)
        return limited(request, await handler(request))

    return limit


def _one_too_many(receiver: Receiver) -> web.Response:
    receiver.note_limited()
    answer = web.Response(status=429)
    answer.force_close()
    return answer


@web.middleware
async def _quiet_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answers errors by their code alone: nothing that was sent comes back."""
    try:
        return await handler(request)
    except web.HTTPException as error:
        return web.Response(status=error.status)
    except TryLater as error:
        log.warning("public call has to wait", extra={"why": error.message})
        return web.Response(status=error.http_status)
    except ConnectionError:  # the caller hung up: nobody reads the answer
        return web.Response(status=400)
    except Exception:
        log.exception("public call failed", extra={"method": request.method})
        return web.Response(status=500)
