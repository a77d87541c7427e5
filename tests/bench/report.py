"""What was measured beside its baseline, kept until the end and told then as a table, in Markdown and as JSON."""

import json
import os
import platform
import sqlite3
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """*ours* and *baseline* are rounds, turn about, in *unit*; *budget* says what the ratio or the figure shall be."""

    what: str
    ours: tuple[float, ...]
    unit: str
    budget: str
    is_kept: bool
    against: str = ""
    baseline: tuple[float, ...] = ()

    @property
    def ratios(self) -> tuple[float, ...]:
        return tuple(ours / base for ours, base in zip(self.ours, self.baseline, strict=True)) if self.baseline else ()


_measured: list[Measured] = []


def tell(
    what: str,
    ours: Sequence[float],
    unit: str,
    *,
    budget: str,
    is_kept: bool,
    against: str = "",
    baseline: Sequence[float] = (),
) -> None:
    """Prints a row at once, and keeps it for the table."""
    row = Measured(what, tuple(ours), unit, budget, is_kept, against, tuple(baseline))
    _measured.append(row)
    print(" · ".join(filter(None, _cells(row))), flush=True)


def rows() -> Sequence[Measured]:
    return _measured


def markdown(measured: Sequence[Measured], machine: dict[str, str]) -> str:
    """The table, and below it on what it was measured."""
    head = ["what", "ours", "baseline", "ratio", "budget", "kept"]
    lines = [head, ["---"] * len(head), *map(_cells, measured)]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"{table}\n\n{'; '.join(f'{name} {value}' for name, value in machine.items())}\n"


def as_json(measured: Sequence[Measured], machine: dict[str, str]) -> str:
    found: list[dict[str, Any]] = [{**asdict(row), "ratios": row.ratios} for row in measured]
    return json.dumps({"machine": machine, "measured": found}, indent=2)


def machine() -> dict[str, str]:
    """Where this runs and on what."""
    sizes = {name: value for name, value in sorted(os.environ.items()) if name.startswith("BENCH_")}
    return {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "load before": f"{os.getloadavg()[2]:.1f}",
        "system": platform.platform(terse=True),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        **{name: version(name) for name in ("duckdb", "aiohttp", "textual")},
        **sizes,
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _cells(row: Measured) -> list[str]:
    return [
        row.what,
        _figure(row.ours, row.unit),
        f"{_figure(row.baseline, row.unit)}, {row.against}" if row.baseline else "",
        "".join(_ratio(row.ratios)),
        row.budget,
        "yes" if row.is_kept else "no",
    ]


def _figure(rounds: Sequence[float], unit: str) -> str:
    middle = statistics.median(rounds)
    return (f"{middle:,.0f} {unit}" if middle >= 100 else f"{middle:.3g} {unit}").strip()


def _ratio(ratios: Sequence[float]) -> Iterator[str]:
    if ratios:
        yield f"{statistics.median(ratios):.2f}"
    if len(ratios) > 1:
        yield f" ({min(ratios):.2f} to {max(ratios):.2f})"
