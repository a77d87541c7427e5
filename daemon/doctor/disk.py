"""Checks on the disk of the state folder: room, speed, kind."""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from daemon.disk import LITTLE_BYTES
from daemon.doctor.finding import Finding, error, unknown, warning, well
from daemon.settings import Settings

_FEW_INODES = 1000

# A delivery is answered within 15 ms; a cheap disk of today takes 1 to 5 ms, a loaded or remote one far more.
_SLOW_MS = 50.0
_TRIES = 3

# The system's own words for what locks or loses files in ways SQLite does not expect.
_UNFIT = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "tmpfs", "ramfs", "vfat"})


def disk_findings(settings: Settings) -> Iterator[Finding]:
    folder = settings.state_dir
    try:
        yield _room(folder)
        yield _inodes(folder)
        yield _kind(folder)
        yield _speed(folder)
    except OSError as fault:
        yield unknown("disk-slow", f"{folder} cannot be tried: {fault.strerror}.")


def _room(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    if free < LITTLE_BYTES:
        return error("disk-full", f"Only {free // 2**20} MB of the disk are left.")
    return well("disk-full", f"{free // 2**20} MB are left.")


def _inodes(folder: Path) -> Finding:
    told = os.statvfs(folder)
    if told.f_files and told.f_favail < _FEW_INODES:  # some file systems have no such limit, and say 0
        return error("disk-inodes", f"The disk has room for {told.f_favail} more files only.")
    return well("disk-inodes", f"There is room for {told.f_favail} more files." if told.f_files else "It has no limit.")


def _kind(folder: Path) -> Finding:
    kind = file_system(folder, Path("/proc/self/mounts").read_text("utf-8", "replace"))
    if kind in _UNFIT:
        return warning("disk-unfit", f"{folder} lies on {kind}.")
    return well("disk-unfit", f"{folder} lies on {kind or 'a file system that has no name here'}.")


def file_system(folder: Path, mounts: str) -> str:
    """The kind of file system *folder* lies on, by the system's table of *mounts*; "" = it is not told."""
    path = folder.resolve()
    table = [(Path(words[1]), words[2]) for line in mounts.splitlines() if len(words := line.split()) > 2]
    over = [(len(point.parts), kind) for point, kind in table if path == point or point in path.parents]
    return max(over, default=(0, ""), key=lambda one: one[0])[1]


def _speed(folder: Path) -> Finding:
    took_ms = min(_sync_ms(folder) for _ in range(_TRIES))
    if took_ms > _SLOW_MS:
        return warning("disk-slow", f"A durable write takes {took_ms:.0f} ms.")
    return well("disk-slow", f"A durable write takes {took_ms:.1f} ms.")


def _sync_ms(folder: Path) -> float:
    """How long it takes to have a page on the disk."""
    path = folder / f".doctor-{os.getpid()}.part"
    try:
        with path.open("wb", buffering=0) as file:
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fsync(file.fileno())
            return (time.perf_counter() - began) * 1000
    finally:
        path.unlink(missing_ok=True)
