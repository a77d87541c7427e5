"""Requests made on somebody's account: one priority, and a count of all that went out."""

from collections.abc import Awaitable, Callable, Mapping

from daemon.bigcommerce.budget import Priority
from daemon.bigcommerce.transport import Answer, Method, StoreTransport

Turn = Callable[[], Awaitable[None]]
"""Awaited when an answer is there, before anybody reads it."""


async def at_once() -> None:
    """The turn of those who need not wait for it."""


class Calls:
    """*requests* counts every request that went to the store: retries, probes and re-reads included.

    *answered_s* is how long the store took for its answers, one added to the other.
    """

    def __init__(self, transport: StoreTransport, priority: Priority, *, before_reading: Turn = at_once) -> None:
        self.transport = transport
        self.priority = priority
        self._before_reading = before_reading
        self.requests = 0
        self.answered_s = 0.0

    async def read(
        self, path: str, params: Mapping[str, object] | None = None, *, attempts: int | None = None
    ) -> Answer:
        texts = {name: str(value) for name, value in (params or {}).items()}
        answer = await self.transport.fetch(
            "GET", path, texts, priority=self.priority, on_request=self._count_request, attempts=attempts
        )
        self.answered_s += answer.took_s
        await self._before_reading()
        return answer

    async def write(self, method: Method, path: str, body: Mapping[str, object] | None = None) -> Answer:
        return await self.transport.fetch(
            method, path, body=body, priority=self.priority, on_request=self._count_request
        )

    def now_ms(self) -> int:
        return self.transport.now_ms()

    def _count_request(self) -> None:
        self.requests += 1
