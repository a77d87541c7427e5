"""The doctor of a running daemon: looks at all there is, and sets right what it safely can."""

import asyncio
import os
import time
from dataclasses import replace

import aiohttp

from common.doctor import Diagnosis, Verdict
from common.version import own_version
from daemon.clock import Clock
from daemon.db import hook_watch
from daemon.db.database import Database
from daemon.doctor.backups import backup_findings
from daemon.doctor.database import integrity, version_finding, wal_finding
from daemon.doctor.diagnosis import diagnosis, fused, of_health, told
from daemon.doctor.finding import Finding, warning, well
from daemon.doctor.machine import replaced, supervised
from daemon.doctor.network import network_findings
from daemon.doctor.offline import offline_findings
from daemon.doctor.selftest import SelfTest
from daemon.doctor.stores import live_findings, work_findings
from daemon.health import HealthWatch
from daemon.ingest.guardian import Guardian
from daemon.ingest.registry import Registry
from daemon.loop_watch import LoopWatch
from daemon.settings import Settings

# All of the answer must come within the minute that a client waits.
_INTEGRITY_WITHIN_S = 20.0

_SLOW_TURN_S = 0.5


class Doctor:
    """Asks everybody who knows something. Nobody else of the daemon waits for it."""

    def __init__(
        self,
        database: Database,
        registry: Registry,
        guardian: Guardian,
        health: HealthWatch,
        settings: Settings,
        *,
        session: aiohttp.ClientSession,
        clock: Clock,
    ) -> None:
        self._database = database
        self._registry = registry
        self._guardian = guardian
        self._health = health
        self._settings = settings
        self._session = session
        self._clock = clock
        self._started_at = time.time()  # as the file system tells time
        self._turn = asyncio.Lock()  # to look twice at once would tell no more
        self.self_test = SelfTest()
        self.loop_watch = LoopWatch()

    async def diagnosis(self, *, mends: bool = False) -> Diagnosis:
        """*mends*: what can safely be set right is."""
        async with self._turn:
            return await self._looked(mends=mends)

    async def _looked(self, *, mends: bool) -> Diagnosis:
        began, now = time.monotonic(), self._clock.now()
        findings = await self._findings(now)
        if mends:
            findings = await self._with_hooks_mended(findings)
        results = await asyncio.to_thread(told, findings, mends=mends)
        return diagnosis(results, at=now, took_ms=round((time.monotonic() - began) * 1000), is_whole=True)

    async def _findings(self, now: int) -> list[Finding]:
        settings, read = self._settings, self._database.read
        offline, network, whole = await asyncio.gather(
            asyncio.to_thread(lambda: list(offline_findings(settings, now))),
            network_findings(
                self._session,
                self.self_test,
                public_url=settings.public.url,
                api_url=settings.bigcommerce.api_url,
                now=now,
            ),
            integrity(self._database, within_s=_INTEGRITY_WITHIN_S),
        )
        every_s = settings.sync.catch_up_minutes * 60
        of_tables = await read(lambda conn: list(work_findings(conn, now=now, catch_up_s=every_s)))
        health = of_health(await self._health.items_now())
        others = [
            *offline,
            *network,
            *whole,
            await read(version_finding),
            wal_finding(self._database.path),
            *of_tables,
            *live_findings(self._registry),
            *backup_findings(self._health.upkeep.backup(), now=now),
            *self._of_the_process(),
        ]
        return fused(health, others)

    def _of_the_process(self) -> list[Finding]:
        lag_s = self.loop_watch.longest_s
        slow = warning("loop-lag", f"The daemon's loop once took {lag_s:.1f} s within the last minute.")
        quick = well("loop-lag", f"It took {lag_s * 1000:.0f} ms at most within the last minute.")
        return [
            supervised(),
            replaced(self._started_at, version_then=own_version()),
            slow if lag_s > _SLOW_TURN_S else quick,
            well("client-version", f"The daemon is {own_version()}, process {os.getpid()}."),
        ]

    async def _with_hooks_mended(self, findings: list[Finding]) -> list[Finding]:
        """Has the hooks looked at now instead of within the hour; what is missing is made then."""
        missing = [one for one in findings if one.code == "hooks-missing" and one.verdict.is_wrong]
        if not missing:
            return findings
        await self._database.write(hook_watch.call_for_looks)
        await self._guardian.watch()
        after = of_health(await self._health.items_now())
        still = any(one.code == "hooks-missing" and one.verdict is not Verdict.WELL for one in after)
        said = "They were looked at and could not be made." if still else "They were made anew."
        return [replace(one, mend=lambda: said) if one in missing else one for one in findings]
