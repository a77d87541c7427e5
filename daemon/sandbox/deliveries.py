"""Sending events to hooks: signing, faults, retries on the store's ladder, and giving up."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from random import Random

import aiohttp
from aiohttp import web

from daemon.sandbox import envelope
from daemon.sandbox.blocklist import Blocklist
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.faults import Faults
from daemon.sandbox.hooks import EXCEPTION_SCOPE, Hook, HookBook
from daemon.sandbox.keys import Identity
from daemon.waiting import rung

RETRY_AFTER_S = (60, 180, 300, 600, 900, 1800, 3600, 7200, 21_600, 50_400, 86_400)  # from the attempt before
WILL_RETRY, EXHAUSTED, BLOCKED = 90001, 90002, 90003
NOTICE_EVERY_S = 600  # at most one 90001 per destination
CONCURRENT = 16
REMEMBERED = 20_000
MAX_HEADERS, MAX_NAME, MAX_VALUE = 64, 64, 8192  # of the receiver's answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one hook."""

    id: str
    hook_id: int
    scope: str
    body: bytes
    due_at: float
    attempts: int = 0  # already made


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One try, for the record: `failure` is "" when it was acknowledged."""

    delivery: Delivery
    at: float
    status: int
    failure: str


@dataclass(slots=True)
class Tally:
    announced: Counter[str] = field(default_factory=Counter)  # by scope, hook or not
    delivered: int = 0
    failed: int = 0
    lost: int = 0


Reorder = Callable[[list[Delivery]], list[Delivery]]


class PostOffice:
    """Turns announcements into deliveries; `deliver` sends what is due, `run` goes on doing so."""

    def __init__(self, identity: Identity, clock: VirtualClock, faults: Faults, dice: Random) -> None:
        self.identity, self.clock, self.faults = identity, clock, faults
        self.book = HookBook(clock)
        self.blocklist = Blocklist(clock)
        self.tally = Tally()
        self.attempts: deque[Attempt] = deque(maxlen=REMEMBERED)
        self.pending: list[Delivery] = []
        self.timeout_s = 10.0  # the real value is not published
        self._dice = dice
        self._count = 0
        self._noticed: dict[str, float] = {}
        self._news = asyncio.Event()

    # announcing

    def announce(self, scope: str, data: dict[str, object]) -> None:
        """Queue the event for every active hook that wants it."""
        self.tally.announced[scope] += 1
        hooks = [hook for hook in self.book.hooks.values() if hook.is_active and hook.wants(scope)]
        if not hooks:
            return
        content = envelope.body(scope, data, store_hash=self.identity.store_hash, at=self.clock.seconds())
        for hook in filter(self._is_awake, hooks):
            self._queue(hook, scope, content)

    def _is_awake(self, hook: Hook) -> bool:
        """A new hook takes its time to fire."""
        return hook.created_at + self.faults.value("hook-delay") <= self.clock.now()

    def _queue(self, hook: Hook, scope: str, content: bytes) -> None:
        if self.faults.strikes("lost"):
            self.tally.lost += 1
            return
        for _ in range(2 if self.faults.strikes("twice") else 1):
            self._count += 1
            late = self.faults.value("late") * self._dice.random()
            delivery_id = f"evt_{self._count:08d}"
            due_at = self.clock.now() + late
            self.pending.append(Delivery(id=delivery_id, hook_id=hook.id, scope=scope, body=content, due_at=due_at))
        self._news.set()

    # sending

    async def deliver(
        self,
        *,
        order: Reorder = list,
        early: bool = True,
        concurrency: int = 1,
    ) -> list[Attempt]:
        """Send what waits, one after the other in the order *order* gives (it may repeat or leave out).

        With *early* first attempts do not wait until they are due; retries always do. Gives the attempts made.
        """
        async with self._session() as session:
            return await self._send(session, order(self._due(early=early)), concurrency=concurrency)

    def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=self.timeout_s), auto_decompress=False)

    def _due(self, *, early: bool) -> list[Delivery]:
        due = self._take(early=early)
        if "shuffled" in self.faults:
            self._dice.shuffle(due)
        return due

    async def _send(
        self, session: aiohttp.ClientSession, deliveries: list[Delivery], *, concurrency: int
    ) -> list[Attempt]:
        made: list[Attempt] = []
        lane = asyncio.Semaphore(concurrency)

        async def send(delivery: Delivery) -> None:
            async with lane:
                if attempt := await self._attempt(session, delivery):
                    made.append(attempt)

        async with asyncio.TaskGroup() as senders:
            for delivery in deliveries:
                senders.create_task(send(delivery))
        return made

    def _take(self, *, early: bool) -> list[Delivery]:
        now = self.clock.now()
        due = [each for each in self.pending if each.due_at <= now or (early and not each.attempts)]
        taken = set(map(id, due))
        self.pending = [each for each in self.pending if id(each) not in taken]
        return due

    def wake(self) -> None:
        """Look at what is due again, as after the clock was moved."""
        self._news.set()

    async def run(self) -> None:
        """Deliver as things fall due, until cancelled; a slow receiver holds up nobody else."""
        async with self._session() as session, asyncio.TaskGroup() as batches:
            while True:
                self._news.clear()
                if due := self._due(early=False):
                    batches.create_task(self._send(session, due, concurrency=CONCURRENT))
                await self._next_due()

    async def _next_due(self) -> None:
        """Wait for news or until the next delivery is due; at most a second, as the clock may have been moved."""
        waiting = [each.due_at for each in self.pending]
        pause = min(1.0, min(waiting) - self.clock.now()) if waiting else None
        if pause is None or pause > 0:
            await rung(self._news, within_s=pause)

    async def _attempt(self, session: aiohttp.ClientSession, delivery: Delivery) -> Attempt | None:
        hook = self.book.hooks.get(delivery.hook_id)
        if hook is None or not hook.is_active:
            return None
        if self.blocklist.is_blocked(hook.domain):
            self._put_back(delivery)
            return None
        status, failure = await self._post(session, hook, delivery)
        self.book.used(hook.id)
        attempt = Attempt(delivery=delivery, at=self.clock.now(), status=status, failure=failure)
        self.attempts.append(attempt)
        if self.blocklist.note(hook.domain, failure):
            self._notify(hook, BLOCKED, "Domain is blocked for three minutes")
        self._settle(hook, delivery, failure)
        return attempt

    async def _post(self, session: aiohttp.ClientSession, hook: Hook, delivery: Delivery) -> tuple[int, str]:
        """(status, failure) of one POST; status 0 when there was no answer."""
        headers = {"Content-Type": "application/json", **(hook.headers or {}), **self._signed(delivery)}
        try:
            async with session.post(
                hook.destination, data=delivery.body, headers=headers, allow_redirects=False
            ) as answer:
                return answer.status, _failure_of(answer)
        except TimeoutError:
            return 0, "Timeout"
        except (aiohttp.ClientError, OSError) as problem:
            return 0, type(problem).__name__

    def _signed(self, delivery: Delivery) -> dict[str, str]:
        secret = self.identity.client_secret
        if not secret or "unsigned" in self.faults:
            return {}
        stamp = int(self.clock.now() - self.faults.value("stale-timestamp"))
        key = f"not-{secret}" if "wrong-key" in self.faults else secret
        entry = envelope.signature(key, delivery.id, stamp, delivery.body)
        if "many-signatures" in self.faults:
            wrong = envelope.signature(f"old-{secret}", delivery.id, stamp, delivery.body)
            entry = f"v1a,{wrong[3:]} {wrong} {entry}"
        return {"webhook-id": delivery.id, "webhook-timestamp": str(stamp), "webhook-signature": entry}

    # after an attempt

    def _settle(self, hook: Hook, delivery: Delivery, failure: str) -> None:
        if not failure:
            self.tally.delivered += 1
            return
        self.tally.failed += 1
        if delivery.attempts >= len(RETRY_AFTER_S):
            self.book.deactivate(hook.id)
            self._notify(hook, EXHAUSTED, "All attempts failed; the hook is disabled")
            return
        self._put_back(delivery)
        now, last = self.clock.now(), self._noticed.get(hook.destination, float("-inf"))
        if now - last >= NOTICE_EVERY_S:
            self._noticed[hook.destination] = now
            self._notify(hook, WILL_RETRY, "Non-200 response from destination; delivery will be retried")

    def _put_back(self, delivery: Delivery) -> None:
        """Onto the next rung of the ladder."""
        rung = min(delivery.attempts, len(RETRY_AFTER_S) - 1)
        scale = self.faults.value("quick-retries") or 1.0
        due_at = self.clock.now() + RETRY_AFTER_S[rung] * scale
        self.pending.append(replace(delivery, due_at=due_at, attempts=delivery.attempts + 1))

    def _notify(self, hook: Hook, code: int, message: str) -> None:
        if hook.scope != EXCEPTION_SCOPE:
            data = {"type": "webhook", "id": hook.id, "error_code": code, "message": message}
            self.announce(EXCEPTION_SCOPE, data)


def _failure_of(answer: aiohttp.ClientResponse) -> str:
    """Why an answer does not count as an acknowledgement; "" when it does."""
    if not 200 <= answer.status < 300:
        return f"HTTP {answer.status}"
    if len(answer.raw_headers) > MAX_HEADERS:
        return "Too many response headers"
    if any(len(name) > MAX_NAME or len(value) > MAX_VALUE for name, value in answer.raw_headers):
        return "Response header too long"
    return ""


POST_OFFICE = web.AppKey("post_office", PostOffice)
