"""HTTP over a Unix socket: connections are used again, and closed when a call ends otherwise than by its answer."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from common.unix_http import BROKEN, Answer, UnixHttp

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


@dataclass(slots=True)
class Other:
    """The other end: answers each call with the next of *answers*, None = not at all."""

    path: Path
    answers: list[bytes | None]
    opened: int = 0
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    calls: list[bytes] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        while head := await _head(reader):
            self.calls.append(head)
            self.asked.set()
            answer = self.answers.pop(0)
            if answer is not None:
                writer.write(answer)
                if not answer or b"Connection: close" in answer:
                    break
        writer.close()
        self.closed.set()


async def _head(reader: asyncio.StreamReader) -> bytes:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"Content-Length:")), 0)
    return head + await reader.readexactly(length)


@pytest.fixture
async def other() -> AsyncIterator[Other]:
    with tempfile.TemporaryDirectory(prefix="cf-") as folder:
        served = Other(Path(folder) / "s.sock", [])
        async with await asyncio.start_unix_server(served.serve, served.path):
            yield served


async def call(http: UnixHttp, body: bytes | None = None) -> Answer:
    return await http.call("GET" if body is None else "POST", "/a?b=c", body, within_s=5)


async def test_calls_in_a_row_share_a_connection(other: Other) -> None:
    chunked = b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    other.answers = [OK, chunked, OK]
    http = UnixHttp(other.path)

    answers = [await call(http), await call(http, b'{"x":1}'), await call(http)]

    assert answers == [Answer(200, b"ok"), Answer(404, b"abcde"), Answer(200, b"ok")]
    assert other.opened == 1
    assert other.calls[1].startswith(b"POST /a?b=c HTTP/1.1\r\n")
    assert other.calls[1].endswith(b'\r\n\r\n{"x":1}')
    http.close()


async def test_calls_at_once_have_a_connection_each(other: Other) -> None:
    other.answers = [OK] * 4
    http = UnixHttp(other.path)

    await asyncio.gather(*(call(http) for _ in range(3)))
    await call(http)

    assert other.opened == 3
    http.close()


async def test_a_connection_that_the_other_end_closed_is_not_used_again(other: Other) -> None:
    other.answers = [OK.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), OK]
    http = UnixHttp(other.path)

    assert await call(http) == Answer(200, b"ok")
    await other.closed.wait()

    assert await call(http) == Answer(200, b"ok")
    assert other.opened == 2
    http.close()


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nok",
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: no\r\n\r\n",
    ],
)
async def test_what_breaks_off_or_is_no_answer_is_raised_and_the_next_call_begins_anew(
    other: Other, broken: bytes
) -> None:
    other.answers = [broken, OK]
    http = UnixHttp(other.path)

    with pytest.raises(BROKEN):
        await call(http)

    assert await call(http) == Answer(200, b"ok")
    assert other.opened == 2
    http.close()


async def test_a_call_that_is_cancelled_hangs_up(other: Other) -> None:
    other.answers = [None]
    calling = asyncio.create_task(call(UnixHttp(other.path)))
    await other.asked.wait()

    calling.cancel()

    await asyncio.wait_for(other.closed.wait(), timeout=5)


async def test_an_answer_that_does_not_come_in_time_is_a_timeout(other: Other) -> None:
    other.answers = [None, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"]
    http = UnixHttp(other.path)

    with pytest.raises(TimeoutError):
        await http.call("GET", "/", within_s=0.01)
    with pytest.raises(TimeoutError):
        async with http.stream("/", silent_for_s=0.01) as answer:
            assert [piece async for piece in answer.pieces] == [b"a"]

    await asyncio.wait_for(other.closed.wait(), timeout=5)
