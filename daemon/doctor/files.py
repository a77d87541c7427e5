"""Checks on the state folder and what lies in it: rights, owners, the key, the socket, leftovers."""

import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from common.times import DAY_S
from daemon.api.peers import peer_at
from daemon.doctor.config import close
from daemon.doctor.finding import Finding, error, note, or_well, unknown, warning, well
from daemon.settings import Settings
from daemon.vault import key_path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO

# What writers of ours call a file until it is whole.
_PARTS = ("*.part", "*.partial", "*.tmp")


def file_findings(settings: Settings, now: int) -> Iterator[Finding]:
    folder = settings.state_dir
    if not os.access(folder, os.R_OK | os.X_OK):
        why = "may not be entered by this user" if _is_there(folder) else "does not exist"
        yield error("state-dir-missing", f"{folder} {why}.", _AS_ITS_USER if _is_there(folder) else "")
        yield from (unknown(code, f"{folder} {why}.") for code in _WITHIN)
        return
    yield _writable(folder)
    yield _closed("state-dir-open", folder, 0o700)
    yield _owner(folder)
    yield from _key(folder)
    yield from or_well("database-open", _open_databases(folder), "Only its owner may read the database.")
    yield from _socket(settings)
    yield from or_well("leftovers", _leftovers(folder, now), "Nothing was left behind.")


_WITHIN = (
    "state-dir-open",
    "state-dir-owner",
    "key-missing",
    "key-open",
    "database-open",
    "socket-mode",
    "socket-stale",
    "socket-elsewhere",
    "leftovers",
)


_AS_ITS_USER = "If it is the service's, ask as its user: `sudo -u counterfoil counterfoild doctor`."


def _is_there(folder: Path) -> bool:
    """Also when one may not look at it."""
    try:
        return folder.exists()
    except PermissionError:
        return True


def _writable(folder: Path) -> Finding:
    if os.access(folder, os.W_OK):
        return well("state-dir-missing", f"{folder} can be written.")
    return error("state-dir-missing", f"{folder} cannot be written by this user.")


def _closed(code: str, path: Path, wanted: int) -> Finding:
    """Whether nobody but its owner has any right on *path*."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & _OTHERS:
        return error(code, f"{path} has the mode {mode:04o}.", mend=lambda: close(path, wanted))
    return well(code, f"{path} has the mode {mode:04o}.")


def _owner(folder: Path) -> Finding:
    """All in it belongs to who owns the folder: one file made by root is enough to stop the daemon."""
    owner = folder.stat().st_uid
    strangers = sorted(path.name for path in folder.iterdir() if path.lstat().st_uid != owner)
    if strangers:
        return error(
            "state-dir-owner", f"{folder} is owned by user {owner}; others own in it: {', '.join(strangers[:5])}."
        )
    return well("state-dir-owner", f"{folder} and what is in it belong to user {owner}.")


def _key(folder: Path) -> Iterator[Finding]:
    key = key_path(folder)
    if key.parent != folder:
        yield well("key-missing", "The key comes from the credentials directory.")
        yield well("key-open", "The service manager keeps it.")
    elif key.exists():
        yield well("key-missing", f"{key} is there.")
        yield _closed("key-open", key, 0o600)
    elif (folder / "counterfoil.db").exists():
        yield error("key-missing", f"{key} is not there, and the database is.")
        yield unknown("key-open", "There is no key, so its mode is not known.")
    else:
        yield well("key-missing", "It is made at the first start.")
        yield well("key-open", "There is no key yet.")


def _open_databases(folder: Path) -> Iterator[Finding]:
    for path in sorted(folder.glob("counterfoil.db*")):
        if stat.S_IMODE(path.stat().st_mode) & _OTHERS:
            yield _closed("database-open", path, 0o600)


def _socket(settings: Settings) -> Iterator[Finding]:
    path, holder = settings.socket_path, lock_holder(settings.state_dir)
    if not path.is_socket():
        yield well("socket-mode", f"There is no socket at {path}.")
        yield well("socket-stale", f"There is no socket at {path}.")
        yield from _elsewhere(path, holder, None)
        return
    server = served_by(path)
    yield _socket_mode(path)
    yield _stale(path, settings.state_dir, server)
    yield from _elsewhere(path, holder, server)


def _socket_mode(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode != 0o660:
        return warning("socket-mode", f"{path} has the mode {mode:04o}.", mend=lambda: close(path, 0o660))
    return well("socket-mode", f"{path} has the mode {mode:04o}, group {path.stat().st_gid}.")


def _stale(path: Path, folder: Path, server: int | None) -> Finding:
    if server is not None:
        return well("socket-stale", f"{path} is served by process {server}.")
    return warning("socket-stale", f"Nobody serves {path}.", mend=lambda: _removed(path, folder))


def _removed(path: Path, folder: Path) -> str:
    if served_by(path) is not None or lock_holder(folder) is not None:  # one has started since it was looked at
        return f"{path} was left: a daemon is there now."
    path.unlink(missing_ok=True)
    return f"{path} was removed."


def _elsewhere(path: Path, holder: int | None, server: int | None) -> Iterator[Finding]:
    if holder is None and server is None:
        yield well("socket-elsewhere", "No daemon works in the state folder.")
    elif holder == server:
        yield well("socket-elsewhere", f"Process {holder} works in the state folder and serves the socket.")
    elif holder is None:
        yield error("socket-elsewhere", f"{path} is served by process {server}, which does not hold the state folder.")
    else:
        who = f"is served by process {server}" if server else "is served by nobody"
        yield error("socket-elsewhere", f"Process {holder} works in the state folder, and {path} {who}.")


def served_by(path: Path) -> int | None:
    """The process that serves the socket; None = nobody does, 0 = it does not say."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(path))
            return peer_at(probe).pid
        except OSError:
            return None


def lock_holder(folder: Path) -> int | None:
    """The process that works in the state folder; None = nobody does."""
    try:
        with (folder / "counterfoil.lock").open(encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read().strip() or 0)
            return None
    except (OSError, ValueError):
        return None


def _leftovers(folder: Path, now: int) -> Iterator[Finding]:
    """Parts of a day ago: what writes one now is not disturbed."""
    parts = [path for pattern in _PARTS for path in sorted(folder.rglob(pattern))]
    old = [path for path in parts if path.is_file() and now - path.stat().st_mtime > DAY_S]
    if old:
        names = ", ".join(path.name for path in old[:5])
        yield warning("leftovers", f"Left behind in {folder}: {names}.", mend=lambda: _all_removed(old))
    copies = sorted(path.name for path in folder.glob("counterfoil.db.before-*"))
    if copies:
        yield note("leftovers", f"Copies from before upgrades: {', '.join(copies)}.", "Remove them once all is well.")


def _all_removed(paths: list[Path]) -> str:
    for path in paths:
        path.unlink(missing_ok=True)
    return f"Removed: {', '.join(path.name for path in paths)}."
