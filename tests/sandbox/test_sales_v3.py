"""Refunds and carts over v3."""

from daemon.sandbox.plan import DAY
from daemon.sandbox.store import SandboxStore
from daemon.sandbox.wire import iso
from tests.sandbox.client import Asker

REFUNDS = "/v3/orders/payment_actions/refunds"


async def test_refunds_are_found_by_time_and_by_order(store: SandboxStore, ask: Asker) -> None:
    store.clock.advance(60)
    order = store.orders.place()
    refund = store.orders.refund(order.id, cents=500)

    by_time = await ask(REFUNDS, **{"created:min": iso(refund.created_at)})
    by_order = await ask(REFUNDS, **{"order_id:in": f"{order.id},1"})
    of_order = await ask(f"/v3/orders/{order.id}/payment_actions/refunds")

    assert [row["id"] for row in by_time.data] == [row["id"] for row in by_order.data] == [refund.id]
    assert of_order.data[0]["total_amount"] == 5


async def test_a_part_given_back_moves_the_order_to_partially_refunded(store: SandboxStore) -> None:
    order = store.orders.place()

    store.orders.refund(order.id, cents=100)

    assert store.world.orders[order.id].status_id == 14


async def test_a_declined_refund_changes_no_status_and_says_so(store: SandboxStore, ask: Asker) -> None:
    order = store.orders.place()

    refund = store.orders.refund(order.id, is_declined=True)

    row = (await ask(f"{REFUNDS}/{refund.id}")).data
    assert [payment["is_declined"] for payment in row["payments"]] == [True]
    assert store.world.orders[order.id].status_id == 11


async def test_a_tax_correction_names_no_items(store: SandboxStore, ask: Asker) -> None:
    refund = store.orders.refund(store.orders.place().id, cents=120, kind="tax", changes_status=False)

    assert (await ask(f"{REFUNDS}/{refund.id}")).data["items"] == []


async def test_status_4_by_hand_records_no_refund(store: SandboxStore, ask: Asker) -> None:
    order = store.orders.place()

    store.orders.change_status(order.id, 4)

    assert (await ask(f"/v3/orders/{order.id}/payment_actions/refunds")).data == []


async def test_a_cart_is_read_by_id_while_it_lives(store: SandboxStore, ask: Asker) -> None:
    cart = store.carts.open()

    assert (await ask(f"/v3/carts/{cart.id}")).data["email"] is None
    store.carts.change(cart.id, email="shopper@example.com")
    assert (await ask(f"/v3/carts/{cart.id}")).data["email"] == "shopper@example.com"
    store.clock.advance(30 * DAY)
    assert (await ask(f"/v3/carts/{cart.id}")).status == 404


async def test_an_emptied_cart_is_still_there_without_products(store: SandboxStore, ask: Asker) -> None:
    cart = store.carts.abandon(email="shopper@example.com")

    store.carts.empty(cart.id)

    row = (await ask(f"/v3/carts/{cart.id}")).data
    assert (row["cart_amount"], row["line_items"]["physical_items"]) == (0, [])


async def test_there_is_no_list_of_carts(ask: Asker) -> None:
    assert (await ask("/v3/carts")).status == 404
    assert (await ask("/v3/abandoned-carts")).status == 404


async def test_a_token_leads_to_its_abandoned_cart(store: SandboxStore, ask: Asker) -> None:
    cart = store.carts.abandon(email="shopper@example.com")

    assert (await ask(f"/v3/abandoned-carts/{cart.token}")).data == {"cart_id": cart.id}
    assert (await ask(f"/v3/abandoned-carts/{'0' * 32}")).status == 404


async def test_a_converted_cart_is_gone_and_its_order_names_it(store: SandboxStore, ask: Asker) -> None:
    cart = store.carts.abandon(email="shopper@example.com")

    order = store.carts.convert(cart.id)

    assert (await ask(f"/v3/carts/{cart.id}")).status == 404
    assert (await ask(f"/v2/orders/{order.id}")).json["cart_id"] == cart.id
    assert order.lines[0].product_id == cart.items[0].product_id


async def test_a_cart_is_abandoned_an_hour_after_its_last_change(store: SandboxStore) -> None:
    cart = store.carts.open(email="shopper@example.com")
    store.clock.advance(3000)
    store.carts.change(cart.id)
    store.clock.advance(3000)

    assert store.carts.abandon_idle() == []
    store.clock.advance(600)
    assert [each.id for each in store.carts.abandon_idle()] == [cart.id]
    assert store.carts.abandon_idle() == []


async def test_an_edited_cart_can_be_abandoned_again(store: SandboxStore) -> None:
    cart = store.carts.abandon(email="shopper@example.com")
    store.carts.change(cart.id)
    store.clock.advance(3600)

    assert [each.id for each in store.carts.abandon_idle()] == [cart.id]


async def test_the_incomplete_order_of_a_cart_moves_on_when_it_converts(store: SandboxStore, ask: Asker) -> None:
    cart = next(cart for cart in store.world.carts.values() if cart.order_id)

    order = store.carts.convert(cart.id)

    assert (order.id, order.status_id) == (cart.order_id, 11)
    assert (await ask(f"/v2/orders/{order.id}")).json["cart_id"] == cart.id
