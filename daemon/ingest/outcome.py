"""What came of fetching what deliveries named."""

from dataclasses import dataclass

from daemon.db.deliveries import Dirty
from daemon.ingest.apply import Batch


@dataclass(frozen=True, slots=True)
class Outcome:
    """What to write, and which deliveries are settled, hopeless, too early, or still to be fetched *singly*."""

    batch: Batch
    fetched_at_ms: int
    settled: tuple[Dirty, ...] = ()
    not_there_yet: tuple[Dirty, ...] = ()
    unreadable: tuple[tuple[Dirty, str], ...] = ()
    singly: tuple[Dirty, ...] = ()
    is_store_described: bool = False

    @property
    def is_for_one(self) -> bool:
        """Whether all that is written is for one thing that was named."""
        return len(self.settled) == 1 and len(self.batch.orders) <= 1
