"""`counterfoild doctor`: what can be looked at without a running daemon."""

import time
from collections.abc import Iterator
from pathlib import Path

from common.doctor import Diagnosis, Verdict
from common.errors import CounterfoilError
from common.text import safe
from daemon.doctor.catalogue import CHECKS, check_list
from daemon.doctor.config import locale_findings
from daemon.doctor.database import database_findings
from daemon.doctor.diagnosis import diagnosis, told
from daemon.doctor.finding import error
from daemon.doctor.machine import machine_findings
from daemon.doctor.offline import offline_findings
from daemon.settings import load_settings


def offline_diagnosis(config: Path | None, state_dir: Path | None, *, mends: bool) -> Diagnosis:
    """A configuration that cannot be read is a finding, too: then only the machine can be looked at, too."""
    began, now = time.monotonic(), int(time.time())
    try:
        settings = load_settings(config, state_dir=state_dir)
        findings = [*offline_findings(settings, now), *database_findings(settings)]
    except CounterfoilError as fault:
        findings = [error("config-invalid", fault.message, fault.remedy), *machine_findings(now), *locale_findings()]
    took_ms = round((time.monotonic() - began) * 1000)
    return diagnosis(told(findings, mends=mends), at=now, took_ms=took_ms, is_whole=False)


def check_lines(*, as_json: bool) -> Iterator[str]:
    """What is looked at, a line each."""
    if as_json:
        yield check_list().model_dump_json()
        return
    yield from (f"{check.code:<22} {check.meaning}" for check in CHECKS.values())


def diagnosis_lines(found: Diagnosis, *, as_json: bool) -> Iterator[str]:
    """What is not well, with what to do about it; then how many there are."""
    if as_json:
        yield found.model_dump_json()
        return
    for result in found.results:
        if result.verdict is not Verdict.WELL:
            yield f"{result.verdict.value}: {result.code}: {safe(result.found)}"
            yield f"  {safe(result.mended or result.remedy)}"
    yield f"{len(found.results)} results, {found.wrong} wrong."
