"""The inbox as people see it: filters, pages that stay where they are, causes, and deliveries put back to work."""

import sqlite3

import pytest
from pydantic import ValidationError

from common.errors import NotFound
from common.events import What
from common.inbox import DeliveryKind, DeliveryQuery, DeliveryState, ReplayRequest
from daemon.db import deliveries, inbox
from daemon.db.deliveries import Delivery, Dirty
from daemon.ingest.changes import StoreKey
from daemon.records import Kind
from tests.db.rows import NOW, add_store


@pytest.fixture
def store(conn: sqlite3.Connection) -> StoreKey:
    return add_store(conn)


def receive(
    conn: sqlite3.Connection,
    store: StoreKey,
    resource_id: str = "7",
    *,
    kind: Kind | None = Kind.ORDER,
    scope: str = "store/order/updated",
) -> int:
    """The id of a delivery just received."""
    body = b'{"scope":"' + scope.encode() + b'"}'
    deliveries.put_deliveries(conn, [Delivery(store.id, scope, kind, resource_id, "msg-1", "valid", NOW, body)])
    return int(conn.execute("select max(id) from delivery").fetchone()[0])


def dirty(store: StoreKey, resource_id: str) -> Dirty:
    return Dirty(store.id, Kind.ORDER, resource_id, 10**6, 0, NOW, frozenset())


def bury(conn: sqlite3.Connection, store: StoreKey, resource_id: str, error: str) -> int:
    """The id of a delivery that came and died."""
    delivery_id = receive(conn, store, resource_id)
    deliveries.bury(conn, dirty(store, resource_id), now=NOW, error=error)
    return delivery_id


def found(conn: sqlite3.Connection, **query: object) -> list[int]:
    page = inbox.delivery_page(conn, DeliveryQuery.model_validate(query))
    assert page.total == len(page.deliveries)
    return [row.id for row in page.deliveries]


def test_the_newest_delivery_is_first(conn: sqlite3.Connection, store: StoreKey) -> None:
    ids = [receive(conn, store, str(number)) for number in range(1, 4)]

    assert found(conn) == ids[::-1]


def test_filters_narrow_the_list(conn: sqlite3.Connection, store: StoreKey) -> None:
    other = add_store(conn, "other1")
    order = receive(conn, store, "1001")
    customer = receive(conn, store, "5", kind=Kind.CUSTOMER, scope="store/customer/created")
    elsewhere = receive(conn, other, "1001")
    dead = bury(conn, other, "9", "no")

    assert found(conn, store="other1") == [dead, elsewhere]
    assert found(conn, state=DeliveryState.DEAD) == [dead]
    assert found(conn, kind=DeliveryKind.CUSTOMER) == [customer]
    assert found(conn, search="Customer/cre") == [customer]
    assert found(conn, search="#1001") == [elsewhere, order]
    assert found(conn, search="1001", store="abc123", state=DeliveryState.PENDING) == [order]


def test_a_filter_by_an_unknown_store_is_refused(conn: sqlite3.Connection) -> None:
    with pytest.raises(NotFound, match="No store nobody"):
        inbox.delivery_page(conn, DeliveryQuery(store="nobody"))


def test_a_page_goes_on_where_the_one_before_ended_whatever_has_come_since(
    conn: sqlite3.Connection, store: StoreKey
) -> None:
    ids = [receive(conn, store, str(number)) for number in range(1, 6)]
    first = inbox.delivery_page(conn, DeliveryQuery(limit=2))
    receive(conn, store, "99")

    second = inbox.delivery_page(conn, DeliveryQuery(limit=2, after=first.next))
    last = inbox.delivery_page(conn, DeliveryQuery(limit=2, after=second.next))

    assert [row.id for row in (*first.deliveries, *second.deliveries, *last.deliveries)] == ids[::-1]
    assert last.next == ""


def test_the_counts_are_those_of_the_whole_inbox(conn: sqlite3.Connection, store: StoreKey) -> None:
    receive(conn, store, "1")
    bury(conn, store, "2", "no")
    receive(conn, store, "", kind=None, scope="store/weather/changed")

    page = inbox.delivery_page(conn, DeliveryQuery(state=DeliveryState.DEAD))

    assert (page.pending, page.done, page.dead, page.total) == (1, 1, 1, 1)


def test_one_delivery_shows_what_came_and_what_it_changed(conn: sqlite3.Connection, store: StoreKey) -> None:
    delivery_id = receive(conn, store, "7")
    changes: deliveries.Ids = {What.ORDER: [7], What.CONTACT: [3]}
    deliveries.settle(conn, [dirty(store, "7")], now=NOW + 1, changed=lambda _: changes)

    shown = inbox.delivery_in_full(conn, delivery_id)

    assert (shown.resource, shown.signature, shown.webhook_id) == ("order 7", "valid", "msg-1")
    assert shown.body == '{"scope":"store/order/updated"}'
    assert (shown.state, shown.settled_at, shown.due_at) == (DeliveryState.DONE, NOW + 1, None)
    assert {changed.what: changed.ids for changed in shown.changed} == changes


def test_a_delivery_that_is_not_there_is_said_so(conn: sqlite3.Connection) -> None:
    with pytest.raises(NotFound, match="No delivery 4"):
        inbox.delivery_in_full(conn, 4)


def test_errors_that_differ_by_ids_only_are_one_cause(conn: sqlite3.Connection, store: StoreKey) -> None:
    other = add_store(conn, "other1")
    bury(conn, store, "7", "Order 7 was not read: total='much'.")
    bury(conn, other, "18", "Order 18 was not read: total='much'.")
    last = bury(conn, store, "9", "GET /v2/orders/9: refused.")
    receive(conn, store, "1")

    told = inbox.dead_causes(conn, store_hash="")

    assert told.dead == 3
    assert [(cause.cause, cause.count, cause.stores) for cause in told.causes] == [
        ("Order # was not read: total='much'.", 2, ["abc123", "other1"]),
        ("GET /v2/orders/#: refused.", 1, ["abc123"]),
    ]
    assert told.causes[1].example == last
    assert inbox.dead_causes(conn, store_hash="other1").dead == 1


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        ("plain words", "plain words"),
        ("order 118, 19.50 in v2", "order #, # in v2"),
        ("cart 3d0e4a3c-1b7e-4a88-a0c3-8f6d1f6a0f10 is not there", "cart # is not there"),
    ],
)
def test_a_cause_has_no_ids(error: str, cause: str) -> None:
    assert deliveries.cause_of(error) == cause


def replay(conn: sqlite3.Connection, **request: object) -> inbox.Revived:
    return inbox.replay(conn, ReplayRequest.model_validate(request), now=NOW + 60)


def test_a_replayed_delivery_is_pending_as_if_new_and_marked(conn: sqlite3.Connection, store: StoreKey) -> None:
    dead = bury(conn, store, "7", "no")

    revived = replay(conn, ids=[dead])

    shown = inbox.delivery_in_full(conn, dead)
    assert (revived.answer.replayed, revived.store_ids) == (1, frozenset({store.id}))
    assert (shown.state, shown.attempts, shown.error) == (DeliveryState.PENDING, 0, "")
    assert (shown.replayed_at, shown.due_at) == (NOW + 60, NOW + 60)


def test_only_settled_deliveries_of_used_scopes_are_replayed(conn: sqlite3.Connection, store: StoreKey) -> None:
    pending = receive(conn, store, "7")
    unused = receive(conn, store, "", kind=None, scope="store/weather/changed")

    answer = replay(conn, ids=[pending, unused, 999]).answer

    assert answer.replayed == 0
    assert [left.id for left in answer.left] == [pending, unused, 999]
    assert "pending already" in answer.left[0].why
    assert "not used" in answer.left[1].why


def test_dead_deliveries_are_replayed_by_store_and_by_cause(conn: sqlite3.Connection, store: StoreKey) -> None:
    other = add_store(conn, "other1")
    bury(conn, store, "7", "Order 7 is odd.")
    bury(conn, store, "8", "Refused.")
    bury(conn, other, "9", "Order 9 is odd.")

    assert replay(conn, state="dead", store="abc123", cause="ORDER 55 is").answer.replayed == 1
    assert replay(conn, state="dead", cause="is odd").store_ids == frozenset({other.id})
    assert found(conn, state=DeliveryState.DEAD) == [2]


@pytest.mark.parametrize(
    "request_",
    [{}, {"ids": [1], "state": "dead"}, {"state": "pending"}, {"state": "done", "cause": "x"}, {"ids": [0]}],
    ids=["nothing", "both", "pending", "cause of done", "no id"],
)
def test_a_replay_says_plainly_what_it_is_about(request_: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ReplayRequest.model_validate(request_)
