"""Tells that inboxes changed, at most a few times a second however many deliveries come."""

import asyncio

from daemon.bus import Bus

_GATHER_S = 0.25


class InboxNews:
    """Gathers the stores whose inbox changed and tells the bus about each once."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._stores: set[str] = set()
        self._flush: asyncio.TimerHandle | None = None

    def note(self, store_hash: str) -> None:
        """To be called after the commit."""
        self._stores.add(store_hash)
        if self._flush is None:
            self._flush = asyncio.get_running_loop().call_later(_GATHER_S, self._tell)

    def close(self) -> None:
        if self._flush is not None:
            self._flush.cancel()

    def _tell(self) -> None:
        self._flush = None
        for store_hash in sorted(self._stores):
            self._bus.inbox(store_hash)
        self._stores.clear()
