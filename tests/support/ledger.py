"""Records with valid defaults, and a database in memory to apply them to: for tests of the write unit alone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from zoneinfo import ZoneInfo

from common.statuses import Status
from daemon.bigcommerce.statuses import status_label, status_of
from daemon.db import stores
from daemon.db.database import connect
from daemon.db.migrate import APPLICATION_ID, migrate, migrations, schema_version
from daemon.db.stores import Secrets
from daemon.ingest.apply import Applied, Batch, apply
from daemon.ingest.changes import StoreKey
from daemon.records import (
    BillingContact,
    CartLineRecord,
    CartRecord,
    Cause,
    CustomerRecord,
    LineRecord,
    OrderRecord,
    Origin,
    ProductRecord,
    RefundRecord,
    StoreInfo,
    SubscriberRecord,
)
from daemon.segments import functions

UTC = ZoneInfo("UTC")
NOW = 1_760_000_000
LONG_AGO = NOW - 90 * 86_400


@dataclass(frozen=True)
class Fetch:
    """What one look at a store brought, and when the look began (milliseconds on any scale)."""

    batch: Batch
    at_ms: int = 1
    store: int = 0
    origin: Origin = Origin.LIVE


@dataclass
class Ledger:
    """A database with connected stores. Use as a context manager."""

    hashes: tuple[str, ...] = ("abc123",)
    zone: ZoneInfo = UTC
    now: int = field(init=False, default=NOW)
    conn: sqlite3.Connection = field(init=False)
    keys: list[StoreKey] = field(init=False, default_factory=list)

    def __enter__(self) -> Self:
        self.conn = sqlite3.connect(":memory:", isolation_level=None)
        self.conn.execute("pragma foreign_keys = on")
        functions.register(self.conn)
        for migration in migrations():
            self.conn.executescript(migration.sql)
        self.keys = [StoreKey(self._connected(store_hash), "USD") for store_hash in self.hashes]
        return self

    def __exit__(self, *_: object) -> None:
        self.conn.close()

    def _connected(self, store_hash: str) -> int:
        info = StoreInfo(store_hash, "1", store_hash, f"{store_hash}.example.com", "USD", "UTC", "")
        secrets = Secrets(token=b"", client_secret=b"", hook_key=b"")
        return stores.insert_store(self.conn, info, store_hash, secrets, wants_hooks=False, now=LONG_AGO)

    def apply(self, fetch: Fetch) -> Applied:
        cause = Cause(origin=fetch.origin, now=self.now, fetched_at_ms=fetch.at_ms)
        with self.transaction():
            return apply(self.conn, self.keys[fetch.store], fetch.batch, cause, zone=self.zone)

    def take(self, at_ms: int = 1, *, origin: Origin = Origin.LIVE, **batch: Any) -> Applied:
        """Applies one fetch of the first store, its parts given as to Batch."""
        return self.apply(Fetch(Batch(**batch), at_ms, origin=origin))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self.conn.execute("begin immediate")
        yield
        self.conn.execute("commit")

    def keep(self, path: Path) -> None:
        """Writes the database to a file, as a daemon would have left it."""
        migrate(path)
        with closing(connect(path, writes=True)) as file:
            self.conn.execute(f"pragma user_version = {schema_version(file)}")
            self.conn.execute(f"pragma application_id = {APPLICATION_ID}")
            self.conn.backup(file)

    def rows(self, sql: str) -> list[Any]:
        """Rows of one column come as plain values."""
        return [row[0] if len(row) == 1 else row for row in self.conn.execute(sql)]


def customer(customer_id: int = 1, *, email: str = "", modified_at: int = LONG_AGO, **more: Any) -> CustomerRecord:
    defaults: dict[str, Any] = {
        "first_name": "Ann",
        "last_name": "Lee",
        "company": "",
        "phone": "",
        "accepts_review_mail": False,
        "channel_ids": (1,),
        "created_at": LONG_AGO,
    }
    email = email or f"customer{customer_id}@example.com"
    return CustomerRecord(customer_id=customer_id, email=email, modified_at=modified_at, **defaults | more)


def subscriber(
    subscriber_id: int = 1,
    *,
    email: str = "customer1@example.com",
    accepts: bool = True,
    channel_id: int = 1,
    modified_at: int = LONG_AGO,
) -> SubscriberRecord:
    return SubscriberRecord(
        subscriber_id=subscriber_id,
        email=email,
        channel_id=channel_id,
        accepts_newsletter=accepts,
        source="storefront",
        order_id=0,
        created_at=LONG_AGO,
        modified_at=modified_at,
    )


def product(
    product_id: int = 1, *, name: str = "Mug", categories: tuple[int, ...] = (), modified_at: int = LONG_AGO
) -> ProductRecord:
    return ProductRecord(
        product_id=product_id,
        name=name,
        sku=f"SKU-{product_id}",
        price_minor=1000,
        category_ids=categories,
        is_visible=True,
        url_path="",
        image_url="",
        modified_at=modified_at,
    )


def line(line_id: int = 1, *, product_id: int = 1, quantity: int = 1, name: str = "Mug") -> LineRecord:
    return LineRecord(
        line_id=line_id,
        product_id=product_id,
        variant_id=0,
        name=name,
        sku=f"SKU-{product_id}",
        quantity=quantity,
        quantity_refunded=0,
        price_minor=1000,
        total_minor=1000 * quantity,
        parent_line_id=0,
        options=(),
    )


def order(
    number: int = 1, customer_id: int = 1, *, status_id: int = 11, modified_at: int = LONG_AGO, **more: Any
) -> OrderRecord:
    status: Status = status_of(status_id)
    defaults: dict[str, Any] = {
        "store_status": status_label(status_id),
        "status": status,
        "is_incomplete": status_id == 0,
        "is_deleted": False,
        "currency": "USD",
        "total_minor": 2500,
        "subtotal_minor": 2000,
        "discount_minor": 0,
        "shipping_minor": 500,
        "tax_minor": 0,
        "placed_at": LONG_AGO + number,
        "shipping_method": "Flat Rate",
        "payment_method": "",
        "cart_id": "",
        "channel_id": 1,
        "billing": BillingContact(f"billing{customer_id}@example.com", "Bill", "Ing", ""),
        "lines": (line(number * 100),),
        "raw": b"{}",
    }
    return OrderRecord(
        order_id=number, customer_id=customer_id, status_id=status_id, modified_at=modified_at, **defaults | more
    )


def refund(refund_id: int = 1, number: int = 1, *, amount: str = "5.00") -> RefundRecord:
    return RefundRecord(refund_id=refund_id, order_id=number, amount=amount, created_at=LONG_AGO)


def cart(
    cart_id: str = "cart-1", customer_id: int = 1, *, updated_at: int = LONG_AGO, total_minor: int = 1000
) -> CartRecord:
    return CartRecord(
        cart_id=cart_id,
        customer_id=customer_id,
        email="",
        channel_id=1,
        currency="USD",
        total_minor=total_minor,
        created_at=LONG_AGO,
        updated_at=updated_at,
        lines=(CartLineRecord(1, 0, "Mug", "SKU-1", 1, total_minor),),
    )
