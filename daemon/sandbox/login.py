"""The login server's side of an app's install: one-time codes, and the permanent token that each is good for."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from daemon.sandbox.keys import Identity
from daemon.sandbox.replies import Refusal

_OWNER = {"id": 12345, "username": "owner@example.com", "email": "owner@example.com"}
ACCOUNT = "12345678-90ab-cdef-1234-567890abcdef"


class LoginDesk:
    """Gives the app a token of the store. The app's id and secret are those of the store's one API account."""

    def __init__(self, identity: Identity, dice: Random) -> None:
        self._identity = identity
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
