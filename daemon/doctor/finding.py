"""What a check found, before it is told."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from common.doctor import Verdict

Mend = Callable[[], str]
"""Sets right what is wrong, and tells what it did. Raises OSError when it may not."""


@dataclass(frozen=True, slots=True)
class Finding:
    """*remedy* "" = what the catalogue says. *mend* None = a person must set it right."""

    code: str
    verdict: Verdict
    found: str
    remedy: str = ""
    mend: Mend | None = None


def well(code: str, found: str) -> Finding:
    return Finding(code, Verdict.WELL, found)


def unknown(code: str, why: str) -> Finding:
    return Finding(code, Verdict.UNKNOWN, why)


def note(code: str, found: str, remedy: str = "") -> Finding:
    return Finding(code, Verdict.INFO, found, remedy)


def warning(code: str, found: str, remedy: str = "", mend: Mend | None = None) -> Finding:
    return Finding(code, Verdict.WARNING, found, remedy, mend)


def error(code: str, found: str, remedy: str = "", mend: Mend | None = None) -> Finding:
    return Finding(code, Verdict.ERROR, found, remedy, mend)


def or_well(code: str, findings: Iterable[Finding], found: str) -> Iterator[Finding]:
    """*findings*, or that all is *found* well when there are none."""
    some = list(findings)
    yield from some or [well(code, found)]
