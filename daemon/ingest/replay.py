"""Puts settled deliveries back to work, as a person asks for it."""

from functools import partial

from common.inbox import Replayed, ReplayRequest
from daemon.clock import Clock
from daemon.db import inbox
from daemon.db.database import Database
from daemon.ingest.inbox_news import InboxNews
from daemon.ingest.pump import Pump
from daemon.ingest.registry import Registry


class Replayer:
    def __init__(self, database: Database, registry: Registry, pump: Pump, news: InboxNews, clock: Clock) -> None:
        self._database = database
        self._registry = registry
        self._pump = pump
        self._news = news
        self._clock = clock

    async def replay(self, request: ReplayRequest) -> Replayed:
        """Raises NotFound for a store that is not connected."""
        revived = await self._database.write(partial(inbox.replay, request=request, now=self._clock.now()))
        for store in self._registry:
            if store.row.id in revived.store_ids:
                self._news.note(store.hash)
                self._pump.wake(store.row.id)
        return revived.answer
