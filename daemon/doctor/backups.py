"""Checks on the backups: how old the last one is, and when it was last tried whether one can be restored."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from common.times import DAY_S, duration
from daemon.doctor.finding import Finding, note, warning, well

_OLD_S = 2 * DAY_S
_DRILL_OLD_S = 35 * DAY_S


@dataclass(frozen=True, slots=True)
class BackupFigures:
    """*backup_at* None = none was made yet; *drill_at* None = none was tried yet."""

    backup_at: int | None
    drill_at: int | None


Figures = Callable[[], BackupFigures | None]
"""None = backups are not set up."""


def not_set_up() -> None:
    return None


def backup_findings(figures: BackupFigures | None, *, now: int) -> Iterator[Finding]:
    if figures is None:
        yield note("backup-old", "Backups are not set up here.", "Set them up: [backup] in the configuration.")
        yield note("drill-old", "Backups are not set up here.")
        return
    yield _aged("backup-old", "The last backup is", figures.backup_at, _OLD_S, now)
    yield _aged("drill-old", "The last trial is", figures.drill_at, _DRILL_OLD_S, now)


def _aged(code: str, what: str, at: int | None, old_s: int, now: int) -> Finding:
    if at is None:
        return warning(code, "There is none yet.")
    told = f"{what} {duration(now - at)} old."
    return warning(code, told) if now - at > old_s else well(code, told)
