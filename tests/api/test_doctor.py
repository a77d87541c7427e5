"""The doctor of a real daemon: a healthy one is told to be so, and each trouble by its code."""

import ast
import inspect
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from common.client import ApiClient
from common.doctor import CheckResult, Diagnosis, Verdict
from common.status import HealthItem, Severity
from common.stores import StoreAdd
from daemon import health
from daemon.app import Daemon
from daemon.doctor.catalogue import CHECKS, HEALTH
from daemon.doctor.command import offline_diagnosis
from daemon.doctor.diagnosis import fused, of_health
from daemon.doctor.disk import file_system
from daemon.doctor.finding import well
from daemon.doctor.machine import needed
from daemon.doctor.network import lasting
from daemon.ingest.connect import HOOK_KEY_HEADER
from daemon.sandbox.store import SandboxStore
from daemon.settings import PublicSettings, Settings
from tests.api.conftest import IMPATIENT, settings_in
from tests.support.bench import free_port

DAY_S = 86400


def of(found: Diagnosis, code: str) -> CheckResult:
    return next(result for result in found.results if result.code == code)


def test_there_are_many_checks_and_each_says_what_it_means_and_what_to_do() -> None:
    assert len(CHECKS) >= 30
    assert all(
        check.meaning.endswith(".") and (check.remedy[-1] in ".?" or check.remedy.endswith(")."))
        for check in CHECKS.values()
    )


def test_every_health_item_is_in_the_catalogue() -> None:
    sources = [ast.parse(path.read_text("utf-8")) for path in Path(inspect.getfile(health)).parent.rglob("*.py")]
    words = [node for source in sources for node in ast.walk(source) if isinstance(node, ast.keyword)]
    codes = {one.value.value for one in words if one.arg == "code" and isinstance(one.value, ast.Constant)}

    assert len(codes) > 10
    assert set(CHECKS) >= codes | HEALTH


def test_where_health_and_a_check_tell_of_one_thing_it_is_told_once() -> None:
    item = HealthItem(code="disk-full", severity=Severity.ERROR, title="Only 3 MB are left.", fix="Make room.")

    both = fused(of_health([item]), [well("disk-full", "3 MB are left."), well("disk-slow", "2 ms.")])

    assert [one.found for one in both if one.code == "disk-full"] == ["Only 3 MB are left."]
    alone = fused(of_health([]), [well("disk-full", "900 MB are left.")])
    assert [one.found for one in alone if one.code == "disk-full"] == ["900 MB are left."]


async def test_every_check_of_the_catalogue_is_made_once_at_least(client: ApiClient) -> None:
    found = await client.diagnosis()

    assert {result.code for result in found.results} == set(CHECKS)
    assert found.is_whole


async def test_the_checks_are_listed(client: ApiClient) -> None:
    assert (await client.checks()).checks == list(CHECKS.values())


@asynccontextmanager
async def daemon_behind(folder: Path, proxy: "Proxy") -> AsyncIterator[ApiClient]:
    """A daemon whose public address is that of *proxy*."""
    async with proxy as url:
        settings = settings_in(folder).model_copy(
            update={"public": PublicSettings(listen=f"127.0.0.1:{proxy.upstream}", url=url)}
        )
        async with Daemon(settings, patience=IMPATIENT), ApiClient(folder / "counterfoil.sock") as client:
            yield client


class Proxy:
    """A reverse proxy that does something to what it passes on."""

    def __init__(self, *, drops: str = "", cuts: int | None = None, answers: int | None = None) -> None:
        self.upstream = free_port()
        self._drops = drops
        self._cuts = cuts
        self._answers = answers

    async def __aenter__(self) -> str:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        port = free_port()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        return f"http://127.0.0.1:{port}"

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _pass_on(self, request: web.Request) -> web.Response:
        if self._answers:
            return web.Response(status=self._answers)
        headers = {name: value for name, value in request.headers.items() if name not in ("Host", "Content-Length")}
        headers.pop(self._drops, None)
        body = (await request.read())[: self._cuts]
        url = f"http://127.0.0.1:{self.upstream}{request.path}"
        async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=headers) as answer:
            return web.Response(status=answer.status)


@pytest.mark.parametrize(
    ("proxy", "verdict", "said"),
    [
        pytest.param(Proxy(), Verdict.WELL, "arrived here whole", id="passes all on"),
        pytest.param(Proxy(drops=HOOK_KEY_HEADER), Verdict.ERROR, HOOK_KEY_HEADER, id="drops the secret header"),
        pytest.param(Proxy(cuts=9000), Verdict.ERROR, "the body was changed", id="cuts the body"),
        pytest.param(Proxy(answers=404), Verdict.ERROR, "does not pass /webhooks/bigcommerce/ on", id="wrong path"),
        pytest.param(Proxy(answers=502), Verdict.ERROR, "the right port", id="wrong port"),
        pytest.param(Proxy(answers=301), Verdict.ERROR, "elsewhere", id="redirects"),
    ],
)
async def test_a_call_to_ourselves_tells_what_the_proxy_does(
    folder: Path, proxy: Proxy, verdict: Verdict, said: str
) -> None:
    async with daemon_behind(folder, proxy) as client:
        path = of(await client.diagnosis(), "public-path")

    assert path.verdict is verdict
    assert said in path.found


async def test_nobody_else_can_call_where_the_probe_arrives(folder: Path) -> None:
    async with daemon_behind(folder, proxy := Proxy()), aiohttp.ClientSession() as session:
        for headers in ({}, {HOOK_KEY_HEADER: ""}, {HOOK_KEY_HEADER: "x" * 43}):
            url = f"http://127.0.0.1:{proxy.upstream}/webhooks/bigcommerce/self-test"
            async with session.post(url, headers=headers, data=b"{}") as answer:
                assert (answer.status, await answer.read()) == (401, b"")


async def test_a_public_address_that_nobody_serves_is_told(client: ApiClient) -> None:
    assert "could not be called from here" in of(await client.diagnosis(), "public-path").found


def _open_to_all(folder: Path) -> None:
    folder.chmod(0o755)
    (folder / "counterfoil.key").chmod(0o644)
    (folder / "counterfoil.sock").chmod(0o666)


async def test_fix_takes_away_others_rights(daemon: Daemon, client: ApiClient, folder: Path) -> None:
    _open_to_all(folder)

    found = await client.mend()

    for code in ("state-dir-open", "key-open", "socket-mode"):
        assert of(found, code).verdict.is_wrong
        assert "has the mode" in of(found, code).mended
    after = await client.diagnosis()
    assert not [result.code for result in after.results if result.code in ("state-dir-open", "key-open", "socket-mode")
                and result.verdict is not Verdict.WELL]  # fmt: skip


async def test_fix_makes_missing_hooks(folder: Path, shop: SandboxStore) -> None:
    listen = f"127.0.0.1:{free_port()}"
    settings = settings_in(folder, api_url=shop.url).model_copy(
        update={"public": PublicSettings(listen=listen, url=f"http://{listen}")}
    )
    async with Daemon(settings, patience=IMPATIENT), ApiClient(folder / "counterfoil.sock") as client:
        shop.live()
        await client.add_store(StoreAdd(store=shop.identity.store_hash, token=shop.identity.token))
        with sqlite3.connect(folder / "counterfoil.db") as conn:
            conn.execute("update hook set is_active = 0")

        found = await client.mend()

        assert of(found, "hooks-missing").mended == "They were made anew."
        assert of(await client.diagnosis(), "hooks-missing").verdict is Verdict.WELL


def test_without_a_daemon_a_left_over_socket_and_parts_are_found_and_removed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    monkeypatch.setenv("COUNTERFOIL_STATE_DIR", str(folder))
    left = socket.socket(socket.AF_UNIX)
    left.bind(str(folder / "counterfoil.sock"))
    left.close()
    part = folder / "export.csv.part"
    part.touch()
    os.utime(part, (0, 0))

    found = offline_diagnosis(None, None, mends=True)

    assert of(found, "socket-stale").mended
    assert of(found, "leftovers").mended == "Removed: export.csv.part."
    assert sorted(path.name for path in folder.iterdir()) == []


def test_a_configuration_that_cannot_be_read_is_a_finding(folder: Path) -> None:
    config = folder / "counterfoil.toml"
    config.write_text('log_level = "loud"\n', "utf-8")

    found = offline_diagnosis(config, None, mends=False)

    assert of(found, "config-invalid").verdict is Verdict.ERROR
    assert "line 1" in of(found, "config-invalid").found


def test_a_damaged_database_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "counterfoil.db").write_bytes(b"no database at all" * 100)

    found = offline_diagnosis(None, folder, mends=False)

    assert of(found, "database-damaged").verdict is Verdict.ERROR


@pytest.mark.parametrize(("days", "verdict"), [(60, Verdict.WELL), (13, Verdict.WARNING), (0, Verdict.WARNING)])
def test_a_certificate_that_ends_soon_is_told(days: int, verdict: Verdict) -> None:
    assert lasting("hooks.example.com", 1000.0 + days * DAY_S, now=1000).verdict is verdict


def test_the_file_system_is_the_one_mounted_nearest(tmp_path: Path) -> None:
    mounts = f"/dev/a / ext4 rw 0 0\nserver:/x {tmp_path.resolve()} nfs4 rw 0 0\n/dev/b /nowhere tmpfs rw 0 0\n"

    assert file_system(tmp_path / "state", mounts) == "nfs4"
    assert file_system(Path("/"), mounts) == "ext4"


def test_only_what_the_program_always_needs_is_needed() -> None:
    assert needed(["aiohttp>=3.12", "apscheduler<4,>=3.11", "duckdb>=1.2; extra == 'bench'"]) == [
        ("aiohttp", "3.12"),
        ("apscheduler", "3.11"),
    ]


def test_the_state_folder_of_another_instance_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock held here and a socket served by nobody: the two do not belong together."""
    from daemon.api.server import bound_socket
    from daemon.doctor.files import file_findings
    from daemon.lock import locked_state_dir

    settings = Settings(state_dir=folder, socket=folder / "other.sock")
    with locked_state_dir(folder):
        bound_socket(folder / "other.sock").close()
        (found,) = [one for one in file_findings(settings, 0) if one.code == "socket-elsewhere"]

    assert found.verdict is Verdict.ERROR
