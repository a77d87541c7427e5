"""Who gets in: hash, token, scopes, quota; and what faults do on the way."""

import asyncio
import gzip

import aiohttp
import pytest

from daemon.sandbox.keys import Identity
from daemon.sandbox.plan import Plan
from daemon.sandbox.store import SandboxStore
from tests.sandbox.client import Asker

RATE_HEADERS = (
    "X-Rate-Limit-Time-Window-Ms",
    "X-Rate-Limit-Time-Reset-Ms",
    "X-Rate-Limit-Requests-Quota",
    "X-Rate-Limit-Requests-Left",
)


@pytest.mark.parametrize("path", ["/v2/time", "/v3/channels", "/v3/hooks"])
async def test_without_a_token_every_path_is_401(
    store: SandboxStore, session: aiohttp.ClientSession, path: str
) -> None:
    async with session.get(store.api + path) as answer:
        assert answer.status == 401
        assert isinstance(await answer.json(), list if path.startswith("/v2") else dict)


async def test_another_token_is_401_and_another_hash_404(
    store: SandboxStore, session: aiohttp.ClientSession, ask: Asker
) -> None:
    assert (await ask.send("GET", "/v2/time", headers={"X-Auth-Token": "other"})).status == 401
    async with session.get(f"{store.url}/stores/elsewhere/v2/time", headers=store.headers) as answer:
        assert answer.status == 404


async def test_the_auth_client_header_is_ignored(ask: Asker) -> None:
    assert (await ask.send("GET", "/v2/time", headers={"X-Auth-Client": "whoever"})).status == 200


async def test_a_revoked_token_is_401(store: SandboxStore, ask: Asker) -> None:
    store.revoke_token()

    assert (await ask.send("GET", "/v2/time", headers={"X-Auth-Token": ""})).status == 401


@pytest.mark.parametrize(
    ("scope", "path"),
    [
        ("store_v2_orders_read_only", "/v2/orders"),
        ("store_v2_orders_read_only", "/v2/order_statuses"),
        ("store_v2_customers_read_only", "/v3/customers/subscribers"),
        ("store_v2_products_read_only", "/v3/catalog/trees"),
        ("store_v2_information_read_only", "/v2/store"),
        ("store_cart_read_only", "/v3/carts/0f0e7a52-6f0d-4a7e-9d3b-2f4a0c6d1e11"),
        ("store_channel_settings_read_only", "/v3/channels"),
    ],
)
async def test_a_missing_scope_is_403_on_its_resources_only(
    store: SandboxStore, ask: Asker, scope: str, path: str
) -> None:
    store.identity.scopes.remove(scope)

    assert (await ask(path)).status == 403
    assert (await ask("/v3/hooks")).status == 200
    store.identity.scopes.add(scope.removesuffix("_read_only"))
    assert (await ask(path)).status != 403


async def test_refunds_need_orders_or_transactions(store: SandboxStore, ask: Asker) -> None:
    store.identity.scopes.remove("store_v2_orders_read_only")

    assert (await ask("/v3/orders/payment_actions/refunds")).status == 200


@pytest.mark.parametrize("path", ["/v2/time", "/v2/orders?limit=999", "/v3/nowhere", "/v2/orders?min_id=99999999"])
async def test_every_answer_carries_the_four_rate_headers(ask: Asker, path: str) -> None:
    headers = (await ask(path)).headers

    assert all(headers[name].isdigit() for name in RATE_HEADERS)


async def test_the_case_of_header_names_varies(ask: Asker) -> None:
    spelled = {name for _ in range(40) for name in (await ask("/v2/time")).headers if name.lower().endswith("quota")}

    assert len(spelled) == 3


async def test_the_quota_runs_out_and_refills_with_the_window(store: SandboxStore, ask: Asker) -> None:
    store.gate.quota.limit = 3
    statuses = [(await ask("/v2/time")).status for _ in range(5)]
    refused = await ask("/v2/time")
    store.clock.advance(30)

    assert statuses == [200, 200, 200, 429, 429]
    assert 0 < int(refused.headers["X-Retry-After"]) <= 30
    assert refused.headers["X-Rate-Limit-Requests-Left"] == "0"
    assert (await ask("/v2/time")).status == 200


async def test_a_second_app_takes_its_share(store: SandboxStore, ask: Asker) -> None:
    store.gate.quota.other_apps = 1

    assert (await ask("/v2/time")).headers["X-Rate-Limit-Requests-Quota"] == "225"


async def test_quota_zero_never_refuses(store: SandboxStore, ask: Asker) -> None:
    store.gate.quota.limit = 0

    assert {(await ask("/v2/time")).status for _ in range(30)} == {200}


async def test_large_answers_are_compressed_for_those_who_take_it(store: SandboxStore) -> None:
    async with (
        aiohttp.ClientSession(auto_decompress=False) as raw,
        raw.get(f"{store.api}/v2/orders", headers={**store.headers, "Accept-Encoding": "gzip"}) as answer,
    ):
        assert answer.headers["Content-Encoding"] == "gzip"
        assert gzip.decompress(await answer.read()).startswith(b'[{"id":')


async def test_dates_follow_the_store_s_clock(store: SandboxStore, ask: Asker) -> None:
    answer = await ask("/v2/time")

    assert answer.json == {"time": store.clock.seconds()}
    assert answer.headers["Date"] == "Thu, 09 Oct 2025 08:53:20 GMT"


async def test_requests_are_counted_by_path(store: SandboxStore, ask: Asker) -> None:
    await ask("/v2/time")
    await ask("/v2/orders", limit="3")
    await ask("/v2/orders", limit="4")

    assert store.requests == {"/v2/time": 1, "/v2/orders": 2}


@pytest.mark.parametrize(
    ("fault", "status", "content"),
    [
        ("http-500", 500, "application/json"),
        ("http-502html", 502, "text/html"),
        ("http-503html", 503, "text/html"),
        ("http-504html", 504, "text/html"),
        ("http-509", 509, "application/json"),
        ("unauthorized", 401, "application/json"),
    ],
)
async def test_standing_faults_answer_in_their_form(
    store: SandboxStore, ask: Asker, fault: str, status: int, content: str
) -> None:
    store.faults.values[fault] = 1

    answer = await ask("/v2/orders")

    assert (answer.status, answer.headers["Content-Type"].split(";")[0]) == (status, content)


async def test_a_bare_429_has_no_rate_header(store: SandboxStore, ask: Asker) -> None:
    store.faults.values["bare-429"] = 1

    answer = await ask("/v2/orders")

    assert answer.status == 429
    assert not any(name in answer.headers for name in (*RATE_HEADERS, "X-Retry-After"))


async def test_a_truncated_answer_breaks_off(store: SandboxStore, ask: Asker) -> None:
    store.fail(path="/v2/orders", cuts_body=True)

    with pytest.raises(aiohttp.ClientPayloadError):
        await ask("/v2/orders")
    assert (await ask("/v2/orders")).status == 200


async def test_a_reset_connection_brings_no_answer(store: SandboxStore, ask: Asker) -> None:
    store.fail(times=2, path="/v2/orders", resets=True)  # the client tries once more by itself

    with pytest.raises(aiohttp.ClientConnectionError):
        await ask("/v2/orders")
    assert (await ask("/v2/orders")).status == 200


async def test_a_body_that_stops_in_the_middle_goes_on_after_the_pause(store: SandboxStore, ask: Asker) -> None:
    whole = await ask("/v2/orders")
    store.fail(path="/v2/orders", status=0, body_pause_s=0.05)

    assert (await ask("/v2/orders")).body == whole.body


async def test_heavy_pages_are_refused_until_the_page_is_small(store: SandboxStore, ask: Asker) -> None:
    store.faults.values["heavy-pages"] = 50_000

    assert (await ask("/v2/orders", limit="250")).status == 504
    assert (await ask("/v2/orders", limit="10")).status == 200


async def test_queued_failures_meet_the_next_requests_of_their_path(store: SandboxStore, ask: Asker) -> None:
    store.fail(2, path="/v2/orders", status=503, body="busy", headers={"X-Why": "test"}, has_rate_headers=False)

    answers = [await ask(path) for path in ("/v2/time", "/v2/orders", "/v2/orders", "/v2/orders")]

    assert [answer.status for answer in answers] == [200, 503, 503, 200]
    assert answers[1].headers["X-Why"] == "test"
    assert "X-Rate-Limit-Requests-Left" not in answers[1].headers


async def test_a_delayed_answer_can_be_given_up_on(store: SandboxStore, ask: Asker) -> None:
    store.fail(path="/v2/time", status=0, delay_s=30)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await ask("/v2/time")


async def test_forbidden_refunds_leave_the_rest_alone(store: SandboxStore, ask: Asker) -> None:
    store.faults.values["forbidden-refunds"] = 1

    assert (await ask("/v3/orders/payment_actions/refunds")).status == 403
    assert (await ask("/v2/orders")).status == 200


async def test_extra_fields_come_when_asked_for(session: aiohttp.ClientSession) -> None:
    plan = Plan(customers=5, orders=5, products=5)
    async with SandboxStore(plan, identity=Identity(extra_fields=True)) as store:
        rows = (await Asker(store, session)("/v2/orders")).json

    assert all("x_loyalty" in row for row in rows)
