"""A whole daemon in this process, in a folder whose name is short enough for sockets."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest

from common.client import ApiClient
from daemon.app import Daemon
from daemon.bigcommerce.transport import RetryPolicy
from daemon.ingest.patience import Patience
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from daemon.settings import BigCommerceSettings, PublicSettings, Settings, SyncSettings

IMPATIENT = Patience(
    retries=RetryPolicy(attempts=2, first_pause_s=0, longest_pause_s=0, jitter_s=0, unauthorized_pause_s=0)
)


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="cf-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(autouse=True)
def _only_these_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("COUNTERFOIL_STATE_DIR", "COUNTERFOIL_SOCKET", "COUNTERFOIL_CONFIG", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


def settings_in(
    folder: Path, *, api_url: str = "http://127.0.0.1:1", public_url: str = "http://127.0.0.1:2"
) -> Settings:
    """A daemon of its own in *folder*: any free port, no timer."""
    return Settings(
        state_dir=folder,
        public=PublicSettings(listen="127.0.0.1:0", url=public_url),
        bigcommerce=BigCommerceSettings(api_url=api_url),
        sync=SyncSettings(catch_up_minutes=0),
    )


@pytest.fixture
async def daemon(folder: Path) -> AsyncIterator[Daemon]:
    async with Daemon(settings_in(folder), patience=IMPATIENT) as running:
        yield running


@pytest.fixture
async def client(daemon: Daemon, folder: Path) -> AsyncIterator[ApiClient]:
    async with ApiClient(folder / "counterfoil.sock") as opened:
        yield opened


@pytest.fixture
async def http(daemon: Daemon, folder: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """Plain HTTP on the daemon's socket."""
    connector = aiohttp.UnixConnector(path=str(folder / "counterfoil.sock"))
    async with aiohttp.ClientSession(connector=connector, base_url="http://counterfoil") as session:
        yield session


@pytest.fixture
async def shop() -> AsyncIterator[SandboxStore]:
    """A small store of BigCommerce's kind."""
    async with SandboxStore(Plan(customers=8, orders=12, products=6)) as running:
        yield running


@pytest.fixture
async def beside_shop(folder: Path, shop: SandboxStore) -> AsyncIterator[ApiClient]:
    """A client of a daemon that reaches *shop*."""
    async with (
        Daemon(settings_in(folder, api_url=shop.url), patience=IMPATIENT),
        ApiClient(folder / "counterfoil.sock") as opened,
    ):
        yield opened
