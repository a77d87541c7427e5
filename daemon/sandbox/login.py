"""The login server's side of an app's install: one-time codes, and the permanent token that each is good for."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from random import Random

from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.keys import Identity
from daemon.sandbox.replies import Refusal
from daemon.sandbox.wire import dumps

_OWNER = {"id": 12345, "username": "owner@example.com", "email": "owner@example.com"}
ACCOUNT = "12345678-90ab-cdef-1234-567890abcdef"

LEFT_OUT: object = object()
"""As a claim's value: the claim is not there."""

_DIGESTS = {"HS256": hashlib.sha256, "HS512": hashlib.sha512}


class LoginDesk:
    """Gives the app a token of the store. The app's id and secret are those of the store's one API account."""

    def __init__(self, identity: Identity, clock: VirtualClock, dice: Random) -> None:
        self._identity = identity
        self._clock = clock
        self._dice = dice
        self._codes: dict[str, str] = {}  # code -> the scope string that was consented to

    @property
    def context(self) -> str:
        return f"stores/{self._identity.store_hash}"

    def callback_of(self, client_id: str) -> str:
        """Where the app with that id is called. Raises Refusal when there is none, or it was not told."""
        if client_id != self._identity.client_id or not self._identity.auth_callback:
            raise Refusal(404, "no such app, or its auth callback is not registered")
        return self._identity.auth_callback

    def consent(self) -> dict[str, str]:
        """What the browser takes to the auth callback once the merchant has agreed to all scopes."""
        code, scope = f"{self._dice.getrandbits(128):032x}", " ".join(sorted(self._identity.scopes))
        self._codes[code] = scope
        return {"code": code, "scope": scope, "context": self.context, "account_uuid": ACCOUNT}

    def panel_url(self, what: str) -> str:
        """Where the control panel calls the app to *load*, *uninstall* or *remove-user*; "" without an app."""
        before, found, _ = self._identity.auth_callback.rpartition("/auth")
        return f"{before}/{what}?signed_payload_jwt={self.signed_payload(now=self._clock.seconds())}" if found else ""

    def signed_payload(self, *, now: int, algorithm: str = "HS256", **changes: object) -> str:
        """A call's `signed_payload_jwt`, valid for a day from just before *now*; *changes* are of its claims."""
        claims: dict[str, object] = {
            "aud": self._identity.client_id,
            "iss": "bc",
            "iat": now,
            "nbf": now - 5,
            "exp": now - 5 + 86_400,
            "jti": f"{self._dice.getrandbits(128):032x}",
            "sub": self.context,
            "user": {"id": 9876543, "email": "user@example.com", "locale": "en-US"},
            "owner": {"id": 7654321, "email": "owner@example.com"},
            "url": "/",
            "channel_id": None,
        }
        claims = {name: value for name, value in {**claims, **changes}.items() if value is not LEFT_OUT}
        return _signed({"alg": algorithm, "typ": "JWT"}, claims, self._identity.client_secret)

    def exchange(self, asked: Mapping[str, object]) -> dict[str, object]:
        """The token for a code, which is used up by it; the token before it dies. Raises Refusal."""
        identity = self._identity
        scope = self._codes.pop(str(asked.get("code", "")), None)
        self._check(asked, scope)
        identity.token = f"app-token-{self._dice.getrandbits(64):016x}"
        return {
            "access_token": identity.token,
            "scope": scope,
            "user": {"id": 24654, "username": "merchant@example.com", "email": "merchant@example.com"},
            "owner": _OWNER,
            "context": self.context,
            "account_uuid": ACCOUNT,
        }

    def _check(self, asked: Mapping[str, object], scope: str | None) -> None:
        expected = {
            "client_id": self._identity.client_id,
            "client_secret": self._identity.client_secret,
            "grant_type": "authorization_code",
            "redirect_uri": self._identity.auth_callback,
            "context": self.context,
            "scope": scope,
        }
        if scope is None:
            raise Refusal(400, "invalid_grant: the code is unknown, or was used before")
        wrong = next((name for name, value in expected.items() if asked.get(name) != value), None)
        if wrong is not None:
            raise Refusal(401 if wrong.startswith("client") else 400, f"invalid_request: {wrong}")


def _signed(head: Mapping[str, object], claims: Mapping[str, object], secret: str) -> str:
    """A compact token; one whose algorithm is "none" has no signature."""
    content = b".".join(_encoded(dumps(part).encode()) for part in (head, claims))
    digest = _DIGESTS.get(str(head["alg"]))
    signature = hmac.digest(secret.encode(), content, digest) if digest else b""
    return b".".join((content, _encoded(signature))).decode()


def _encoded(part: bytes) -> bytes:
    return urlsafe_b64encode(part).rstrip(b"=")
