"""What can be looked at whether a daemon runs or not."""

from collections.abc import Iterator

from daemon.doctor.config import config_findings, locale_findings
from daemon.doctor.disk import disk_findings
from daemon.doctor.files import file_findings
from daemon.doctor.finding import Finding
from daemon.doctor.machine import machine_findings
from daemon.settings import Settings


def offline_findings(settings: Settings, now: int) -> Iterator[Finding]:
    """All but the database's: that is asked on the daemon's own lane while one runs."""
    yield from config_findings(settings)
    yield from file_findings(settings, now)
    yield from disk_findings(settings)
    yield from machine_findings(now)
    yield from locale_findings()
