"""A shop in which each test puts the few rows it is about, and asks by rules in text who fits."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from common.segments.language import parsed
from daemon.db.places import place_ids
from daemon.db.totals import rebuild_totals
from daemon.segments.compile import Asking
from daemon.segments.fits import Clock
from daemon.segments.functions import folded
from tests.support.members import members
from tests.support.some_shops import insert

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = BERLIN) -> int:
    """ "2026-03-29 01:59" -> epoch seconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=zone).timestamp())


NOON = at("2026-03-15 12:00")


class Shop:
    """Two stores, abc123 in Berlin and def456 in New York. People are called by the first part of their address."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self.conn = conn
        self.now, self.zone = NOON, BERLIN
        self.segments: dict[str, str] = {}
        self._people: dict[str, int] = {}
        self._numbers = 0
        for name, zone in (("abc123", "Europe/Berlin"), ("def456", "America/New_York")):
            insert(conn, "store", hash=name, timezone=zone, state="connected", currency="USD")

    def person(self, name: str, *, tags: Mapping[str, str] | None = None, **fields: Any) -> int:
        """*tags*: when each was added."""
        known: dict[str, Any] = {"email": f"{name}@example.com", "created_at": NOON, "revenue_currency": "USD"} | fields
        derived = {
            "first_folded": folded(known.get("first_name", "")),
            "last_folded": folded(known.get("last_name", "")),
            "phone_folded": folded(known.get("phone", "")),
            "email_domain": folded(known["email"].rpartition("@")[2]),
        }
        self._people[name] = insert(self.conn, "contact", **known, **derived)
        for tag, added in (tags or {}).items():
            self.conn.execute("insert or ignore into tag (name) values (?)", (tag,))
            (tag_id,) = self.conn.execute("select id from tag where name = ?", (tag,)).fetchone()
            columns = {"contact_id": self._people[name], "tag_id": tag_id, "added_at": at(added)}
            insert(self.conn, "contact_tag", **columns, origin="live")
        return self._people[name]

    def account(self, name: str, **fields: Any) -> None:
        self._numbers += 1
        fields = {"store_id": 1, "customer_id": self._numbers} | fields
        insert(self.conn, "customer", contact_id=self._people[name], **fields)

    def order(
        self,
        name: str,
        *lines: str,
        placed: str = "2026-03-01 12:00",
        items: Mapping[str, Any] = MappingProxyType({}),
        **fields: Any,
    ) -> None:
        """*lines*: names of products, each with its categories behind a colon: "Blue mug: Mugs, Gifts". *items* = what
        else is known of each."""
        if name not in self._people:
            self.person(name)
        self._numbers += 1
        defaults: dict[str, Any] = {
            "store_id": 1,
            "number": self._numbers,
            "status": "Completed",
            "counts": 1,
            "currency": "USD",
            "total_minor": 1000,
            "products": len(lines),
            "placed_at": at(placed),
        }
        if "place" in fields:
            defaults["place_id"] = place_ids(self.conn, [fields["place"]])[fields.pop("place")]
        order_id = insert(self.conn, "store_order", contact_id=self._people[name], **defaults | fields)
        for position, line in enumerate(lines):
            key = {"order_id": order_id, "line_id": position, "position": position, "options": "[]"}
            contact_id, store_id = self._people[name], fields.get("store_id", 1)
            item_id = self._item(line, store_id, **items)
            insert(self.conn, "order_line", **key, item_id=item_id, contact_id=contact_id, quantity=1)
        rebuild_totals(self.conn, self._people.values())

    def cart(self, name: str, *lines: str, left: str = "2026-03-10 12:00", **fields: Any) -> None:
        if name not in self._people:
            self.person(name)
        self._numbers += 1
        defaults: dict[str, Any] = {
            "store_id": 1,
            "cart_id": str(self._numbers),
            "status": "Abandoned",
            "currency": "USD",
            "total_minor": 1000,
            "abandoned_at": at(left),
        }
        cart_id = insert(self.conn, "cart", contact_id=self._people[name], **defaults | fields)
        for position, line in enumerate(lines):
            insert(self.conn, "cart_line", cart_id=cart_id, position=position, item_id=self._item(line, 1), quantity=1)

    def _item(self, line: str, store_id: int, **fields: Any) -> int:
        name, _, listed = line.partition(":")
        categories = json.dumps([one.strip() for one in listed.split(",") if one.strip()])
        self.conn.execute("insert or ignore into category_set (ids, names, paths) values (?1, ?1, ?1)", (categories,))
        (set_id,) = self.conn.execute("select id from category_set where names = ?", (categories,)).fetchone()
        self._numbers += 1
        columns = {"product_id": self._numbers, "name": name, "category_set_id": set_id}
        return insert(self.conn, "item", store_id=store_id, **columns | fields)

    def asking(self, among: Sequence[int] | None = None) -> Asking:
        texts = self.segments
        return Asking(
            Clock(self.now, self.zone), lambda name: parsed(texts[name]) if name in texts else None, among=among
        )

    def id_of(self, name: str) -> int:
        return self._people[name]

    def who(self, rule: str) -> set[str]:
        """The names of those for whom *rule* holds."""
        found = set(members(self.conn, parsed(rule), self.asking()))
        return {name for name, contact_id in self._people.items() if contact_id in found}
