"""Who belongs to a segment, told the slow way: every row is read into objects and every question asked in plain Python.

Written from the reference, not from the compiler; where both agree on random rules over random data, both are right or
the reference was read wrong twice.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from common.money import exponent
from common.segments import rules
from common.segments.catalogue import OF_CONTACTS, OF_ORDERS
from common.segments.operators import Op, Type, operator_in
from common.segments.rules import Rule
from common.statuses import COUNTED

ANY_CURRENCY = "any"
"""Of an amount over all currencies, or of nothing at all."""


@dataclass(frozen=True)
class Amount:
    """*major* in units of the currency."""

    major: Decimal
    currency: str

    @classmethod
    def of(cls, minor: int, currency: str) -> "Amount":
        return cls(Decimal(minor).scaleb(-exponent(currency)), currency)


@dataclass(frozen=True)
class Moment:
    at: int


@dataclass(frozen=True)
class TimeOfDay:
    minute: int


Value = str | int | Amount | Moment | TimeOfDay
Element = list[Value]
"""The values of one order, line, tag…: a product in two categories is one element with two."""


@dataclass
class Line:
    row: Mapping[str, Any]
    item: Mapping[str, Any]
    categories: list[str]

    @property
    def product_id(self) -> Element:
        return [str(self.item["product_id"])] if self.item["product_id"] else []


_NO_LINE: Sequence[Line | None] = (None,)


@dataclass
class Order:
    row: Mapping[str, Any]
    store: Mapping[str, Any]
    lines: list[Line]

    @property
    def is_completed(self) -> bool:
        return self.row["status"] in COUNTED and self.row["deleted_at"] is None

    @property
    def pieces(self) -> int:
        return sum(line.row["quantity"] for line in self.lines if not line.row["parent_line_id"])

    @property
    def net(self) -> int:
        return int(self.row["total_minor"] - self.row["refunded_minor"])


@dataclass
class Person:
    row: Mapping[str, Any]
    orders: list[Order] = field(default_factory=list)
    carts: list[Order] = field(default_factory=list)
    customers: list[tuple[Mapping[str, Any], str]] = field(default_factory=list)
    tags: list[tuple[str, int]] = field(default_factory=list)
    lists: list[tuple[str, str, int]] = field(default_factory=list)


class World:
    """All contacts of a database, as they are asked at one moment in one zone."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        *,
        now: int,
        zone: ZoneInfo,
        segments: Mapping[str, Rule] | None = None,
    ) -> None:
        self.now, self.zone, self.segments = now, zone, segments or {}
        self.people = _read(conn)

    def members(self, rule: Rule) -> set[int]:
        return {person.row["id"] for person in self.people if self.holds(rule, person)}

    def holds(self, rule: Rule, person: Person) -> bool:
        match rule:
            case rules.AllOf():
                return all(self.holds(one, person) for one in rule.of)
            case rules.AnyOf():
                return any(self.holds(one, person) for one in rule.of)
            case rules.Not():
                return not self.holds(rule.rule, person)
            case rules.InSegment():
                return self.holds(self.segments[rule.segment], person)
            case rules.Orders():
                return self._orders(rule, person)
            case rules.Condition():
                return self._condition(rule, person)
        return True

    def _orders(self, rule: rules.Orders, person: Person) -> bool:
        kept = [order for order in person.orders if order.row["deleted_at"] is None]
        count = sum(any(self._on_line(rule.where, order, line) for line in order.lines or _NO_LINE) for order in kept)
        if rule.count is None:
            return count > 0
        return self._fits_somehow(rule.count.op, Type.NUMBER, rule.count.values, [[count]])

    def _on_line(self, rule: Rule, order: Order, line: Line | None) -> bool:
        match rule:
            case rules.AllOf():
                return all(self._on_line(one, order, line) for one in rule.of)
            case rules.AnyOf():
                return any(self._on_line(one, order, line) for one in rule.of)
            case rules.Not():
                return not self._on_line(rule.rule, order, line)
            case rules.Condition():
                kind = OF_ORDERS[rule.name]
                elements = self.of_order(rule, order, line)
                return self._fits_somehow(rule.op, kind.type, rule.values, elements, of_all=rule.lines == "all")
        raise AssertionError(rule)

    def _condition(self, rule: rules.Condition, person: Person) -> bool:
        kind = OF_CONTACTS[rule.name]
        elements = self.of_contact(rule, person)
        if kind.type is Type.YES_NO:
            return bool(elements) is (rule.op is Op.YES)
        return self._fits_somehow(rule.op, kind.type, rule.values, elements, of_all=rule.lines == "all")

    def _fits_somehow(
        self, op: Op, kind: Type, values: Sequence[rules.Value], elements: Sequence[Element], *, of_all: bool = False
    ) -> bool:
        opposite = operator_in(op, kind).denies
        if opposite is not None:
            return not self._fits_somehow(opposite, kind, values, elements)
        present = [[value for value in element if value != "" and not _is_blank(value)] for element in elements]
        if op is Op.HAS_ALL:
            return all(any(self._is(value, one) for element in present for value in element) for one in values)
        fitting = [any(self._fits(op, value, values) for value in element) for element in present]
        return bool(fitting) and (all(fitting) if of_all else any(fitting))

    # What a contact is asked for -----------------------------------------------------------------------------------

    def of_contact(self, asked: rules.Condition, person: Person) -> list[Element]:
        name, row = asked.name, person.row
        if name in _DETAILS:
            return [[value] for value in _DETAILS[name](row)]
        completed = [
            order for order in person.orders if order.is_completed and asked.store in ("", order.store["hash"])
        ]
        if name in _TOTALS:
            return _TOTALS[name](asked, completed)
        if name.startswith("last_"):
            return self._last_order(asked, completed)
        if name == "order_date":
            return [[Moment(order.row["placed_at"])] for order in completed]
        if name == "order_time":
            return [[self._time_of_day(order)] for order in completed]
        if name.endswith("_in_any_order"):
            return [_of_line(name, line) for order in completed for line in order.lines]
        if name == "company":
            return [[customer["company"]] for customer, _ in person.customers if customer["deleted_at"] is None]
        if "opted_in" in name:
            wanted = 0 if "has_not" in name else 1
            return [
                [1]
                for customer, store in person.customers
                if customer["deleted_at"] is None
                and customer["accepts_marketing"] == wanted
                and asked.store in ("", store)
            ]
        if "cart" in name or name.startswith("abandoned"):
            return _carts(asked, [cart for cart in person.carts if asked.store in ("", cart.store["hash"])])
        return _memberships(name, person)

    def _last_order(self, asked: rules.Condition, completed: Sequence[Order]) -> list[Element]:
        if not completed:
            return []
        last = max(completed, key=lambda order: (order.row["placed_at"], order.row["id"]))
        match asked.name:
            case "last_order_date":
                return [[Moment(last.row["placed_at"])]]
            case "last_order_price":
                return [[Amount.of(last.net, last.row["currency"])]]
            case "last_order_currency":
                return [[last.row["currency"]]]
            case "last_order_product_count":
                return [[last.pieces]]
            case "last_order_shipping_method":
                return [[last.row["shipping_method"]]]
            case "last_product_category" if not asked.lines:
                by_position = sorted(last.lines, key=lambda line: line.row["position"])
                return [_of_line(asked.name, line) for line in by_position[-1:]]
        return [_of_line(asked.name, line) for line in last.lines]

    def _time_of_day(self, order: Order) -> TimeOfDay:
        try:
            zone = ZoneInfo(order.store["timezone"])
        except (ValueError, OSError, LookupError):
            zone = self.zone
        local = datetime.fromtimestamp(order.row["placed_at"], zone)
        return TimeOfDay(local.hour * 60 + local.minute)

    def of_order(self, asked: rules.Condition, order: Order, line: Line | None) -> list[Element]:
        row, name = order.row, asked.name
        if not OF_ORDERS[name].is_of_line:
            return [[self._order_value(name, order, row)]]
        lines = order.lines if asked.lines else [line] if line else []
        match name:
            case "product_quantity":
                return [[one.row["quantity"]] for one in lines]
            case "product_price":
                return [[Amount.of(one.row["price_minor"], row["currency"])] for one in lines]
        return [_of_line(name, one) for one in lines]

    def _order_value(self, name: str, order: Order, row: Mapping[str, Any]) -> Value:
        match name:
            case "order_number":
                return str(row["number"])
            case "order_date":
                return Moment(row["placed_at"])
            case "order_time":
                return self._time_of_day(order)
            case "order_total" | "order_refunded" | "order_discount":
                return Amount.of(row[f"{name.removeprefix('order_')}_minor"], row["currency"])
            case "order_product_count":
                return order.pieces
            case "order_store":
                return str(order.store["hash"])
        return str(row[name.removeprefix("order_")])

    # What fits -----------------------------------------------------------------------------------------------------

    def _fits(self, op: Op, value: Value, asked: Sequence[rules.Value]) -> bool:
        if op is Op.EMPTY_NOT:
            return True
        if isinstance(value, str):
            return _text_fits(op, value, [one.text for one in asked if isinstance(one, rules.Text)])
        if isinstance(value, Moment):
            return self._moment_fits(op, value.at, asked)
        if isinstance(value, TimeOfDay):
            minutes = [one.at.hour * 60 + one.at.minute for one in asked if isinstance(one, rules.Clock)]
            return _time_fits(op, value.minute, minutes)
        amounts = [one for one in asked if isinstance(one, rules.Number)]
        if isinstance(value, Amount):
            if amounts[0].currency and value.currency not in (amounts[0].currency, ANY_CURRENCY):
                return False
            return _size_fits(op, value.major, [one.amount for one in amounts])
        return _size_fits(op, Decimal(value), [one.amount for one in amounts])

    def _is(self, value: Value, one: rules.Value) -> bool:
        return self._fits(Op.IS, value, [one])

    def _moment_fits(self, op: Op, at: int, asked: Sequence[rules.Value]) -> bool:
        today = datetime.fromtimestamp(self.now, self.zone).date()
        day = datetime.fromtimestamp(at, self.zone).date()
        match op:
            case Op.TODAY:
                return day == today
            case Op.YESTERDAY:
                return day == today - timedelta(days=1)
            case Op.ANNIVERSARY:
                return (day.month, day.day) == (today.month, today.day)
            case Op.IN_LAST:
                return self._far(asked[0], -1) <= at <= self.now
            case Op.IN_NEXT:
                return self.now <= at <= self._far(asked[0], 1)
        places = [self._place(at, day, one) for one in asked]
        return {
            Op.IS: places[0] == 0,
            Op.BEFORE: places[0] < 0,
            Op.ON_OR_BEFORE: places[0] <= 0,
            Op.AFTER: places[0] > 0,
            Op.ON_OR_AFTER: places[0] >= 0,
            Op.BETWEEN: places[0] >= 0 and places[-1] <= 0,
        }[op]

    def _place(self, at: int, day: date, named: rules.Value) -> int:
        """-1, 0 or 1: before, in or after the day or minute named."""
        if isinstance(named, rules.Day):
            return (day > named.day) - (day < named.day)
        assert isinstance(named, rules.Instant)
        minute = named.at.replace(tzinfo=self.zone).timestamp()
        return (at >= minute + 60) - (at < minute)

    def _far(self, length: rules.Value, direction: int) -> float:
        assert isinstance(length, rules.Span)
        hours = {"hours": 1, "days": 24, "weeks": 168}.get(length.unit)
        if hours is not None:
            return self.now + direction * length.count * hours * 3600
        local = datetime.fromtimestamp(self.now, self.zone)
        months = local.year * 12 + local.month - 1 + direction * length.count * (12 if length.unit == "years" else 1)
        if not 1 < months // 12 < 9999:
            return direction * float("inf")
        for day in range(local.day, 0, -1):
            try:
                there = local.replace(year=months // 12, month=months % 12 + 1, day=day, fold=0)
            except ValueError:
                continue
            return there.timestamp()
        raise AssertionError


def _is_blank(value: Value) -> bool:
    return isinstance(value, str) and not _plain(value)


def _plain(text: str) -> str:
    return text.replace("\0", " ").strip().casefold()


def _text_fits(op: Op, value: str, asked: Sequence[str]) -> bool:
    mine, theirs = _plain(value), [_plain(one) for one in asked]
    match op:
        case Op.IS | Op.HAS_ANY:
            return mine in theirs
        case Op.CONTAINS:
            return theirs[0] in mine
        case Op.STARTS:
            return mine.startswith(theirs[0])
        case Op.MATCHES:
            return _wild(theirs[0], mine)
    raise AssertionError(op)


def _wild(pattern: str, text: str) -> bool:
    """By the ends of *text* that each beginning of *pattern* can reach."""
    reached = {0}
    for sign in pattern:
        if sign == "*":
            reached = set(range(min(reached, default=len(text) + 1), len(text) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(text) and sign in ("?", text[at])}
    return len(text) in reached


def _size_fits(op: Op, value: Decimal, asked: Sequence[Decimal]) -> bool:
    first, last = asked[0], asked[-1]
    return {
        Op.IS: value == first,
        Op.GREATER: value > first,
        Op.AT_LEAST: value >= first,
        Op.LESS: value < first,
        Op.AT_MOST: value <= first,
        Op.BETWEEN: first <= value <= last,
    }[op]


def _time_fits(op: Op, minute: int, asked: Sequence[int]) -> bool:
    first, last = asked[0], asked[-1]
    if op is Op.BETWEEN and first > last:
        return not last < minute < first
    return {
        Op.IS: minute == first,
        Op.BEFORE: minute < first,
        Op.ON_OR_BEFORE: minute <= first,
        Op.AFTER: minute > first,
        Op.ON_OR_AFTER: minute >= first,
        Op.BETWEEN: first <= minute <= last,
    }[op]


def _of_line(name: str, line: Line) -> Element:
    if "category" in name:
        return list(line.categories)
    if "_id" in name:
        return line.product_id
    return [line.item["sku" if "sku" in name else "name"]]


def _carts(asked: rules.Condition, carts: Sequence[Order]) -> list[Element]:
    waiting = [cart for cart in carts if cart.row["status"] == "Abandoned"]
    match asked.name:
        case "has_abandoned_a_cart":
            return [[1] for cart in carts if cart.row["closed_as"] != "emptied"]
        case "has_not_abandoned_a_cart":
            return [] if any(cart.row["closed_as"] != "emptied" for cart in carts) else [[1]]
        case "has_recovered_an_abandoned_cart":
            return [[1] for cart in carts if cart.row["status"] == "Recovered"]
        case "has_not_recovered_an_abandoned_cart":
            return [[1] for _ in waiting]
        case "abandoned_cart_date":
            return [[Moment(cart.row["abandoned_at"])] for cart in waiting]
        case "abandoned_cart_value":
            return [[Amount.of(cart.row["total_minor"], cart.row["currency"])] for cart in waiting]
    return [_of_line(asked.name, line) for cart in waiting for line in cart.lines]


def _memberships(name: str, person: Person) -> list[Element]:
    match name:
        case "tag":
            return [[tag] for tag, _ in person.tags]
        case "date_tag_was_added":
            return [[Moment(at)] for _, at in person.tags]
    status = "unsubscribed" if name.startswith("unsub") else "active"
    joined = [(of, at) for of, is_now, at in person.lists if is_now == status]
    return [[of] if name.endswith("list") else [Moment(at)] for of, at in joined]


_DETAILS: Mapping[str, Callable[[Mapping[str, Any]], list[Value]]] = {
    "email": lambda row: [row["email"]],
    "email_domain": lambda row: [row["email"].rpartition("@")[2]],
    "first_name": lambda row: [row["first_name"]],
    "last_name": lambda row: [row["last_name"]],
    "full_name": lambda row: [f"{row['first_name'].strip()} {row['last_name'].strip()}"],
    "phone": lambda row: [row["phone"]],
    "date_created": lambda row: [Moment(row["created_at"])],
}


def _in_currency(asked: rules.Condition, completed: Sequence[Order]) -> tuple[str, list[Order]]:
    named = next((one.currency for one in asked.values if isinstance(one, rules.Number)), "")
    return named or ANY_CURRENCY, [order for order in completed if named in ("", order.row["currency"])]


def _sum(orders: Sequence[Order]) -> Decimal:
    """In major units, whatever the currencies."""
    return sum((Decimal(order.net).scaleb(-exponent(order.row["currency"])) for order in orders), Decimal(0))


def _revenue(asked: rules.Condition, completed: Sequence[Order]) -> list[Element]:
    currency, orders = _in_currency(asked, completed)
    return [[Amount(_sum(orders), currency)]]


def _average(asked: rules.Condition, completed: Sequence[Order]) -> list[Element]:
    """To the minor unit, of no currency to the hundredth."""
    currency, orders = _in_currency(asked, completed)
    if not orders:
        return []
    places = 2 if currency == ANY_CURRENCY else exponent(currency)
    average = (_sum(orders) / len(orders)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return [[Amount(average, currency)]]


def _first(asked: rules.Condition, completed: Sequence[Order]) -> list[Element]:
    del asked
    return [[Moment(min(order.row["placed_at"] for order in completed))]] if completed else []


_TOTALS: Mapping[str, Callable[[rules.Condition, Sequence[Order]], list[Element]]] = {
    "total_revenue": _revenue,
    "total_orders": lambda asked, completed: [[len(completed)]],
    "total_products": lambda asked, completed: [[sum(order.pieces for order in completed)]],
    "average_order_value": _average,
    "first_order_date": _first,
    "has_purchased_from": lambda asked, completed: [[order.store["hash"]] for order in completed],
}


def _read(conn: sqlite3.Connection) -> list[Person]:
    stores = {row["id"]: row for row in _rows(conn, "store")}
    sets = {row["id"]: json.loads(row["names"]) for row in _rows(conn, "category_set")}
    items = {row["id"]: row for row in _rows(conn, "item")}
    people = {row["id"]: Person(row) for row in _rows(conn, "contact")}

    def lines(rows: Iterable[Mapping[str, Any]]) -> list[Line]:
        return [Line(row, items[row["item_id"]], sets[items[row["item_id"]]["category_set_id"]]) for row in rows]

    order_lines, cart_lines = list(_rows(conn, "order_line")), list(_rows(conn, "cart_line"))
    for row in _rows(conn, "store_order"):
        if row["contact_id"] is not None:
            of_it = lines(line for line in order_lines if line["order_id"] == row["id"])
            people[row["contact_id"]].orders.append(Order(row, stores[row["store_id"]], of_it))
    for row in _rows(conn, "cart"):
        of_it = lines(line for line in cart_lines if line["cart_id"] == row["id"])
        people[row["contact_id"]].carts.append(Order(row, stores[row["store_id"]], of_it))
    for row in _rows(conn, "customer"):
        people[row["contact_id"]].customers.append((row, stores[row["store_id"]]["hash"]))
    tags = {row["id"]: row["name"] for row in _rows(conn, "tag")}
    for row in _rows(conn, "contact_tag"):
        people[row["contact_id"]].tags.append((tags[row["tag_id"]], row["added_at"]))
    lists = {row["id"]: row["name"] for row in _rows(conn, "list")}
    for row in _rows(conn, "list_member"):
        people[row["contact_id"]].lists.append((lists[row["list_id"]], row["status"], row["changed_at"]))
    return list(people.values())


def _rows(conn: sqlite3.Connection, table: str) -> Iterable[dict[str, Any]]:
    cursor = conn.execute(f"select * from {table}")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
