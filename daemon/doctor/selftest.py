"""A call to our own public address, to see whether what is sent there arrives as it was sent.

It goes the way of the stores' webhooks, with a secret of its own that holds once, so that nobody else can make it.
"""

import asyncio
import hashlib
import hmac
import json
import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
from standardwebhooks.webhooks import Webhook

from daemon.ingest.connect import HOOK_KEY_HEADER, WEBHOOK_PATH

# No store's hash holds a hyphen.
SELF_TEST_PATH = f"{WEBHOOK_PATH}self-test"

_WITHIN_S = 10.0

# Larger than any webhook, so that a proxy which buffers or cuts bodies shows.
_BODY_BYTES = 16 * 1024


@dataclass(slots=True)
class _Probe:
    """What was sent, and what arrived of it: None = nothing yet."""

    secret: str
    headers: Mapping[str, str]
    body: bytes
    arrived: "Arrival | None" = None
    seen: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What of a probe came otherwise than it was sent. *host* is whom the proxy says was called."""

    lacking: tuple[str, ...]
    is_body_whole: bool
    path: str
    host: str
    said_https: bool | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """*status* None = there was no answer, and *why* says why not; *arrival* None = nothing arrived here."""

    status: int | None
    why: str
    is_tls: bool
    arrival: Arrival | None


class SelfTest:
    """One probe at a time."""

    def __init__(self) -> None:
        self._probe: _Probe | None = None
        self._turn = asyncio.Lock()

    async def run(self, session: aiohttp.ClientSession, url: str, *, now: int) -> Outcome:
        """Calls *url*, the public address, and tells what came of it."""
        async with self._turn:
            probe = self._probe = _probe(now)
            try:
                return await _called(session, f"{url}{SELF_TEST_PATH}", probe)
            finally:
                self._probe = None

    def arrived(self, headers: Mapping[str, str], body: bytes, *, path: str) -> bool:
        """Whether the call is the probe that is under way; notes how it looks. A second one is not."""
        probe = self._probe
        if probe is None or probe.arrived is not None or not _is_it(probe, headers, body):
            return False
        lacking = tuple(name for name, value in probe.headers.items() if headers.get(name) != value)
        scheme = headers.get("X-Forwarded-Proto")
        probe.arrived = Arrival(
            lacking=lacking,
            is_body_whole=hmac.compare_digest(body, probe.body),
            path=path,
            host=headers.get("X-Forwarded-Host") or headers.get("Host", ""),
            said_https=None if scheme is None else scheme == "https",
        )
        probe.seen.set()
        return True


def _probe(now: int) -> _Probe:
    secret, mark = secrets.token_urlsafe(32), f"self-test_{secrets.token_hex(8)}"
    filler = hashlib.shake_256(secret.encode()).hexdigest(_BODY_BYTES // 2)
    body = json.dumps({"scope": "self-test", "secret": secret, "filler": filler}, indent=1).encode()
    signature = Webhook(secret.encode()).sign(mark, datetime.fromtimestamp(now, UTC), body.decode())
    signed = {"webhook-id": mark, "webhook-timestamp": str(now), "webhook-signature": signature}
    return _Probe(secret, {HOOK_KEY_HEADER: secret, **signed}, body)


def _is_it(probe: _Probe, headers: Mapping[str, str], body: bytes) -> bool:
    """By the secret, in its header or, where that was taken away, in the body."""
    given = headers.get(HOOK_KEY_HEADER, "")
    in_header = hmac.compare_digest(given.encode("utf-8", "surrogateescape"), probe.secret.encode())
    return in_header or probe.secret.encode() in body[: len(probe.body)]


async def _called(session: aiohttp.ClientSession, url: str, probe: _Probe) -> Outcome:
    status, why, is_tls = None, "", False
    try:
        async with session.post(
            url,
            data=probe.body,
            headers={**probe.headers, "Content-Type": "application/json"},
            timeout=aiohttp.ClientTimeout(total=_WITHIN_S),
            allow_redirects=False,
        ) as response:
            status = response.status
    except (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError, ssl.SSLError) as fault:
        why, is_tls = str(fault), True
    except TimeoutError:
        why = f"no answer within {_WITHIN_S:g} s"
    except (aiohttp.ClientError, OSError) as fault:
        why = str(fault) or type(fault).__name__
    return Outcome(status, why, is_tls, probe.arrived)
