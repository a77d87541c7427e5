"""Installing the app: a browser comes from the store with a code, and the store is connected by it."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from common.stores import StoreAdd, StoreState
from common.sync import RunKind
from daemon.sandbox.store import SandboxStore
from tests.public.desk import Desk, opened_desk
from tests.support.bench import eventually, small_store


@pytest.fixture
async def shop() -> AsyncIterator[SandboxStore]:
    async with small_store() as running:
        yield running


@pytest.fixture
async def desk(request: pytest.FixtureRequest, shop: SandboxStore) -> AsyncIterator[Desk]:
    async with opened_desk(shop, **getattr(request, "param", {})) as opened:
        yield opened


async def test_an_install_connects_the_store_with_its_hooks(desk: Desk) -> None:
    page = await desk.installed()

    assert page.status == 200
    assert "(store-simstore1) is connected." in page.text
    (store,) = (await desk.api.stores()).stores
    assert store.state is StoreState.CONNECTED
    assert store.hooks.alive == store.hooks.expected > 0


async def test_the_link_leads_a_browser_to_a_connected_store(desk: Desk) -> None:
    link = (await desk.api.connecting()).app.link

    async with desk.browser.get(link) as answer:
        assert answer.url.path == "/app/test_client_id/install/succeeded"

    assert await desk.hashes() == ["simstore1"]


async def test_a_second_install_replaces_the_token_and_keeps_the_store(desk: Desk) -> None:
    await desk.installed()
    first = desk.shop.identity.token
    connected_at = (await desk.api.store("simstore1")).connected_at

    page = await desk.installed()

    assert page.status == 200
    assert desk.shop.identity.token != first
    again = await desk.api.store("simstore1")
    assert (again.state, again.connected_at) == (StoreState.CONNECTED, connected_at)
    assert (await desk.api.plan("simstore1", RunKind.HISTORICAL)).orders > 0  # which the former token may not ask


async def test_a_store_that_was_connected_by_token_is_taken_over(desk: Desk) -> None:
    token = SecretStr(desk.shop.identity.token)
    await desk.api.add_store(StoreAdd(store="simstore1", token=token))

    assert (await desk.installed()).status == 200

    assert await desk.hashes() == ["simstore1"]


async def test_a_store_that_was_deleted_comes_back(desk: Desk) -> None:
    await desk.installed()
    await desk.api.delete_store("simstore1")

    assert (await desk.installed()).status == 200

    assert (await desk.api.store("simstore1")).state is StoreState.CONNECTED


async def test_a_code_is_good_once(desk: Desk) -> None:
    grant = desk.shop.login.consent()
    assert (await desk.called(**grant)).status == 200

    again = await desk.called(**grant)

    assert again.status == 424
    assert "was used before" in again.text
    assert grant["code"] not in again.text
    assert (await desk.api.store("simstore1")).state is StoreState.CONNECTED


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"code": ""}, id="no-code"),
        pytest.param({"context": ""}, id="no-context"),
        pytest.param({"context": "stores/../x"}, id="a-path"),
        pytest.param({"context": "simstore1"}, id="no-store-word"),
        pytest.param({"context": "stores/SIMSTORE1"}, id="other-case"),
    ],
)
async def test_a_call_that_is_no_grant_asks_nobody_and_leaves_no_trace(desk: Desk, changes: dict[str, str]) -> None:
    page = await desk.installed(**changes)

    assert page.status == 400
    assert desk.shop.identity.token == "sandbox-token"
    assert await desk.hashes() == []


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"code": "forged"}, id="code"),
        pytest.param({"context": "stores/other1"}, id="other-store"),
        pytest.param({"scope": "store_v2_orders"}, id="more-scopes"),
    ],
)
async def test_a_forged_grant_connects_nothing(desk: Desk, changes: dict[str, str]) -> None:
    page = await desk.installed(**changes)

    assert page.status == 424
    assert await desk.hashes() == []


async def test_what_failed_is_told_to_who_waits_for_it(desk: Desk) -> None:
    await desk.installed(code="forged")

    failed = (await desk.api.connecting()).last_install
    assert failed is not None
    assert (failed.number, failed.store) == (1, "simstore1")
    assert "gave no token" in failed.error
    await desk.installed()
    good = (await desk.api.connecting()).last_install
    assert good is not None
    assert (good.number, good.store, good.error) == (2, "simstore1", "")


async def test_a_scope_too_few_is_named_and_nothing_is_kept(desk: Desk) -> None:
    desk.shop.identity.scopes.discard("store_v2_orders_read_only")

    page = await desk.installed()

    assert page.status == 424
    assert "store_v2_orders_read_only" in page.text
    assert await desk.hashes() == []


async def test_the_modify_form_of_a_scope_will_do(desk: Desk) -> None:
    desk.shop.identity.scopes.discard("store_v2_orders_read_only")
    desk.shop.identity.scopes.add("store_v2_orders")

    assert (await desk.installed()).status == 200


async def test_a_failed_install_from_the_link_ends_at_the_stores_page(desk: Desk) -> None:
    page = await desk.installed(code="forged", external_install="1")

    assert page.status == 424
    assert f"url={desk.shop.url}/app/test_client_id/install/failed" in page.text


async def test_a_head_request_uses_no_code_up(desk: Desk) -> None:
    grant = desk.shop.login.consent()

    assert (await desk.called("HEAD", **grant)).status == 405

    assert (await desk.called(**grant)).status == 200


async def test_a_shops_name_is_no_markup_on_the_page(desk: Desk) -> None:
    await desk.api.add_store(
        StoreAdd(store="simstore1", token=SecretStr(desk.shop.identity.token), name="<script>alert(1)</script>")
    )

    page = await desk.installed()

    assert page.status == 200
    assert "<script>" not in page.text


@pytest.mark.parametrize("desk", [{"client_id": ""}, {"client_secret": SecretStr("")}], indirect=True)
async def test_without_an_app_there_is_no_link_and_no_install(desk: Desk) -> None:
    app = (await desk.api.connecting()).app
    assert (app.link, len(app.missing)) == ("", 1)

    page = await desk.installed()

    assert page.status == 404
    assert app.missing[0] in page.text


@pytest.mark.parametrize("desk", [{"login_url": "http://127.0.0.1:1"}], indirect=True)
async def test_a_login_server_that_is_away_is_told_as_that(desk: Desk) -> None:
    page = await desk.installed()

    assert page.status == 503
    assert "login server did not answer" in page.text


async def test_a_browser_that_leaves_early_does_not_undo_the_install(desk: Desk) -> None:
    leaving = asyncio.create_task(desk.installed())
    await eventually(lambda: _is_used(desk))
    leaving.cancel()

    async def is_connected() -> bool:
        stores = (await desk.api.stores()).stores
        return bool(stores) and stores[0].hooks.alive > 0

    await eventually(is_connected)


async def _is_used(desk: Desk) -> bool:
    return desk.shop.identity.token != "sandbox-token"
