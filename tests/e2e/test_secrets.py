"""No secret in anything that is printed, answered or logged, nor in what the machine tells of the running daemon."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from common import routes
from common.client import ApiClient
from common.connecting import StoreTry
from common.errors import CounterfoilError
from common.stores import StoreAdd, StoreReconnect
from common.sync import RunKind
from daemon.db.database import connect
from daemon.db.stores import all_stores
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from daemon.vault import CREDENTIAL_NAME, opened_vault
from tests.support.bench import eventually, free_port

APP, OWN, WRONG = "planted-app-secret-8841", "planted-own-secret-5527", "planted-wrong-token-3310"

COMMANDS = (
    "settings", "status", "audit", "store list", "runs list", "inbox list", "inbox list --causes", "activity",
    "contact list", "segment list", "undo --list", "store show simstore1", "inbox show 1 --trace", "doctor", "metrics",
    "support-bundle",
)  # fmt: skip


@pytest.fixture
async def shop() -> AsyncIterator[SandboxStore]:
    async with SandboxStore(Plan(customers=4, orders=6, products=4)) as running:
        yield running


async def said(*words: str, **environment: str) -> str:
    """All that a program of ours prints."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, env=os.environ | environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return out.decode("utf-8", "replace")


@pytest.mark.slow
async def test_planted_secrets_are_found_nowhere(shop: SandboxStore, tmp_path: Path) -> None:
    socket, credentials = tmp_path / "s", tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "bigcommerce.client_secret").write_text(APP, "utf-8")
    listen = f"127.0.0.1:{free_port()}"
    environment = {
        "COUNTERFOIL_STATE_DIR": str(tmp_path / "state"), "COUNTERFOIL_SOCKET": str(socket),
        "COUNTERFOIL_PUBLIC__LISTEN": listen, "COUNTERFOIL_PUBLIC__URL": f"http://{listen}",
        "COUNTERFOIL_BIGCOMMERCE__API_URL": shop.url, "COUNTERFOIL_LOG_LEVEL": "debug",
        "CREDENTIALS_DIRECTORY": str(credentials),
    }  # fmt: skip
    log = (tmp_path / "log").open("wb")
    daemon = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "daemon", "run", env=os.environ | environment, stdout=log, stderr=log
    )
    told: dict[str, str] = {}
    try:
        await eventually(lambda: _is_up(socket))
        async with ApiClient(socket) as api:
            await _worked(api, shop, told, f"http://{listen}")
        connector = aiohttp.UnixConnector(path=str(socket))
        async with aiohttp.ClientSession(connector=connector, base_url="http://c") as http:
            for endpoint in routes.NAMES:
                if endpoint.method == "GET" and endpoint is not routes.EVENTS:
                    path = endpoint.path.replace("{hash}", shop.identity.store_hash).replace("{id}", "1")
                    async with http.get(path.replace("{number}", "100")) as answer:
                        told[path] = await answer.text()
        printed = await asyncio.gather(*(said("tui", *words.split(), "--json", **environment) for words in COMMANDS))
        told |= dict(zip(COMMANDS, printed, strict=True))
        told["check"] = await said("daemon", "check", **environment)
        for name in ("cmdline", "environ"):
            told[name] = read(Path(f"/proc/{daemon.pid}/{name}"))
    finally:
        daemon.terminate()
        await daemon.wait()
        log.close()
    told["log"] = read(tmp_path / "log")
    key, hook_keys = read(tmp_path / "state" / CREDENTIAL_NAME).strip(), hook_keys_of(tmp_path / "state")
    told["rotate-key"] = await said("daemon", "rotate-key", **environment)

    assert len(set(hook_keys)) == 2
    assert hook_keys_of(tmp_path / "state") == hook_keys  # with the new key
    new_key = read(tmp_path / "state" / CREDENTIAL_NAME).strip()
    secrets = [APP, OWN, WRONG, shop.identity.token, key, new_key, *hook_keys]
    assert [(place, secret) for place, text in told.items() for secret in secrets if secret in text] == []
    assert all(told.values())
    assert "settings read anew" in told["log"]
    assert "Its write changed order" in told["inbox show 1 --trace"]
    assert "rotate" in told["/v1/audit"]


def hook_keys_of(state_dir: Path) -> list[str]:
    """The secret that hooks carry, and the one before it."""
    vault = opened_vault(state_dir)
    with closing(connect(state_dir / "counterfoil.db", writes=False)) as conn:
        (row,) = all_stores(conn)
    assert row.former_hook_key is not None
    return [vault.open(row.hook_key), vault.open(row.former_hook_key)]


def read(file: Path) -> str:
    return file.read_text("utf-8", "replace")


async def _is_up(socket: Path) -> bool:
    try:
        async with ApiClient(socket) as api:
            await api.status()
    except CounterfoilError:
        return False
    return True


async def _worked(api: ApiClient, shop: SandboxStore, told: dict[str, str], public: str) -> None:
    """Connects with a wrong and a right token, syncs, replaces both, reloads, and takes bad webhook calls."""
    name, token = shop.identity.store_hash, SecretStr(shop.identity.token)
    wrong = SecretStr(WRONG)
    for number, refused in enumerate(
        (api.try_store(StoreTry(store=name, token=wrong)), api.add_store(StoreAdd(store=name, token=wrong)))
    ):
        with pytest.raises(CounterfoilError) as error:
            await refused
        told[f"refused {number}"] = str(error.value)
    await api.add_store(StoreAdd(store=name, token=token, client_secret=SecretStr(OWN)))
    run = await api.start_run(name, RunKind.HISTORICAL)
    await eventually(lambda: _is_over(api, run.id))
    with pytest.raises(CounterfoilError) as error:
        await api.reconnect_store(name, StoreReconnect(token=wrong))
    told["reconnect"] = str(error.value)
    shop.orders.change_status(next(order.id for order in shop.world.orders if order.customer_id), 2)
    assert {attempt.failure for attempt in await shop.deliver()} == {""}
    await api.rotate_secret(name)
    await api.reload()
    async with aiohttp.ClientSession() as world:
        for secret in (APP, OWN, WRONG):
            headers = {"X-Counterfoil-Secret": secret, "webhook-signature": secret}
            async with world.post(f"{public}/webhooks/bigcommerce/{name}", headers=headers, data=secret) as answer:
                told[f"webhook {secret[:14]}"] = f"{answer.status} {await answer.text()}"


async def _is_over(api: ApiClient, run_id: int) -> bool:
    return (await api.run(run_id)).state.is_over
