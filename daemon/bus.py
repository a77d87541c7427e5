"""Facts told to whoever listens: published after the commit that made them true."""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

from common.events import Changed, Event, HealthChanged, Hello, Resync, RunProgress, What
from common.roles import Caller
from common.status import HealthItem
from common.sync import Run
from daemon.clock import Clock
from daemon.slices import slices

# A reader that is this far behind is told to read anew instead.
_BACKLOG = 1000

# Longer lists of ids are cut into several facts, so that no line grows beyond some kilobytes.
_IDS_A_FACT = 500


class Listener:
    """One reader's queue of events."""

    def __init__(self) -> None:
        self._events: deque[Event] = deque()
        self._arrived = asyncio.Event()

    def put(self, event: Event) -> None:
        if len(self._events) >= _BACKLOG:
            self._events.clear()
            self._events.append(Resync(seq=event.seq, at=event.at))
        self._events.append(event)
        self._arrived.set()

    async def batches(self, *, idle_s: float) -> AsyncIterator[list[Event]]:
        """Events as they come, all that are there at once; an empty batch after *idle_s* of silence. Never ends."""
        while True:
            try:
                async with asyncio.timeout(idle_s):
                    await self._arrived.wait()
            except TimeoutError:
                yield []
                continue
            self._arrived.clear()
            batch = list(self._events)
            self._events.clear()
            yield batch


class Bus:
    """Numbers facts and hands them to the listeners of this moment."""

    def __init__(self, clock: Clock, *, version: str) -> None:
        self._clock = clock
        self._version = version
        self._seq = 0
        self._listeners: set[Listener] = set()
        self.told: Counter[tuple[What, str]] = Counter()  # things that changed since the start, by origin

    @contextmanager
    def listening(self, caller: Caller | None = None) -> Iterator[Listener]:
        """A listener whose first event is a hello to *caller*."""
        listener = Listener()
        listener.put(Hello(seq=self._seq, at=self._clock.now(), version=self._version, caller=caller))
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    @property
    def readers(self) -> int:
        """How many listen."""
        return len(self._listeners)

    @property
    def seq(self) -> int:
        """The number of the last fact."""
        return self._seq

    def changed(self, what: What, store: str, ids: list[int | str], *, origin: str) -> None:
        self.told[what, origin] += len(ids)
        for some in slices(ids, _IDS_A_FACT):
            self._tell(Changed(seq=self._next(), at=self._clock.now(), what=what, store=store, ids=some, origin=origin))

    def inbox(self, store: str) -> None:
        """The store's inbox changed."""
        told = Changed(seq=self._next(), at=self._clock.now(), what=What.DELIVERY, store=store, ids=[], origin="live")
        self._tell(told)

    def run(self, run: Run) -> None:
        self._tell(RunProgress(seq=self._next(), at=self._clock.now(), run=run))

    def health(self, items: list[HealthItem]) -> None:
        self._tell(HealthChanged(seq=self._next(), at=self._clock.now(), items=items))

    def _next(self) -> int:
        self._seq += 1
        return self._seq

    def _tell(self, event: Event) -> None:
        for listener in self._listeners:
            listener.put(event)
