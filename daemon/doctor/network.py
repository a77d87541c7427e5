"""Checks on the way to us and from us: names, certificates, and what the reverse proxy makes of a call."""

import asyncio
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

import aiohttp

from common.times import DAY_S
from daemon.doctor.finding import Finding, error, note, unknown, warning, well
from daemon.doctor.selftest import Arrival, Outcome, SelfTest

_WITHIN_S = 5.0

# certbot renews 30 days before the end; with two weeks left it has failed several times.
_SOON_DAYS = 14


async def network_findings(
    session: aiohttp.ClientSession, self_test: SelfTest, *, public_url: str, api_url: str, now: int
) -> list[Finding]:
    """All at once: each of them may take seconds to fail."""
    some = await asyncio.gather(
        _public(session, self_test, public_url, now=now), _name("api-name", urlsplit(api_url).hostname or "")
    )
    return [*some[0], some[1]]


async def _public(session: aiohttp.ClientSession, self_test: SelfTest, url: str, *, now: int) -> list[Finding]:
    if not url:
        return [unknown(code, "No public address is set.") for code in ("public-name", "public-tls", "public-path")]
    parts = urlsplit(url)
    name, tls, outcome = await asyncio.gather(
        _name("public-name", parts.hostname or ""), _certificate(parts, now=now), self_test.run(session, url, now=now)
    )
    return [name, tls, *path_findings(outcome, url)]


async def _name(code: str, host: str) -> Finding:
    try:
        async with asyncio.timeout(_WITHIN_S):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except TimeoutError:
        return error(code, f"Who answers to {host} was not told within {_WITHIN_S:g} s.")
    except OSError as fault:
        return error(code, f"{host}: {fault.strerror or fault}.")
    return well(code, f"{host} is {', '.join(sorted({str(entry[4][0]) for entry in found})[:4])}.")


async def _certificate(parts: SplitResult, *, now: int) -> Finding:
    """As a stranger sees it: by the roots that this machine trusts."""
    if parts.scheme != "https":
        return note("public-tls", "The public address is http: for trying things out on this machine only.")
    host, port = parts.hostname or "", parts.port or 443
    try:
        async with asyncio.timeout(_WITHIN_S):
            _, writer = await asyncio.open_connection(host, port, ssl=ssl.create_default_context())
    except ssl.SSLCertVerificationError as fault:
        return error("public-tls", f"{host}: {fault.verify_message}.")
    except TimeoutError:
        return unknown("public-tls", f"{host} did not answer within {_WITHIN_S:g} s.")
    except (OSError, ssl.SSLError) as fault:
        return unknown("public-tls", f"{host} could not be asked: {fault.strerror or fault}.")
    told = writer.get_extra_info("peercert") or {}
    writer.close()
    return lasting(host, ssl.cert_time_to_seconds(str(told["notAfter"])), now=now)


def lasting(host: str, until: float, *, now: int) -> Finding:
    """What it means that the certificate ends at *until*."""
    days = int((until - now) // DAY_S)
    if days < _SOON_DAYS:
        return warning("public-tls", f"The certificate of {host} ends in {days} days.")
    return well("public-tls", f"The certificate of {host} is good for {days} days more.")


def path_findings(outcome: Outcome, url: str) -> list[Finding]:
    """What the probe tells about the reverse proxy."""
    if outcome.arrival is None:
        return [_nothing_arrived(outcome, url)]
    found = list(_altered(outcome.arrival))
    if outcome.status != 200:
        found.append(
            error(
                "public-path",
                f"A signed call arrived and was answered 200, but the caller was told {outcome.status or 'nothing'}.",
            )
        )
    host = outcome.arrival.host
    return found or [well("public-path", f"A signed call to {url} arrived here whole, as one to {host}.")]


def _altered(arrival: Arrival) -> Iterator[Finding]:
    if arrival.lacking:
        yield error(
            "public-path",
            f"On the way these headers were taken away or changed: {', '.join(arrival.lacking)}.",
            "Let the reverse proxy pass all headers on: stores are believed by them.",
        )
    if not arrival.is_body_whole:
        yield error(
            "public-path",
            "On the way the body was changed.",
            "Let the reverse proxy pass bodies on as they are: the store's signature covers every byte.",
        )
    if arrival.said_https is False:
        yield note("public-path", "The proxy says by X-Forwarded-Proto that the public address was called by http.")


def _nothing_arrived(outcome: Outcome, url: str) -> Finding:
    if outcome.is_tls:
        return unknown("public-path", f"{url} could not be called: its certificate is not accepted.")
    if outcome.status is None:
        return error(
            "public-path",
            f"{url} could not be called from here: {outcome.why}.",
            "Does the reverse proxy run, and does the firewall let calls from this machine to its public address in?",
        )
    return error(
        "public-path", f"{url} was called and answered {outcome.status}; nothing arrived here. {_hint(outcome.status)}"
    )


def _hint(status: int) -> str:
    if status in (301, 302, 307, 308):
        return "The proxy sends callers elsewhere; stores do not follow."
    if status in (401, 403):
        return "The proxy, or another daemon behind it, refuses the call."
    if status in (404, 405):
        return "The proxy does not pass /webhooks/bigcommerce/ on for that host."
    if status == 413:
        return "The proxy refuses bodies of 16 KB; let it take 64 KB."
    if status in (502, 503, 504):
        return "The proxy does not reach the daemon: does it know the right port?"
    return "Something else answers there."
