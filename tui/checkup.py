"""What the doctor found, put in order for people: the worst first, what is well counted alone."""

from collections import Counter
from collections.abc import Iterable

from common.doctor import CheckResult, Diagnosis, Verdict
from common.version import own_version
from tui.format import count

GRADES = (Verdict.ERROR, Verdict.WARNING, Verdict.INFO, Verdict.UNKNOWN, Verdict.WELL)
_NOUNS = {Verdict.ERROR: "error", Verdict.WARNING: "warning", Verdict.INFO: "note"}


def worst_first(results: Iterable[CheckResult]) -> list[CheckResult]:
    return sorted(results, key=lambda result: GRADES.index(result.verdict))


def in_sum(found: Diagnosis) -> str:
    """ "62 checks: 1 error, 2 warnings, 1 unknown, 58 well"."""
    counts = Counter(result.verdict for result in found.results)
    parts = [_many(counts[grade], _NOUNS[grade]) for grade in GRADES if grade in _NOUNS and counts[grade]]
    parts += [f"{count(counts[Verdict.UNKNOWN])} unknown"] if counts[Verdict.UNKNOWN] else []
    return f"{_many(len(found.results), 'check')}: {', '.join([*parts, f'{count(counts[Verdict.WELL])} well'])}"


def _many(number: int, noun: str) -> str:
    return f"{count(number)} {noun}" if number == 1 else f"{count(number)} {noun}s"


def with_client(found: Diagnosis) -> Diagnosis:
    """*found* with what only this end knows: whether both ends are of one version."""
    ours, theirs = own_version(), found.version
    if ours == theirs:
        return found
    told = {
        "verdict": Verdict.WARNING,
        "found": f"The command line is {ours}, the daemon {theirs}.",
        "remedy": "Restart the daemon after an upgrade, or upgrade the command line.",
    }
    results = [one.model_copy(update=told) if one.code == "client-version" else one for one in found.results]
    wrong = found.wrong + sum(1 for one in found.results if one.code == "client-version")
    return found.model_copy(update={"results": results, "wrong": wrong})


def advice(result: CheckResult) -> str:
    """What to do, or what was done already."""
    return f"Set right: {result.mended}" if result.mended else result.remedy
