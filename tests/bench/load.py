"""Webhook calls from a process of its own, over connections that stay open: `python -m tests.bench.load` and JSON in.

As lean as it can be, so that the server is what is measured: prepared requests, answers read by their first line.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

from daemon.sandbox import envelope


@dataclass(frozen=True, slots=True)
class Load:
    """What to send: *calls* in all, over *connections* at once."""

    url: str
    headers: dict[str, str]
    store_hash: str
    connections: int
    calls: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Calls a second, and how long the 50th, 99th and slowest of hundred waited."""

    per_s: float
    median_ms: float
    p99_ms: float
    worst_ms: float


async def sent(load: Load) -> Answered:
    """Has another process send *load*; what it measured. Raises AssertionError unless all were answered by 200."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "tests.bench.load"), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate(json.dumps(asdict(load)).encode())
    assert process.returncode == 0
    return Answered(**json.loads(out))


async def _send(load: Load) -> Answered:
    requests = [_request(load, number) for number in range(load.calls)]
    waits: list[float] = []
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for first in range(load.connections):
            group.create_task(_one_connection(load.url, requests[first :: load.connections], waits))
    per_s = len(waits) / (time.perf_counter() - began)
    waits.sort()
    return Answered(per_s, _ms(waits, 0.5), _ms(waits, 0.99), _ms(waits, 1))


def _ms(waits: list[float], share: float) -> float:
    return waits[min(int(len(waits) * share), len(waits) - 1)] * 1000


async def _one_connection(url: str, requests: list[bytes], waits: list[float]) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    for request in requests:
        began = time.perf_counter()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        waits.append(time.perf_counter() - began)
        assert head.startswith(b"HTTP/1.1 200"), head
        assert b"Content-Length: 0" in head
    writer.close()


def _request(load: Load, number: int) -> bytes:
    parts = urlsplit(load.url)
    data = {"type": "order", "id": number + 1}
    body = envelope.body("store/order/updated", data, store_hash=load.store_hash, at=1_772_366_400 + number)
    head = {"Host": parts.netloc, **load.headers, "Content-Type": "application/json", "Content-Length": str(len(body))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
    return f"POST {parts.path} HTTP/1.1\r\n{lines}\r\n".encode() + body


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_send(Load(**json.load(sys.stdin)))))))
