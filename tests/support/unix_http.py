"""HTTP over a Unix socket for `requests`, which knows none."""

import socket
from pathlib import Path
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

_TIMEOUT_S = 20


class _Connection(HTTPConnection):
    path: Path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_TIMEOUT_S)
        self.sock.connect(str(self.path))


class _Adapter(HTTPAdapter):
    def __init__(self, path: Path) -> None:
        super().__init__()
        kind = type("Connection", (_Connection,), {"path": path})
        self._pool = HTTPConnectionPool("localhost")
        self._pool.ConnectionCls = kind

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> HTTPConnectionPool:
        return self._pool

    def close(self) -> None:
        self._pool.close()
        super().close()


def session_on(path: Path) -> requests.Session:
    """All `http://` addresses lead to the socket at *path*."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", _Adapter(path))
    return session
