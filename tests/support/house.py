"""A daemon as a process of its own, to be killed and started again, and a sandbox store beside it."""

import asyncio
import json
import os
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, closing, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from pydantic import SecretStr

from common.client import ApiClient
from common.contacts import ContactDetail, ContactQuery
from common.errors import DaemonUnreachable
from common.stores import StoreAdd
from common.sync import Run
from daemon.db.database import connect
from daemon.ingest.connect import HOOK_KEY_HEADER
from daemon.sandbox.store import SandboxStore
from daemon.settings import Settings
from daemon.vault import opened_vault
from tests.support.bench import eventually, free_port

_ROOT = Path(__file__).parents[2]

_STARTS_WITHIN_S = 120.0  # a second or two, unless the machine is busy with much else


class House:
    """Use as `async with House("--orders", "100") as house:`; the arguments are the sandbox's. The daemon runs then.

    With *store* that one is opened in this process instead, for a test that looks into it; *told* is what a sandbox
    said that runs already. *environment* is the daemon's on top of what it needs; *prepared* is called with its folder
    before it first starts. What the daemon logs goes on to *log*.
    """

    def __init__(
        self,
        *sandbox: str,
        store: SandboxStore | None = None,
        told: dict[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
        prepared: Callable[[Path], None] | None = None,
        log: Path | None = None,
    ) -> None:
        self._arguments = sandbox
        self._store = store
        self._told = told
        self._given = environment or {}
        self._prepared = prepared
        self._log = log
        self._stack = AsyncExitStack()
        self._daemon: Process | None = None
        self.state_dir: Path
        self.told: dict[str, Any]
        self._session: aiohttp.ClientSession
        self._environment: dict[str, str]

    async def __aenter__(self) -> Self:
        try:
            await self._open()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def _open(self) -> None:
        self.state_dir = Path(tempfile.mkdtemp(prefix="cf-"))
        self._stack.callback(shutil.rmtree, self.state_dir)
        self._session = await self._stack.enter_async_context(aiohttp.ClientSession())
        self.told = self._told or await (self._opened(self._store) if self._store else self._sandbox())
        listen = f"127.0.0.1:{free_port()}"
        self._environment = {
            "COUNTERFOIL_STATE_DIR": str(self.state_dir),
            "COUNTERFOIL_PUBLIC__LISTEN": listen,
            "COUNTERFOIL_PUBLIC__URL": f"http://{listen}",
            "COUNTERFOIL_BIGCOMMERCE__API_URL": self.told["url"],
            "COUNTERFOIL_BIGCOMMERCE__QUOTA_SHARE": "1",
            "COUNTERFOIL_SYNC__CATCH_UP_MINUTES": "0",
            **self._given,
        }
        if self._prepared:
            self._prepared(self.state_dir)
        await self.start()

    async def _opened(self, store: SandboxStore) -> dict[str, Any]:
        await self._stack.enter_async_context(store)
        store.live()
        identity = store.identity
        return {
            "url": store.url,
            "hash": identity.store_hash,
            "token": identity.token,
            "client_secret": identity.client_secret,
        }

    async def _sandbox(self) -> dict[str, Any]:
        sandbox = await self._process("sandbox", "--port", "0", *self._arguments)
        self._stack.push_async_callback(_ended, sandbox)
        assert sandbox.stdout is not None
        told: dict[str, Any] = json.loads(await sandbox.stdout.readline())
        return told

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()
        await self._stack.aclose()

    async def _process(self, *words: str, log: Path | None = None, **environment: str) -> Process:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("COUNTERFOIL_")}
        with log.open("ab") if log else nullcontext() as stderr:
            return await asyncio.create_subprocess_exec(
                *(sys.executable, "-P", "-m", "daemon", *words),
                stdout=PIPE,
                stderr=stderr,
                env=clean | {"PYTHONPATH": str(_ROOT)} | environment,
            )

    async def start(self, *, version: str = "") -> None:
        """Starts the daemon and waits until it answers; with *version* it is one that calls itself that."""
        another = {"PYTHONPATH": f"{self._called(version)}{os.pathsep}{_ROOT}"} if version else {}
        self._daemon = await self._process("run", log=self._log, **self._environment, **another)
        await eventually(self._answers, within_s=_STARTS_WITHIN_S)

    def _called(self, version: str) -> Path:
        """A folder that says which version is installed, for those who find it before the true one."""
        folder = self.state_dir / f"counterfoil-{version}.dist-info"
        folder.mkdir(exist_ok=True)
        (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: counterfoil\nVersion: {version}\n")
        return self.state_dir

    async def _answers(self) -> bool:
        try:
            async with self.api() as api:
                await api.status()
        except DaemonUnreachable:
            return False
        return True

    async def kill(self) -> None:
        """SIGKILL: no handler runs, nothing is flushed."""
        assert self._daemon is not None
        self._daemon.kill()
        await self._daemon.wait()
        self._daemon = None

    async def stop(self) -> int | None:
        """As a service manager does; the exit code, None when it did not run."""
        if (daemon := self._daemon) is None:
            return None
        self._daemon = None
        await _ended(daemon)
        return daemon.returncode

    @property
    def settings(self) -> Settings:
        return Settings(state_dir=self.state_dir)

    @property
    def socket(self) -> Path:
        return self.state_dir / "counterfoil.sock"

    def api(self) -> ApiClient:
        return ApiClient(self.socket)

    async def connect(self, *, hooks: bool) -> None:
        wanted = StoreAdd(
            store=self.told["hash"],
            token=SecretStr(self.told["token"]),
            client_secret=SecretStr(self.told["client_secret"]),
            hooks=hooks,
        )
        async with self.api() as api:
            await api.add_store(wanted)

    async def over(self, run_id: int, *, within_s: float = 60) -> Run:
        async def run_if_over() -> Run | None:
            async with self.api() as api:
                run = await api.run(run_id)
            return run if run.state.is_over else None

        run: Run = await eventually(run_if_over, within_s=within_s)
        return run

    def hook(self) -> tuple[str, dict[str, str]]:
        """The address that the store's hooks call, and the secret header by which they are believed."""
        (sealed,) = self.rows(f"select hook_key from store where hash = '{self.told['hash']}'")
        key = opened_vault(self.state_dir).open(sealed)
        url = f"{self._environment['COUNTERFOIL_PUBLIC__URL']}/webhooks/bigcommerce/{self.told['hash']}"
        return url, {HOOK_KEY_HEADER: key}

    def memory_mb(self, what: str) -> int:
        """What the system says of the daemon: "VmHWM", the most it ever held, or "VmRSS", what it holds."""
        assert self._daemon is not None
        lines = Path(f"/proc/{self._daemon.pid}/status").read_text().splitlines()
        (kilobytes,) = (line.split()[1] for line in lines if line.startswith(f"{what}:"))
        return int(kilobytes) // 1024

    async def contacts(self) -> dict[str, ContactDetail]:
        async with self.api() as api:
            page = await api.contacts(ContactQuery(limit=10_000))
            return {row.email: await api.contact(row.email) for row in page.contacts}

    async def happens(self, what: str, **body: Any) -> Any:
        """Makes something happen in the store."""
        async with self._session.post(f"{self.told['url']}/_sandbox/{what}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def order(self, number: int) -> Any:
        """Order *number* as the store tells it."""
        url = f"{self.told['url']}/stores/{self.told['hash']}/v2/orders/{number}"
        whole = {"include": "consignments.line_items", "consignment_structure": "object"}
        headers = {"X-Auth-Token": self.told["token"]}
        async with self._session.get(url, params=whole, headers=headers) as answer:
            return await answer.json(content_type=None)

    async def stats(self) -> Any:
        async with self._session.get(f"{self.told['url']}/_sandbox/stats") as answer:
            return await answer.json()

    async def truth(self, kind: str) -> list[dict[str, Any]]:
        async with self._session.get(f"{self.told['url']}/_sandbox/truth") as answer:
            rows = [json.loads(line) for line in (await answer.text()).splitlines()]
        return [row for row in rows if row["kind"] == kind]

    def rows(self, sql: str) -> list[Any]:
        """What the database holds, daemon or no daemon; rows of one column come as plain values."""
        with closing(connect(self.state_dir / "counterfoil.db", writes=False)) as conn:
            return [row[0] if len(row) == 1 else row for row in conn.execute(sql)]


async def _ended(process: Process) -> None:
    """Stopped politely, and within the time in which a service manager would kill it."""
    if process.returncode is None:
        process.terminate()
    try:
        async with asyncio.timeout(10):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()
        raise
