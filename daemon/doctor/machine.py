"""Checks on what the program runs on: interpreter, libraries, limits, clock."""

import os
import re
import resource
import sqlite3
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from common.times import rfc3339
from daemon.doctor.finding import Finding, error, note, or_well, unknown, warning, well

_PYTHON = (3, 11)
_SQLITE = (3, 40)  # Debian 12; strict tables, returning, trigrams
_FEW_FILES = 1024
_LITTLE_MEMORY = 300 * 2**20  # a historical run holds up to 200 MB
_PROGRAM_MADE = 1_767_225_600  # 2026-01-01: before that nobody can have run it

_NAME = re.compile(r"[A-Za-z0-9_.-]+")
_LEAST = re.compile(r">=([0-9.]+)")


def machine_findings(now: int) -> Iterator[Finding]:
    yield _python()
    yield _sqlite()
    yield from or_well("libraries-old", _libraries(), "All are there, as new as needed.")
    yield _open_files()
    yield _memory()
    yield _clock(now)


def _python() -> Finding:
    told = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < _PYTHON:
        return error("python-old", f"Python is {told}.")
    return well("python-old", f"Python is {told}.")


def _sqlite() -> Finding:
    if sqlite3.sqlite_version_info[:2] < _SQLITE:
        return error("sqlite-old", f"SQLite is {sqlite3.sqlite_version}.")
    return well("sqlite-old", f"SQLite is {sqlite3.sqlite_version}.")


def _libraries() -> Iterator[Finding]:
    for name, least in needed(requires("counterfoil") or []):
        try:
            there = version(name)
        except PackageNotFoundError:
            yield error("libraries-old", f"{name} is not installed.")
            continue
        if _numbers(there) < _numbers(least):
            yield warning("libraries-old", f"{name} is {there}; {least} is needed.")


def needed(requirements: list[str]) -> list[tuple[str, str]]:
    """Name and least version of each; those that only extras want carry a marker, and are left out."""
    plain = [one for one in requirements if ";" not in one]
    return [(name[0], least[1]) for one in plain if (name := _NAME.match(one)) and (least := _LEAST.search(one))]


def _numbers(told: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", told)[:3])


def _open_files() -> Finding:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < _FEW_FILES:
        return warning("open-files-few", f"{soft} files may be open at once.")
    return well("open-files-few", "There is no limit." if soft == resource.RLIM_INFINITY else f"{soft} may be open.")


def _memory() -> Finding:
    limit = memory_limit()
    if limit is None:
        return well("memory-little", "There is no limit.")
    if limit < _LITTLE_MEMORY:
        return warning("memory-little", f"The daemon may use {limit // 2**20} MB.")
    return well("memory-little", f"It may use {limit // 2**20} MB.")


def memory_limit() -> int | None:
    """What the control group or the process may use; None = no limit."""
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    limits = [] if soft == resource.RLIM_INFINITY else [soft]
    try:
        group = Path("/proc/self/cgroup").read_text("ascii").strip().rpartition("::")[2].lstrip("/")
        told = (Path("/sys/fs/cgroup") / group / "memory.max").read_text("ascii").strip()
        limits += [int(told)] if told.isdigit() else []
    except (OSError, ValueError):
        pass
    return min(limits, default=None)


def _clock(now: int) -> Finding:
    if now < _PROGRAM_MADE:
        return error("clock-unset", f"It is {rfc3339(now)} here.")
    return well("clock-unset", f"It is {rfc3339(now)} here.")


def supervised() -> Finding:
    """Whether somebody starts the daemon again; told by its environment."""
    if "NOTIFY_SOCKET" in os.environ or "INVOCATION_ID" in os.environ:
        watched = "with" if os.environ.get("WATCHDOG_USEC") else "without"
        return well("unsupervised", f"A service manager runs it, {watched} a watchdog.")
    return note(
        "unsupervised", "The daemon was started by hand.", "To last it should run as a service: see the README."
    )


def replaced(since: float, *, version_then: str) -> Finding:
    """Whether the program's files are others than those that were loaded at *since*."""
    try:
        there = version("counterfoil")
    except PackageNotFoundError:
        return unknown("program-replaced", "The program is not installed as a package.")
    if there != version_then:
        return warning("program-replaced", f"{version_then} runs, {there} is on the disk.")
    newer = [path for path in Path(__file__).parents[1].rglob("*.py") if path.stat().st_mtime > since]
    if newer:
        return warning("program-replaced", f"{len(newer)} of the program's files are newer than the process.")
    return well("program-replaced", f"{there} runs and is on the disk.")
