"""One authenticated request to one store: under the budget, retried where that helps, and failed in plain words."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Literal

import aiohttp
import stamina

from common.times import DAY_S
from daemon.activity import Happening
from daemon.bigcommerce.budget import Budget, Priority
from daemon.bigcommerce.errors import StoreUnavailable
from daemon.bigcommerce.refusals import excerpt, refusal, said_in
from daemon.clock import Clock

log = logging.getLogger(__name__)

Method = Literal["GET", "POST", "PUT", "DELETE"]

_MAX_REFUSALS = 8  # 429 in a row; bare ones take 5 + 10 + ... + 120 s
_OVERLOADED = frozenset({408, 423, 499, 500, 502, 503, 504})
_THROTTLED = frozenset({429, 509})  # 509: how the quota was refused in former years


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer. *server_time* is the store's epoch second (None = no Date); *fetched_at_ms* when we asked, ours.

    *took_s* is how long the store took for it: neither our waiting for a turn nor former attempts.
    """

    status: int
    body: bytes
    server_time: int | None
    fetched_at_ms: int
    took_s: float


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Attempts at a request the store or the network failed, and the growing pauses between them.

    An attempt ends after *timeout_s*, its body included: a list page of 250 orders takes a store seconds.
    """

    attempts: int = 5
    timeout_s: float = 60.0
    first_pause_s: float = 1.0
    longest_pause_s: float = 30.0
    jitter_s: float = 1.0
    unauthorized_pause_s: float = 2.0


_DEFAULT_RETRIES = RetryPolicy()


class _Passing(Exception):
    """The request failed in a way that may be gone at the next attempt."""

    def __init__(self, why: str, *, is_overloaded: bool) -> None:
        super().__init__(why)
        self.why = why
        self.is_overloaded = is_overloaded


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes
    took_s: float


class StoreTransport:
    """Requests to the store *store_hash*. The token appears in the request header and nowhere else."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        *,
        api_url: str,
        store_hash: str,
        token: str,
        budget: Budget,
        clock: Clock,
        retries: RetryPolicy = _DEFAULT_RETRIES,
    ) -> None:
        self.store_hash = store_hash
        self.budget = budget
        self._session = session
        self._base = f"{api_url.rstrip('/')}/stores/{store_hash}"
        self._token = token.strip()
        self._clock = clock
        self._retries = retries
        self._ahead_s: int | None = None
        self.on_outcome: Callable[[Happening], None] = lambda _: None  # told what became of each request

    def __repr__(self) -> str:
        return f"StoreTransport({self._base})"

    @property
    def ahead_s(self) -> int | None:
        """How far the store's clock was ahead of ours at its last answer; None = it has not answered yet."""
        return self._ahead_s

    def now_ms(self) -> int:
        return self._clock.now_ms()

    def store_time(self, at: int) -> int:
        """The moment *at* of our clock by the store's, as far ahead of ours as it was at the last answer.

        Before the first answer it is a day earlier: who reads from there reads more than need be, and misses nothing.
        """
        return at - DAY_S if self._ahead_s is None else at + self._ahead_s

    async def fetch(
        self,
        method: Method,
        path: str,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        *,
        priority: Priority,
        on_request: Callable[[], None] = lambda: None,
        attempts: int | None = None,
    ) -> Answer:
        """The answer to *method* on *path* ("/v2/orders"); *on_request* is called for every request that goes out.

        *attempts* None = as many as the policy says; a POST that may have arrived is never sent twice.
        Raises StoreUnauthorized, MissingScope, UnknownStore, AbsentInStore, StoreRejected or StoreUnavailable.
        """
        call = _Call(
            method, path, dict(params or {}), json.dumps(body) if body is not None else None, priority, on_request
        )
        try:
            return await self._persistently(call, attempts or self._retries.attempts)
        except _Passing as failure:
            raise StoreUnavailable(
                f"The store {self.store_hash} did not answer {method} {path}: {failure.why}.",
                remedy="It is tried again by itself; if it lasts, see status.bigcommerce.com and the control panel.",
                is_overloaded=failure.is_overloaded,
            ) from failure

    async def _persistently(self, call: "_Call", attempts: int) -> Answer:
        async for attempt in stamina.retry_context(
            on=_Passing,
            attempts=1 if call.method == "POST" else attempts,
            timeout=None,
            wait_initial=self._retries.first_pause_s,
            wait_max=self._retries.longest_pause_s,
            wait_jitter=self._retries.jitter_s,
        ):
            with attempt:
                return await self._authorised(call)
        raise AssertionError("the last attempt returns or raises")

    async def _authorised(self, call: "_Call") -> Answer:
        """A token just granted is not known everywhere at once: a first 401 is asked again."""
        fetched_at_ms, reply = await self._admitted(call)
        if reply.status == 401:
            await asyncio.sleep(self._retries.unauthorized_pause_s)
            fetched_at_ms, reply = await self._admitted(call)
        self._raise_for(call, reply)
        server_time = _server_time(reply.headers)
        if server_time is not None:
            self._ahead_s = server_time - self._clock.now()
        return Answer(reply.status, reply.body, server_time, fetched_at_ms, reply.took_s)

    async def _admitted(self, call: "_Call") -> tuple[int, _Reply]:
        for _ in range(_MAX_REFUSALS):
            async with self.budget.turn(call.priority):
                fetched_at_ms = self._clock.now_ms()
                reply = await self._watched(call)
                if reply.status not in _THROTTLED:
                    return fetched_at_ms, reply
                self.budget.refused(reply.headers)
            log.info("store refused for quota", extra={"store": self.store_hash, "path": call.path})
        raise StoreUnavailable(
            f"The store {self.store_hash} refused {call.method} {call.path} {_MAX_REFUSALS} times: "
            "its request quota is used up.",
            remedy="It is tried again by itself; lower bigcommerce.quota_share if other apps need the quota.",
        )

    async def _watched(self, call: "_Call") -> _Reply:
        """What was sent is answered; the budget learns how the store bears it."""
        try:
            reply = await self._sent(call)
        except _Passing as failure:
            self.on_outcome(Happening.FAILED)
            if failure.is_overloaded:
                self.budget.strained()
            raise
        self.on_outcome(_outcome(reply.status))
        if reply.status in _OVERLOADED:
            self.budget.strained()
        elif reply.status not in _THROTTLED:
            self.budget.learn(reply.headers)
        return reply

    async def _sent(self, call: "_Call") -> _Reply:
        call.on_request()
        began_at = self._clock.monotonic()
        try:
            async with self._session.request(
                call.method,
                f"{self._base}{call.path}",
                params=call.params,
                data=call.body,
                headers=self._headers(call),
                timeout=aiohttp.ClientTimeout(total=self._retries.timeout_s),
                allow_redirects=False,  # the token must not follow to another host
            ) as response:
                body = await response.read()
                return _Reply(response.status, response.headers, body, self._clock.monotonic() - began_at)
        except TimeoutError as error:
            raise _Passing(f"no complete answer within {self._retries.timeout_s:g} s", is_overloaded=True) from error
        except aiohttp.ClientPayloadError as error:
            raise _Passing("the answer broke off in the middle", is_overloaded=True) from error
        except (aiohttp.ClientError, OSError) as error:
            raise _Passing(
                f"{type(error).__name__}: {excerpt(str(error), secret=self._token)}", is_overloaded=False
            ) from error

    def _headers(self, call: "_Call") -> dict[str, str]:
        headers = {
            "X-Auth-Token": self._token,
            "Accept": "application/json",
            "Accept-Encoding": "gzip",
            "User-Agent": "Counterfoil",
        }
        return headers if call.body is None else headers | {"Content-Type": "application/json"}

    def _raise_for(self, call: "_Call", reply: _Reply) -> None:
        if 200 <= reply.status < 300 and not _is_cut(reply.body):
            return
        words = said_in(reply.body, secret=self._token)
        if reply.status in _OVERLOADED or reply.status > 509:
            raise _Passing(f"it answered {reply.status} ({words})", is_overloaded=True)
        if not 200 <= reply.status < 300:
            raise refusal(reply.status, store_hash=self.store_hash, method=call.method, path=call.path, words=words)
        raise _Passing(f"it answered {reply.status} with no complete JSON", is_overloaded=True)


@dataclass(frozen=True, slots=True)
class _Call:
    method: Method
    path: str
    params: dict[str, str]
    body: str | None
    priority: Priority
    on_request: Callable[[], None]


def _outcome(status: int) -> Happening:
    """What an answer is counted as; "there is no such thing" is an answer to a question."""
    if status in _THROTTLED:
        return Happening.OVER_QUOTA
    if status in _OVERLOADED or status >= 500:
        return Happening.FAILED
    return Happening.ANSWERED if 200 <= status < 300 or status == 404 else Happening.REFUSED


def _is_cut(body: bytes) -> bool:
    """Whether a JSON answer lacks its end: a proxy cut it and mended the length."""
    return bool(body) and body.rstrip()[-1:] not in (b"]", b"}")


def _server_time(headers: Mapping[str, str]) -> int | None:
    try:
        return int(parsedate_to_datetime(headers["Date"]).timestamp())
    except (KeyError, ValueError, TypeError, IndexError):
        return None
