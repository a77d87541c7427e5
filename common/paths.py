"""Where things live when nobody says otherwise."""

import os
from pathlib import Path

# A Unix socket's path is at most 107 bytes on Linux; a longer one fails with a message about nothing.
SOCKET_PATH_MAX_BYTES = 107


def system_config_file() -> Path:
    return Path("/etc/counterfoil/counterfoil.toml")


def ui_config_file() -> Path:
    """What a person prefers in the terminal UI."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "counterfoil" / "ui.toml"


def default_state_dir() -> Path:
    """systemd's state folder when it gives one, else a folder of the user's own (XDG)."""
    if given := os.environ.get("STATE_DIRECTORY"):
        return Path(given.split(":")[0])
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "counterfoil"


def default_socket() -> Path:
    """The daemon's socket: systemd's runtime folder, else the system service's if it exists, else the user's own."""
    if given := os.environ.get("RUNTIME_DIRECTORY"):
        return Path(given.split(":")[0]) / "counterfoil.sock"
    system = Path("/run/counterfoil/counterfoil.sock")
    if system.parent.is_dir() and os.access(system.parent, os.X_OK):
        return system
    if runtime := os.environ.get("XDG_RUNTIME_DIR"):
        return Path(runtime) / "counterfoil.sock"
    return default_state_dir() / "counterfoil.sock"


def client_socket(given: str | None = None) -> Path:
    """Where a client looks: *given*, else COUNTERFOIL_SOCKET, else in COUNTERFOIL_STATE_DIR, else the default."""
    if chosen := given or os.environ.get("COUNTERFOIL_SOCKET"):
        return Path(chosen)
    if state_dir := os.environ.get("COUNTERFOIL_STATE_DIR"):
        return Path(state_dir) / "counterfoil.sock"
    return default_socket()
