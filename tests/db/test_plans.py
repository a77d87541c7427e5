"""Hot queries walk their index: the plans of the statements that our functions really run, on few rows."""

import sqlite3
from array import array
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from common.contacts import ContactQuery, ContactSort
from common.edits import EditQuery, EditState, Verb
from common.errors import NotFound
from common.inbox import DeliveryQuery, DeliveryState, ReplayRequest
from common.products import ProductQuery, ProductSort
from common.segments.answers import LogQuery, MemberQuery
from common.timeline import TimelineQuery
from daemon.db import (
    box,
    carts,
    catalogue,
    consents,
    contact_list,
    deliveries,
    edits,
    erasing,
    inbox,
    labels,
    orders,
    people,
    person,
    places,
    product,
    product_totals,
    products,
    purge,
    retagging,
    retention,
    runs,
    sales,
    stores,
    timeline,
    totals,
    traces,
)
from daemon.db.database import connect
from daemon.db.deliveries import Dirty
from daemon.db.edits import EditRow
from daemon.db.erasing import Erasure
from daemon.records import Kind, Place
from daemon.segments import growth, membership, rolls, saved
from daemon.segments.fits import Clock
from daemon.segments.membership import Found, Why
from tests.db.rows import NOW, add_store, customer, order, put

# Tables with few rows: walking them whole costs nothing.
SMALL = frozenset({"store", "tag", "list", "tally", "run", "category", "category_set", "edit"})

Question = Callable[[sqlite3.Connection], object]


@pytest.fixture
def asked(path: Path) -> Iterator[sqlite3.Connection]:
    conn = connect(path, writes=True)
    store = add_store(conn)
    put(conn, store, customers=[customer(1)], orders=[order(1, 1)])
    yield conn
    conn.close()


def plan_of(conn: sqlite3.Connection, question: Question) -> list[str]:
    """The plan lines of everything *question* runs."""
    statements: list[str] = []
    conn.set_trace_callback(statements.append)
    question(conn)
    conn.set_trace_callback(None)
    readable = [sql for sql in statements if sql.split()[0].lower() in ("select", "insert", "update", "delete")]
    return [row[3] for sql in readable for row in conn.execute(f"explain query plan {sql}")]


def scanned(plan: list[str]) -> list[str]:
    """Lines that walk a whole big table; an index walked in order until the page is full is none of them."""
    names = {line: line.split()[1] for line in plan if line.startswith("SCAN ") and " USING " not in line}
    own = {line: name for line, name in names.items() if not name.startswith("(")}  # a subquery's own few rows
    return [
        line
        for line, name in own.items()
        if name not in SMALL | {"CONSTANT", "json_each", "contact_search", "shelf_search"}
    ]


def _delivery(conn: sqlite3.Connection) -> None:
    with suppress(NotFound):
        inbox.delivery_in_full(conn, 1)


def _purge(conn: sqlite3.Connection) -> None:
    while purge.erase_some(conn, 1, limit=10).rows:
        pass
    purge.erase_store(conn, 1)


def _erase(conn: sqlite3.Connection) -> None:
    while erasing.erase_some(conn, Erasure(1, "customer1@example.com"), limit=10):
        pass


def _sales(conn: sqlite3.Connection) -> None:
    sales.store_sales(conn, stores.all_stores(conn)[0], months=24, now=NOW)


KEPT_ITEM = catalogue.ItemKey(77, 0, "Mug", "MUG", 1)
DIRTY = Dirty(1, Kind.ORDER, "7", 5, 0, 0, frozenset())

FOUND = Found(1, entered=array("q", [1]), left=array("q", [2]), flips=array("q", [1]), due_at=array("q", [9]))
SEGMENT = saved.SegmentRow(1, "s", "", 1, 0, 0, 0, None, 1)


def _write_found(conn: sqlite3.Connection) -> None:
    saved.insert_segment(conn, "s", "{}", now=1)
    membership.write(conn, FOUND, at=1, why=Why.LIVE)


def _edit(verb: Verb) -> EditRow:
    return EditRow(1, verb, 1, "", EditState.RUNNING, place=0, contacts=2, is_new=False)


def _retag(conn: sqlite3.Connection) -> None:
    """Every verb, on contacts that there are not: no row is written."""
    for verb in Verb:
        retagging.do(conn, _edit(verb), [8, 9], now=1)
        retagging.changed_among(conn, verb, 1, [8, 9])
        retagging.unsubscribed_among(conn, verb, 1, [8, 9])


def _untag(conn: sqlite3.Connection) -> None:
    for verb in Verb:
        retagging.undo_some(conn, _edit(verb), limit=9, now=1)


QUESTIONS: dict[str, tuple[Question, str]] = {
    "edit-tags": (_retag, "contact_tag_ix (tag_id=? AND contact_id=?)"),
    "edit-lists": (_retag, "list_member USING PRIMARY KEY (contact_id=? AND list_id=?)"),
    "undo-edits": (_untag, "edit_contact_ix (contact_id=? AND edit_id>?)"),
    "open-edits": (edits.open_edits, "edit_open_ix"),
    "old-edits": (lambda conn: edits.forget_ended_before(conn, 9, limit=9, now=9), "edit_kept_ix (ended_at<?)"),
    "edits": (lambda conn: edits.edit_list(conn, EditQuery(limit=9)), "SCAN edit"),
    "unused-tags": (lambda conn: labels.drop_unused(conn, Verb.ADD_TAG, 9), "contact_tag_ix (tag_id=?)"),
    **{
        f"timeline-by-{index}": (lambda conn: timeline.timeline(conn, TimelineQuery(id=1)), index)
        for index in (
            "store_order_contact_ix (contact_id=?)",
            "order_status_change_ix (order_id=?)",
            "refund_order_ix (store_id=? AND number=?)",
            "cart_contact_ix (contact_id=?)",
            "store_order_ux (store_id=? AND number=?)",
            "contact_tag USING PRIMARY KEY (contact_id=?)",
            "tag_gone_ix (contact_id=?)",
            "list_member USING PRIMARY KEY (contact_id=?)",
            "edit_contact_ix (contact_id=?)",
            "customer_contact_ix (contact_id=?)",
            "consent_change_customer_ix (customer_id=?)",
            "segment_change_contact_ix (contact_id=?)",
        )
    },
    "purge-deliveries": (_purge, "delivery_store_ix"),
    "purge-orders": (_purge, "store_order_customer_ix (store_id=?)"),
    "purge-items": (_purge, "item_category_set_ix"),
    "box-by-email": (lambda conn: box.contact_by_email(conn, "customer1@example.com"), "contact_email_ux"),
    "box-orders": (lambda conn: box.contact_by_id(conn, 1), "store_order_contact_ix"),
    "box-carts": (lambda conn: box.contact_by_id(conn, 1), "cart_contact_ix"),
    "order-in-full": (lambda conn: box.order_in_full(conn, "abc123", 1), "store_order_ux"),
    "order-refunds": (lambda conn: box.order_in_full(conn, "abc123", 1), "refund_order_ix"),
    "order-history": (lambda conn: box.order_in_full(conn, "abc123", 1), "order_status_change_ix"),
    "totals": (lambda conn: totals.refresh_totals(conn, [1, 2]), "store_order_contact_ix"),
    "known-orders": (lambda conn: orders.known_orders(conn, 1, [1, 2]), "store_order_ux"),
    "items-of-lines": (lambda conn: orders.items_of_lines(conn, [1, 2]), "PRIMARY KEY (order_id=?)"),
    "settle-refunds": (lambda conn: orders.settle_refunds(conn, 1, [1, 2]), "refund_order_ix"),
    "known-customers": (lambda conn: people.known_customers(conn, 1, [1, 2]), "customer_ux"),
    "contacts-of-customers": (lambda conn: people.contacts_of_customers(conn, 1, [1, 2]), "customer_ux"),
    "review-mail": (lambda conn: people.review_mail_flags(conn, 1, [1, 2]), "customer_ux"),
    "contact-with-email": (lambda conn: people.contact_with_email(conn, "x"), "contact_email_ux"),
    "move-purchases": (lambda conn: people.move_purchases(conn, 1, 1, 1), "store_order_customer_ix"),
    "known-subscribers": (lambda conn: consents.known_subscribers(conn, 1, [1, 2]), "(store_id=? AND subscriber_id=?)"),
    "emails-of-subscribers": (
        lambda conn: consents.emails_of_subscribers(conn, 1, [1, 2]),
        "(store_id=? AND subscriber_id=?)",
    ),
    "subscriptions": (lambda conn: consents.subscriptions(conn, 1, ["x"]), "(store_id=? AND email=?)"),
    "customers-with-emails": (lambda conn: consents.customers_with_emails(conn, 1, ["x"]), "customer_email_ix"),
    "known-products": (lambda conn: catalogue.known_products(conn, 1, [1, 2]), "(store_id=? AND product_id=?)"),
    "category-sets": (lambda conn: catalogue.category_sets(conn, 1, [1, 2]), "(store_id=? AND product_id=?)"),
    "offers": (lambda conn: catalogue.offers(conn, 1, [1, 2]), "(store_id=? AND product_id=?)"),
    "place-ids": (lambda conn: places.place_ids(conn, [Place("DE", "", "Berlin", "")]), "(country_code=? AND state=?"),
    "unused-places": (places.drop_unused, "place_unused_ix"),
    "items": (lambda conn: catalogue.item_ids(conn, 1, [KEPT_ITEM]), "(store_id=? AND product_id=? AND variant_id=?)"),
    "known-carts": (lambda conn: carts.known_carts(conn, 1, ["a", "b"]), "cart_ux"),
    "gone-carts": (lambda conn: carts.gone_among(conn, 1, ["a"]), "cart_ux"),
    "open-carts": (lambda conn: carts.open_carts(conn, 1, below=(9, 9), limit=9), "cart_open_ix (store_id=?"),
    "open-cart-count": (lambda conn: carts.open_count(conn, 1), "cart_open_ix"),
    "expired-carts": (lambda conn: carts.expired_carts(conn, 1, before=9, limit=9), "cart_open_ix (store_id=?"),
    "erasing": (_erase, "delivery_person_ix (kind=? AND resource_id=? AND store_id=?)"),
    "erased-among": (lambda conn: erasing.erased_among(conn, [b"x"]), "erased USING PRIMARY KEY"),
    "a-person": (lambda conn: person.person_by_email(conn, "customer1@example.com"), "delivery_person_ix"),
    "orders-by-number": (lambda conn: orders.statuses_after(conn, 1, 0, limit=9), "store_order_ux (store_id=? AND"),
    "customers-by-number": (lambda conn: consents.customers_after(conn, 1, 0, limit=9), "customer_ux (store_id=? AND"),
    "order-of-cart": (lambda conn: carts.order_of_cart(conn, 1, "a"), "store_order_cart_ix"),
    "recover-cart": (lambda conn: carts.recover_cart(conn, 1, "a", 1), "cart_ux"),
    "due-resources": (lambda conn: deliveries.due_resources(conn, 1, now=1, limit=9), "delivery_pending_ix"),
    "due-resources-gathered": (
        lambda conn: deliveries.due_resources(conn, 1, now=1, limit=9),
        "delivery_resource_ix (store_id=? AND kind=? AND resource_id=?)",
    ),
    "last-due": (lambda conn: deliveries.last_due_at(conn, 1), "delivery_pending_ix"),
    "next-due": (lambda conn: deliveries.next_due_at(conn, 1), "delivery_pending_ix"),
    "bodies": (lambda conn: deliveries.bodies(conn, DIRTY), "delivery_resource_ix"),
    "settle": (lambda conn: deliveries.settle(conn, [DIRTY], now=1), "delivery_resource_ix"),
    "let-bodies-go": (lambda conn: retention.forget_bodies(conn, 1, limit=9), "INTEGER PRIMARY KEY"),
    "let-deliveries-go": (lambda conn: retention.forget_deliveries(conn, 1, limit=9), "delivery_state_ix"),
    "let-payloads-go": (lambda conn: retention.raw_after(conn, 0, limit=9), "INTEGER PRIMARY KEY"),
    "inbox-counts": (deliveries.inbox_counts, "delivery_state_ix (state=?)"),
    "inbox-of-a-state": (
        lambda conn: inbox.delivery_page(conn, DeliveryQuery(state=DeliveryState.DEAD, after="9")),
        "delivery_state_ix (state=? AND id<?)",
    ),
    "inbox-of-a-store": (
        lambda conn: inbox.delivery_page(conn, DeliveryQuery(store="abc123", after="9")),
        "delivery_store_ix (store_id=? AND id<?)",
    ),
    "inbox-of-a-store-and-state": (
        lambda conn: inbox.delivery_page(conn, DeliveryQuery(store="abc123", state=DeliveryState.DEAD, after="9")),
        "delivery_state_ix (state=? AND id<?)",
    ),
    "inbox-whole": (
        lambda conn: inbox.delivery_page(conn, DeliveryQuery(after="9")),
        "delivery USING INTEGER PRIMARY KEY (rowid<?)",
    ),
    "delivery-in-full": (_delivery, "delivery USING INTEGER PRIMARY KEY (rowid=?)"),
    "oldest-pending": (deliveries.oldest_pending_at, "delivery_state_ix (state=?)"),
    "runs-by-state": (runs.runs_by_state, "run_state_ix"),
    "latest-run": (lambda conn: runs.latest_run(conn, 1), "run_store_ix (store_id=?)"),
    "trace-segments": (
        lambda conn: traces.segments_moved(conn, [1], since=1, until=9),
        "segment_change_contact_ix (contact_id=?)",
    ),
    "trace-runs": (lambda conn: traces.runs_meanwhile(conn, 1, since=1, until=9), "run_store_ix (store_id=?)"),
    "dead-causes": (lambda conn: inbox.dead_causes(conn, store_hash=""), "delivery_cause_ix"),
    "replay-by-id": (
        lambda conn: inbox.replay(conn, ReplayRequest(ids=[1]), now=1),
        "delivery USING INTEGER PRIMARY KEY",
    ),
    "replay-the-dead": (
        lambda conn: inbox.replay(conn, ReplayRequest(state=DeliveryState.DEAD), now=1),
        "delivery_state_ix (state=?)",
    ),
    "sales": (_sales, "sales_month USING PRIMARY KEY (store_id=? AND month>? AND month<?)"),
    "broken-off": (lambda conn: runs.is_history_broken_off(conn, 1), "run_store_ix"),
    "open-runs": (runs.open_runs, "run_open_ix"),
    "contacts-by-number": (
        lambda conn: contact_list.contact_page(conn, ContactQuery(search="#1204")),
        "store_order_number_ix",
    ),
    "contacts-by-short-word": (
        lambda conn: contact_list.contact_page(conn, ContactQuery(search="le")),
        "contact_name_ix",
    ),
    "segment-due": (
        lambda conn: membership.settle_due(conn, Clock(9, ZoneInfo("UTC")), limit=9),
        "segment_flip_due_ix (due_at<?)",
    ),
    "segment-forget-notes": (
        lambda conn: membership.forget_notes(conn, [1, 2], until=9),
        "segment_due_ux (contact_id=?",
    ),
    "segment-write": (_write_found, "segment_due_ux (contact_id=?"),
    "segment-members": (
        lambda conn: rolls.member_page(conn, SEGMENT, MemberQuery(name="s")),
        "segment_member USING PRIMARY KEY (segment_id=? AND contact_id>?)",
    ),
    "segment-log": (
        lambda conn: rolls.log_page(conn, SEGMENT, LogQuery(name="s")),
        "segment_change_segment_ix (segment_id=? AND id<?)",
    ),
    "product-orders": (lambda conn: product.product_in_full(conn, "abc123", 77), "order_line_item_ix (item_id=?"),
    "product-orders-of-many": (
        lambda conn: product.product_in_full(conn, "abc123", 77, product.Bounds(few=0)),
        "store_order_ux (store_id=? AND number>?)",
    ),
    "product-buyers": (
        lambda conn: product.product_in_full(conn, "abc123", 77),
        "COVERING INDEX order_line_item_ix (item_id=? AND standing>?)",
    ),
    "product-figures": (lambda conn: product.product_row(conn, 1, 77), "product_total USING PRIMARY KEY (store_id=?"),
    "sold-taken-out": (lambda conn: product_totals.take_out(conn, [1]), "product_total_empty_ix"),
    "segment-growth": (
        lambda conn: growth.growth(conn, SEGMENT, days=90, since=0, now=NOW, zone=ZoneInfo("UTC")),
        "segment_change USING COVERING INDEX segment_change_at_ix (segment_id=? AND at>? AND at<?)",
    ),
    "segment-named": (lambda conn: saved.segment_named(conn, "s"), "segment_ux (folded=?)"),
    "contacts-by-word": (lambda conn: contact_list.contact_page(conn, ContactQuery(search="example")), "VIRTUAL TABLE"),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_hot_query_walks_its_index(asked: sqlite3.Connection, name: str) -> None:
    question, index = QUESTIONS[name]

    plan = plan_of(asked, question)

    assert any(index in line for line in plan), plan
    assert scanned(plan) == []


INDEX_OF_SORT = {
    ContactSort.LAST_ORDER: "contact_last_order_ix",
    ContactSort.REVENUE: "contact_revenue_ix",
    ContactSort.ORDERS: "contact_orders_ix",
    ContactSort.EMAIL: "contact_email_ux",
    ContactSort.NAME: "contact_name_ix",
    ContactSort.CREATED: "INTEGER PRIMARY KEY",
}


def _cursor(conn: sqlite3.Connection, sort: ContactSort) -> str:
    put(conn, add_store(conn, "other1"), customers=[customer(2), customer(3)])
    return contact_list.contact_page(conn, ContactQuery(sort=sort, limit=1)).next


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", ContactSort)
def test_a_page_of_contacts_walks_the_index_of_its_sort(
    asked: sqlite3.Connection, sort: ContactSort, reverse: bool
) -> None:
    query = ContactQuery(sort=sort, reverse=reverse, after=_cursor(asked, sort), limit=50)

    inner = plan_of(asked, lambda conn: contact_list.contact_page(conn, query))

    assert any(INDEX_OF_SORT[sort] in line for line in inner), inner
    assert scanned(inner) == []


@pytest.mark.parametrize("sort", ContactSort)
def test_the_place_of_a_page_is_found_without_sorting_all_contacts(
    asked: sqlite3.Connection, sort: ContactSort
) -> None:
    """The only sort is that of the page itself, after its rows were picked."""
    plan = plan_of(asked, lambda conn: contact_list.contact_page(conn, ContactQuery(sort=sort, offset=1000)))

    assert sum("TEMP B-TREE" in line for line in plan) <= 1


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("sort", ProductSort)
def test_a_page_of_products_walks_the_index_of_its_sort(
    asked: sqlite3.Connection, sort: ProductSort, reverse: bool
) -> None:
    """Beyond the last product: there is no row to be shown, whose own sales are sorted."""
    query = ProductQuery(sort=sort, reverse=reverse, offset=1000)

    plan = plan_of(asked, lambda conn: products.product_page(conn, query))

    assert any(f"shelf USING COVERING INDEX shelf_{sort}_ix" in line for line in plan), plan
    assert scanned(plan) == []
    assert not any("TEMP B-TREE" in line for line in plan)
    assert not any("order_line" in line or "store_order" in line for line in plan)
