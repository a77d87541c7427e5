"""For how long an edit of tags or lists can be taken back: whom older ones changed goes, a few rows at a time."""

import logging

from common.edits import UNDO_DAYS
from common.times import DAY_S
from daemon.clock import Clock
from daemon.db import edits
from daemon.db.database import Database

log = logging.getLogger(__name__)

# As edits write: nobody waits for the writer longer than for a commit. More is left for the next beat.
_ROWS_A_TRANSACTION = 1000
_TRANSACTIONS_A_BEAT = 20


class EditPruner:
    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def prune_due(self) -> None:
        """The beat. While nothing is too old it only reads."""
        now = self._clock.now()
        before = now - UNDO_DAYS * DAY_S
        if not await self._database.read(lambda conn: edits.is_any_ended_before(conn, before)):
            return
        for _ in range(_TRANSACTIONS_A_BEAT):
            if not await self._database.write(
                lambda conn: edits.forget_ended_before(conn, before, limit=_ROWS_A_TRANSACTION, now=now)
            ):
                break
        log.info("edits pruned", extra={"ended_before": before})
