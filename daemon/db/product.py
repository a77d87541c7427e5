"""One product: its row in the list, and in full with what was sold of it, when and to whom."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from common.errors import NotFound
from common.money import Money
from common.products import ProductBuyer, ProductDetail, ProductOrder, ProductRow, ProductSales, ProductState
from common.statuses import Status
from daemon.db.catalogue import named_categories

_ORDERS_SHOWN = 10
_BUYERS_SHOWN = 5

# Half of the bits that a number has on the wire are the store's; the store's own ids of products have 31.
_PRODUCT_BITS = 32

_PRODUCT = """
select store.id, store.hash, store.currency, store.name as store_name, store.domain, product.*
from store left join product on product.store_id = store.id and product.product_id = ?2  -- primary keys
where store.id = ?1
"""

_CALLED = "select name, sku from item where store_id = ? and product_id = ? order by id desc limit 1  -- unique index"


def product_row(conn: sqlite3.Connection, store_id: int, product_id: int) -> ProductRow:
    """A product that is in the catalogue, or was bought."""
    return ProductRow(**_row(_found(conn, store_id, product_id), product_id, _sales(conn, store_id, product_id), conn))


def sold_orders(conn: sqlite3.Connection, store_hash: str, product_id: int) -> int:
    """In how many orders it was sold: how much there is to look at."""
    sql = (
        "select coalesce(sum(orders), 0) from product_total where store_id = (select id from store where hash = ?) "
        "and product_id = ?  -- primary key"
    )
    return int(conn.execute(sql, (store_hash, product_id)).fetchone()[0])


@dataclass(frozen=True, slots=True)
class Bounds:
    """Up to *few* orders of a product are looked up and sorted; beyond, the store's newest orders are walked until
    enough are found that hold it, and no further than *walked*. Where the ways meet, each takes 15 ms."""

    few: int = 5_000
    walked: int = 20_000


_BOUNDS = Bounds()


def product_in_full(
    conn: sqlite3.Connection, store_hash: str, product_id: int, bounds: Bounds = _BOUNDS
) -> ProductDetail:
    """Raises NotFound."""
    store = conn.execute("select id from store where hash = ?  -- unique index", (store_hash,)).fetchone()
    if store is None:
        raise NotFound(f"No store {store_hash} is connected.", remedy="See `counterfoil store list`.")
    store_id = int(store[0])
    found = _found(conn, store_id, product_id)
    items = _items(conn, store_id, product_id)
    if not found["name"] and not items:
        raise NotFound(
            f"Store {store_hash} has no product {product_id} here.",
            remedy="Look for it with `counterfoil product list --search`.",
        )
    sales = _sales(conn, store_id, product_id)
    walked = bounds.walked if sum(one.orders for one in sales) > bounds.few else 0
    orders = _newest_orders(conn, store_id, json.dumps(items), walked=walked)
    names, paths = named_categories(conn, store_id, found["category_ids"] or "[]")
    contacts, buyers = _buyers(conn, json.dumps(items))
    return ProductDetail(
        **_row(found, product_id, sales, conn),
        store_name=found["store_name"],
        rating=found["rating"] / 10 if found["rating"] else None,
        categories=names,
        category_paths=paths,
        url=f"https://{found['domain']}{found['url_path']}" if found["domain"] and found["url_path"] else "",
        contacts=contacts,
        ordered_at=next((order.placed_at for order, counts in orders if counts), None),
        sales=sales,
        orders_shown=[order for order, _ in orders],
        buyers=buyers,
    )


def _found(conn: sqlite3.Connection, store_id: int, product_id: int) -> sqlite3.Row:
    """The store's row, and the product's, whose columns are null where the catalogue does not have it."""
    cursor = conn.cursor()
    cursor.row_factory = sqlite3.Row
    row: sqlite3.Row = cursor.execute(_PRODUCT, (store_id, product_id)).fetchone()
    return row


def _row(found: sqlite3.Row, product_id: int, sales: list[ProductSales], conn: sqlite3.Connection) -> dict[str, Any]:
    """The fields of a ProductRow."""
    currency = found["currency"]
    name, sku = found["name"], found["sku"]
    if not name:
        name, sku = conn.execute(_CALLED, (found["id"], product_id)).fetchone() or ("", "")
    main = max(sales, key=lambda one: one.orders, default=None)
    return {
        "id": found["id"] << _PRODUCT_BITS | product_id,
        "store": found["hash"],
        "product_id": product_id,
        "name": name,
        "sku": sku,
        "state": _state(found),
        "price": _money(found["price_minor"], currency),
        "sale_price": _money(found["sale_minor"], currency),
        "pieces": sum(one.pieces for one in sales),
        "orders": sum(one.orders for one in sales),
        "revenue": main.revenue if main else Money.of(0, currency),
        "modified_at": found["modified_at"] or None,
    }


def _state(found: sqlite3.Row) -> ProductState:
    if found["product_id"] is None:
        return ProductState.UNKNOWN
    if found["deleted_at"] is not None:
        return ProductState.DELETED
    return ProductState.VISIBLE if found["is_visible"] else ProductState.HIDDEN


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money.of(minor, currency)


def _sales(conn: sqlite3.Connection, store_id: int, product_id: int) -> list[ProductSales]:
    """The currency it is bought in most first."""
    sql = (
        "select currency, pieces, orders, revenue_minor from product_total where store_id = ? and product_id = ? "
        "order by orders desc, currency  -- primary key"
    )
    return [
        ProductSales(currency=row[0], pieces=row[1], orders=row[2], revenue=Money.of(row[3], row[0]))
        for row in conn.execute(sql, (store_id, product_id))
    ]


def _items(conn: sqlite3.Connection, store_id: int, product_id: int) -> list[int]:
    sql = "select id from item where store_id = ? and product_id = ?  -- unique index"
    return [row[0] for row in conn.execute(sql, (store_id, product_id))]


_ORDER_COLUMNS = """
select number, status, store_status, placed_at, coalesce(contact_id, 0), coalesce(email, ''), counts, currency,
  (select sum(quantity) from order_line where order_id = purchase.id
    and item_id in (select value from json_each(?1))),
  (select sum(total_minor) from order_line where order_id = purchase.id
    and item_id in (select value from json_each(?1)))
"""

_NEWEST_OF_ITS = f"""{_ORDER_COLUMNS}
from store_order as purchase left join contact on contact.id = contact_id
where purchase.id in (select order_id from order_line  -- order_line_item_ix
  where item_id in (select value from json_each(?1)) and standing >= 0)
order by +number desc limit {_ORDERS_SHOWN}
"""

_NEWEST_OF_STORE = f"""{_ORDER_COLUMNS}
from store_order as purchase left join contact on contact.id = contact_id
where store_id = ?2 and deleted_at is null  -- store_order_ux
  and number > coalesce((select number from store_order where store_id = ?2
    order by number desc limit 1 offset ?3), 0)
  and exists (select 1 from order_line where order_id = purchase.id
    and item_id in (select value from json_each(?1)))
order by number desc limit {_ORDERS_SHOWN}
"""


def _newest_orders(
    conn: sqlite3.Connection, store_id: int, items: str, *, walked: int
) -> list[tuple[ProductOrder, bool]]:
    """The newest orders that hold one of those items, each with whether it counts.

    So many of the store's newest orders are looked through first; when they hold enough, its own are never sorted.
    """
    rows: list[tuple[Any, ...]] = []
    if walked:
        rows = conn.execute(_NEWEST_OF_STORE, (items, store_id, walked)).fetchall()
    if len(rows) < _ORDERS_SHOWN:
        rows = conn.execute(_NEWEST_OF_ITS, (items,)).fetchall()
    return [(_order(row), bool(row[6])) for row in rows]


def _order(row: tuple[Any, ...]) -> ProductOrder:
    return ProductOrder(
        number=row[0],
        status=Status(row[1]),
        store_status=row[2],
        placed_at=row[3],
        contact_id=row[4],
        email=row[5],
        quantity=row[8],
        total=Money.of(row[9], row[7]),
    )


_BUYERS = f"""
with buyer as materialized (
  select contact_id, sum(quantity) as pieces from order_line  -- order_line_item_ix
  where item_id in (select value from json_each(?)) and standing > 0 and contact_id is not null group by contact_id)
select (select count(*) from buyer), pieces, contact.id, email, first_name, last_name, orders, revenue_minor,
  revenue_currency, last_order_at
from (select * from buyer order by pieces desc, contact_id limit {_BUYERS_SHOWN}) as top
join contact on contact.id = top.contact_id order by pieces desc, contact.id
"""


def _buyers(conn: sqlite3.Connection, items: str) -> tuple[int, list[ProductBuyer]]:
    """How many contacts bought one of those items in orders that count, and who bought most pieces."""
    rows = conn.execute(_BUYERS, (items,)).fetchall()
    buyers = [
        ProductBuyer(
            pieces=row[1],
            id=row[2],
            email=row[3],
            first_name=row[4],
            last_name=row[5],
            orders=row[6],
            revenue=Money.of(row[7], row[8]),
            last_order_at=row[9] or None,
        )
        for row in rows
    ]
    return (rows[0][0] if rows else 0), buyers
