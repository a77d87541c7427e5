"""Small random databases for segments: several stores and currencies, erased buyers, archived orders, odd texts."""

import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import Any

from common.statuses import COUNTED, Status
from daemon.db.migrate import migrations
from daemon.db.totals import Standing, rebuild_totals
from daemon.segments import functions

NOW = 1_772_366_400  # 2026-03-01 12:00 UTC: a month after the end of a longer one
DAY = 86_400

HASHES = {"abc123": "Europe/Berlin", "def456": "America/New_York", "ghi789": "Nowhere/Atall"}
CURRENCIES = ("USD", "USD", "EUR", "JPY", "KWD")
TEXTS = (
    "", "   ", "Blue Mug", "blue", "BLUE", " Shoes ", "100%_off", "it's \"q\"", "Straße", "STRASSE", "İstanbul",
    "🎉 party", "a*b?", "[x]", "\\", "'; drop table contact; --", "nul\0l", "line\nbreak", "MUG-1", "\u00a0", "café",
)  # fmt: skip
CATEGORIES = ("Shoes", "shoes ", "Mugs", "100%", "Größe", "", 'say "hi"', "Clothing / Shoes")
COUNTRIES = ("", "US", "US", "DE", "GB")
TAGS = ("vip", "VIP", "press", "bigcommerce-guest", "it's")
LISTS = ("News", "news ", "Offers")
EMAILS = ("ann@example.com", '"a@b"@shop.example', "straße@exämple.de", "zoë@example.com")


def insert(conn: sqlite3.Connection, table: str, **columns: Any) -> int:
    """A row with those columns, and something empty in all others that must not be null; gives its rowid or 0."""
    row = _blank(conn, table) | columns
    marks = ", ".join("?" * len(row))
    return conn.execute(f"insert into {table} ({', '.join(row)}) values ({marks})", tuple(row.values())).lastrowid or 0


_BLANKS: dict[str, dict[str, Any]] = {}


def _blank(conn: sqlite3.Connection, table: str) -> dict[str, Any]:
    if table not in _BLANKS:
        columns = conn.execute('select name, type, "notnull", dflt_value, pk from pragma_table_info(?)', (table,))
        empty = {"INTEGER": 0, "TEXT": "", "BLOB": b""}
        _BLANKS[table] = {
            name: empty[kind]
            for name, kind, is_needed, default, pk in columns
            if is_needed and default is None and not pk
        }
    return _BLANKS[table]


@cache
def _template() -> bytes:
    with closing(sqlite3.connect(":memory:")) as conn:
        for migration in migrations():
            conn.executescript(migration.sql)
        return conn.serialize()


@contextmanager
def empty_shop() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as conn:
        conn.deserialize(_template())
        functions.register(conn)
        yield conn


@contextmanager
def some_shop(seed: int, contacts: int = 12) -> Iterator[sqlite3.Connection]:
    """A database like no other, the same for the same *seed*."""
    with empty_shop() as conn:
        conn.execute("begin")
        _Filling(conn, random.Random(seed)).fill(contacts)
        conn.execute("commit")
        yield conn


class _Filling:
    def __init__(self, conn: sqlite3.Connection, dice: random.Random) -> None:
        self.conn, self.dice = conn, dice
        self.number = 0

    def fill(self, contacts: int) -> None:
        conn = self.conn
        self.stores = [
            insert(conn, "store", hash=name, timezone=zone, state="connected", currency="USD")
            for name, zone in HASHES.items()
        ]
        self.tags = [insert(conn, "tag", name=name) for name in TAGS]
        self.lists = [insert(conn, "list", name=name) for name in LISTS]
        self.items = {store: [self.item(store) for _ in range(4)] for store in self.stores}
        self.places = [self.place(number) for number in range(6)]
        ids = [self.contact(number) for number in range(contacts)]
        for contact_id in ids:
            for _ in range(self.dice.choice((0, 0, 1, 1, 2, 4))):
                self.order(contact_id)
            for _ in range(self.dice.choice((0, 1, 1, 2))):
                self.cart(contact_id)
        for _ in range(2):
            self.order(None)  # of buyers who were erased
        rebuild_totals(conn, ids)

    def text(self) -> str:
        return self.dice.choice(TEXTS)

    def moment(self) -> int:
        """Mostly of late, sometimes long ago, on the very edge of a span, or ahead."""
        dice = self.dice
        days = dice.choice((0, 0, 1, 1, 2, 7, 28, 29, 30, 31, 59, 90, 364, 365, 366, 730, -1, -30))
        return NOW - days * DAY + dice.choice((0, 0, 1, -1, 3600, -3600, 12 * 3600, -12 * 3600, dice.randrange(DAY)))

    def item(self, store: int) -> int:
        return insert(
            self.conn,
            "item",
            store_id=store,
            product_id=self.dice.choice((0, 77, 205, 1204)),
            variant_id=self.dice.randrange(10**9),
            name=self.text(),
            sku=self.text(),
            brand=self.text(),
            is_on_sale=self.dice.choice((0, 0, 1)),
            rating=self.dice.choice((0, 0, 30, 45, 50)),
            category_set_id=self.category_set(self.dice.sample(CATEGORIES, self.dice.choice((0, 1, 1, 2)))),
        )

    def category_set(self, categories: list[str]) -> int:
        names = json.dumps(categories, ensure_ascii=False)
        found = self.conn.execute("select id from category_set where names = ?", (names,)).fetchone()
        return found[0] if found else insert(self.conn, "category_set", ids=names, names=names, paths="[]")

    def place(self, number: int) -> int:
        code = self.dice.choice(("", f"1010{number}", f"SW1A {number}"))
        columns = {"country_code": self.dice.choice(COUNTRIES), "state": self.text(), "city": self.text()}
        return insert(self.conn, "place", **columns, postal_code=code)

    def contact(self, number: int) -> int:
        dice = self.dice
        contact_id = insert(
            self.conn,
            "contact",
            email=EMAILS[number]
            if number < len(EMAILS)
            else f"user{number}@{dice.choice(('example.com', 'shop.test'))}",
            first_name=self.text(),
            last_name=self.text(),
            phone=self.text(),
            created_at=self.moment(),
            revenue_currency=dice.choice(CURRENCIES),
        )
        for tag in dice.sample(self.tags, dice.choice((0, 0, 1, 2, 3))):
            insert(self.conn, "contact_tag", contact_id=contact_id, tag_id=tag, added_at=self.moment(), origin="live")
        for of in dice.sample(self.lists, dice.choice((0, 1, 1, 2))):
            insert(
                self.conn,
                "list_member",
                contact_id=contact_id,
                list_id=of,
                status=dice.choice(("active", "active", "unsubscribed")),
                changed_at=self.moment(),
                origin="live",
            )
        for store in dice.sample(self.stores, dice.choice((0, 1, 1, 2))):
            insert(
                self.conn,
                "customer",
                store_id=store,
                customer_id=self.next(),
                contact_id=contact_id,
                company=self.text(),
                accepts_marketing=dice.randrange(2),
                deleted_at=dice.choice((None, None, None, NOW)),
            )
        return contact_id

    def next(self) -> int:
        self.number += 1
        return self.number

    def order(self, contact_id: int | None) -> None:
        dice = self.dice
        store = dice.choice(self.stores)
        status = dice.choice((*[Status.COMPLETED] * 5, Status.RECOVERED, Status.REFUNDED, Status.WAITING))
        deleted_at = dice.choice((*[None] * 6, NOW))
        total = dice.choice((0, 1, 500, 1000, 1999, 10_000, 12_345))
        lines = [(self.dice.randrange(4), self.dice.choice((0, 0, 0, 1))) for _ in range(dice.choice((0, 1, 1, 2, 3)))]
        order_id = insert(
            self.conn,
            "store_order",
            store_id=store,
            number=self.next(),
            contact_id=contact_id,
            customer_id=dice.choice((0, 1)),
            status=status,
            store_status=self.text(),
            counts=status in COUNTED and deleted_at is None,
            deleted_at=deleted_at,
            currency=dice.choice(CURRENCIES),
            total_minor=total,
            refunded_minor=dice.choice((0, 0, total // 2, total)),
            discount_minor=dice.choice((0, 100)),
            products=sum(quantity for quantity, parent in lines if not parent),
            placed_at=self.moment(),
            shipping_method=self.text(),
            payment_method=self.text(),
            place_id=None if contact_id is None else dice.choice((None, *self.places)),
        )
        for position, (quantity, parent) in enumerate(lines):
            insert(
                self.conn,
                "order_line",
                order_id=order_id,
                line_id=self.next(),
                position=position,
                item_id=dice.choice(self.items[store]),
                contact_id=contact_id,
                standing=Standing.COUNTS if contact_id is None else 0,
                quantity=quantity,
                price_minor=dice.choice((0, 500, 1000, 1999)),
                parent_line_id=parent,
                options="[]",
            )

    def cart(self, contact_id: int) -> None:
        dice = self.dice
        store = dice.choice(self.stores)
        status, closed_as = dice.choice(
            (("Abandoned", None), ("Abandoned", None), ("Abandoned", "expired"), ("Recovered", None),
             ("Canceled", "deleted"), ("Canceled", "emptied"))
        )  # fmt: skip
        cart_id = insert(
            self.conn,
            "cart",
            store_id=store,
            cart_id=f"cart-{self.next()}",
            contact_id=contact_id,
            status=status,
            closed_as=closed_as,
            currency=dice.choice(CURRENCIES),
            total_minor=dice.choice((0, 500, 1000, 10_000)),
            abandoned_at=self.moment(),
        )
        for position in range(dice.choice((0, 1, 2))):
            insert(
                self.conn,
                "cart_line",
                cart_id=cart_id,
                position=position,
                item_id=dice.choice(self.items[store]),
                quantity=1,
                price_minor=500,
            )
