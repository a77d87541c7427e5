"""The process in which a backup is made or tried, beside the daemon: it takes no turn of its loop and none of its
memory, gives way to everybody, and ends at once when it is killed.

    python -m daemon.backup.worker backup DATABASE FOLDER NOW SPARE_BYTES
    python -m daemon.backup.worker drill FILE NOW SPARE_BYTES

It says lines of JSON: how far it is, and last what came of it.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from common.backups import Drill, Task
from common.errors import CounterfoilError
from daemon.backup.copying import copied
from daemon.backup.shelf import note_drill, partial_of, sweep
from daemon.backup.trying import brought_back

_NICE = 10
_SAID_EVERY_S = 0.25


def main(task: str, *words: str) -> None:
    with suppress(OSError):  # where that is not allowed
        os.nice(_NICE)
    match Task(task):
        case Task.BACKUP:
            database, folder, now, spare = words
            _say_end(lambda: _backup(Path(database), Path(folder), int(now), int(spare)))
        case Task.DRILL:
            file, now, spare = words
            _say_end(lambda: _drill(Path(file), int(now), int(spare)))


def _backup(database: Path, folder: Path, now: int, spare: int) -> None:
    copied(database, folder, now=now, spare_bytes=spare, on_step=_Telling().step)


def _drill(file: Path, now: int, spare: int) -> None:
    """Raises CounterfoilError when the file cannot be relied on; either way that is noted in its folder."""
    began, fault = time.monotonic(), ""
    copy = partial_of(file.with_name(f"drill-{file.name}"))
    sweep(file.parent)
    try:
        brought_back(file, copy, spare_bytes=spare, on_step=_Telling().step)
    except CounterfoilError as error:
        fault = error.message
        raise
    finally:
        copy.unlink(missing_ok=True)
        seconds = round(time.monotonic() - began, 1)
        note_drill(file.parent, Drill(file=file.name, at=now, seconds=seconds, fault=fault))


class _Telling:
    def __init__(self) -> None:
        self._said_at = float("-inf")

    def step(self, done: int, total: int) -> None:
        if time.monotonic() - self._said_at >= _SAID_EVERY_S:
            self._said_at = time.monotonic()
            _say({"done": done, "total": total})


def _say_end(work: Callable[[], None]) -> None:
    try:
        work()
    except CounterfoilError as error:
        _say({"fault": error.message})
    else:
        _say({"fault": ""})


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
