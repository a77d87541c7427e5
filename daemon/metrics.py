"""What a monitor asks: counts and levels of the running daemon, in Prometheus's words.

Labels hold states, codes and store hashes: there are few of them, and none says who a person is.
"""

import platform
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from common.status import BackupBrief, HealthItem, InboxCounts
from common.stores import StoreState
from common.sync import Run
from common.version import own_version
from daemon.bus import Bus
from daemon.clock import Clock
from daemon.db import deliveries, health, runs, stores
from daemon.db.database import Database
from daemon.db.lane_meter import LaneMeter
from daemon.db.stores import StoreRow
from daemon.doctor.database import wal_bytes
from daemon.doctor.doctor import Doctor
from daemon.health import HealthWatch
from daemon.ingest.receiver import Receiver
from daemon.ingest.registry import Registry

_PREFIX = "counterfoil_"


@dataclass(frozen=True, slots=True)
class _Figures:
    """What the tables say, of one moment."""

    stores: list[StoreRow]
    inbox: InboxCounts
    oldest_at: int | None
    runs: list[Run]
    runs_by_state: dict[str, int]
    health: list[HealthItem]
    database_bytes: int


class Metrics:
    """Puts them together when they are asked for: nothing is counted twice."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        receiver: Receiver,
        bus: Bus,
        doctor: Doctor,
        *,
        health: HealthWatch,
        clock: Clock,
    ) -> None:
        self._database = database
        self._registry = registry
        self._receiver = receiver
        self._bus = bus
        self._doctor = doctor
        self._health = health
        self._clock = clock

    async def text(self) -> bytes:
        """All of them, in the text form that Prometheus reads."""
        now = self._clock.now()
        items = await self._health.items_now()

        def figures(conn: sqlite3.Connection) -> _Figures:
            return _Figures(
                stores=stores.all_stores(conn),
                inbox=deliveries.inbox_counts(conn),
                oldest_at=deliveries.oldest_pending_at(conn),
                runs=runs.wire_open_runs(conn),
                runs_by_state=runs.runs_by_state(conn),
                health=items,
                database_bytes=health.database_bytes(conn),
            )

        found = await self._database.read(figures)
        registry = CollectorRegistry(auto_describe=False)
        registry.register(_Given(self._families(found, now)))
        ProcessCollector(namespace="counterfoil", registry=registry)
        return generate_latest(registry)

    def _families(self, found: _Figures, now: int) -> Iterator[Metric]:
        yield _build()
        yield from _inbox(found, now)
        yield from self._webhooks()
        yield from _stores(found.stores)
        yield from self._requests()
        yield from _runs(found)
        yield from _lanes(self._database.meters)
        yield from self._files(found)
        yield _labelled("health", "1 for each thing that is not as it should be.", ("code", "severity"), _items(found))
        yield _gauge("event_readers", "Open event streams.", self._bus.readers)
        yield _gauge("event_loop_lag_seconds", "How late the loop woke last.", self._doctor.loop_watch.last_s)
        yield _gauge("event_loop_lag_max_seconds", "The latest of the last minute.", self._doctor.loop_watch.longest_s)
        yield from _backups(self._health.upkeep.backup(), now)

    def _webhooks(self) -> Iterator[Metric]:
        answers: Values = {(str(status),): n for status, n in self._receiver.answers.totals.items()}
        yield _counted("webhook_answers", "Webhook calls by what they were answered.", ("status",), answers)
        refused: Values = {(why,): n for why, n in self._receiver.refusals.model_dump().items()}
        yield _counted("webhooks_refused", "Webhook calls that were not taken in.", ("reason",), refused)
        changes: Values = {(str(what), origin or "none"): n for (what, origin), n in self._bus.told.items()}
        yield _counted("changes", "Things that writes changed.", ("what", "origin"), changes)

    def _requests(self) -> Iterator[Metric]:
        asked: Values = {(store, str(outcome)): n for (store, outcome), n in self._registry.requests.items()}
        yield _counted("store_requests", "Requests to the stores' API by outcome.", ("store", "outcome"), asked)
        quotas = {store.hash: store.transport.budget.snapshot() for store in self._registry}
        left: Values = {(store,): quota.left for store, quota in quotas.items() if quota.left is not None}
        limit: Values = {(store,): quota.limit for store, quota in quotas.items() if quota.limit is not None}
        yield _labelled("store_quota_left", "Requests left in the window.", ("store",), left)
        yield _labelled("store_quota_limit", "Requests in a window.", ("store",), limit)

    def _files(self, found: _Figures) -> Iterator[Metric]:
        path = self._database.path
        yield _gauge("database_bytes", "Size of the database.", found.database_bytes)
        yield _gauge("wal_bytes", "Size of its write-ahead log.", wal_bytes(path))
        yield _gauge("disk_free_bytes", "Room on its disk.", shutil.disk_usage(path.parent).free)


class _Given(Collector):
    """Collects what was put together already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


Values = dict[tuple[str, ...], int]


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, what, value=value)


def _labelled(name: str, what: str, labels: tuple[str, ...], values: Values) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, what, labels=labels)
    for given, value in sorted(values.items()):
        family.add_metric(given, value)
    return family


def _counted(name: str, what: str, labels: tuple[str, ...], values: Values) -> Metric:
    family = CounterMetricFamily(_PREFIX + name, what, labels=labels)
    for given, value in sorted(values.items()):
        family.add_metric(given, value)
    return family


def _build() -> Metric:
    told = {"version": own_version(), "python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return InfoMetricFamily(f"{_PREFIX}build", "What runs.", value=told)


def _inbox(found: _Figures, now: int) -> Iterator[Metric]:
    states: Values = {(state,): n for state, n in found.inbox.model_dump().items()}
    yield _labelled("inbox_deliveries", "Deliveries in the inbox.", ("state",), states)
    age_s = 0 if found.oldest_at is None else max(0, now - found.oldest_at)
    yield _gauge("inbox_oldest_pending_age_seconds", "How long the oldest one has been waiting.", age_s)


def _stores(rows: list[StoreRow]) -> Iterator[Metric]:
    kept = [row for row in rows if row.state is not StoreState.DELETED]
    up: Values = {(row.hash,): int(row.state is StoreState.CONNECTED) for row in kept}
    yield _labelled("store_up", "1 while the store is connected and answers.", ("store",), up)
    synced: Values = {(row.hash,): row.last_sync_at for row in kept if row.last_sync_at is not None}
    yield _labelled("store_last_sync_timestamp_seconds", "When its last run was done.", ("store",), synced)
    called: Values = {(row.hash,): row.last_delivery_at for row in kept if row.last_delivery_at is not None}
    yield _labelled("store_last_delivery_timestamp_seconds", "When it last called.", ("store",), called)


def _runs(found: _Figures) -> Iterator[Metric]:
    states: Values = {(state,): n for state, n in found.runs_by_state.items()}
    yield _labelled("runs", "Runs by state.", ("state",), states)
    orders: Values = {(run.store, str(run.kind)): run.orders for run in found.runs}
    yield _labelled("run_orders", "Orders that the open run has read.", ("store", "kind"), orders)
    family = GaugeMetricFamily(
        f"{_PREFIX}run_progress_ratio", "How far the open run's phase is.", labels=("store", "kind")
    )
    for run in found.runs:
        if run.phase is not None and run.phase.total:
            family.add_metric((run.store, str(run.kind)), min(1.0, run.phase.done / run.phase.total))
    yield family


def _lanes(meters: list[LaneMeter]) -> Iterator[Metric]:
    waiting: Values = {(meter.lane,): meter.waiting for meter in meters}
    yield _labelled("lane_waiting", "Units of work that wait or are at work.", ("lane",), waiting)
    family = HistogramMetricFamily(f"{_PREFIX}lane_unit_seconds", "How long units took.", labels=("lane",))
    for meter in meters:
        family.add_metric((meter.lane,), buckets=meter.buckets(), sum_value=meter.total_s)
    yield family


def _items(found: _Figures) -> Values:
    return {(item.code, str(item.severity)): 1 for item in found.health}


def _backups(told: BackupBrief, now: int) -> Iterator[Metric]:
    """Nothing where there is none: an alert on an absent series says so."""
    if told.newest_at is not None:
        yield _gauge("last_backup_age_seconds", "How old the last backup is.", now - told.newest_at)
    if told.drill_at is not None:
        yield _gauge("last_drill_age_seconds", "How old the last trial of one is.", now - told.drill_at)
