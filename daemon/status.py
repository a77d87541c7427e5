"""How the daemon and its stores stand, put together for those who ask."""

import os
import sqlite3

from common.activity import Activity
from common.sales import StoreSales
from common.status import Status
from common.stores import Quota, StoreDetail, StoreSummary
from daemon.clock import Clock
from daemon.db import contact_list, deliveries, health, runs, sales, stores
from daemon.db.database import Database
from daemon.db.stores import StoreRow
from daemon.health import health_items
from daemon.ingest.receiver import Receiver
from daemon.ingest.registry import Registry, unknown_store
from daemon.ingest.run import Runner
from daemon.reload import Reloader


class Reporter:
    """Answers what `status`, `store show` and `store sales` ask."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        runner: Runner,
        receiver: Receiver,
        reloader: Reloader,
        *,
        version: str,
        clock: Clock,
    ) -> None:
        self._database = database
        self._registry = registry
        self._runner = runner
        self._receiver = receiver
        self._settings = reloader.settings
        self._reloader = reloader
        self._version = version
        self._clock = clock
        self._started_at = clock.now()

    async def status(self) -> Status:
        return await self._database.read(self._status)

    async def stores(self) -> list[StoreSummary]:
        return await self._database.read(lambda conn: [self._summary(conn, row) for row in stores.all_stores(conn)])

    async def store(self, store_hash: str) -> StoreDetail:
        """Raises NotFound."""
        return await self._database.read(lambda conn: self._detail(conn, store_hash))

    async def sales(self, store_hash: str, *, months: int) -> StoreSales:
        """Raises NotFound."""
        now = self._clock.now()
        return await self._database.read(
            lambda conn: sales.store_sales(conn, _demanded(conn, store_hash), months=months, now=now)
        )

    def activity(self) -> Activity:
        return self._registry.activity.told()

    def _status(self, conn: sqlite3.Connection) -> Status:
        now = self._clock.now()
        summaries = [self._summary(conn, row) for row in stores.all_stores(conn)]
        return Status(
            version=self._version,
            pid=os.getpid(),
            started_at=self._started_at,
            contacts=contact_list.contact_count(conn),
            orders=sum(summary.orders for summary in summaries),
            database_bytes=health.database_bytes(conn),
            state_dir=str(self._settings.state_dir),
            public_listen=self._settings.public.listen,
            public_url=self._settings.public.url,
            stores=summaries,
            runs=[self._runner.measured(run) for run in runs.wire_open_runs(conn)],
            inbox=deliveries.inbox_counts(conn),
            refused=self._receiver.refusals,
            health=[
                *self._reloader.health(),
                *health_items(conn, now=now, risk=self._receiver.answers.risk(now)),
            ],
        )

    def _summary(self, conn: sqlite3.Connection, row: StoreRow) -> StoreSummary:
        held = self._registry.with_hash(row.hash)
        quota = held.transport.budget.snapshot() if held else None
        return StoreSummary(
            hash=row.hash,
            name=row.name,
            state=row.state,
            state_reason=row.state_reason,
            currency=row.currency,
            domain=row.domain,
            hooks=stores.hook_count(conn, row.id),
            connected_at=row.connected_at,
            last_delivery_at=row.last_delivery_at,
            last_sync_at=row.last_sync_at,
            customers=stores.tally(conn, row.id, "customer"),
            orders=stores.tally(conn, row.id, "order"),
            quota=Quota(
                limit=quota.limit if quota else None,
                left=quota.left if quota else None,
                window_s=quota.window_s if quota else None,
                share=self._settings.bigcommerce.quota_share,
            ),
        )

    def _detail(self, conn: sqlite3.Connection, store_hash: str) -> StoreDetail:
        row = _demanded(conn, store_hash)
        return StoreDetail(
            **dict(self._summary(conn, row)),
            timezone=row.timezone,
            plan=row.plan,
            scopes=stores.scopes(conn, row.id),
            hook_rows=stores.hooks(conn, row.id),
            hook_secret_rotated_at=row.hook_key_rotated_at,
        )


def _demanded(conn: sqlite3.Connection, store_hash: str) -> StoreRow:
    row = stores.store_with_hash(conn, store_hash)
    if row is None:
        raise unknown_store(store_hash)
    return row
