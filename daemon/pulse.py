"""Whether the daemon makes progress, told to the service manager: it restarts one that does not."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Sequence

from common.status import HealthItem, Severity
from common.stores import StoreState
from daemon.db.database import Database
from daemon.health import HealthWatch
from daemon.ingest.pump import Pump
from daemon.ingest.registry import Registry
from daemon.notify import Notifier

_LONGEST_PERIOD_S = 5.0
_BEATS_A_WATCHDOG = 4  # one that comes late is no death

_WORST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.INFO)


class Pulse:
    """Beats as long as the writer answers and every store's inbox moves on.

    A writer that answers with an error is alive: what the disk refuses, a restart does not mend. One that does not
    answer stops the pulse, and so does anything that holds up the loop itself.
    """

    def __init__(
        self, notifier: Notifier, database: Database, pump: Pump, registry: Registry, health: HealthWatch
    ) -> None:
        self._notifier = notifier
        self._database = database
        self._pump = pump
        self._registry = registry
        self._health = health

    async def run(self) -> None:
        """Until cancelled."""
        with contextlib.suppress(sqlite3.Error):
            await self._health.look()  # the beat's first look is some seconds off
        while True:
            self.tell_status()
            await self._writer_answers()
            if not self._pump.stands_still:
                self._notifier.alive()
            await asyncio.sleep(self._period_s)

    def tell_status(self) -> None:
        stores = [store for store in self._registry if store.row.state is not StoreState.DELETED]
        self._notifier.status(status_line(len(stores), self._health.items))

    @property
    def _period_s(self) -> float:
        asked_s = self._notifier.watchdog_s
        return _LONGEST_PERIOD_S if asked_s is None else min(_LONGEST_PERIOD_S, asked_s / _BEATS_A_WATCHDOG)

    async def _writer_answers(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            await self._database.write(lambda conn: None)


def status_line(stores: int, items: Sequence[HealthItem]) -> str:
    """How many stores there are, and by its code the worst of what is wrong."""
    connected = f"{stores} store{'' if stores == 1 else 's'}"
    if not items:
        return f"{connected}; all is well"
    worst = min(items, key=lambda item: _WORST_FIRST.index(item.severity))
    others = f" and {len(items) - 1} more" if len(items) > 1 else ""
    return f"{connected}; {worst.severity}: {worst.code}{others} (counterfoil status)"
