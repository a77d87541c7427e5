"""What holds for every call on the socket: who may call, and how errors look."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler

from common.errors import CounterfoilError, Forbidden, Problem, TryLater
from daemon.db.database import is_of_the_disk

log = logging.getLogger(__name__)


@web.middleware
async def errors_as_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The one boundary of the API: whatever goes wrong becomes a Problem with the status of its kind."""
    try:
        return await handler(request)
    except CounterfoilError as error:
        return _problem(error)
    except web.HTTPException as error:
        answer = _problem(_of_http(error, request), status=error.status)
        if isinstance(error, web.HTTPMethodNotAllowed):
            answer.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return answer
    except Exception as error:
        if is_of_the_disk(error):
            return _problem(_not_writable(error))
        log.exception("call failed", extra={"method": request.method, "path": request.path})
        return _problem(
            CounterfoilError(f"A fault in Counterfoil: {error!r}.", remedy="The daemon's log has the details.")
        )


@web.middleware
async def no_browsers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuses what a web page could have sent through a forwarded socket."""
    if "Origin" in request.headers:
        raise Forbidden("A page in a browser may not ask the daemon.")
    return await handler(request)


def _problem(error: CounterfoilError, *, status: int | None = None) -> web.Response:
    return web.Response(
        status=status or error.http_status,
        text=Problem.of(error).model_dump_json(),
        content_type="application/json",
    )


def _not_writable(error: Exception) -> TryLater:
    return TryLater(
        f"The database cannot be written now: {error}.",
        remedy="Make room on its disk, see `counterfoil status`; then try again.",
    )


def _of_http(error: web.HTTPException, request: web.Request) -> CounterfoilError:
    return CounterfoilError(f"{request.method} {request.path}: {error.reason}.")
