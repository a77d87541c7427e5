"""The door of the API: store hash, token, scopes, quota and faults, decided before any endpoint is reached."""

from __future__ import annotations

import asyncio
import gzip
from collections import Counter
from collections.abc import Awaitable, Callable
from random import Random

from aiohttp import web

from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.faults import Failure, FailureQueue, Faults
from daemon.sandbox.keys import Identity
from daemon.sandbox.rates import Quota
from daemon.sandbox.replies import Refusal, error
from daemon.sandbox.wire import http_date

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

GZIP_FROM = 1_400  # bytes: below one packet nothing is gained
OVERLONG_S = 70.0  # longer than a client should wait for a page
HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>edge</body></html>"
STATUS_FAULTS = {
    "http-500": (500, False),
    "http-502html": (502, True),
    "http-503html": (503, True),
    "http-504html": (504, True),
    "http-509": (509, False),
}

# first path part(s) -> scopes of which one is needed; the modify form of each also counts
INFORMATION = ("store_v2_information_read_only",)
SCOPES_OF_PATH: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("orders/payment_actions", ("store_v2_orders_read_only", "store_v2_transactions_read_only")),
    ("orders", ("store_v2_orders_read_only",)),
    ("order_statuses", ("store_v2_orders_read_only",)),
    ("customers", ("store_v2_customers_read_only",)),
    ("customer_groups", ("store_v2_customers_read_only",)),
    ("catalog", ("store_v2_products_read_only",)),
    ("store", INFORMATION),
    ("time", INFORMATION),
    ("currencies", INFORMATION),
    ("abandoned-carts", INFORMATION),
    ("carts", ("store_cart_read_only",)),
    ("channels", ("store_channel_settings_read_only",)),
)


def scopes_for(path: str) -> tuple[str, ...]:
    """Scopes of which one opens *path* (below the version); () when the default scope is enough, as for hooks."""
    return next((scopes for prefix, scopes in SCOPES_OF_PATH if path.startswith(prefix)), ())


def version_of(path: str) -> str:
    """v2 or v3, whose form an error takes."""
    parts = path.split("/", 4)
    return parts[3] if len(parts) > 3 and parts[3] in ("v2", "v3") else "v3"


class Gate:
    """Decides what happens to a request before and after its endpoint; counts requests by path."""

    def __init__(self, identity: Identity, clock: VirtualClock, quota: Quota, faults: Faults, dice: Random) -> None:
        self.identity = identity
        self.quota = quota
        self.faults = faults
        self.failures = FailureQueue()
        self.requests: Counter[str] = Counter()
        self._clock = clock
        self._dice = dice

    async def pass_through(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """The answer to *request*: the endpoint's, or what a refusal, a fault or a queued failure makes of it."""
        _, _, store_hash, rest = [*request.path.split("/", 3), "", "", ""][:4]  # /stores/{hash}/{rest}
        if not request.path.startswith("/stores/"):  # the control routes, and the login server
            return await handler(request)
        self.requests["/" + rest] += 1
        failure = self.failures.next_for(request.path_qs)
        await self._wait(request, failure)
        if failure and failure.resets:
            return _reset(request)
        if failure and failure.status and not (failure.cuts_body or failure.body_pause_s):
            return self._failed(failure)
        answer = await self._answer(request, handler, store_hash)
        return await self._sent(request, answer, failure or Failure())

    async def _answer(self, request: web.Request, handler: Handler, store_hash: str) -> web.Response:
        version = version_of(request.path)
        has_quota = self.quota.take()
        if fault := self._standing_fault(version):
            return fault
        try:
            self._check(request, store_hash)
            if not has_quota:
                return self._throttled(version)
            answer = await handler(request)
        except Refusal as refusal:
            answer = error(refusal, version=version)
        except web.HTTPException as problem:  # no such route or method
            answer = error(Refusal(problem.status), version=version)
        if not isinstance(answer, web.Response):
            raise TypeError(f"the endpoint of {request.path} gave {type(answer).__name__}, not a Response")
        return self._labelled(self._settled(answer, version))

    def _check(self, request: web.Request, store_hash: str) -> None:
        identity = self.identity
        if store_hash != identity.store_hash:
            raise Refusal(404)
        if not identity.token or request.headers.get("X-Auth-Token") != identity.token:
            raise Refusal(401)
        path = request.path.split("/", 4)[4] if request.path.count("/") >= 4 else ""
        needed = scopes_for(path)
        held = identity.scopes
        if needed and not any(scope in held or scope.removesuffix("_read_only") in held for scope in needed):
            raise Refusal(403)

    def _throttled(self, version: str) -> web.Response:
        answer = self._labelled(error(Refusal(429), version=version))
        answer.headers.update(self._mixed_case(self.quota.retry_after()))
        return answer

    def _standing_fault(self, version: str) -> web.Response | None:
        if self.faults.strikes("bare-429"):
            return web.Response(status=429)
        if self.faults.strikes("unauthorized"):
            return self._labelled(error(Refusal(401), version=version))
        for name, (status, is_html) in STATUS_FAULTS.items():
            if self.faults.strikes(name):
                return _html(status) if is_html else self._labelled(error(Refusal(status), version=version))
        return None

    def _settled(self, answer: web.Response, version: str) -> web.Response:
        """The answer after faults that depend on what it holds."""
        if answer.status == 204 and version == "v2" and "empty-200" in self.faults:
            return web.Response(text="[]", content_type="application/json")
        heavy = self.faults.value("heavy-pages")
        if heavy and isinstance(answer.body, bytes) and len(answer.body) > heavy:
            return _html(504)
        return answer

    def _labelled(self, answer: web.Response) -> web.Response:
        """With the rate headers, in any case, and the store's own date."""
        answer.headers.update(self._mixed_case(self.quota.headers()))
        answer.headers["Date"] = http_date(self._clock.now())
        answer.headers["X-BC-Store-Version"] = "7.6.0"
        return answer

    def _mixed_case(self, headers: dict[str, str]) -> dict[str, str]:
        """Header names are case-insensitive, and the store makes use of that."""
        change = self._dice.choice((str, str.lower, str.upper))
        return {change(name): value for name, value in headers.items()}

    def _failed(self, failure: Failure) -> web.Response:
        answer = web.Response(status=failure.status, text=failure.body, content_type=failure.content_type)
        if failure.has_rate_headers:
            self.quota.take()
            self._labelled(answer)
        answer.headers.update(failure.headers)
        return answer

    async def _wait(self, request: web.Request, failure: Failure | None) -> None:
        delay = self.faults.value("latency") + (failure.delay_s if failure else 0.0)
        limit = request.query.get("limit", "")
        if limit.isdigit():
            delay += self.faults.value("page-latency") * int(limit) / 250
        if self.faults.strikes("slow"):
            delay += OVERLONG_S
        if delay:
            await asyncio.sleep(delay)

    async def _sent(self, request: web.Request, answer: web.Response, failure: Failure) -> web.StreamResponse:
        """Compressed when the client takes gzip and it pays; held up or cut in the middle when a fault wants it."""
        body = answer.body
        if not isinstance(body, bytes) or not body:
            return answer
        if len(body) >= GZIP_FROM and "gzip" in request.headers.get("Accept-Encoding", ""):
            answer.headers["Content-Encoding"] = "gzip"
            body = await asyncio.get_running_loop().run_in_executor(None, _compressed, body)
            answer.body = body
        if failure.cuts_body or self.faults.strikes("truncated"):
            stream = await _half_sent(request, answer, body)
            if request.transport:
                request.transport.close()
            return stream
        if failure.body_pause_s:
            stream = await _half_sent(request, answer, body)
            await asyncio.sleep(failure.body_pause_s)
            await stream.write(body[len(body) // 2 :])
            return stream
        return answer


def _compressed(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=1, mtime=0)


def _html(status: int) -> web.Response:
    return web.Response(status=status, text=HTML.format(f"{status} from the edge"), content_type="text/html")


def _reset(request: web.Request) -> web.Response:
    """Closes the connection under the request; what is returned reaches nobody."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)


async def _half_sent(request: web.Request, answer: web.Response, body: bytes) -> web.StreamResponse:
    """The answer begun: the whole body is promised and half of it sent."""
    headers = {name: value for name, value in answer.headers.items() if name.lower() != "content-length"}
    stream = web.StreamResponse(status=answer.status, headers=headers)
    stream.content_length = len(body)
    await stream.prepare(request)
    await stream.write(body[: len(body) // 2])
    return stream
