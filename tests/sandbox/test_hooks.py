"""Registering webhooks: the rules of scope, destination, number and owner."""

from typing import Any

import pytest

from daemon.sandbox.plan import DAY
from daemon.sandbox.store import SandboxStore
from tests.sandbox.client import Answer, Asker

HERE = "http://127.0.0.1:9/hook"


async def create(ask: Asker, scope: str = "store/order/created", destination: str = HERE, **more: Any) -> Answer:
    body = {"scope": scope, "destination": destination, **more}
    return await ask.send("POST", "/v3/hooks", body=body)


async def test_a_hook_is_created_read_changed_and_deleted(ask: Asker) -> None:
    made = (await create(ask, headers={"X-Hook-Key": "s3cret"})).data
    path = f"/v3/hooks/{made['id']}"

    assert (await ask(path)).data == made
    changed = (await ask.send("PUT", path, body={"is_active": False})).data
    assert (changed["is_active"], changed["headers"]) == (False, {"X-Hook-Key": "s3cret"})
    assert (await ask.send("DELETE", path)).data["id"] == made["id"]
    assert (await ask(path)).status == 404


async def test_hooks_are_listed_with_pagination_and_filters(ask: Asker) -> None:
    await create(ask)
    await create(ask, "store/cart/*")
    answer = await ask("/v3/hooks", scope="store/cart/*", is_active="true")

    assert [hook["scope"] for hook in answer.data] == ["store/cart/*"]
    assert answer.json["meta"]["pagination"]["total"] == 1


async def test_the_same_scope_and_destination_twice_is_refused(ask: Asker) -> None:
    await create(ask)

    assert (await create(ask)).status == 409
    assert (await create(ask, destination="http://127.0.0.1:9/other")).status == 200


async def test_ten_hooks_per_scope_are_enough(ask: Asker) -> None:
    for number in range(10):
        assert (await create(ask, destination=f"{HERE}{number}")).status == 200

    assert (await create(ask, destination=f"{HERE}10")).status == 422


@pytest.mark.parametrize("scope", ["store/order/create", "store/order", "order/created", "store/*", ""])
async def test_scopes_must_match_exactly(ask: Asker, scope: str) -> None:
    answer = await create(ask, scope)

    assert (answer.status, list(answer.json["errors"])) == (422, ["scope"])


@pytest.mark.parametrize("scope", ["store/order/*", "store/channel/2/order/updated", "store/customer/address/created"])
async def test_wildcards_and_channel_scopes_are_known(ask: Asker, scope: str) -> None:
    assert (await create(ask, scope)).status == 200


@pytest.mark.parametrize(
    ("destination", "status"),
    [
        ("https://hooks.example.com/bc", 200),
        ("https://hooks.example.com:443/bc", 200),
        ("https://hooks.example.com:8443/bc", 422),
        ("http://hooks.example.com/bc", 422),
        ("http://127.0.0.1:8474/bc", 200),
        ("http://[::1]:8474/bc", 200),
        ("http://localhost:8474/bc", 200),
        ("ftp://127.0.0.1/bc", 422),
        ("", 422),
    ],
)
async def test_destinations_are_https_on_443_or_on_this_machine(ask: Asker, destination: str, status: int) -> None:
    assert (await create(ask, destination=destination)).status == status


async def test_strictly_not_even_loopback_may_be_http(store: SandboxStore, ask: Asker) -> None:
    store.office.book.strict = True

    assert (await create(ask)).status == 422


@pytest.mark.parametrize("body", [{"scope": "store/order/created"}, {"destination": HERE}, {}])
async def test_what_is_missing_is_named(ask: Asker, body: dict[str, str]) -> None:
    answer = await ask.send("POST", "/v3/hooks", body=body)

    assert answer.status == 422
    assert "error.path.missing" in answer.json["errors"].values()


async def test_a_change_of_nothing_is_refused(ask: Asker) -> None:
    made = (await create(ask)).data

    assert (await ask.send("PUT", f"/v3/hooks/{made['id']}", body={})).status == 422


async def test_another_account_does_not_see_the_hooks(store: SandboxStore, ask: Asker) -> None:
    made = (await create(ask)).data
    store.identity.client_id = "another"

    assert (await ask("/v3/hooks")).data == []
    assert (await ask.send("DELETE", f"/v3/hooks/{made['id']}")).status == 404
    assert (await create(ask)).status == 200


async def test_exceptions_need_a_destination_of_their_own(ask: Asker) -> None:
    await create(ask)

    assert (await create(ask, "store/hook/deliveryException")).status == 422
    assert (await create(ask, "store/hook/deliveryException", "http://127.0.0.1:9/trouble")).status == 200
    assert (await create(ask, "store/cart/*", "http://127.0.0.1:9/trouble")).status == 422


async def test_ninety_idle_days_deactivate_a_hook(store: SandboxStore, ask: Asker) -> None:
    made = (await create(ask)).data
    store.clock.advance(90 * DAY)

    (hook,) = (await ask("/v3/hooks")).data
    (listed,) = (await ask("/v3/hooks/admin")).data["hooks_list"]
    assert (hook["is_active"], listed["status"]) == (False, "deactivated")
    again = await ask.send("PUT", f"/v3/hooks/{made['id']}", body={"is_active": True})
    assert again.data["is_active"] is True


async def test_mail_addresses_for_trouble_are_kept(ask: Asker) -> None:
    assert (await ask.send("PUT", "/v3/hooks/admin", body={"emails": ["ops@example.com"]})).status == 204

    assert (await ask("/v3/hooks/admin")).data["emails"] == ["ops@example.com"]


async def test_uninstalling_takes_the_hooks_and_the_token(store: SandboxStore, ask: Asker) -> None:
    await create(ask)

    store.uninstall()

    assert store.office.book.hooks == {}
    assert (await ask.send("GET", "/v2/time", headers={"X-Auth-Token": "sandbox-token"})).status == 401
