"""A daemon, the store whose app it is, and a browser between them."""

import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr
from yarl import URL

from common.client import ApiClient
from daemon.app import Daemon
from daemon.sandbox.store import SandboxStore
from daemon.settings import BigCommerceSettings, PublicSettings, Settings, SyncSettings
from tests.support.bench import IMPATIENT, free_port


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    text: str
    location: str


@dataclass(slots=True)
class Desk:
    """A daemon, a store whose app it is, and a browser."""

    shop: SandboxStore
    api: ApiClient
    browser: aiohttp.ClientSession
    settings: Settings

    @property
    def callback(self) -> str:
        return f"{self.settings.public.url}/bigcommerce/auth"

    async def called(self, method: str = "GET", *, what: str = "auth", **query: str) -> Page:
        """The page at a callback of the app, called with *query*."""
        url = URL(f"{self.settings.public.url}/bigcommerce/{what}").with_query(query)
        async with self.browser.request(method, url, allow_redirects=False) as answer:
            return Page(answer.status, await answer.text(), answer.headers.get("Location", ""))

    async def installed(self, **changes: str) -> Page:
        """The page after the merchant agreed to all."""
        return await self.called(**{**self.shop.login.consent(), **changes})

    def now(self) -> int:
        """The moment by the daemon's clock."""
        return int(time.time())

    async def hashes(self) -> list[str]:
        return [store.hash for store in (await self.api.stores()).stores]


def _settings(folder: Path, shop: SandboxStore, **changes: Any) -> Settings:
    listen = f"127.0.0.1:{free_port()}"
    identity = shop.identity
    app = {
        "login_url": shop.url,
        "client_id": identity.client_id,
        "client_secret": SecretStr(identity.client_secret),
    }
    return Settings(
        state_dir=folder,
        public=PublicSettings(listen=listen, url=f"http://{listen}"),
        bigcommerce=BigCommerceSettings(api_url=shop.url, **{**app, **changes}),
        sync=SyncSettings(catch_up_minutes=0),
    )


@asynccontextmanager
async def opened_desk(shop: SandboxStore, **changes: Any) -> AsyncIterator[Desk]:
    """*changes* are of the BigCommerce settings."""
    folder = Path(tempfile.mkdtemp(prefix="cf-"))
    settings = _settings(folder, shop, **changes)
    shop.identity.auth_callback = f"{settings.public.url}/bigcommerce/auth"
    async with (
        Daemon(settings, patience=IMPATIENT),
        ApiClient(settings.socket_path) as api,
        aiohttp.ClientSession() as browser,
    ):
        yield Desk(shop, api, browser, settings)
    shutil.rmtree(folder)
