"""Puts a support bundle together: what the daemon is, how it is set, how it is, and what befell it lately."""

import asyncio
import json
import platform
import sqlite3
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import distributions

from common.daemon_settings import SettingsInForce
from common.doctor import Diagnosis
from common.support import SupportBundle, SupportFile
from common.times import rfc3339
from common.version import own_version
from daemon.clock import Clock
from daemon.db import inbox, runs, snapshots, soundness, stores
from daemon.db.database import Database
from daemon.doctor.doctor import Doctor
from daemon.health import HealthWatch
from daemon.in_force import in_force
from daemon.ingest.registry import ConnectedStore, Registry
from daemon.logs import LastLines
from daemon.metrics import Metrics
from daemon.settings import Settings
from daemon.status import Reporter
from daemon.support.redaction import Redaction

_COUNT_WITHIN_S = 20.0
_RUNS = 20


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Who is asked."""

    reporter: Reporter
    doctor: Doctor
    metrics: Metrics
    health: HealthWatch
    last_lines: LastLines


class Bundler:
    """Asks everybody who knows something, and lets nothing out that has not passed the redaction."""

    def __init__(
        self, database: Database, registry: Registry, witnesses: Witnesses, settings: Settings, clock: Clock
    ) -> None:
        self._database = database
        self._registry = registry
        self._ask = witnesses
        self._settings = settings
        self._clock = clock

    async def bundle(self) -> SupportBundle:
        redaction = await self._redaction()
        files = [
            SupportFile(name=name, text=(redaction.of_error if quotes else redaction.of)(text))
            for name, text, quotes in await self._texts()
        ]
        return SupportBundle(made_at=self._clock.now(), version=own_version(), files=files)

    async def _redaction(self) -> Redaction:
        rows = await self._database.read(stores.all_stores)
        names = [one for row in rows for one in (row.name, row.domain)]
        held = [one for store in self._registry for one in _secrets(store)]
        secret = self._settings.bigcommerce.client_secret.get_secret_value()
        return Redaction(names=names, hashes=[row.hash for row in rows], secrets=[*held, secret])

    async def _texts(self) -> list[tuple[str, str, bool]]:
        """Name, text, and whether it may quote what a store said."""
        database, status = self._database, await self._ask.reporter.status()
        diagnosis, errors = await self._ask.doctor.diagnosis(), await database.scan(_errors)
        return [
            ("README.txt", _README, False),
            ("versions.txt", _lines(_versions()), False),
            ("settings.txt", _lines(_settings(in_force(self._settings))), False),
            ("doctor.txt", _lines(_findings(diagnosis)), True),
            ("status.json", status.model_dump_json(indent=2, exclude={"runs"}), True),
            ("health-history.txt", _lines(self._history()), True),
            ("metrics.txt", (await self._ask.metrics.text()).decode(), False),
            ("tables.txt", _lines(await self._counts()), False),
            ("schema.sql", _lines(await database.read(soundness.schema)), False),
            ("query-plans.txt", _lines(await database.read(_plans)), False),
            ("runs.jsonl", _lines(await database.read(_runs)), True),
            ("errors.txt", _lines(errors), True),
            ("log.txt", _lines(self._ask.last_lines.lines), False),
        ]

    def _history(self) -> Iterator[str]:
        for at, codes in self._ask.health.history:
            yield f"{rfc3339(at)} {', '.join(codes) or 'all is well'}"

    async def _counts(self) -> list[str]:
        try:
            async with asyncio.timeout(_COUNT_WITHIN_S):
                counts = await self._database.scan(snapshots.row_counts)
        except TimeoutError:
            return [f"Not all could be counted within {_COUNT_WITHIN_S:g} s."]
        return [f"{table:<24} {rows:>12}" for table, rows in counts.items()]


def _secrets(store: ConnectedStore) -> tuple[str, ...]:
    return store.hook_key, store.former_hook_key or "", store.client_secret


_README = """What Counterfoil says of itself, for whoever helps. It holds no secret, no name, address or phone of
a person, and no row of a store. Stores are named by the beginning of their hash; what errors quote is left out.
"""


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _versions() -> Iterator[str]:
    yield f"counterfoil {own_version()}"
    yield f"python {platform.python_version()} ({sys.platform}, {platform.machine()})"
    yield f"sqlite {sqlite3.sqlite_version}"
    yield f"system {platform.release()}"
    yield from sorted(f"{one.metadata['Name']} {one.version}" for one in distributions())


def _settings(found: SettingsInForce) -> Iterator[str]:
    """Secrets tell only whether they are set."""
    yield f"file: {found.file or 'none'}"
    for setting in (one for group in found.groups for one in group.settings):
        value = ("set" if setting.is_set else "not set") if setting.is_secret else setting.value
        yield f"{setting.name} = {value}  ({setting.source}{f', line {setting.line}' if setting.line else ''})"


def _findings(found: Diagnosis) -> Iterator[str]:
    for result in found.results:
        yield f"{result.verdict.value:<8} {result.code:<22} {result.found}"


def _plans(conn: sqlite3.Connection) -> list[str]:
    return [line for name, plan in soundness.plans(conn) for line in (f"{name}:", *(f"  {step}" for step in plan))]


def _runs(conn: sqlite3.Connection) -> list[str]:
    """The last runs; of what they passed over only how much it was."""
    told = []
    for run in runs.wire_runs(conn, store_hash="", limit=_RUNS):
        shown = json.loads(run.model_dump_json(exclude={"skipped"}))
        told.append(json.dumps(shown | {"skipped": len(run.skipped)}))
    return told


def _errors(conn: sqlite3.Connection) -> list[str]:
    """Why deliveries are dead: causes, in which ids are no more."""
    found = inbox.dead_causes(conn, store_hash="")
    return [f"{one.count:>6}  {rfc3339(one.last_received_at)}  {one.cause}" for one in found.causes]
