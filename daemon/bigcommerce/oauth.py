"""An app's way to a token: the link that begins its install, and the exchange of the code that comes back.

Source: reference/bigcommerce.md, sections 1.1 and 1.3.
"""

import json
import re
from dataclasses import dataclass, field

import aiohttp
from pydantic import BaseModel, ValidationError

from common.errors import Invalid, NotFound, StoreRefused, TryLater
from daemon.bigcommerce.errors import StoreAnswerUnreadable
from daemon.bigcommerce.refusals import excerpt, said_in
from daemon.bigcommerce.scopes import SCOPES
from daemon.bigcommerce.signed_calls import SignedCall, signed_call
from daemon.settings import BigCommerceSettings, PublicSettings

AUTH_PATH = "/bigcommerce/auth"
LOAD_PATH = "/bigcommerce/load"
UNINSTALL_PATH = "/bigcommerce/uninstall"
REMOVE_USER_PATH = "/bigcommerce/remove-user"

_CONTEXT = re.compile(r"stores/([a-z0-9]{3,32})")
_WITHIN_S = 30.0
_INSTALL_AGAIN = "Begin once more at the app's link; a code is good for one time."


@dataclass(frozen=True, slots=True)
class Grant:
    """What the browser brings back from the store. *scope* and *context* are echoed as they came."""

    code: str = field(repr=False)
    scope: str
    context: str

    @property
    def store_hash(self) -> str:
        """Raises Invalid."""
        found = _CONTEXT.fullmatch(self.context)
        if found is None:
            raise Invalid("The call names no store.", remedy=_INSTALL_AGAIN)
        return found.group(1)


class _TokenAnswer(BaseModel):
    """`owner`, `user` and `account_uuid` are left out: older answers lack them, and tokens belong to stores."""

    access_token: str
    scope: str = ""
    context: str


class Login:
    """The login server, for the app that *settings* name."""

    def __init__(self, session: aiohttp.ClientSession, settings: BigCommerceSettings, public: PublicSettings) -> None:
        self._session = session
        self._settings = settings
        self._public = public

    @property
    def missing(self) -> list[str]:
        """The settings without which no app can be installed, by their environment form."""
        needed = {
            "COUNTERFOIL_BIGCOMMERCE__CLIENT_ID": self._settings.client_id,
            "COUNTERFOIL_BIGCOMMERCE__CLIENT_SECRET": self._settings.client_secret.get_secret_value(),
            "COUNTERFOIL_PUBLIC__URL": self._public.url,
        }
        return [name for name, value in needed.items() if not value]

    @property
    def link(self) -> str:
        """Where a browser begins the install; "" while a setting is missing."""
        return "" if self.missing else self._page("install")

    @property
    def callback(self) -> str:
        """The address the browser comes back to; "" without a public URL."""
        return f"{self._public.url}{AUTH_PATH}" if self._public.url else ""

    def end(self, *, is_good: bool) -> str:
        """Where an install that began at the link ends."""
        return self._page("install/succeeded" if is_good else "install/failed")

    def believed(self, payload: str, *, now: int) -> SignedCall:
        """Who calls by a `signed_payload_jwt`. Raises NotBelieved."""
        secret = self._settings.client_secret.get_secret_value()
        return signed_call(payload, client_id=self._settings.client_id, client_secret=secret, now=now)

    def _page(self, name: str) -> str:
        return f"{self._settings.login_url}/app/{self._settings.client_id}/{name}"

    async def token(self, grant: Grant) -> str:
        """The permanent token that *grant* stands for.

        Raises NotFound when no app is set, Invalid, StoreRefused (the login server's no, or a scope too few) or
        TryLater. It is asked once: a code that may have arrived is used up.
        """
        if self.missing:
            raise NotFound(f"No app is set up here: {', '.join(self.missing)} is not set.")
        if not grant.code:
            raise Invalid("The call brings no code.", remedy=_INSTALL_AGAIN)
        store_hash = grant.store_hash
        status, body = await self._asked(grant)
        if status != 200:
            raise StoreRefused(
                f"BigCommerce gave no token for the store {store_hash}: {status} ({self._words(body, grant)}).",
                remedy=f"{_INSTALL_AGAIN} The app's auth callback must be {self.callback}, its client ID and secret "
                "those of COUNTERFOIL_BIGCOMMERCE__CLIENT_ID and __CLIENT_SECRET.",
            )
        return _believed(body, grant)

    async def _asked(self, grant: Grant) -> tuple[int, bytes]:
        body = {
            "client_id": self._settings.client_id,
            "client_secret": self._settings.client_secret.get_secret_value(),
            "code": grant.code,
            "context": grant.context,
            "scope": grant.scope,
            "grant_type": "authorization_code",
            "redirect_uri": self.callback,
        }
        try:
            async with self._session.post(
                f"{self._settings.login_url}/oauth2/token",
                data=json.dumps(body),
                headers={"Content-Type": "application/json", "Accept": "application/json", "User-Agent": "Counterfoil"},
                timeout=aiohttp.ClientTimeout(total=_WITHIN_S),
                allow_redirects=False,  # the secret must not follow to another host
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            why = excerpt(str(error), secret=grant.code) or type(error).__name__
            raise TryLater(f"The login server did not answer: {why}.", remedy=_INSTALL_AGAIN) from error

    def _words(self, body: bytes, grant: Grant) -> str:
        return said_in(body, secret=self._settings.client_secret.get_secret_value()).replace(grant.code, "***")


def _believed(body: bytes, grant: Grant) -> str:
    """The token in the answer, if it is this store's and may read what is needed."""
    try:
        answer = _TokenAnswer.model_validate_json(body)
    except ValidationError:
        raise StoreAnswerUnreadable("The login server's answer holds no token.", remedy=_INSTALL_AGAIN) from None
    if answer.context != grant.context or not answer.access_token.strip():
        raise StoreRefused("The login server gave a token of another store.", remedy=_INSTALL_AGAIN)
    _refuse_too_few(answer.scope or grant.scope)
    return answer.access_token


def _refuse_too_few(granted: str) -> None:
    held = set(granted.split())
    lacking = [
        scope.name
        for scope in SCOPES
        if scope.required and not held & {scope.name, scope.name.removesuffix("_read_only")}
    ]
    if lacking:
        raise StoreRefused(
            f"The app was not granted what Counterfoil needs. Missing: {', '.join(lacking)}.",
            remedy="Give the app these scopes (read-only is enough) where it is registered, and install it again.",
        )
