"""For how long it is kept who entered and left segments: what is older goes, a few rows at a time."""

import logging

from common.times import DAY_S
from daemon.clock import Clock
from daemon.db.database import Database
from daemon.segments import rolls
from daemon.settings import SegmentSettings

log = logging.getLogger(__name__)

# As the keeper writes: nobody waits for the writer longer than for a commit. More is left for the next beat.
_ROWS_A_TRANSACTION = 1000
_TRANSACTIONS_A_BEAT = 20


class LogPruner:
    """Forgets entries of the log that are older than the days they are kept for; 0 = none is ever forgotten."""

    def __init__(self, database: Database, clock: Clock, settings: SegmentSettings) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings

    async def prune_due(self) -> None:
        """The beat. While nothing is too old it only reads."""
        kept_s = self._settings.log_days * DAY_S
        before = self._clock.now() - kept_s
        if not kept_s or not await self._database.read(lambda conn: rolls.is_any_before(conn, before)):
            return
        gone = 0
        for _ in range(_TRANSACTIONS_A_BEAT):
            rows = await self._database.write(lambda conn: rolls.forget_before(conn, before, limit=_ROWS_A_TRANSACTION))
            gone += rows
            if rows < _ROWS_A_TRANSACTION:
                break
        log.info("segment log pruned", extra={"rows": gone})
