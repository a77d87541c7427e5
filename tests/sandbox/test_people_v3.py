"""Customers and consents over v3: cursors, lists of ids, include, and what is missing on purpose."""

import pytest

from daemon.sandbox.customers_api import cursor_of
from daemon.sandbox.store import SandboxStore
from daemon.sandbox.wire import iso
from tests.sandbox.client import Asker


def listed(ids: list[int]) -> str:
    return ",".join(map(str, ids))


async def test_an_empty_list_is_200_with_no_rows(ask: Asker) -> None:
    answer = await ask("/v3/customers", **{"id:in": "1"})

    assert (answer.status, answer.data) == (200, [])
    assert answer.json["meta"]["pagination"]["total"] == 0


async def test_a_list_of_ids_honours_the_limit_which_is_50_by_default(store: SandboxStore, ask: Asker) -> None:
    ids = listed(list(store.world.customers.ids[:80]))

    assert len((await ask("/v3/customers", **{"id:in": ids})).data) == 50
    assert len((await ask("/v3/customers", **{"id:in": ids, "limit": "250"})).data) == 80


async def test_missing_ids_are_silently_absent(store: SandboxStore, ask: Asker) -> None:
    known = store.world.customers.ids[3]

    assert [row["id"] for row in (await ask("/v3/customers", **{"id:in": f"1,{known},2"})).data] == [known]


async def test_there_is_no_single_customer_route(store: SandboxStore, ask: Asker) -> None:
    assert (await ask(f"/v3/customers/{store.world.customers.ids[0]}")).status == 404


async def test_a_limit_above_250_is_cut_down(ask: Asker) -> None:
    assert (await ask("/v3/customers", limit="1000")).json["meta"]["pagination"]["per_page"] == 250


async def test_cursors_read_every_customer_once(store: SandboxStore, ask: Asker) -> None:
    seen: list[int] = []
    query = {"limit": "33"}
    while rows := (answer := await ask("/v3/customers", **query)).data:
        seen += [row["id"] for row in rows]
        query["after"] = answer.json["meta"]["cursor_pagination"]["end_cursor"]

    assert seen == list(store.world.customers.ids)


async def test_with_a_cursor_the_page_number_is_ignored(store: SandboxStore, ask: Asker) -> None:
    first = store.world.customers.ids[0]

    answer = await ask("/v3/customers", after=cursor_of(first), page="3", limit="1")

    assert answer.data[0]["id"] == store.world.customers.ids[1]


async def test_before_gives_the_rows_in_front_of_a_cursor(store: SandboxStore, ask: Asker) -> None:
    ids = store.world.customers.ids

    answer = await ask("/v3/customers", before=cursor_of(ids[5]), limit="2")

    assert [row["id"] for row in answer.data] == list(ids[3:5])


async def test_the_end_cursor_comes_on_the_first_page_and_cursor_pages_only(ask: Asker) -> None:
    first = await ask("/v3/customers", limit="10")
    second = await ask("/v3/customers", limit="10", page="2")

    assert "end_cursor" in first.json["meta"]["cursor_pagination"]
    assert "end_cursor" not in second.json["meta"]["cursor_pagination"]


async def test_links_are_query_strings(ask: Asker) -> None:
    links = (await ask("/v3/customers", limit="10", page="2")).json["meta"]["pagination"]["links"]

    assert links == {"previous": "?page=1&limit=10", "current": "?page=2&limit=10", "next": "?page=3&limit=10"}


async def test_a_bad_cursor_is_422(ask: Asker) -> None:
    assert (await ask("/v3/customers", after="nonsense")).status == 422


async def test_increments_by_modified_time_find_what_changed(store: SandboxStore, ask: Asker) -> None:
    store.clock.advance(3600)
    edited = store.customers.edit(store.world.customers.ids[7], email="new@example.com")

    answer = await ask("/v3/customers", **{"date_modified:min": iso(edited.modified_at)})

    assert [(row["id"], row["email"]) for row in answer.data] == [(edited.id, "new@example.com")]


async def test_one_address_can_belong_to_customers_of_two_channels(store: SandboxStore, ask: Asker) -> None:
    store.customers.create("twin@example.com", channel_id=1)
    store.customers.create("TWIN@example.com", channel_id=2)

    answer = await ask("/v3/customers", **{"email:in": "Twin@example.com"})

    assert [row["origin_channel_id"] for row in answer.data] == [1, 2]


@pytest.mark.parametrize(
    ("name", "value"), [("name:like", "marie"), ("name:in", "Marie Curie"), ("company:in", "Radium"), ("phone:in", "1")]
)
async def test_customers_are_found_by_their_fields(store: SandboxStore, ask: Asker, name: str, value: str) -> None:
    made = store.customers.create("m@example.com", "Marie", "Curie", company="Radium", phone="1")

    assert [row["id"] for row in (await ask("/v3/customers", **{name: value})).data] == [made.id]


async def test_addresses_come_with_the_include_only(ask: Asker) -> None:
    plain = (await ask("/v3/customers", limit="1")).data[0]
    full = (await ask("/v3/customers", limit="1", include="addresses,storecredit")).data[0]

    assert "addresses" not in plain
    assert full["addresses"][0]["customer_id"] == full["id"]
    assert "amount" in full["store_credit_amounts"][0]


async def test_a_deleted_customer_leaves_orders_without_one(store: SandboxStore, ask: Asker) -> None:
    order = next(order for order in store.world.orders if order.customer_id and not order.is_archived)

    store.customers.delete(order.customer_id)

    assert (await ask("/v3/customers", **{"id:in": str(order.customer_id)})).data == []
    row = (await ask(f"/v2/orders/{order.id}")).json
    assert (row["customer_id"], row["billing_address"]["email"]) == (0, order.email)


async def test_consents_are_given_and_taken_back(store: SandboxStore, ask: Asker) -> None:
    given = store.customers.subscribe("reader@example.com")
    taken = store.customers.unsubscribe("READER@example.com")

    row = (await ask(f"/v3/customers/subscribers/{given.id}")).data
    assert (taken.id, row["consents"]) == (given.id, [])


async def test_some_records_have_no_consents_key_and_some_an_empty_list(ask: Asker) -> None:
    rows = (await ask("/v3/customers/subscribers", limit="250")).data

    kinds = {tuple(row["consents"]) if "consents" in row else None for row in rows}
    assert kinds == {
        None,
        (),
        ("marketing_newsletter",),
        ("abandoned_cart",),
        ("marketing_newsletter", "abandoned_cart"),
    }


async def test_a_consent_record_may_be_given_another_address(store: SandboxStore, ask: Asker) -> None:
    subscriber = store.customers.subscribe("before@example.com")

    store.customers.readdress_subscriber(subscriber.id, "after@example.com")

    row = (await ask(f"/v3/customers/subscribers/{subscriber.id}")).data
    assert (row["email"], row["consents"]) == ("after@example.com", list(subscriber.consents or ()))


async def test_a_deleted_subscriber_is_404(store: SandboxStore, ask: Asker) -> None:
    gone = store.customers.delete_subscriber(store.world.subscribers.ids[0])

    answer = await ask(f"/v3/customers/subscribers/{gone.id}")
    assert (answer.status, answer.json["status"]) == (404, 404)


async def test_subscribers_are_found_by_address_and_time(store: SandboxStore, ask: Asker) -> None:
    store.clock.advance(60)
    made = store.customers.subscribe("reader@example.com")

    by_address = await ask("/v3/customers/subscribers", email="Reader@example.com")
    by_time = await ask("/v3/customers/subscribers", **{"date_modified:min": iso(made.modified_at)})

    assert [row["id"] for row in by_address.data] == [row["id"] for row in by_time.data] == [made.id]


async def test_v2_customers_page_by_id_and_carry_the_mail_flag(store: SandboxStore, ask: Asker) -> None:
    rows = (await ask("/v2/customers", min_id=str(store.world.customers.ids[10]), limit="3")).json

    assert [row["id"] for row in rows] == list(store.world.customers.ids[10:13])
    assert isinstance(rows[0]["accepts_marketing"], bool)
    assert (await ask("/v2/customers", min_id="99999999")).status == 204
