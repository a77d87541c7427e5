"""The real process takes whatever strangers send to its public listener, and is the same afterwards."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

import pytest

from tests.support import sizes
from tests.support.hostile import Call, Hostile
from tests.support.house import House

_SENDERS = 8
_ANSWER_WITHIN_S = 10.0
_WARMING_UP = 10_000
# What is asked of the inbox and the store is kept at hand: 9 after 100,000 calls, 10 after 400,000.
_MOST_GROWTH_MB = 16
_MOST_LINES = 60
_SLOW = 100  # callers who take all the while over one call
_ROWS = 100
_IN_A_ROW = 20
_ORDER = 4711

_Line: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

pytestmark = pytest.mark.slow


async def test_hostile_calls_leave_no_failure_no_memory_and_no_flood_of_lines(tmp_path: Path) -> None:
    heard = tmp_path / "log"
    unlimited = {"COUNTERFOIL_PUBLIC__PER_SOURCE_PER_MINUTE": "0"}  # else nearly all would be one answer
    async with House("--orders=10", "--customers=5", "--quota=0", environment=unlimited, log=heard) as house:
        await house.connect(hooks=True)
        slow = [await _begun(house) for _ in range(_SLOW)]
        await _besieged(house, _WARMING_UP, sizes.SEED)
        before_mb, lines_before = house.memory_mb("VmRSS"), _lines(heard)

        answers = await _besieged(house, sizes.HOSTILE_CALLS, sizes.SEED + 1)

        grown_mb, lines = house.memory_mb("VmRSS") - before_mb, _lines(heard) - lines_before
        print(
            f"hostile calls: {dict(sorted(answers.items()))}, memory {before_mb} MB {grown_mb:+}, {lines} lines of log"
        )
        assert sum(answers.values()) == sizes.HOSTILE_CALLS
        assert answers[0] < sizes.HOSTILE_CALLS * 0.03  # those hung up in their midst
        assert [status for status in answers if status >= 500] == []
        assert grown_mb <= _MOST_GROWTH_MB
        assert lines <= _MOST_LINES
        rows = [status for seed in range(_ROWS) for status in await _in_a_row(house, seed)]
        assert len(rows) > _ROWS * 2
        assert max(rows) < 500
        assert await asyncio.gather(*map(_ended, slow)) == [(200, True)] * _SLOW
        assert await _delivered(house) == (200, True)
        assert house.rows(f"select count(*) from delivery where resource_id = '{_ORDER}'") == [1]


def _lines(log: Path) -> int:
    return log.read_bytes().count(b"\n")


async def _besieged(house: House, calls: int, seed: int) -> Counter[int]:
    """Sends so many calls; the answers by status, 0 = hung up on without a word."""
    url, key = house.hook()
    at, answers = urlsplit(url), Counter[int]()
    (pair,) = key.items()
    shares = [calls // _SENDERS + (n < calls % _SENDERS) for n in range(_SENDERS)]
    async with asyncio.TaskGroup() as senders:
        for n, share in enumerate(shares):
            hostile = Hostile(seed * 1000 + n, path=at.path, key=pair)
            senders.create_task(_sent(at.port or 80, hostile, share, answers))
    return answers


async def _begun(house: House) -> _Line:
    line = await asyncio.open_connection("127.0.0.1", urlsplit(house.hook()[0]).port)
    line[1].write(b"GET /healthz HTTP/1.1\r\nHost: hooks.exa")
    return line


async def _ended(line: _Line) -> tuple[int, bool]:
    line[1].write(b"mple.com\r\n\r\n")
    answer = await _answer(line[0])
    line[1].close()
    return answer


async def _in_a_row(house: House, seed: int) -> list[int]:
    """What calls are answered that do not wait for each other's answers, up to one that ends the connection."""
    url, key = house.hook()
    (pair,) = key.items()
    hostile = Hostile(seed, path=urlsplit(url).path, key=pair)
    calls = [call.wire for call in (hostile.one() for _ in range(_IN_A_ROW)) if not (call.is_last or call.is_cut)]
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    writer.write(b"".join(calls))
    answers, is_kept = list[int](), True
    async with asyncio.timeout(_ANSWER_WITHIN_S):
        while is_kept and len(answers) < len(calls):
            status, is_kept = await _answer(reader)
            answers.append(status)
    writer.close()
    return answers


async def _delivered(house: House) -> tuple[int, bool]:
    """A good delivery, after all."""
    url, key = house.hook()
    body = b'{"scope":"store/order/created","store_id":"1","data":{"type":"order","id":%d}}' % _ORDER
    head = [f"POST {urlsplit(url).path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}"]
    head += [f"{name}: {value}" for name, value in key.items()]
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(url).port)
    writer.write("\r\n".join([*head, "", ""]).encode() + body)
    answer = await _answer(reader)
    writer.close()
    return answer


async def _sent(port: int, hostile: Hostile, share: int, answers: Counter[int]) -> None:
    """One call after the other, over one connection for as long as it is kept."""
    line: _Line | None = None
    for _ in range(share):
        call = hostile.one()
        line = line or await asyncio.open_connection("127.0.0.1", port)
        status, is_kept = await _answered(line, call)
        answers[status] += 1
        if not is_kept:
            line[1].close()
            line = None
    if line:
        line[1].close()


async def _answered(line: _Line, call: Call) -> tuple[int, bool]:
    """The status, 0 for none, and whether the line is good for another call."""
    reader, writer = line
    try:
        async with asyncio.timeout(_ANSWER_WITHIN_S):
            writer.write(call.wire)
            if call.is_cut:
                writer.write_eof()
            status, is_kept = await _answer(reader)
    except TimeoutError:  # no answer and no end: that must not be
        raise
    except (OSError, asyncio.IncompleteReadError):
        return 0, False
    return status, is_kept and not (call.is_last or call.is_cut)


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    assert body in (b"", b"ok\n") or headers["content-type"].startswith("text/html"), (first, body)
    assert not headers.get("server"), headers
    return int(first.split(" ")[1]), first.startswith("HTTP/1.1") and headers.get("connection") != "close"
