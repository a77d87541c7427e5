"""One contact with its ecommerce box, and one order in full, as they are shown."""

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from common.contacts import BoughtProduct, BoxCart, BoxOrder, Consent, ContactDetail, Ecommerce, ListMembership, Totals
from common.errors import NotFound
from common.money import Money, minor_units
from common.orders import OrderDetail, OrderLine, Place, RefundRow, StatusChange
from common.statuses import Status
from daemon.db.known import rows_by_ids


def contact_by_email(conn: sqlite3.Connection, email: str) -> ContactDetail:
    """Raises NotFound."""
    return _contact(conn, "email = ?  -- contact_email_ux", email, f"with the email {email!r}")


def contact_by_id(conn: sqlite3.Connection, contact_id: int) -> ContactDetail:
    """Raises NotFound."""
    return _contact(conn, "id = ?", contact_id, f"number {contact_id}")


def no_contact(name: str) -> NotFound:
    """What is said where nobody is known by that *name*, as in "number 7"."""
    return NotFound(f"There is no contact {name}.", remedy="Look for it with `counterfoil contact list --search`.")


def _contact(conn: sqlite3.Connection, condition: str, value: str | int, name: str) -> ContactDetail:
    sql = f"select id, email, first_name, last_name, phone, created_at from contact where {condition}"
    row = conn.execute(sql, (value,)).fetchone()
    if row is None:
        raise no_contact(name)
    contact_id = row[0]
    return ContactDetail(
        id=contact_id,
        email=row[1],
        first_name=row[2],
        last_name=row[3],
        phone=row[4],
        created_at=row[5],
        tags=_tags(conn, contact_id),
        lists=_lists(conn, contact_id),
        consents=_consents(conn, contact_id),
        ecommerce=Ecommerce(
            totals=_totals(conn, contact_id), orders=_orders(conn, contact_id), carts=_carts(conn, contact_id)
        ),
    )


def _tags(conn: sqlite3.Connection, contact_id: int) -> list[str]:
    sql = "select name from contact_tag join tag on tag.id = tag_id where contact_id = ? order by name  -- primary keys"
    return [row[0] for row in conn.execute(sql, (contact_id,))]


def _lists(conn: sqlite3.Connection, contact_id: int) -> list[ListMembership]:
    sql = "select name, status from list_member join list on list.id = list_id where contact_id = ? order by name"
    return [ListMembership(name=row[0], status=row[1]) for row in conn.execute(sql, (contact_id,))]


def _consents(conn: sqlite3.Connection, contact_id: int) -> list[Consent]:
    """Of the stores that are set to show them, each with what was last said by the signal that counts there."""
    sql = (
        "select hash, accepts_marketing, coalesce(setting.value, 'newsletter') as counting, "
        "coalesce(said.source, ''), said.changed_at from customer join store on store.id = customer.store_id "
        "join store_setting as shown on shown.store_id = store.id and shown.name = 'display.consent' "
        "and shown.value = 'on' "
        "left join store_setting as setting on setting.store_id = store.id and setting.name = 'marketing.signal' "
        "left join consent_change as said on said.id = (select max(id) from consent_change as latest "
        "where latest.customer_id = customer.id and latest.signal = coalesce(setting.value, 'newsletter')) "
        "where contact_id = ? and customer.deleted_at is null order by hash  -- customer_contact_ix"
    )
    return [
        Consent(store=row[0], accepts_marketing=bool(row[1]), signal=row[2], source=row[3], changed_at=row[4])
        for row in conn.execute(sql, (contact_id,))
    ]


def _totals(conn: sqlite3.Connection, contact_id: int) -> list[Totals]:
    """Over all stores first, then store by store; the currency bought in most first."""
    sql = (
        "select store.hash, total.currency, revenue_minor, orders, products, first_order_at, last_order_at "
        "from contact_total as total left join store on store.id = total.store_id "
        "where contact_id = ? order by total.store_id, orders desc, total.currency  -- primary key"
    )
    return [
        Totals(
            store=row[0],
            currency=row[1],
            revenue=Money.of(row[2], row[1]),
            orders=row[3],
            products=row[4],
            first_order_at=row[5] or None,
            last_order_at=row[6] or None,
        )
        for row in conn.execute(sql, (contact_id,))
    ]


def _orders(conn: sqlite3.Connection, contact_id: int) -> list[BoxOrder]:
    sql = (
        "select purchase.id, store.hash, number, status, store_status, purchase.currency, total_minor, "
        "refunded_minor, placed_at, shipping_method from store_order as purchase "
        "join store on store.id = store_id where contact_id = ? and deleted_at is null "
        "order by placed_at desc, purchase.id desc  -- store_order_contact_ix"
    )
    rows = conn.execute(sql, (contact_id,)).fetchall()
    products = _bought(conn, _ORDER_PRODUCTS, {row[0]: row[5] for row in rows})
    return [
        BoxOrder(
            store=row[1],
            number=row[2],
            status=Status(row[3]),
            store_status=row[4],
            total=Money.of(row[6], row[5]),
            refunded=Money.of(row[7], row[5]),
            placed_at=row[8],
            shipping_method=row[9],
            products=products.get(row[0], []),
        )
        for row in rows
    ]


def _carts(conn: sqlite3.Connection, contact_id: int) -> list[BoxCart]:
    sql = (
        "select cart.id, store.hash, cart_id, status, cart.currency, total_minor, abandoned_at, order_number, "
        "closed_as, closed_at from cart join store on store.id = store_id "
        "where contact_id = ? and closed_as is not 'emptied' "
        "order by abandoned_at desc, cart.id desc  -- cart_contact_ix"
    )
    rows = conn.execute(sql, (contact_id,)).fetchall()
    products = _bought(conn, _CART_PRODUCTS, {row[0]: row[4] for row in rows})
    return [
        BoxCart(
            store=row[1],
            cart_id=row[2],
            status=Status(row[3]),
            total=Money.of(row[5], row[4]),
            abandoned_at=row[6],
            order=row[7],
            closed_as=row[8],
            closed_at=row[9],
            products=products.get(row[0], []),
        )
        for row in rows
    ]


_ORDER_PRODUCTS = (
    "select line.order_id, product_id, name, sku, names, quantity, price_minor from order_line as line "
    "join item on item.id = item_id join category_set on category_set.id = category_set_id "
    "where line.order_id in ({marks}) order by line.order_id, position  -- primary keys"
)
_CART_PRODUCTS = (
    "select line.cart_id, product_id, name, sku, names, quantity, price_minor from cart_line as line "
    "join item on item.id = item_id join category_set on category_set.id = category_set_id "
    "where line.cart_id in ({marks}) order by line.cart_id, position  -- primary keys"
)


def _bought(conn: sqlite3.Connection, sql: str, currency_of: dict[int, str]) -> dict[int, list[BoughtProduct]]:
    """The products of each order or cart, by our row id."""
    products: dict[int, list[BoughtProduct]] = {}
    for row in rows_by_ids(conn, sql, (), currency_of):
        products.setdefault(row[0], []).append(
            BoughtProduct(
                product_id=row[1],
                name=row[2],
                sku=row[3],
                categories=json.loads(row[4]),
                quantity=row[5],
                price=Money.of(row[6], currency_of[row[0]]),
            )
        )
    return products


def order_in_full(conn: sqlite3.Connection, store_hash: str, number: int) -> OrderDetail:
    """Raises NotFound."""
    sql = (
        "select purchase.id, store.hash, store.name, number, coalesce(contact_id, 0) as contact_id, "
        "coalesce(contact.email, '') as email, status, store_status, "
        "purchase.origin, placed_at, modified_at, purchase.currency, subtotal_minor, discount_minor, shipping_minor, "
        "tax_minor, total_minor, refunded_minor, shipping_method, payment_method, cart_id, store.id as store_id, "
        "place_id from store_order as purchase join store on store.id = purchase.store_id "
        "left join contact on contact.id = contact_id where store.hash = ? and number = ?  -- store_order_ux"
    )
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    row = cursor.execute(sql, (store_hash, number)).fetchone()
    if row is None:
        raise NotFound(
            f"Store {store_hash} has no order {number} here.",
            remedy="Orders of guests are not kept; if it is a customer's, run `counterfoil sync` for the store.",
        )
    currency = row["currency"]
    return OrderDetail(
        store=row["hash"],
        store_name=row["name"],
        **{name: row[name] for name in _PLAIN_COLUMNS},
        **{name: Money.of(row[f"{name}_minor"], currency) for name in _MONEY_COLUMNS},
        lines=_lines(conn, row["id"], currency),
        refunds=_refunds(conn, row["store_id"], number, currency),
        history=_history(conn, row["id"]),
        billed_to=_place(conn, row["place_id"]),
    )


def _place(conn: sqlite3.Connection, place_id: int | None) -> Place:
    sql = "select country_code, state, city, postal_code from place where id = ?"
    row = conn.execute(sql, (place_id,)).fetchone()
    return Place() if row is None else Place(country=row[0], state=row[1], city=row[2], postal_code=row[3])


_PLAIN_COLUMNS = (
    "number",
    "contact_id",
    "email",
    "status",
    "store_status",
    "origin",
    "placed_at",
    "modified_at",
    "currency",
    "shipping_method",
    "payment_method",
    "cart_id",
)
_MONEY_COLUMNS = ("subtotal", "discount", "shipping", "tax", "total", "refunded")


def _lines(conn: sqlite3.Connection, order_id: int, currency: str) -> list[OrderLine]:
    sql = (
        "select product_id, variant_id, name, sku, names, paths, quantity, quantity_refunded, price_minor, "
        "total_minor, options, parent_line_id from order_line join item on item.id = item_id "
        "join category_set on category_set.id = category_set_id where order_id = ? order by position  -- primary key"
    )
    return [_line(row, currency) for row in conn.execute(sql, (order_id,))]


def _line(row: tuple[Any, ...], currency: str) -> OrderLine:
    return OrderLine(
        product_id=row[0],
        variant_id=row[1],
        name=row[2],
        sku=row[3],
        categories=json.loads(row[4]),
        category_paths=json.loads(row[5]),
        quantity=row[6],
        quantity_refunded=row[7],
        price=Money.of(row[8], currency),
        total=Money.of(row[9], currency),
        options=json.loads(row[10]),
        is_bundle_part=bool(row[11]),
    )


def _refunds(conn: sqlite3.Connection, store_id: int, number: int, currency: str) -> list[RefundRow]:
    sql = (
        "select refund_id, amount, created_at from refund indexed by refund_order_ix "
        "where store_id = ? and number = ? order by refund_id"
    )
    rows: Iterable[tuple[int, str, int]] = conn.execute(sql, (store_id, number))
    return [
        RefundRow(refund_id=key, amount=Money.of(minor_units(amount, currency), currency), refunded_at=created_at)
        for key, amount, created_at in rows
    ]


def _history(conn: sqlite3.Connection, order_id: int) -> list[StatusChange]:
    sql = (
        "select from_status, to_status, seen_at, origin from order_status_change where order_id = ? "
        "order by id  -- order_status_change_ix"
    )
    return [
        StatusChange(before=row[0], after=row[1], seen_at=row[2], origin=row[3])
        for row in conn.execute(sql, (order_id,))
    ]
