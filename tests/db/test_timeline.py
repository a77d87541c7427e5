"""A contact's timeline tells what the rows know, each fact once, the newest first."""

import sqlite3
from typing import Any

import pytest

from common.edits import Verb
from common.errors import Invalid, NotFound
from common.timeline import Happened, Happening, Timeline, TimelineQuery
from daemon.db import consents, people, timeline
from daemon.db.store_settings import keep_values
from daemon.ingest.apply_people import GUEST_TAG
from daemon.records import RefundRecord
from daemon.segments import membership, saved
from daemon.segments.membership import Found, Why
from tests.db.rows import CAUSE, NOW, add_store, cart, customer, later, order, put, subscriber
from tests.db.test_edits import edit, undo

LATER = NOW + 3600


def of(conn: sqlite3.Connection, contact_id: int = 1, **asked: Any) -> Timeline:
    return timeline.timeline(conn, TimelineQuery(id=contact_id, **asked))


def told(conn: sqlite3.Connection, *kinds: Happening) -> list[Happened]:
    return [event for event in of(conn).events if event.what in kinds]


def words(conn: sqlite3.Connection, *kinds: Happening) -> list[tuple[str, str, str]]:
    return [(event.what.value, event.after, event.cause) for event in told(conn, *kinds)]


LABELS = [one for one in Happening if one.value.startswith(("tag_", "list_"))]


def test_orders_are_placed_change_and_are_refunded(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], orders=[order(5, 1, status_id=11, store_status="Awaiting Fulfillment")])
    put(conn, store, later(), orders=[order(5, 1, status_id=10, store_status="Completed", modified_at=NOW + 60)])
    put(conn, store, later(90), refunds=[RefundRecord(1, 5, "2.50", NOW + 80)])

    events = told(conn, Happening.ORDER_PLACED, Happening.ORDER_STATUS, Happening.ORDER_REFUNDED)

    assert [(one.what.value, one.order, one.store, one.before, one.after) for one in events] == [
        ("order_refunded", 5, "abc123", "", ""),
        ("order_status", 5, "abc123", "Awaiting Fulfillment", "Completed"),
        ("order_placed", 5, "abc123", "", ""),
    ]
    assert [one.amount.text if one.amount else "" for one in events] == ["$2.50", "", "$10.00"]
    assert [one.cause for one in events] == ["", "live", "live"]


def test_a_cart_is_left_and_won_back(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], carts=[cart("a", 1), cart("b", 1)])
    put(conn, store, later(), orders=[order(5, 1, cart_id="a", placed_at=NOW + 50)])

    events = told(conn, Happening.CART_LEFT, Happening.CART_RECOVERED)

    assert [(one.what.value, one.order) for one in events] == [
        ("cart_recovered", 5),
        ("cart_left", None),
        ("cart_left", None),
    ]


def test_what_a_sync_and_an_operator_did_to_tags_is_told_once_each(conn: sqlite3.Connection) -> None:
    put(conn, add_store(conn), customers=[customer(1)])
    people.tag_contacts(conn, [1], "vip", CAUSE)
    edit(conn, Verb.REMOVE_TAG, "vip", 1, now=LATER)
    undo(conn, now=LATER + 60)
    edit(conn, Verb.ADD_TAG, "new", 1, now=LATER + 120)
    undo(conn, now=LATER + 180)

    assert words(conn, *LABELS) == [
        ("tag_removed", "new", "undo"),
        ("tag_added", "new", "operator"),
        ("tag_added", "vip", "undo"),
        ("tag_removed", "vip", "operator"),
        ("tag_added", "vip", "live"),
        ("tag_added", "bigcommerce-customer", "live"),
    ]


def test_a_tag_that_a_sync_took_is_told(conn: sqlite3.Connection) -> None:
    put(conn, add_store(conn), customers=[customer(1)])
    people.tag_contacts(conn, [1], GUEST_TAG, CAUSE)
    people.untag_contact(conn, 1, GUEST_TAG, later())

    assert words(conn, Happening.TAG_REMOVED) == [("tag_removed", GUEST_TAG, "live")]
    assert ("tag_added", GUEST_TAG, "live") in words(conn, Happening.TAG_ADDED)


def test_lists_are_joined_and_left_by_whom(conn: sqlite3.Connection) -> None:
    put(conn, add_store(conn), customers=[customer(1)], subscribers=[subscriber(1)])
    edit(conn, Verb.UNSUBSCRIBE, consents.MASTER_LIST, 1, now=LATER)
    edit(conn, Verb.ADD_TO_LIST, "News", 1, now=LATER + 60)
    edit(conn, Verb.REMOVE_FROM_LIST, "News", 1, now=LATER + 120)

    assert words(conn, *LABELS[2:]) == [
        ("list_left", "News", "operator"),
        ("list_joined", "News", "operator"),
        ("list_unsubscribed", consents.MASTER_LIST, "operator"),
        ("list_joined", consents.MASTER_LIST, "live"),
    ]


def test_consent_is_told_only_of_stores_set_to_show_it(conn: sqlite3.Connection) -> None:
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], subscribers=[subscriber(1)])
    assert told(conn, Happening.CONSENT_GIVEN, Happening.CONSENT_TAKEN) == []

    keep_values(conn, store.id, {"display.consent": "on"})

    (given,) = told(conn, Happening.CONSENT_GIVEN)
    assert (given.after, given.before, given.store) == ("newsletter", "storefront", "abc123")


def test_segments_are_entered_and_left(conn: sqlite3.Connection) -> None:
    put(conn, add_store(conn), customers=[customer(1)])
    segment_id = saved.insert_segment(conn, "Buyers", "{}", now=NOW)
    conn.execute("update segment set as_of = 1")
    for entered, at in ((True, NOW + 10), (False, NOW + 20)):
        found = Found(segment_id)
        (found.entered if entered else found.left).append(1)
        membership.write(conn, found, at=at, why=Why.OPERATOR)

    assert words(conn, Happening.SEGMENT_ENTERED, Happening.SEGMENT_LEFT) == [
        ("segment_left", "Buyers", "operator"),
        ("segment_entered", "Buyers", "operator"),
    ]


def test_a_life_begins_with_becoming_known(conn: sqlite3.Connection) -> None:
    put(conn, add_store(conn), customers=[customer(1)])

    assert of(conn).events[-1].what is Happening.KNOWN


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_pages_give_every_event_once(conn: sqlite3.Connection, limit: int) -> None:
    put(conn, add_store(conn), customers=[customer(1)], orders=[order(n, 1) for n in range(1, 8)], carts=[cart("a", 1)])
    whole = of(conn, limit=500)
    assert whole.next == ""
    assert len(whole.events) > 9

    page = of(conn, limit=limit)
    found = [*page.events]
    while page.next:
        page = of(conn, limit=limit, after=page.next)
        found += page.events

    assert found == whole.events
    assert [event.at for event in found] == sorted((event.at for event in found), reverse=True)


def test_others_are_not_told_of(conn: sqlite3.Connection) -> None:
    put(conn, add_store(conn), customers=[customer(1), customer(2)], orders=[order(1, 2)], carts=[cart("a", 2)])
    edit(conn, Verb.ADD_TAG, "a", 2)

    assert [event.what.value for event in of(conn).events] == ["tag_added", "known"]


def test_nobody_has_no_timeline(conn: sqlite3.Connection) -> None:
    with pytest.raises(NotFound):
        of(conn, 9)


@pytest.mark.parametrize("cursor", ["x", "W10=", "WzEsMl0=", "WyJhIiwxLDJd"])
def test_a_cursor_of_somebody_else_is_refused(conn: sqlite3.Connection, cursor: str) -> None:
    put(conn, add_store(conn), customers=[customer(1)])
    with pytest.raises(Invalid, match="no cursor"):
        of(conn, after=cursor)
