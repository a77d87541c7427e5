"""The app in the store's control panel: its page, its end there, and every call that must not be believed."""

import logging
import re
import time
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from common.stores import StoreAdd, StoreState
from daemon.bigcommerce.signed_calls import NotBelieved, signed_call
from daemon.sandbox.clock import VirtualClock
from daemon.sandbox.login import LEFT_OUT
from daemon.sandbox.store import SandboxStore
from tests.public.desk import Desk, Page, opened_desk
from tests.support.bench import small_store

# From the reference: made by somebody else's code, with a secret of 18 bytes.
VECTOR = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhdWQiOiJ0ZXN0X2NsaWVudF9pZCIsImlzcyI6ImJjIiwiaWF0IjoxNzYwMDAwMDAwLCJuYmYiO"
    "jE3NTk5OTk5OTUsImV4cCI6MTc2MDA4NjQwMCwianRpIjoiNmYxYjJjM2QtMDAwMC00MDAwLTgwMDAtMDAwMDAwMDAwMDAxIiwic3ViIjoic3RvcmVz"
    "L3NpbXN0b3JlMSIsInVzZXIiOnsiaWQiOjk4NzY1NDMsImVtYWlsIjoidXNlckBleGFtcGxlLmNvbSIsImxvY2FsZSI6ImVuLVVTIn0sIm93bmVyIjp7"
    "ImlkIjo3NjU0MzIxLCJlbWFpbCI6Im93bmVyQGV4YW1wbGUuY29tIn0sInVybCI6Ii8iLCJjaGFubmVsX2lkIjpudWxsfQ"
    ".M9ZjM20yPM7IWOkkLJJ6McADhovJwmQEgVWCo3cMNgg"
)
FROM, UNTIL = 1_759_999_995, 1_760_086_400
DAY_S = 86_400


@pytest.fixture
async def shop() -> AsyncIterator[SandboxStore]:
    async with small_store(clock=VirtualClock(time.time())) as running:
        yield running


@pytest.fixture
async def desk(shop: SandboxStore) -> AsyncIterator[Desk]:
    async with opened_desk(shop) as opened:
        yield opened


async def called(desk: Desk, what: str, payload: str) -> Page:
    return await desk.called(what=what, signed_payload_jwt=payload)


def payload(desk: Desk, **changes: object) -> str:
    """Signed now, by the clock that daemon and tests share."""
    return desk.shop.login.signed_payload(now=desk.now(), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("now", [FROM - 60, FROM, FROM + 5, UNTIL, UNTIL + 60])
def test_a_call_is_believed_within_its_time_and_a_minute_around(now: int) -> None:
    call = signed_call(VECTOR, client_id="test_client_id", client_secret="test_client_secret", now=max(now, FROM))

    assert (call.store_hash, call.made_at) == ("simstore1", 1_760_000_000)
    assert call.call_id == "6f1b2c3d-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param({"now": UNTIL + 61}, "too old", id="expired"),
        pytest.param({"now": FROM - 61}, "from the future", id="not-yet"),
        pytest.param({"client_id": "another"}, "another app", id="another-app"),
        pytest.param({"client_secret": "another"}, "not rightly signed", id="another-secret"),
        pytest.param({"client_id": ""}, "no app", id="no-app"),
        pytest.param({"client_secret": ""}, "no app", id="no-secret"),
        pytest.param({"payload": ""}, "not signed", id="nothing"),
        pytest.param({"payload": VECTOR[:-1] + "h"}, "not rightly signed", id="signature"),
        pytest.param({"payload": VECTOR.replace("c3RvcmVz", "c3RvcmV6")}, "not rightly signed", id="claims"),
        pytest.param({"payload": "a.b"}, "not rightly signed", id="no-token"),
        pytest.param({"payload": "x" * 9000}, "not signed", id="endless"),
    ],
)
def test_the_vector_changed_is_not_believed(change: dict[str, object], why: str) -> None:
    asked: dict[str, object] = {"client_id": "test_client_id", "client_secret": "test_client_secret", "now": FROM + 9}
    asked |= {"payload": VECTOR, **change}

    with pytest.raises(NotBelieved, match=why):
        signed_call(str(asked.pop("payload")), **asked)  # type: ignore[arg-type]


BAD = [
    pytest.param({"algorithm": "none"}, id="no-algorithm"),
    pytest.param({"algorithm": "HS512"}, id="another-algorithm"),
    pytest.param({"aud": "another"}, id="another-app"),
    pytest.param({"aud": LEFT_OUT}, id="no-app"),
    pytest.param({"iss": "somebody"}, id="another-issuer"),
    pytest.param({"iss": LEFT_OUT}, id="no-issuer"),
    pytest.param({"exp": 1}, id="expired"),
    pytest.param({"exp": LEFT_OUT}, id="never-ending"),
    pytest.param({"exp": "tomorrow"}, id="no-moment"),
    pytest.param({"nbf": 99_999_999_999}, id="not-yet"),
    pytest.param({"sub": LEFT_OUT}, id="no-store"),
    pytest.param({"sub": "stores/../simstore1"}, id="a-path"),
    pytest.param({"sub": "simstore1"}, id="no-store-word"),
    pytest.param({"sub": 7}, id="a-number"),
]


@pytest.mark.parametrize("what", ["load", "uninstall", "remove-user"])
async def test_what_is_not_believed_tells_and_changes_nothing(desk: Desk, what: str) -> None:
    await desk.installed()

    for case in BAD:
        page = await called(desk, what, payload(desk, **case.values[0]))  # type: ignore[arg-type]
        assert page.status == 401, case.id
        assert "simstore1" not in page.text, case.id

    assert (await desk.called(what=what)).status == 401
    assert (await desk.api.store("simstore1")).state is StoreState.CONNECTED


async def test_opened_in_the_panel_the_app_tells_how_the_store_stands(desk: Desk) -> None:
    await desk.installed()

    async with desk.browser.get(f"{desk.shop.url}/app/test_client_id/open") as answer:
        text, headers = await answer.text(), answer.headers

    assert answer.status == 200
    assert "(store-simstore1)" in text
    assert "Connected: what changes here" in text
    assert re.search(r"<td>(\d+) of \1 alive</td>", text)
    assert "@" not in text  # nobody's address
    assert "frame-ancestors https://*.mybigcommerce.com" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


async def test_the_page_may_be_loaded_again(desk: Desk) -> None:
    await desk.installed()
    signed = payload(desk)

    assert [(await called(desk, "load", signed)).status for _ in range(2)] == [200, 200]


async def test_a_name_is_no_markup_on_the_page(desk: Desk) -> None:
    token = SecretStr(desk.shop.identity.token)
    await desk.api.add_store(StoreAdd(store="simstore1", token=token, name="<img src=x>"))

    page = await called(desk, "load", payload(desk))

    assert page.status == 200
    assert "<img" not in page.text
    assert "&lt;img src=x&gt;" in page.text


async def test_a_store_that_is_not_connected_is_told_so(desk: Desk) -> None:
    page = await called(desk, "load", payload(desk))

    assert page.status == 404
    assert "not connected" in page.text


async def test_uninstalled_the_store_waits_for_another_token(desk: Desk) -> None:
    await desk.installed()

    async with desk.browser.post(f"{desk.shop.url}/_sandbox/uninstall", json={}) as answer:
        assert await answer.json() == {"callback": 200}

    store = await desk.api.store("simstore1")
    assert store.state is StoreState.NEEDS_RECONNECT
    assert "uninstalled" in store.state_reason
    (trouble,) = [item for item in (await desk.api.status()).health if item.code == "store-needs-reconnect"]
    assert trouble.fix.startswith("Install the app again")
    assert (await desk.installed()).status == 200
    assert (await desk.api.store("simstore1")).state is StoreState.CONNECTED


async def test_a_call_is_heeded_once(desk: Desk) -> None:
    await desk.installed()
    signed = payload(desk)
    assert (await called(desk, "uninstall", signed)).status == 200
    await desk.installed()

    assert (await called(desk, "uninstall", signed)).status == 401

    assert (await desk.api.store("simstore1")).state is StoreState.CONNECTED


async def test_an_end_that_is_older_than_the_token_is_none(desk: Desk) -> None:
    await desk.installed()

    page = await called(desk, "uninstall", payload(desk, iat=desk.now() - 120, nbf=desk.now() - 125))

    assert page.status == 200
    assert (await desk.api.store("simstore1")).state is StoreState.CONNECTED


async def test_a_store_whose_token_was_typed_in_does_not_live_by_the_app(desk: Desk) -> None:
    await desk.api.add_store(StoreAdd(store="simstore1", token=SecretStr(desk.shop.identity.token)))

    assert (await called(desk, "uninstall", payload(desk))).status == 200

    assert (await desk.api.store("simstore1")).state is StoreState.CONNECTED


async def test_a_removed_user_leaves_no_trace(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    await desk.installed()
    caplog.set_level(logging.DEBUG)

    assert (await called(desk, "remove-user", payload(desk))).status == 200

    assert (await desk.api.store("simstore1")).state is StoreState.CONNECTED
    assert "user@example.com" not in caplog.text
    assert "owner@example.com" not in caplog.text
