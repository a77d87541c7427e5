"""What a phase of a run reads with, and what it gives back: one page with where to go on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from daemon.bigcommerce.api import StoreApi
from daemon.db.database import Database
from daemon.ingest.apply import Batch
from daemon.ingest.registry import ConnectedStore
from daemon.records import Unreadable

Place = dict[str, Any]
"""Where a phase goes on; {} = at its beginning."""

# At half of a small plan's quota 5,000 rows take ten seconds; a store that has more to list first shows its newest
# thousand orders before it goes on.
MANY_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Portion:
    """One page of a phase. *rows* counts what the store gave; *next* None = it was the last; *total* None = unknown.

    *is_needed_by_next*: the next one looks at our rows, and is read only once those of this one are written.
    *unchanged* counts orders that stand as the store shows them and are not in the batch.
    """

    batch: Batch
    fetched_at_ms: int
    rows: int
    next: Place | None
    total: int | None = None
    unreadable: tuple[Unreadable, ...] = ()
    server_time: int | None = None
    is_needed_by_next: bool = False
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """What a phase reads with, the same through a whole run: the *api* learns how large a page the store bears.

    *since* None = from the store's beginning, else the store's clock. Where a list has more than *many_rows*, recent
    orders go before the rest of it.
    """

    database: Database
    store: ConnectedStore
    api: StoreApi
    since: int | None
    many_rows: int = MANY_ROWS


Phase = Callable[[Reading, Place], Awaitable[Portion]]
