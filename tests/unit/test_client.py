"""The client: every way in which the daemon can be out of reach is told with what to do about it."""

import asyncio
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import web

from common.client import ApiClient
from common.errors import CounterfoilError, DaemonUnreachable, NotFound, Problem
from common.events import EVENT, Heartbeat, Hello

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
HELLO = Hello(seq=0, at=1_760_000_000, version="1.0")
BEAT = Heartbeat(seq=4, at=1_760_000_015)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder with a path short enough for sockets."""
    made = Path(tempfile.mkdtemp(prefix="cf-"))
    yield made
    shutil.rmtree(made)


@asynccontextmanager
async def served(path: Path, answer: Handler) -> AsyncIterator[ApiClient]:
    """A client of something at *path* that answers everything by *answer*."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.UnixSite(runner, str(path)).start()
    try:
        async with ApiClient(path) as client:
            yield client
    finally:
        await runner.cleanup()


async def unreachable(path: Path) -> DaemonUnreachable:
    async with ApiClient(path) as client:
        with pytest.raises(DaemonUnreachable) as caught:
            await client.status()
    return caught.value


async def test_without_a_socket_one_is_told_to_start_the_daemon(folder: Path) -> None:
    error = await unreachable(folder / "none.sock")

    assert "there is no socket" in error.message
    assert "counterfoil run" in error.remedy


async def test_a_socket_nobody_serves_is_told_as_left_behind(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(folder / "dead.sock"))
    error = await unreachable(folder / "dead.sock")

    assert "nobody serves it" in error.message
    assert "start it again" in error.remedy


async def test_a_path_longer_than_the_system_takes_is_told(folder: Path) -> None:
    error = await unreachable(folder / ("x" * 120))

    assert "longer than 107 bytes" in error.message
    assert "COUNTERFOIL_SOCKET" in error.remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
async def test_a_socket_of_others_is_told_with_the_group_to_join(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as others:
        others.bind(str(folder / "their.sock"))
        (folder / "their.sock").chmod(0)

        assert "usermod" in (await unreachable(folder / "their.sock")).remedy


def test_a_refusal_by_the_system_is_told_with_the_group_to_join() -> None:
    error = ApiClient(Path("/run/x.sock"))._unreachable(PermissionError(13, "Permission denied"))

    assert "may not open" in error.message
    assert "usermod -aG counterfoil" in error.remedy


async def test_an_answer_that_breaks_off_is_told(folder: Path) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.close()

    server = await asyncio.start_unix_server(hang_up, folder / "s.sock")
    async with server:
        assert "broke off" in (await unreachable(folder / "s.sock")).message


async def test_what_the_daemon_raised_is_raised_here(folder: Path) -> None:
    problem = Problem.of(NotFound("No such store.", remedy="Look."))

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=404, text=problem.model_dump_json())

    async with served(folder / "s.sock", answer) as client:
        with pytest.raises(NotFound, match=r"No such store\. Look\."):
            await client.store("abc123")


@pytest.mark.parametrize("body", ["<html>502 Bad Gateway</html>", "", "[]", "{}"])
async def test_an_error_that_is_no_problem_is_told_with_its_status(folder: Path, body: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=502, text=body)

    async with served(folder / "s.sock", answer) as client:
        with pytest.raises(CounterfoilError, match="answered 502"):
            await client.status()


@pytest.mark.parametrize("body", ["<html>", "{}", ""])
async def test_an_answer_of_another_program_or_version_is_told(folder: Path, body: str) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(text=body)

    async with served(folder / "s.sock", answer) as client:
        with pytest.raises(CounterfoilError, match="not understood") as caught:
            await client.status()

    assert "same version" in caught.value.remedy


async def test_names_in_a_path_are_quoted(folder: Path) -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.raw_path)
        return web.Response(status=404, text=Problem.of(NotFound("No.")).model_dump_json())

    async with served(folder / "s.sock", answer) as client:
        with pytest.raises(NotFound):
            await client.store("../x?y#z")

    assert asked == ["/v1/stores/..%2Fx%3Fy%23z"]


async def _lines(request: web.Request, *lines: bytes) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    for line in lines:
        await response.write(line)
    return response


async def test_the_stream_ends_when_the_daemon_closes_it(folder: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        hello, beat = EVENT.dump_json(HELLO), EVENT.dump_json(BEAT)
        return await _lines(request, hello + b"\n" + beat[:10], beat[10:] + b"\n")

    async with served(folder / "s.sock", answer) as client:
        assert [event async for event in client.events()] == [HELLO, BEAT]


async def test_a_stream_that_breaks_off_is_told(folder: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = await _lines(request, EVENT.dump_json(HELLO) + b"\n")
        if request.transport is not None:
            request.transport.abort()
        return response

    async with served(folder / "s.sock", answer) as client:
        with pytest.raises(DaemonUnreachable):
            _ = [event async for event in client.events()]


async def test_a_fact_that_only_a_newer_daemon_knows_is_passed_over(folder: Path) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        newer = b'{"kind":"weather","seq":1,"at":"2025-10-09T08:53:20Z"}\n'
        return await _lines(request, EVENT.dump_json(HELLO) + b"\n", newer, EVENT.dump_json(BEAT) + b"\n")

    async with served(folder / "s.sock", answer) as client:
        assert [event async for event in client.events()] == [HELLO, BEAT]


async def test_a_line_of_many_ids_comes_through_whole(folder: Path) -> None:
    long = b'{"kind":"hello","seq":0,"at":"2025-10-09T08:53:20Z","version":"' + b"x" * 1_000_000 + b'"}\n'

    async def answer(request: web.Request) -> web.StreamResponse:
        return await _lines(request, long)

    async with served(folder / "s.sock", answer) as client:
        assert [len(line) async for line in client.event_lines()] == [len(long) - 1]


async def test_a_client_outside_its_context_is_a_mistake() -> None:
    with pytest.raises(RuntimeError, match="async with"):
        await ApiClient(Path("/x.sock")).status()
