"""A database many times as large as another one: each contact gets twins, who bought the same at the same times.

All that the daemon derived holds for them as well, and need not be derived again. A twin has an address, a phone number
and ids of its own, those of the twins of one contact follow each other, and so do those of their orders: what is sorted
by time is as sorted by id as it was.
"""

import sqlite3
from collections.abc import Mapping

FROM = "drawn"
"""The name under which the smaller database is attached."""

_OWN = "({} - 1) * :times + 1 + twin.n"  # ids begin at 1 and have no gaps
_EMAIL = f"'customer' || ({_OWN.format('id')}) || substr(email, instr(email, '@'))"
_PHONE = f"iif(phone = '', '', '+49 30 ' || ({_OWN.format('id')}))"

# Of each table whose rows are multiplied: the columns that name one of what is, and those that are told anew.
_IDS = {
    "contact": ("id", "last_order_id"),
    "customer": ("id", "customer_id", "contact_id"),
    "contact_tag": ("contact_id",),
    "list_member": ("contact_id",),
    "contact_total": ("contact_id", "last_order_id"),
    "contact_trait": ("contact_id",),
    "contact_place": ("contact_id",),
    "store_order": ("id", "number", "contact_id", "customer_id"),
    "order_line": ("order_id", "contact_id"),
    "cart": ("id", "contact_id", "customer_id"),
    "cart_line": ("cart_id",),
}
_ANEW = {
    "contact": {"email": _EMAIL, "phone": _PHONE, "phone_folded": _PHONE},
    "customer": {"email": _EMAIL},
    "cart": {"cart_id": f"'cart-' || ({_OWN.format('contact_id')})"},
    "tally": {"n": "iif(what = 'product', n, n * :times)"},  # of products there are no more
}
# Of those without an id of their own: whose they are. All of one owner go in before those of the next.
_OWNERS = {
    "contact_tag": ("contact", "contact_id"),
    "list_member": ("contact", "contact_id"),
    "contact_total": ("contact", "contact_id"),
    "contact_trait": ("contact", "contact_id"),
    "contact_place": ("contact", "contact_id"),
    "order_line": ("store_order", "order_id"),
    "cart_line": ("cart", "cart_id"),
}
_SUMS = {
    "place": ("orders",),
    "product_total": ("pieces", "orders", "revenue_minor"),
    "sales_month": ("revenue_minor", "orders", "new_buyers", "returning_buyers"),
    "shelf": ("pieces", "revenue_minor"),
}


def multiply(conn: sqlite3.Connection, times: int) -> None:
    """Fills a database without triggers from the one attached as `drawn`: *times* its contacts with all that is theirs,
    all else as it is there."""
    conn.execute("create temp table twin (n integer primary key)")
    conn.executemany("insert into twin values (?)", [(number,) for number in range(times)])
    for table in _filled(conn):
        conn.execute(f"delete from main.{table}")  # what every new database holds
        columns = [row[1] for row in conn.execute(f"pragma main.table_info({table})")]
        values = _values(table)
        select = ", ".join(values.get(column, f"{FROM}.{table}.{column}") for column in columns)
        sql = f"insert into main.{table} ({', '.join(columns)}) select {select} from {_source(table)}"
        conn.execute(sql, {"times": times})


def _filled(conn: sqlite3.Connection) -> list[str]:
    """The tables that hold something, without those that only index another one."""
    names = conn.execute(
        f"select name from {FROM}.sqlite_schema where type = 'table' and name not like 'sqlite_%' "
        "and name not like '%_search%'"
    ).fetchall()
    return [name for (name,) in names if conn.execute(f"select exists (select 1 from {FROM}.{name})").fetchone()[0]]


def _values(table: str) -> Mapping[str, str]:
    """What is written to the columns that do not stay as they are."""
    ids = {column: _OWN.format(f"{FROM}.{table}.{column}") for column in _IDS.get(table, ())}
    sums = {column: f"{column} * :times" for column in _SUMS.get(table, ())}
    return ids | sums | _ANEW.get(table, {})


def _source(table: str) -> str:
    """The rows in the order in which they are written: the next one goes behind the last."""
    if table not in _IDS:
        return f"{FROM}.{table}"
    if table not in _OWNERS:
        return f"{FROM}.{table} cross join twin"
    owner, key = _OWNERS[table]
    return f"{FROM}.{owner} cross join twin cross join {FROM}.{table} on {FROM}.{table}.{key} = {FROM}.{owner}.id"
