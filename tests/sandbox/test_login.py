"""The login server: a code for a merchant's consent, and one token for each code."""

import aiohttp
import pytest

from daemon.sandbox.store import SandboxStore
from tests.sandbox.client import Asker

CALLBACK = "https://hooks.example.com/bigcommerce/auth"


def asked(store: SandboxStore, **changes: str) -> dict[str, str]:
    """A correct exchange of a new code."""
    store.identity.auth_callback = CALLBACK
    grant = store.login.consent()
    return {
        "client_id": "test_client_id",
        "client_secret": "test_client_secret",
        "code": grant["code"],
        "context": grant["context"],
        "scope": grant["scope"],
        "grant_type": "authorization_code",
        "redirect_uri": CALLBACK,
    } | changes


@pytest.mark.parametrize("form", ["json", "data"])
async def test_a_code_is_exchanged_for_the_one_token_that_works(
    store: SandboxStore, session: aiohttp.ClientSession, ask: Asker, form: str
) -> None:
    former = store.headers
    async with session.post(f"{store.url}/oauth2/token", **{form: asked(store)}) as answer:  # type: ignore[arg-type]
        told = await answer.json()

    assert (answer.status, told["context"]) == (200, "stores/simstore1")
    assert (await ask("/v2/time")).status == 200
    assert told["access_token"] == store.identity.token
    assert (await ask.send("GET", "/v2/time", headers=former)).status == 401


@pytest.mark.parametrize(
    ("name", "status"),
    [("client_id", 401), ("client_secret", 401), ("code", 400), ("redirect_uri", 400), ("grant_type", 400),
     ("context", 400), ("scope", 400)],
)  # fmt: skip
async def test_anything_wrong_gives_no_token(
    store: SandboxStore, session: aiohttp.ClientSession, name: str, status: int
) -> None:
    async with session.post(f"{store.url}/oauth2/token", json=asked(store, **{name: "wrong"})) as answer:
        assert answer.status == status
        assert "access_token" not in await answer.json()
    assert store.identity.token == "sandbox-token"


async def test_a_code_is_used_up_by_its_first_use(store: SandboxStore, session: aiohttp.ClientSession) -> None:
    body = asked(store)
    async with session.post(f"{store.url}/oauth2/token", json=body) as first:
        assert first.status == 200

    async with session.post(f"{store.url}/oauth2/token", json=body) as second:
        assert second.status == 400


async def test_no_install_begins_before_the_app_is_registered(
    store: SandboxStore, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{store.url}/app/test_client_id/install") as answer:
        assert answer.status == 404


async def test_the_browser_goes_on_to_the_app_with_a_code(store: SandboxStore, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{store.url}/_sandbox/app", json={"callback": CALLBACK}) as told:
        link = (await told.json())["link"]

    async with session.get(link, allow_redirects=False) as answer:
        onward = answer.headers["Location"]

    assert onward.startswith(f"{CALLBACK}?code=")
    assert "context=stores/simstore1" in onward
    assert "external_install" in onward
