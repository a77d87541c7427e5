"""A real nginx on loopback, run with the sample of systemd/ as it is but for addresses, names and certificates."""

import datetime
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NAME = "localhost"
_SAMPLE = Path(__file__).parents[2] / "systemd" / "nginx.conf"
_STARTS_WITHIN_S = 10.0


def nginx() -> str | None:
    """Where the program is; Debian keeps it out of the path of those who are not root."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Proxy:
    """Use as `with Proxy() as proxy:`, with `add` before `start`."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="cf-"))
        self.certificate = self.folder / "fullchain.pem"
        self._key = self.folder / "privkey.pem"
        _certify(self.certificate, self._key)
        self._servers: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._ports: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def add(self, port: int, upstream: int, *, http_1_0: bool = False) -> None:
        """Has the sample listen on *port* for what answers on the port *upstream*; *http_1_0* is how it asks there."""
        text = _SAMPLE.read_text()
        for old, new in (
            ("    listen [::]:443 ssl default_server;\n", ""),
            ("    listen [::]:443 ssl;\n", ""),
            ("listen 443 ", f"listen 127.0.0.1:{port} "),
            ("127.0.0.1:8474", f"127.0.0.1:{upstream}"),
            ("upstream counterfoil", f"upstream counterfoil-{port}"),
            ("http://counterfoil;", f"http://counterfoil-{port};"),
            ("/etc/letsencrypt/live/hooks.example.com/fullchain.pem", str(self.certificate)),
            ("/etc/letsencrypt/live/hooks.example.com/privkey.pem", str(self._key)),
            ("server_name hooks.example.com", f"server_name {NAME}"),
        ):
            assert old in text, f"the sample does not say {old!r}"
            text = text.replace(old, new)
        self._servers.append(text.replace("proxy_http_version 1.1", "proxy_http_version 1.0") if http_1_0 else text)
        self._ports.append(port)

    @contextmanager
    def saying(self, line: str, instead: str) -> Iterator[None]:
        """Meanwhile it runs with *instead* where the sample says *line*."""
        as_sampled = self._servers
        assert line in as_sampled[0], f"the sample does not say {line!r}"
        try:
            self._run_with([text.replace(line, instead) for text in as_sampled])
            yield
        finally:
            self._run_with(as_sampled)

    def _run_with(self, servers: list[str]) -> None:
        self._servers = servers
        self.stop()
        self.start()

    def start(self) -> None:
        """Returns when it listens."""
        program = nginx()
        assert program is not None
        folder = self.folder
        places = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi",
                         "scgi"))  # fmt: skip
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"daemon off; {user} worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;\n"
            f"events {{}}\nhttp {{ access_log off; {places}\n{''.join(self._servers)}\n}}\n"
        )
        self._process = subprocess.Popen(
            [program, "-c", folder / "nginx.conf", "-p", folder], stderr=(folder / "told").open("wb")
        )
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while not all(_listens(port) for port in self._ports):
            assert self._process.poll() is None, (folder / "told").read_text()
            assert time.monotonic() < deadline, "nginx does not listen"
            time.sleep(0.01)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(10)
            self._process = None

    def trust(self) -> ssl.SSLContext:
        """What a caller needs to believe its certificate."""
        return ssl.create_default_context(cafile=str(self.certificate))


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _certify(certificate: Path, key_file: Path) -> None:
    """A certificate for a month, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
