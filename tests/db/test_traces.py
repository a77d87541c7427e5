"""What a delivery went through, told from what the tables recorded."""

import sqlite3

import pytest

from common.errors import NotFound
from common.events import What
from common.inbox import DeliveryState, ReplayRequest, TraceWhat
from daemon.db import deliveries, inbox
from daemon.db.traces import delivery_trace
from daemon.ingest.changes import StoreKey
from tests.db.rows import NOW, add_store
from tests.db.test_inbox import dirty, receive


@pytest.fixture
def store(conn: sqlite3.Connection) -> StoreKey:
    return add_store(conn)


def told(conn: sqlite3.Connection, delivery_id: int) -> list[tuple[int, TraceWhat, str]]:
    return [(step.at - NOW, step.what, step.words) for step in delivery_trace(conn, delivery_id).steps]


def test_failures_stay_known_once_it_was_worked_in(conn: sqlite3.Connection, store: StoreKey) -> None:
    made = receive(conn, store)
    deliveries.postpone(conn, dirty(store, "7"), now=NOW + 1, due_at=NOW + 9, error="The store is down.")
    changed: deliveries.Ids = {What.ORDER: [7], What.CONTACT: [3]}
    deliveries.settle(
        conn, [dirty(store, "7")], now=NOW + 10, changed=lambda _: changed, fetched_at_ms=(NOW + 9) * 1000
    )

    assert told(conn, made) == [
        (0, TraceWhat.RECEIVED, "store/order/updated about order 7; signature valid."),
        (1, TraceWhat.FAILED, "The store is down."),
        (9, TraceWhat.FETCHED, "The store was asked for it."),
        (10, TraceWhat.APPLIED, "Its write changed order 7; contact 3."),
    ]


def test_who_entered_a_segment_by_it_is_told_and_others_are_not(conn: sqlite3.Connection, store: StoreKey) -> None:
    made = receive(conn, store)
    for contact_id in (3, 4):
        conn.execute(
            "insert into contact (id, email, first_name, last_name, phone, created_at, revenue_currency) "
            "values (?, ?, '', '', '', 0, 'USD')",
            (contact_id, f"{contact_id}@example.com"),
        )
    conn.execute(
        "insert into segment (id, name, folded, rule, created_at, changed_at) values (1, 'VIP', 'vip', '', 0, 0)"
    )
    for contact_id, cause in ((3, "live"), (3, "clock"), (4, "live")):
        conn.execute(
            "insert into segment_change (segment_id, contact_id, entered, at, cause) values (1, ?, 1, ?, ?)",
            (contact_id, NOW + 10, cause),
        )
    deliveries.settle(conn, [dirty(store, "7")], now=NOW + 10, changed=lambda _: {What.CONTACT: [3]})

    entered = [words for _, what, words in told(conn, made) if what is TraceWhat.ENTERED]
    assert entered == ["Contact 3 entered the segment “VIP”."]


def test_a_run_that_read_the_store_meanwhile_is_named(conn: sqlite3.Connection, store: StoreKey) -> None:
    made = receive(conn, store)
    for started, finished in ((NOW - 50, NOW - 40), (NOW - 5, NOW + 20)):
        conn.execute(
            "insert into run (store_id, kind, state, queued_at, started_at, finished_at) "
            "values (?, 'historical', 'done', 0, ?, ?)",
            (store.id, started, finished),
        )
    deliveries.settle(conn, [dirty(store, "7")], now=NOW + 10)

    runs = [words for _, what, words in told(conn, made) if what is TraceWhat.RUN]
    assert runs == ["Run 2 (historical, done) was reading the store meanwhile."]


def test_of_a_long_outage_the_first_failures_are_kept(conn: sqlite3.Connection, store: StoreKey) -> None:
    made = receive(conn, store)
    for attempt in range(20):
        deliveries.postpone(conn, dirty(store, "7"), now=NOW + attempt, due_at=NOW, error=f"attempt {attempt}")

    failed = [words for _, what, words in told(conn, made) if what is TraceWhat.FAILED]
    assert failed == [f"attempt {attempt}" for attempt in range(8)]


def test_a_replay_is_a_step_and_the_death_before_it_stays(conn: sqlite3.Connection, store: StoreKey) -> None:
    made = receive(conn, store)
    deliveries.bury(conn, dirty(store, "7"), now=NOW + 1, error="unreadable")
    inbox.replay(conn, ReplayRequest(ids=[made]), now=NOW + 5)

    assert [what for _, what, _ in told(conn, made)] == [
        TraceWhat.RECEIVED,
        TraceWhat.DIED,
        TraceWhat.REPLAYED,
        TraceWhat.DUE,
    ]
    assert delivery_trace(conn, made).state is DeliveryState.PENDING


def test_what_was_never_received_has_no_trace(conn: sqlite3.Connection) -> None:
    with pytest.raises(NotFound):
        delivery_trace(conn, 1)
