"""Connecting a store: what stands in the way is told as its kind, and nothing is kept of it."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from common.client import ApiClient
from common.connecting import StoreTry
from common.errors import CounterfoilError, Invalid, Refused, StoreRefused, TryLater
from common.stores import StoreAdd
from daemon.app import Daemon
from daemon.sandbox.store import SandboxStore
from tests.api.conftest import IMPATIENT, settings_in


def adding(shop: SandboxStore, *, store: str = "", token: str = "", hooks: bool = False) -> StoreAdd:
    chosen = token or shop.identity.token
    return StoreAdd(store=store or shop.identity.store_hash, token=SecretStr(chosen), hooks=hooks)


async def nothing_kept(client: ApiClient) -> bool:
    return (await client.stores()).stores == (await client.status()).stores == []


def on_disk(folder: Path) -> bytes:
    """All bytes of the database, those not yet moved into its main file too."""
    return b"".join(file.read_bytes() for file in folder.glob("counterfoil.db*"))


async def test_a_wrong_token_is_refused_by_the_store(beside_shop: ApiClient, shop: SandboxStore) -> None:
    with pytest.raises(StoreRefused, match="token is not accepted") as refused:
        await beside_shop.add_store(adding(shop, token="wr0ng-t0ken"))

    assert "wr0ng-t0ken" not in str(refused.value)
    assert await nothing_kept(beside_shop)


async def test_a_hash_that_is_no_stores_is_refused_by_the_store(beside_shop: ApiClient, shop: SandboxStore) -> None:
    with pytest.raises(StoreRefused, match="There is no store elsewhere") as refused:
        await beside_shop.add_store(adding(shop, store="elsewhere"))

    assert "store hash" in refused.value.remedy
    assert await nothing_kept(beside_shop)


async def test_what_holds_no_hash_is_invalid(beside_shop: ApiClient, shop: SandboxStore) -> None:
    with pytest.raises(Invalid, match="no store hash"):
        await beside_shop.add_store(adding(shop, store="https://shop.example.com"))

    assert await nothing_kept(beside_shop)


@pytest.mark.parametrize("scope", ["store_v2_orders_read_only", "store_v2_customers_read_only"])
async def test_a_missing_scope_is_named(beside_shop: ApiClient, shop: SandboxStore, scope: str) -> None:
    shop.identity.scopes.discard(scope)

    with pytest.raises(StoreRefused, match=scope) as refused:
        await beside_shop.add_store(adding(shop))

    assert "new API account" in refused.value.remedy
    assert await nothing_kept(beside_shop)


async def test_a_scope_that_can_be_spared_does_not_stop_the_connection(
    beside_shop: ApiClient, shop: SandboxStore
) -> None:
    shop.identity.scopes.discard("store_cart_read_only")

    store = await beside_shop.add_store(adding(shop))

    assert {scope.scope for scope in store.scopes if not scope.granted} == {"store_cart_read_only"}
    assert "scope-missing" in [item.code for item in (await beside_shop.status()).health]


async def test_without_a_public_address_hooks_are_refused_before_the_store_is_asked(
    folder: Path, shop: SandboxStore
) -> None:
    settings = settings_in(folder, api_url=shop.url, public_url="")
    async with Daemon(settings), ApiClient(folder / "counterfoil.sock") as client:
        with pytest.raises(Refused, match="COUNTERFOIL_PUBLIC__URL") as refused:
            await client.add_store(adding(shop, hooks=True))

        assert "--no-hooks" in refused.value.remedy
        assert await nothing_kept(client)
    assert not shop.requests


async def test_a_store_that_is_down_is_to_be_tried_later(beside_shop: ApiClient, shop: SandboxStore) -> None:
    shop.fail(times=50, status=503)

    with pytest.raises(TryLater):
        await beside_shop.add_store(adding(shop))

    assert await nothing_kept(beside_shop)


async def test_a_store_that_refuses_hooks_is_not_kept(beside_shop: ApiClient, shop: SandboxStore) -> None:
    shop.fail(times=200, path="/v3/hooks", status=422)

    with pytest.raises(CounterfoilError):
        await beside_shop.add_store(adding(shop, hooks=True))

    assert await nothing_kept(beside_shop)


async def test_a_store_that_was_refused_can_be_connected_afterwards(beside_shop: ApiClient, shop: SandboxStore) -> None:
    with pytest.raises(StoreRefused):
        await beside_shop.add_store(adding(shop, token="wrong"))

    assert (await beside_shop.add_store(adding(shop, hooks=True))).hooks.alive > 0


async def test_a_store_is_connected_once(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await beside_shop.add_store(adding(shop))

    with pytest.raises(Refused, match="connected already"):
        await beside_shop.add_store(adding(shop))

    assert len((await beside_shop.stores()).stores) == 1


async def test_a_connected_store_is_there_after_a_restart(folder: Path, shop: SandboxStore) -> None:
    settings = settings_in(folder, api_url=shop.url)
    async with Daemon(settings, patience=IMPATIENT), ApiClient(folder / "counterfoil.sock") as client:
        await client.add_store(adding(shop))
    async with Daemon(settings, patience=IMPATIENT), ApiClient(folder / "counterfoil.sock") as client:
        assert [store.hash for store in (await client.stores()).stores] == [shop.identity.store_hash]


async def test_with_another_key_a_connected_store_stops_the_start(folder: Path, shop: SandboxStore) -> None:
    settings = settings_in(folder, api_url=shop.url)
    async with Daemon(settings), ApiClient(folder / "counterfoil.sock") as client:
        await client.add_store(adding(shop))
    (folder / "counterfoil.key").rename(folder / "former.key")
    with pytest.raises(Refused, match="cannot be decrypted"):
        await Daemon(settings).__aenter__()
    (folder / "former.key").rename(folder / "counterfoil.key")

    async with Daemon(settings), ApiClient(folder / "counterfoil.sock") as client:
        assert len((await client.stores()).stores) == 1


async def test_no_secret_of_a_store_is_in_clear_on_the_disk(folder: Path, shop: SandboxStore) -> None:
    async with Daemon(settings_in(folder, api_url=shop.url)), ApiClient(folder / "counterfoil.sock") as client:
        await client.add_store(adding(shop))
        stored = on_disk(folder)

    assert shop.identity.token.encode() not in stored


def trying(shop: SandboxStore, *, token: str = "") -> StoreTry:
    return StoreTry(store=shop.identity.store_hash, token=SecretStr(token or shop.identity.token))


async def test_what_it_takes_to_connect_is_told(beside_shop: ApiClient) -> None:
    needs = await beside_shop.connecting()

    assert {one.scope for one in needs.scopes if one.required} >= {"store_v2_orders_read_only"}
    assert (needs.public_url, needs.quiet_hours) == ("http://127.0.0.1:2", "none")
    assert needs.app.callback == "http://127.0.0.1:2/bigcommerce/auth"
    assert needs.app.link == ""
    assert "COUNTERFOIL_BIGCOMMERCE__CLIENT_ID" in needs.app.missing
    assert needs.last_install is None


async def test_a_token_is_looked_at_without_a_trace(beside_shop: ApiClient, shop: SandboxStore) -> None:
    shop.identity.scopes.discard("store_cart_read_only")

    tried = await beside_shop.try_store(trying(shop))

    assert tried.is_enough
    assert tried.name
    assert tried.hooks > 0
    assert [scope.scope for scope in tried.scopes if not scope.granted] == ["store_cart_read_only"]
    assert await nothing_kept(beside_shop)
    assert not shop.office.book.hooks


@pytest.mark.parametrize("scope", ["store_v2_orders_read_only", "store_v2_information_read_only"])
async def test_a_token_that_may_too_little_shows_all_it_may(
    beside_shop: ApiClient, shop: SandboxStore, scope: str
) -> None:
    shop.identity.scopes.discard(scope)

    tried = await beside_shop.try_store(trying(shop))

    assert not tried.is_enough
    assert [one.scope for one in tried.scopes if not one.granted] == [scope]


@pytest.mark.parametrize("token", ["two words", "line\r\nX-Auth: other", "null\0", "del\x7f"])
async def test_what_no_header_can_carry_is_no_token(beside_shop: ApiClient, shop: SandboxStore, token: str) -> None:
    with pytest.raises(Invalid, match="That is no token"):
        await beside_shop.try_store(trying(shop, token=token))


async def test_a_wrong_token_is_refused_when_it_is_looked_at(beside_shop: ApiClient, shop: SandboxStore) -> None:
    with pytest.raises(StoreRefused, match="token is not accepted"):
        await beside_shop.try_store(trying(shop, token="wr0ng"))


async def test_a_connected_store_is_not_looked_at_again(beside_shop: ApiClient, shop: SandboxStore) -> None:
    await beside_shop.add_store(adding(shop))

    with pytest.raises(Refused, match="connected already"):
        await beside_shop.try_store(trying(shop))
