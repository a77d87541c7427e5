"""How v2 order lists behave: paging, filters, includes, and the exceptions a client must survive."""

from dataclasses import replace
from email.utils import formatdate

import pytest

from daemon.sandbox.store import SandboxStore
from daemon.sandbox.wire import iso
from tests.sandbox.client import Asker

FULL = {"include": "consignments.line_items", "consignment_structure": "object"}


async def test_a_page_past_the_end_is_204_without_a_body(ask: Asker) -> None:
    answer = await ask("/v2/orders", page="99")

    assert (answer.status, answer.body) == (204, b"")


async def test_an_empty_list_may_be_switched_to_200(store: SandboxStore, ask: Asker) -> None:
    store.faults.values["empty-200"] = 1

    answer = await ask("/v2/orders", min_id="99999999")

    assert (answer.status, answer.json) == (200, [])


async def test_the_default_limit_is_50(ask: Asker) -> None:
    assert len((await ask("/v2/orders")).json) == 50


async def test_a_limit_above_250_is_413_and_says_the_most(ask: Asker) -> None:
    answer = await ask("/v2/orders", limit="251")

    assert answer.status == 413
    assert answer.json[0]["details"] == {"max_limit": 250}


@pytest.mark.parametrize("query", [{"id": "1001"}, {"is_deleted": "true"}, {"colour": "blue"}])
async def test_an_unknown_filter_is_400(ask: Asker, query: dict[str, str]) -> None:
    answer = await ask("/v2/orders", **query)

    assert answer.status == 400
    assert answer.json[0]["message"] == f"The field '{next(iter(query))}' is not supported by this resource."


@pytest.mark.parametrize(
    "query", [{"min_id": "x"}, {"min_date_modified": "soon"}, {"sort": "colour"}, {"include": "x"}, {"min_total": "x"}]
)
async def test_an_unreadable_value_is_400(ask: Asker, query: dict[str, str]) -> None:
    assert (await ask("/v2/orders", **query)).status == 400


async def test_keyset_paging_reads_every_visible_order_once(store: SandboxStore, ask: Asker) -> None:
    seen: list[int] = []
    while (answer := await ask("/v2/orders", limit="37", min_id=str(seen[-1] + 1 if seen else 0))).status == 200:
        seen += [order["id"] for order in answer.json]

    assert seen == [order.id for order in store.world.orders if not order.is_archived]


async def test_ids_ascend_with_gaps(store: SandboxStore) -> None:
    ids = list(store.world.orders.ids)

    assert ids == sorted(set(ids))
    assert ids[-1] - ids[0] > len(ids)


@pytest.mark.parametrize("zone", ["iso", "rfc2822"])
async def test_modified_bounds_are_inclusive_in_both_date_forms(store: SandboxStore, ask: Asker, zone: str) -> None:
    order = store.orders.place()
    store.clock.advance(100)
    later = store.orders.place()
    bound = formatdate(order.modified_at) if zone == "rfc2822" else iso(order.modified_at, zone="+00:00")

    above = await ask("/v2/orders", min_date_modified=bound)
    exactly = await ask("/v2/orders", min_date_modified=bound, max_date_modified=bound)

    assert {order.id, later.id} <= {row["id"] for row in above.json}
    assert later.id not in {row["id"] for row in exactly.json}
    assert order.id in {row["id"] for row in exactly.json}


async def test_filters_narrow_the_list_to_what_matches(store: SandboxStore, ask: Asker) -> None:
    world = store.world
    order = next(o for o in world.orders if o.customer_id and o.cart_id and not o.is_archived)
    queries: dict[str, str] = {
        "customer_id": str(order.customer_id),
        "status_id": str(order.status_id),
        "cart_id": str(order.cart_id),
        "email": order.email.strip().upper(),
        "channel_id": str(order.channel_id),
        "payment_method": order.payment_method,
        "min_total": f"{order.total_cents / 100:.2f}",
        "max_total": f"{order.total_cents / 100:.2f}",
    }

    for name, value in queries.items():
        found = {row["id"] for row in (await ask("/v2/orders", limit="250", **{name: value})).json}
        assert order.id in found, name
        if name in ("customer_id", "status_id"):
            expected = {o.id for o in world.orders if getattr(o, name) == getattr(order, name) and not o.is_archived}
            assert found == set(sorted(expected)[:250])


async def test_sort_has_a_direction_and_defaults_to_ascending_ids(store: SandboxStore, ask: Asker) -> None:
    newest = await ask("/v2/orders", sort="id:desc", limit="1")
    by_change = await ask("/v2/orders", sort="date_modified:desc", limit="1")

    shown = [order for order in store.world.orders if not order.is_archived]
    assert newest.json[0]["id"] == shown[-1].id
    assert by_change.json[0]["id"] == max(shown, key=lambda o: (o.modified_at, o.id)).id


async def test_consignments_are_a_stub_an_array_or_an_object(store: SandboxStore, ask: Asker) -> None:
    order = next(o for o in store.world.orders if o.shipping_cents and not o.is_archived)
    path = f"/v2/orders/{order.id}"

    stub = (await ask(path)).json["consignments"]
    legacy = (await ask(path, include="consignments.line_items")).json["consignments"]
    links = (await ask(path, include="consignments", consignment_structure="object")).json["consignments"]
    full = (await ask(path, **FULL)).json["consignments"]

    assert set(stub) == {"url", "resource"}
    assert legacy == [full]
    assert set(links["shipping"][0]["line_items"][0]) == {"url", "resource"}
    assert full["shipping"][0]["line_items"][0]["order_id"] == order.id


async def test_a_consignment_shows_50_lines_and_a_warning(store: SandboxStore, ask: Asker) -> None:
    products = list(store.world.catalogue.products)
    order = store.orders.place(basket=[(product, 1) for product in (products * 2)[:60]])

    parcel = (await ask(f"/v2/orders/{order.id}", **FULL)).json["consignments"]["shipping"][0]
    lines = (await ask(f"/v2/orders/{order.id}/products", limit="250")).json

    assert len(parcel["line_items"]) == 50
    assert "message" in parcel["__warning__"]
    assert parcel["items_total"] == 60
    assert len(lines) == 60


async def test_some_orders_hide_their_lines_and_products_has_them(store: SandboxStore, ask: Asker) -> None:
    order = store.orders.place()
    parcel = replace(order.consignments[0], hides_lines=True)
    store.world.orders.keep(replace(order, consignments=(parcel,)))

    shown = (await ask(f"/v2/orders/{order.id}", **FULL)).json["consignments"]["shipping"][0]

    assert (shown["line_items"], shown["items_total"]) == ([], order.items_total)
    assert "__warning__" not in shown
    assert len((await ask(f"/v2/orders/{order.id}/products")).json) == len(order.lines)


async def test_costs_are_numbers_in_consignments_and_text_in_addresses(store: SandboxStore, ask: Asker) -> None:
    order = store.orders.place(method="Flat Rate")

    parcel = (await ask(f"/v2/orders/{order.id}", **FULL)).json["consignments"]["shipping"][0]
    (address,) = (await ask(f"/v2/orders/{order.id}/shipping_addresses")).json

    assert (parcel["cost_ex_tax"], address["cost_ex_tax"]) == (9.95, "9.9500")
    assert parcel["shipping_method"] == address["shipping_method"] == "Flat Rate"


async def test_archived_orders_leave_lists_and_counts_but_not_their_own_address(
    store: SandboxStore, ask: Asker
) -> None:
    order = store.orders.place()
    before = (await ask("/v2/orders/count")).json["count"]

    store.orders.archive(order.id)

    assert (await ask("/v2/orders", min_id=str(order.id))).status == 204
    assert (await ask("/v2/orders/count")).json["count"] == before - 1
    assert (await ask(f"/v2/orders/{order.id}")).json["is_deleted"] is True


async def test_counts_add_up_per_status(store: SandboxStore, ask: Asker) -> None:
    answer = (await ask("/v2/orders/count")).json

    assert answer["count"] == sum(row["count"] for row in answer["statuses"])
    assert answer["count"] == sum(not order.is_archived for order in store.world.orders)


async def test_refunds_leave_the_order_s_own_figures_alone(store: SandboxStore, ask: Asker) -> None:
    order = store.orders.place()
    total = (await ask(f"/v2/orders/{order.id}")).json["total_inc_tax"]

    store.orders.refund(order.id)
    after = (await ask(f"/v2/orders/{order.id}")).json

    assert (after["refunded_amount"], after["total_inc_tax"]) == ("0.0000", total)
    assert after["status"] == "Refunded"


async def test_an_order_may_be_given_other_lines_and_another_customer(store: SandboxStore, ask: Asker) -> None:
    seller, buyer = store.world.customers.ids[:2]
    first, second = list(store.world.catalogue.products)[:2]
    order = store.orders.place(seller, basket=[(first, 1)])

    store.orders.change_lines(order.id, [(second, 3)])
    store.orders.hand_over(order.id, buyer)

    assert (await ask(f"/v2/orders/{order.id}")).json["customer_id"] == buyer
    lines = (await ask(f"/v2/orders/{order.id}/products")).json
    assert [(line["product_id"], line["quantity"]) for line in lines] == [(second, 3)]


async def test_money_is_text_and_unset_dates_are_empty(store: SandboxStore, ask: Asker) -> None:
    order = store.orders.place(status_id=11)
    row = (await ask(f"/v2/orders/{order.id}")).json

    assert row["date_shipped"] == ""
    assert row["total_inc_tax"].endswith("00")
    assert row["date_created"].endswith("+0000")


async def test_a_missing_order_is_a_404_array(ask: Asker) -> None:
    answer = await ask("/v2/orders/1")

    assert (answer.status, answer.json[0]["status"]) == (404, 404)


async def test_a_new_order_may_be_announced_before_it_is_readable(store: SandboxStore, ask: Asker) -> None:
    store.faults.values["unready"] = 3
    order = store.orders.place()

    early = await ask(f"/v2/orders/{order.id}")
    store.clock.advance(3)

    assert (early.status, (await ask(f"/v2/orders/{order.id}")).status) == (404, 200)


async def test_orders_never_have_shipments_here(store: SandboxStore, ask: Asker) -> None:
    assert (await ask(f"/v2/orders/{store.world.orders.ids[0]}/shipments")).status == 204


async def test_an_order_changed_while_pages_are_read_is_not_skipped(store: SandboxStore, ask: Asker) -> None:
    first = (await ask("/v2/orders", limit="200")).json
    store.orders.change_status(first[0]["id"], 5)
    placed = store.orders.place()

    rest: list[int] = []
    after = first[-1]["id"]
    while (answer := await ask("/v2/orders", limit="200", min_id=str(after + 1))).status == 200:
        rest += [row["id"] for row in answer.json]
        after = rest[-1]

    assert rest[-1] == placed.id
    assert {row["id"] for row in first} | set(rest) == {o.id for o in store.world.orders if not o.is_archived}
