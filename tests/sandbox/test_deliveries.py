"""What hooks receive, signed how, and what happens when they do not take it."""

import asyncio
import time
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from daemon.sandbox import envelope
from daemon.sandbox.deliveries import RETRY_AFTER_S
from daemon.sandbox.store import SandboxStore
from tests.sandbox.client import Asker, Receiver

SECRET = "test_client_secret"
CREATED = {"type": "order", "id": 1001}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with Receiver() as running:
        yield running


async def hook(ask: Asker, receiver: Receiver, *scopes: str, path: str = "") -> list[int]:
    """Register *scopes* at the receiver; ids of the hooks."""
    made = []
    for scope in scopes or ("store/order/created",):
        body = {"scope": scope, "destination": receiver.url + path, "headers": {"X-Hook-Key": "s3cret"}}
        made.append((await ask.send("POST", "/v3/hooks", body=body)).data["id"])
    return made


def test_the_envelope_and_signature_are_those_of_the_published_vector() -> None:
    body = envelope.body("store/order/created", CREATED, store_hash="simstore1", at=1_760_000_000)

    assert body == (
        b'{"scope":"store/order/created","store_id":"1000042","data":{"type":"order","id":1001},'
        b'"hash":"81630536b1033f8fa27237c7dd4d56b9655a7915","created_at":1760000000,"producer":"stores/simstore1"}'
    )
    assert (
        envelope.signature(SECRET, "evt_0001", 1_760_000_100, body) == "v1,mUIgBSFWyOLcBn2CNoqby4WFljjrlh/G0V6NYNhrEQQ="
    )


async def test_a_delivery_verifies_with_the_library_of_the_scheme(
    store: SandboxStore, ask: Asker, receiver: Receiver
) -> None:
    await hook(ask, receiver)
    store.clock.advance(time.time() - store.clock.now())
    store.orders.place()
    await store.deliver()

    headers, body = receiver.got[0]
    key = b64encode(SECRET.encode()).decode()
    assert Webhook(key).verify(body, {name.lower(): value for name, value in headers.items()})
    with pytest.raises(WebhookVerificationError):
        Webhook(key).verify(body + b" ", {name.lower(): value for name, value in headers.items()})


async def test_custom_headers_go_along(store: SandboxStore, ask: Asker, receiver: Receiver) -> None:
    await hook(ask, receiver)
    store.orders.place()
    await store.deliver()

    headers, _ = receiver.got[0]
    assert (headers["X-Hook-Key"], headers["Content-Type"]) == ("s3cret", "application/json")


async def test_one_order_says_many_things(store: SandboxStore, ask: Asker, receiver: Receiver) -> None:
    await hook(ask, receiver, "store/order/*", "store/product/*", "store/sku/*", "store/customer/*", "store/cart/*")
    customer = store.world.customers.ids[0]
    cart = store.carts.open(customer)
    order = store.carts.convert(cart.id)

    await store.deliver()

    assert receiver.scopes == [
        "store/cart/created",
        "store/cart/updated",
        "store/order/created",
        "store/order/updated",
        "store/order/statusUpdated",
        "store/product/updated",
        "store/sku/updated",
        "store/customer/updated",
        "store/cart/converted",
    ]
    assert receiver.bodies[4]["data"]["status"] == {"previous_status_id": 0, "new_status_id": 11}
    assert receiver.bodies[-1]["data"] == {"type": "cart", "id": cart.id, "orderId": order.id}


async def test_every_kind_of_event_has_its_shape(store: SandboxStore, ask: Asker, receiver: Receiver) -> None:
    nouns = ("order", "customer", "subscriber", "product", "category", "cart")
    await hook(ask, receiver, *(f"store/{noun}/*" for noun in nouns), "store/channel/1/order/created")
    order = store.orders.place(email="guest@example.com")
    refund = store.orders.refund(order.id, cents=10, changes_status=False)
    store.orders.archive(order.id)
    customer = store.customers.create("a@example.com")
    store.customers.delete(customer.id)
    subscriber = store.customers.subscribe("a@example.com")
    cart = store.carts.abandon(email="a@example.com")
    category = min(store.world.catalogue.categories)
    store.catalogue.delete_category(category)

    await store.deliver()

    by_scope = {body["scope"]: body["data"] for body in receiver.bodies}
    named = {"type": "order", "id": order.id}
    assert by_scope["store/order/created"] == by_scope["store/order/archived"] == named
    assert by_scope["store/channel/1/order/created"] == {"order_id": order.id}
    assert by_scope["store/order/refund/created"] == {**named, "refund": {"refund_id": refund.id}}
    assert by_scope["store/customer/created"] == {
        "type": "customer",
        "id": customer.id,
        "origin_channel_id": 1,
        "channel_ids": [1],
    }
    assert by_scope["store/customer/deleted"] == {"type": "customer", "id": customer.id}
    assert by_scope["store/subscriber/created"] == {"type": "subscriber", "id": subscriber.id}
    assert by_scope["store/cart/abandoned"] == {"type": "cart", "id": cart.id, "token": cart.token}
    assert by_scope["store/category/deleted"] == {"type": "category", "id": str(category)}


async def test_inactive_hooks_receive_nothing(store: SandboxStore, ask: Asker, receiver: Receiver) -> None:
    (hook_id,) = await hook(ask, receiver)
    await ask.send("PUT", f"/v3/hooks/{hook_id}", body={"is_active": False})
    store.orders.place()

    assert await store.deliver() == []


async def test_deliveries_can_be_reordered_repeated_and_left_out(
    store: SandboxStore, ask: Asker, receiver: Receiver
) -> None:
    await hook(ask, receiver)
    orders = [store.orders.place().id for _ in range(3)]

    await store.deliver(order=lambda due: [due[2], due[0], due[0]])

    assert [body["data"]["id"] for body in receiver.bodies] == [orders[2], orders[0], orders[0]]
    assert receiver.bodies[1]["hash"] == receiver.bodies[2]["hash"]
    assert store.office.pending == []


async def test_faults_repeat_and_lose_deliveries(store: SandboxStore, ask: Asker, receiver: Receiver) -> None:
    await hook(ask, receiver)
    store.faults.values["twice"] = 1
    store.orders.place()
    await store.deliver()
    store.faults.values = {"lost": 1}
    store.orders.place()
    await store.deliver()

    assert len(receiver.got) == 2
    assert receiver.bodies[0]["hash"] == receiver.bodies[1]["hash"]
    assert store.office.tally.lost == 1


async def test_late_deliveries_wait_by_the_store_s_clock(store: SandboxStore, ask: Asker, receiver: Receiver) -> None:
    await hook(ask, receiver)
    store.faults.values["late"] = 1000
    store.orders.place()

    assert await store.deliver(early=False) == []
    store.clock.advance(1000)
    assert len(await store.deliver(early=False)) == 1


@pytest.mark.parametrize(
    ("fault", "check"),
    [
        ("unsigned", lambda headers, right: "webhook-signature" not in headers),
        ("wrong-key", lambda headers, right: headers["webhook-signature"] != right),
        ("many-signatures", lambda headers, right: headers["webhook-signature"].split()[2] == right),
        ("stale-timestamp", lambda headers, right: headers["webhook-timestamp"] == "1759999990"),
    ],
)
async def test_signatures_can_be_spoilt(
    store: SandboxStore, ask: Asker, receiver: Receiver, fault: str, check: Callable[[Mapping[str, str], str], bool]
) -> None:
    await hook(ask, receiver)
    store.faults.values[fault] = 10
    store.orders.place()
    await store.deliver()

    headers, body = receiver.got[0]
    stamp = int(headers.get("webhook-timestamp", 0))
    right = envelope.signature(SECRET, headers.get("webhook-id", ""), stamp, body)
    assert check(headers, right)


async def test_failures_climb_the_ladder_and_end_in_deactivation(
    store: SandboxStore, ask: Asker, receiver: Receiver
) -> None:
    (hook_id,) = await hook(ask, receiver)
    receiver.status = 500
    store.orders.place()
    tries = len(await store.deliver())
    for pause in RETRY_AFTER_S:
        store.clock.advance(pause - 1)
        assert await store.deliver() == []
        store.clock.advance(1)
        tries += len(await store.deliver())

    assert tries == 12
    assert store.office.book.hooks[hook_id].status == "deactivated"
    assert store.office.pending == []


async def test_a_retry_keeps_its_id_and_body_and_takes_a_new_timestamp(
    store: SandboxStore, ask: Asker, receiver: Receiver
) -> None:
    await hook(ask, receiver)
    receiver.status = 503
    store.orders.place()
    await store.deliver()
    receiver.status = 204
    store.clock.advance(60)
    await store.deliver()

    (first, body), (second, again) = receiver.got
    assert body == again
    assert first["webhook-id"] == second["webhook-id"]
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 60
    assert store.office.tally.delivered == 1


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 302, "headers": {"Location": "/elsewhere"}},
        {"status": 410},
        {"status": 200, "headers": {"X-Long": "x" * 8193}},
        {"status": 200, "headers": {"X-" + "n" * 64: "x"}},
        {"status": 200, "headers": {f"X-{number}": "x" for number in range(64)}},
    ],
    ids=["redirect", "410", "long value", "long name", "many headers"],
)
async def test_these_answers_are_failures(
    store: SandboxStore, ask: Asker, receiver: Receiver, answer: dict[str, object]
) -> None:
    for name, value in answer.items():
        setattr(receiver, name, value)
    await hook(ask, receiver)
    store.orders.place()

    (attempt,) = await store.deliver()

    assert attempt.failure
    assert len(receiver.got) == 1


async def test_a_dead_destination_is_a_failure(store: SandboxStore, ask: Asker) -> None:
    async with Receiver() as receiver:
        await hook(ask, receiver)
    store.orders.place()

    (attempt,) = await store.deliver()

    assert (attempt.status, attempt.failure) == (0, "ClientConnectorError")


async def test_a_failing_domain_is_blocked_for_three_minutes(
    store: SandboxStore, ask: Asker, receiver: Receiver
) -> None:
    await hook(ask, receiver)
    for _ in range(90):
        store.orders.place()
    await store.deliver()
    receiver.status = 500
    for _ in range(15):
        store.orders.place()
    await store.deliver()

    (blocked,) = (await ask("/v3/hooks/admin")).data["blocked_domains"]
    assert (blocked["time_left"], blocked["reasons"][0]["failure_description"]) == (180, "HTTP 500")
    taken = len(receiver.got)
    store.orders.place()
    assert await store.deliver() == []
    receiver.status = 200
    store.clock.advance(181)
    await store.deliver()
    assert len(receiver.got) > taken


async def test_trouble_is_told_to_the_exception_hook(store: SandboxStore, ask: Asker, receiver: Receiver) -> None:
    async with Receiver(status=500) as broken:
        (hook_id,) = await hook(ask, broken)
        await hook(ask, receiver, "store/hook/deliveryException", path="/trouble")
        store.orders.place()
        store.orders.place()
        await store.deliver()
        await store.deliver()

    (notice,) = receiver.bodies
    assert (notice["data"]["id"], notice["data"]["error_code"]) == (hook_id, 90001)


async def test_a_new_hook_may_take_a_minute_to_fire(store: SandboxStore, ask: Asker, receiver: Receiver) -> None:
    store.faults.values["hook-delay"] = 60
    await hook(ask, receiver)
    store.orders.place()
    store.clock.advance(60)
    late = store.orders.place()
    await store.deliver()

    assert [body["data"]["id"] for body in receiver.bodies] == [late.id]


async def test_a_live_store_delivers_by_itself(store: SandboxStore, ask: Asker) -> None:
    async with Receiver() as receiver, asyncio.timeout(5):
        await hook(ask, receiver, "store/order/created", "store/cart/abandoned")
        store.live(events_per_minute=60_000)
        await receiver.arrived.wait()
        await store.stop()
