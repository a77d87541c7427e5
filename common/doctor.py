"""What the doctor looks at and what it found, on the wire."""

from enum import StrEnum

from common.personal import Prose
from common.times import Moment
from common.wire import Wire


class Verdict(StrEnum):
    """UNKNOWN: it could not be looked at now. Of INFO one should know, and nothing is wrong."""

    WELL = "well"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN = "unknown"

    @property
    def is_wrong(self) -> bool:
        return self in (Verdict.WARNING, Verdict.ERROR)


class Check(Wire):
    """Something the doctor looks at. `code` is stable; `meaning` is what is wrong when it is found so.

    `is_offline`: it is looked at without a running daemon, too. `can_mend`: --fix may set it right.
    """

    code: str
    area: str
    meaning: str
    remedy: str
    is_offline: bool
    can_mend: bool


class CheckList(Wire):
    checks: list[Check]


class CheckResult(Wire):
    """What was found of one check, of one store or in general. `remedy` is "" where nothing is to be done.

    `mended` is what --fix did about it, "" = nothing.
    """

    code: str
    area: str
    verdict: Verdict
    meaning: str
    found: Prose
    remedy: Prose
    can_mend: bool
    mended: Prose = ""


class Diagnosis(Wire):
    """`is_whole`: a running daemon was asked; else only what needs none was looked at. `checks` counts results."""

    checked_at: Moment
    took_ms: int
    is_whole: bool
    version: str
    wrong: int
    results: list[CheckResult]
