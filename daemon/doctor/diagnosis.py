"""Findings as they are told: in the catalogue's order, with their meaning, mended where that is wanted."""

from collections.abc import Iterable

from common.doctor import Check, CheckResult, Diagnosis, Verdict
from common.status import HealthItem
from common.version import own_version
from daemon.doctor.catalogue import CHECKS, HEALTH, in_order
from daemon.doctor.finding import Finding


def of_health(items: Iterable[HealthItem]) -> list[Finding]:
    """The health items as findings; codes that none of them has are well."""
    found = [Finding(item.code, Verdict(item.severity.value), item.title, item.fix) for item in items]
    rest = HEALTH - {finding.code for finding in found}
    return [*found, *(Finding(code, Verdict.WELL, "Nothing of the kind.") for code in rest)]


def fused(health: list[Finding], others: list[Finding]) -> list[Finding]:
    """Both, without saying a thing twice: where health and a check tell of one code, the trouble counts."""
    troubled = {one.code for one in health if one.verdict is not Verdict.WELL}
    looked_at = {one.code for one in others}
    kept = [one for one in health if one.code in troubled or one.code not in looked_at]
    return [*kept, *(one for one in others if one.code not in troubled)]


def told(findings: Iterable[Finding], *, mends: bool) -> list[CheckResult]:
    """One result per finding, in the catalogue's order. *mends*: what can be set right is."""
    some = list(findings)
    ordered = [one for code in in_order({one.code for one in some}) for one in some if one.code == code]
    return [_result(finding, _mended(finding) if mends else "") for finding in ordered]


def _mended(finding: Finding) -> str:
    if finding.mend is None:
        return ""
    try:
        return finding.mend()
    except OSError as fault:
        return f"It could not be set right: {fault.strerror}."


def _result(finding: Finding, mended: str) -> CheckResult:
    check = CHECKS.get(finding.code) or Check(
        code=finding.code, area="other", meaning="", remedy="", is_offline=False, can_mend=False
    )
    is_trouble = finding.verdict in (Verdict.WARNING, Verdict.ERROR)
    remedy = finding.remedy or (check.remedy if is_trouble else "")
    return CheckResult(
        code=check.code,
        area=check.area,
        verdict=finding.verdict,
        meaning=check.meaning,
        found=finding.found,
        remedy=remedy,
        can_mend=check.can_mend and finding.verdict.is_wrong,
        mended=mended,
    )


def diagnosis(results: list[CheckResult], *, at: int, took_ms: int, is_whole: bool) -> Diagnosis:
    return Diagnosis(
        checked_at=at,
        took_ms=took_ms,
        is_whole=is_whole,
        version=own_version(),
        wrong=sum(1 for result in results if result.verdict.is_wrong and not result.mended),
        results=results,
    )
