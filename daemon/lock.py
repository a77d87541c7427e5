"""One daemon per state folder: a lock that the kernel takes back whatever happens to us."""

import fcntl
import os
from pathlib import Path
from typing import IO

from common.errors import Refused


def locked_state_dir(state_dir: Path) -> IO[str]:
    """The open lock file; the lock lasts until it is closed. Makes the folder (0700) where there is none.

    Raises Refused when the folder cannot be used or another daemon holds it.
    """
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (state_dir / "counterfoil.lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise Refused(
            f"The state folder {state_dir} cannot be written: {error.strerror}.",
            remedy="Give this user the right to write there, or choose another COUNTERFOIL_STATE_DIR.",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise Refused(
            f"Another daemon (process {holder}) works in {state_dir}.",
            remedy="Stop it first, or give this one another COUNTERFOIL_STATE_DIR.",
        ) from None
    lock.seek(0)
    lock.truncate()
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock
