"""What the doctor makes of certificates and names, seen on real listeners of this machine."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from common.doctor import Verdict
from daemon.doctor.finding import Finding
from daemon.doctor.network import network_findings
from daemon.doctor.selftest import SelfTest
from tests.support.bench import free_port

NOW = int(datetime.now(UTC).timestamp())


def certificate(folder: Path) -> tuple[Path, Path]:
    """One that nobody has signed but its owner, for localhost."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return chain, secret


@asynccontextmanager
async def served_by_tls(folder: Path) -> AsyncIterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate(folder))
    runner, port = web.AppRunner(web.Application()), free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port, ssl_context=context).start()
    try:
        yield f"https://localhost:{port}"
    finally:
        await runner.cleanup()


async def found_at(url: str) -> dict[str, Finding]:
    async with aiohttp.ClientSession() as session:
        found = await network_findings(session, SelfTest(), public_url=url, api_url="http://127.0.0.1:1", now=NOW)
    return {one.code: one for one in found}


async def test_a_certificate_that_nobody_trusts_is_wrong_and_the_path_is_left_open(tmp_path: Path) -> None:
    async with served_by_tls(tmp_path) as url:
        found = await found_at(url)

    assert found["public-tls"].verdict is Verdict.ERROR
    assert "self-signed" in found["public-tls"].found
    assert found["public-path"].verdict is Verdict.UNKNOWN


async def test_a_name_that_nobody_has_is_wrong() -> None:
    found = await found_at("https://nobody.invalid")

    assert found["public-name"].verdict is Verdict.ERROR
    assert found["public-path"].verdict is Verdict.ERROR


async def test_without_a_public_address_nothing_is_called() -> None:
    found = await found_at("")

    assert {found[code].verdict for code in ("public-name", "public-tls", "public-path")} == {Verdict.UNKNOWN}


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
async def test_the_names_of_this_machine_are_found(host: str) -> None:
    found = await found_at(f"http://{host}:1")

    assert found["public-name"].verdict is Verdict.WELL
