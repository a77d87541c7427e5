"""Everything that is kept of one person, for the person."""

import sqlite3
from typing import Any

from pydantic_core import from_json

from common.persons import PersonExport
from common.times import rfc3339
from daemon.db import box
from daemon.db.raw import unpacked

Rows = list[dict[str, Any]]


def person_by_email(conn: sqlite3.Connection, email: str) -> PersonExport:
    """Raises NotFound."""
    contact = box.contact_by_email(conn, email)
    orders = _orders(conn, contact.id)
    return PersonExport(
        contact=contact,
        orders=orders,
        **{name: _rows(conn, sql, contact.id if by == "id" else email) for name, (by, sql) in _PARTS.items()},
    )


_PARTS = {
    "tags": (
        "id",
        "select name, added_at, origin from contact_tag join tag on tag.id = tag_id where contact_id = ? order by name",
    ),
    "lists": (
        "id",
        "select name, status, changed_at, origin from list_member join list on list.id = list_id "
        "where contact_id = ? order by name",
    ),
    "customers": (
        "id",
        "select store.hash as store, customer_id, email, first_name, last_name, company, phone, accepts_newsletter, "
        "accepts_review_mail, accepts_marketing, created_at, modified_at, deleted_at, origin from customer "
        "join store on store.id = store_id where contact_id = ? order by customer.id  -- customer_contact_ix",
    ),
    "subscriptions": (
        "email",
        "select store.hash as store, subscriber_id, email, channel_id, accepts_newsletter, source, created_at, "
        "modified_at from store join subscriber on store_id = store.id and email = ? order by 1, 2"
        "  -- subscriber_email_ix",
    ),
    "consent_changes": (
        "id",
        "select store.hash as store, signal, value, source, order_id, changed_at, seen_at, consent_change.origin "
        "from customer join consent_change on consent_change.customer_id = customer.id "
        "join store on store.id = store_id where contact_id = ? order by consent_change.id",
    ),
    "refunds": (
        "id",
        "select store.hash as store, refund.number, refund_id, amount, bought.currency, created_at "
        "from store_order as bought "
        "join refund indexed by refund_order_ix on refund.store_id = bought.store_id "
        "and refund.number = bought.number join store on store.id = bought.store_id "
        "where contact_id = ? order by refund_id",
    ),
    "status_changes": (
        "id",
        "select store.hash as store, number, from_status, to_status, seen_at, step.origin from store_order "
        "join order_status_change as step on step.order_id = store_order.id join store on store.id = store_id "
        "where contact_id = ? order by step.id",
    ),
    "carts": (
        "id",
        "select store.hash as store, cart_id, status, cart.currency, total_minor, abandoned_at, updated_at, "
        "order_number, closed_as, closed_at, cart.origin from cart join store on store.id = store_id "
        "where contact_id = ? order by cart.id  -- cart_contact_ix",
    ),
    "edits": (
        "id",
        "select verb, name, at, touched.undone_at from edit_contact as touched join edit on edit.id = edit_id "
        "where contact_id = ? order by edit_id  -- edit_contact_ix",
    ),
    "tags_gone": (
        "id",
        "select tag, added_at, added_as, removed_at, origin from tag_gone where contact_id = ? order by id"
        "  -- tag_gone_ix",
    ),
    "deliveries": (
        "id",
        "select store.hash as store, scope, resource_id, received_at, delivery.state from customer "
        "join delivery indexed by delivery_person_ix on kind in ('customer', 'subscriber', 'cart') "
        "and kind = 'customer' and resource_id = cast(customer_id as text) and delivery.store_id = customer.store_id "
        "join store on store.id = customer.store_id "
        "where contact_id = ? order by delivery.id",
    ),
}


def _orders(conn: sqlite3.Connection, contact_id: int) -> Rows:
    sql = (
        "select store.hash as store, number, status, store_status, store_order.currency, total_minor, refunded_minor, "
        "placed_at, modified_at, shipping_method, payment_method, first_seen_at, store_order.origin, body, "
        "place.country_code as billing_country, place.state as billing_state, place.city as billing_city, "
        "place.postal_code as billing_postal_code "
        "from store_order join store on store.id = store_id left join order_raw on order_id = store_order.id "
        "left join place on place.id = place_id "
        "where contact_id = ? order by store_order.id  -- store_order_contact_ix"
    )
    rows = _rows(conn, sql, contact_id)
    for row in rows:
        body = row.pop("body")
        row["payload"] = None if body is None else from_json(unpacked(body))
    return rows


def _rows(conn: sqlite3.Connection, sql: str, value: str | int) -> Rows:
    """Rows as named values; moments are spelled out."""
    found = conn.execute(sql, (value,))
    names = [column[0] for column in found.description]
    return [{name: _shown(name, kept) for name, kept in zip(names, row, strict=True)} for row in found]


def _shown(name: str, value: Any) -> Any:
    is_moment = (name == "at" or name.endswith("_at")) and isinstance(value, int)
    return rfc3339(value) if is_moment else value
