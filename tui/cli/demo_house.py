"""The demo's two programs on one folder: a sandbox store, and a daemon that may call nobody else."""

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict, SecretStr

from common.errors import DaemonUnreachable, Refused, TryLater
from common.paths import SOCKET_PATH_MAX_BYTES
from tui.cli.children import Child, Children
from tui.cli.session import ask
from tui.format import count

# A store of a million orders is made in well under this on a small machine.
_SANDBOX_READY_S = 120
_DAEMON_READY_S = 30

# What a service manager or an operator set for the real daemon must not reach the demo's.
_FOREIGN = ("COUNTERFOIL_", "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CREDENTIALS_DIRECTORY", "NOTIFY_", "WATCHDOG_")


@dataclass(frozen=True, slots=True)
class StorePlan:
    """The store to make: its sizes, the seed that decides everything, and its happenings per minute."""

    customers: int
    orders: int
    products: int
    seed: int
    rate: float


class Shop(BaseModel):
    """What the sandbox says on stdout when it is ready."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    url: str
    hash: str
    token: SecretStr
    client_secret: SecretStr


@dataclass(frozen=True, slots=True)
class House:
    """The sandbox store and the *socket* of the daemon that works for it."""

    shop: Shop
    socket: Path


@contextmanager
def state_folder(given: Path | None) -> Iterator[Path]:
    """*given*, new or empty, to be kept; or one that is removed at the end. Only its owner may enter."""
    if given is None:
        with TemporaryDirectory(prefix="counterfoil-demo-", ignore_cleanup_errors=True) as made:
            yield Path(made)
        return
    yield _own_folder(given.absolute())


def _own_folder(folder: Path) -> Path:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise Refused(
                f"The folder {folder} is not empty.", remedy="The demo begins with nothing; give it a new folder."
            )
        folder.chmod(0o700)
    except OSError as error:
        raise Refused(
            f"The folder {folder} cannot be used: {error.strerror}.",
            remedy="Give the demo a new folder, in a place this user may write to.",
        ) from error
    return folder


@contextmanager
def socket_path(folder: Path) -> Iterator[Path]:
    """Where the daemon's socket goes: into *folder*, or where its path is too long for a socket into a shorter one."""
    inside = folder / "counterfoil.sock"
    if len(os.fsencode(inside)) <= SOCKET_PATH_MAX_BYTES:
        yield inside
        return
    with TemporaryDirectory(prefix="counterfoil-", dir="/tmp", ignore_cleanup_errors=True) as short:
        yield Path(short) / "counterfoil.sock"


def build(plan: StorePlan, folder: Path, path: Path, children: Children, tell: Callable[[str], None]) -> House:
    """Both programs started and ready, the daemon's socket at *path*. Raises CounterfoilError with the log's end."""
    tell(f"Making a store of {count(plan.customers)} customers and {count(plan.orders)} orders")
    environment = _neutral(os.environ)
    shop = _open_shop(plan, folder, environment, children)
    tell(f"Its API answers at {shop.url}; starting a daemon in {folder}")
    daemon = children.start("daemon", ["run"], folder=folder, environment=environment | _settings(shop, folder, path))
    children.wait_until(daemon, lambda: _answers(path), timeout_s=_DAEMON_READY_S)
    return House(shop, path)


def _open_shop(plan: StorePlan, folder: Path, environment: Mapping[str, str], children: Children) -> Shop:
    wanted = {
        "--port": 0,
        "--customers": plan.customers,
        "--orders": plan.orders,
        "--products": plan.products,
        "--seed": plan.seed,
        "--rate": plan.rate,
        "--quota": 0,  # unlimited: the demo shows how fast a sync can be
    }
    arguments = [str(word) for pair in wanted.items() for word in pair]
    sandbox = children.start("sandbox", ["sandbox", *arguments], folder=folder, environment=environment)
    children.wait_until(sandbox, lambda: _has_line(sandbox), timeout_s=_SANDBOX_READY_S)
    return Shop.model_validate_json(sandbox.output.read_bytes().splitlines()[0])


def _has_line(sandbox: Child) -> bool:
    return b"\n" in sandbox.output.read_bytes()


def _answers(path: Path) -> bool:
    try:
        ask(lambda client: client.status(), path)
    except (DaemonUnreachable, TryLater):
        return False
    return True


def _neutral(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if not name.startswith(_FOREIGN)}


def _settings(shop: Shop, folder: Path, path: Path) -> dict[str, str]:
    """The daemon's settings as its environment: an empty file stands in for the machine's own configuration."""
    config = folder / "counterfoil.toml"
    config.touch(mode=0o600)
    listen = f"127.0.0.1:{_free_port()}"
    return {
        "COUNTERFOIL_CONFIG": str(config),
        "COUNTERFOIL_STATE_DIR": str(folder),
        "COUNTERFOIL_SOCKET": str(path),
        "COUNTERFOIL_PUBLIC__LISTEN": listen,
        "COUNTERFOIL_PUBLIC__URL": f"http://{listen}",
        "COUNTERFOIL_BIGCOMMERCE__API_URL": shop.url,
        "COUNTERFOIL_BIGCOMMERCE__QUOTA_SHARE": "1.0",
        "COUNTERFOIL_BACKUP__EVERY_HOURS": "0",
        "COUNTERFOIL_RETENTION__RESERVE_MB": "0",  # what is thrown away may use the last of a small disk
    }


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
