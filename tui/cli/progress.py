"""Progress on stderr: one line that moves on a terminal; elsewhere a line per phase of a run."""

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from common.sync import PhaseProgress, Run, RunState
from common.text import safe
from common.times import duration
from tui.cli.paper import say
from tui.format import count, cut

_BAR_CELLS = 10
_CLEAR_LINE = "\r\x1b[K"


@contextmanager
def shown_progress() -> Iterator[Callable[[Run], None]]:
    """A function that shows the run it is called with; on the way out the moving line is wiped."""
    if not sys.stderr.isatty():
        yield _Steps().show
        return
    try:
        yield _redraw
    finally:
        moved("")


def progress_text(run: Run) -> str:
    """ "historical run · orders · 612,400 / 1,204,118 · █████░░░░░ 50 % · 1,930/s · ETA 5 min · 2,449 requests"."""
    parts = [f"{run.kind.value} run"]
    parts += _phase_parts(run.phase) if run.phase and run.state is RunState.RUNNING else [run.state.value]
    return " · ".join([*parts, f"{count(run.requests)} requests"])


def _phase_parts(phase: PhaseProgress) -> list[str]:
    parts = [safe(phase.name)]
    if phase.total is None:
        parts.append(count(phase.done))
    else:
        parts += [f"{count(phase.done)} / {count(phase.total)}", _bar(phase.done, phase.total)]
    if phase.rate_per_s > 0:
        parts.append(f"{phase.rate_per_s:,.0f}/s")
    if phase.eta_s is not None:
        parts.append(f"ETA {duration(phase.eta_s)}")
    return parts


def _bar(done: int, total: int) -> str:
    share = min(1.0, done / total) if total else 1.0
    full = int(share * _BAR_CELLS)
    return "█" * full + "░" * (_BAR_CELLS - full) + f" {int(share * 100)} %"


def moved(text: str) -> None:
    """Puts *text* in the place of the moving line, "" = wipes it; nothing where stderr is no terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(_CLEAR_LINE + cut(text, shutil.get_terminal_size().columns - 1))
        sys.stderr.flush()


def _redraw(run: Run) -> None:
    moved(progress_text(run))


class _Steps:
    """Says each phase once, when it begins, and each state that is not plain running."""

    def __init__(self) -> None:
        self._said = ""

    def show(self, run: Run) -> None:
        phase = run.phase.name if run.phase and not run.state.is_over else ""
        step = f"{run.state.value} {phase}".rstrip()
        if step != self._said:
            self._said = step
            say(f"run {run.id}: {safe(step)}")
