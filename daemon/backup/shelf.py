"""The folder of backups: what they are called, which there are, and which are old enough to go."""

import os
import re
from itertools import count
from pathlib import Path

from pydantic import ValidationError

from common.backups import Backup, Drill
from common.times import DAY_S, rfc3339
from daemon.durable import sync_folder

_NAME = re.compile(r"counterfoil-\d{8}T\d{6}Z(-\d+)?\.db")
_DRILL = "drill.json"
PARTIAL = ".partial"
_PARTIAL_NAME = re.compile(r".+\.(\d+)\.partial")


def fresh_name(folder: Path, stem: str, suffix: str, *, now: int) -> Path:
    """A path in *folder* that is not taken, with the moment in it: "counterfoil-20261126T190000Z.db"."""
    stamp = rfc3339(now).replace("-", "").replace(":", "")
    paths = (folder / f"{stem}-{stamp}{f'-{number}' if number else ''}{suffix}" for number in count())
    return next(path for path in paths if not path.exists())


def manifest_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.json")


def checksum_of(file: Path) -> Path:
    """As `sha256sum --check` reads it."""
    return file.with_name(f"{file.name}.sha256")


def read_manifest(file: Path) -> Backup:
    """Raises OSError where there is none, ValueError for one that cannot be read."""
    return Backup.model_validate_json(manifest_of(file).read_bytes())


def backups_in(folder: Path) -> list[Backup]:
    """The complete ones, the newest first; a file without its manifest is none."""
    found = [(folder / name) for name in _names(folder) if _NAME.fullmatch(name)]
    backups = [backup for file in found if (backup := _read(file)) is not None]
    return sorted(backups, key=lambda backup: (backup.made_at, backup.file), reverse=True)


def _names(folder: Path) -> list[str]:
    """None where the folder cannot be read: that is told when the next one cannot be made there."""
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _read(file: Path) -> Backup | None:
    try:
        return read_manifest(file)
    except (OSError, ValidationError):
        return None


def prune(folder: Path, *, now: int, keep_days: int, keep_at_least: int) -> list[str]:
    """Removes backups older than *keep_days* (0 = none), but never the newest *keep_at_least*; gives their names."""
    if not keep_days:
        return []
    before = now - keep_days * DAY_S
    old = [backup.file for backup in backups_in(folder)[max(1, keep_at_least) :] if backup.made_at < before]
    for name in old:
        remove(folder / name)
    return old


def partial_of(file: Path) -> Path:
    """Under which name this process makes *file*, until it is whole."""
    return file.with_name(f"{file.name}.{os.getpid()}{PARTIAL}")


def sweep(folder: Path) -> None:
    """Removes what processes that are no more left half made: each has the size of the database."""
    for name in _names(folder):
        maker = _PARTIAL_NAME.fullmatch(name)
        if maker and not Path(f"/proc/{maker[1]}").exists():
            (folder / name).unlink(missing_ok=True)


def remove(file: Path) -> None:
    """The manifest goes last: a backup that is half removed is one still, and is removed again."""
    for one in (file, checksum_of(file), manifest_of(file)):
        one.unlink(missing_ok=True)


def last_drill(folder: Path) -> Drill | None:
    try:
        return Drill.model_validate_json((folder / _DRILL).read_bytes())
    except (OSError, ValidationError):
        return None


def note_drill(folder: Path, drill: Drill) -> None:
    write_whole(folder / _DRILL, drill.model_dump_json(indent=1) + "\n")


def write_whole(path: Path, text: str) -> None:
    """Readers see the old text or the new one, and after a power cut it is one of both. For its owner's eyes alone."""
    partial = partial_of(path)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_folder(path.parent)
