"""A quick look at the daemon for what may be completed: an answer at once, or none."""

import http.client
import json
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlencode

# Who presses TAB waits with a finger in the air.
PATIENCE_S = 0.3


def glance(path: Path, target: str, **query: str | int) -> dict[str, Any]:
    """The JSON object that GET *target* answers at the socket *path*; empty where that takes long or goes wrong.

    Not the client of all other calls: loading it takes as long as the whole rest of a completion.
    """
    try:
        with _at_most(PATIENCE_S):
            answer: Any = json.loads(_asked(path, f"{target}?{urlencode(query)}"))
    except (OSError, ValueError, http.client.HTTPException):
        return {}
    return answer if isinstance(answer, dict) else {}


def _asked(path: Path, target: str) -> bytes:
    connection = http.client.HTTPConnection("counterfoil")
    connection.sock = socket.socket(socket.AF_UNIX)
    try:
        connection.sock.connect(str(path))
        connection.request("GET", target)
        response = connection.getresponse()
        return response.read() if response.status == http.HTTPStatus.OK else b"{}"
    finally:
        connection.close()


@contextmanager
def _at_most(limit_s: float) -> Iterator[None]:
    """Raises TimeoutError when what is done within takes longer, whatever it waits for."""

    def out_of_time(_: int, __: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, out_of_time)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
