"""What files for other programs hold: the columns of a contact, of a member, of a product and of a delivery."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from common.audit import AuditRow
from common.contacts import ContactRow
from common.inbox import DeliveryRow
from common.money import Money, major_units
from common.products import ProductRow
from common.segments.answers import Member
from common.text import csv_cell
from common.times import rfc3339

Row = TypeVar("Row", bound=BaseModel)

Value = str | int | Decimal | None


class Kind(Enum):
    """What a column holds; moments are epoch seconds, None = never."""

    TEXT = auto()
    NUMBER = auto()
    AMOUNT = auto()
    MOMENT = auto()


@dataclass(frozen=True, slots=True)
class Field(Generic[Row]):
    name: str
    kind: Kind
    value: Callable[[Row], Value]

    def cell(self, row: Row) -> str:
        """The value as a cell of CSV, formulas defused."""
        value = self.value(row)
        match self.kind, value:
            case Kind.TEXT, str():
                return csv_cell(value)
            case Kind.MOMENT, int():
                return rfc3339(value)
        return "" if value is None else str(value)


Sheet = tuple[Field[Row], ...]

Put = Callable[[Sequence[Any]], None]
"""Takes the next rows."""


def _amount(money: Money | None) -> Value:
    return major_units(money.minor, money.currency) if money else None


CONTACTS: Sheet[ContactRow] = (
    Field("email", Kind.TEXT, lambda row: row.email),
    Field("first_name", Kind.TEXT, lambda row: row.first_name),
    Field("last_name", Kind.TEXT, lambda row: row.last_name),
    Field("orders", Kind.NUMBER, lambda row: row.orders),
    Field("revenue", Kind.AMOUNT, lambda row: major_units(row.revenue.minor, row.revenue.currency)),
    Field("currency", Kind.TEXT, lambda row: row.revenue.currency),
    Field("last_order_at", Kind.MOMENT, lambda row: row.last_order_at),
)

DELIVERIES: Sheet[DeliveryRow] = (
    Field("id", Kind.NUMBER, lambda row: row.id),
    Field("received_at", Kind.MOMENT, lambda row: row.received_at),
    Field("state", Kind.TEXT, lambda row: row.state.value),
    Field("store", Kind.TEXT, lambda row: row.store),
    Field("scope", Kind.TEXT, lambda row: row.scope),
    Field("resource", Kind.TEXT, lambda row: row.resource),
    Field("attempts", Kind.NUMBER, lambda row: row.attempts),
    Field("error", Kind.TEXT, lambda row: row.error),
    Field("settled_at", Kind.MOMENT, lambda row: row.settled_at),
    Field("replayed_at", Kind.MOMENT, lambda row: row.replayed_at),
)

COMMANDS: Sheet[AuditRow] = (
    Field("id", Kind.NUMBER, lambda row: row.id),
    Field("at", Kind.MOMENT, lambda row: row.at),
    Field("uid", Kind.NUMBER, lambda row: row.uid),
    Field("user", Kind.TEXT, lambda row: row.user),
    Field("role", Kind.TEXT, lambda row: str(row.role or "")),
    Field("command", Kind.TEXT, lambda row: row.command),
    Field("subject", Kind.TEXT, lambda row: row.subject),
    Field("outcome", Kind.TEXT, lambda row: row.outcome),
)

PRODUCTS: Sheet[ProductRow] = (
    Field("store", Kind.TEXT, lambda row: row.store),
    Field("product_id", Kind.NUMBER, lambda row: row.product_id),
    Field("name", Kind.TEXT, lambda row: row.name),
    Field("sku", Kind.TEXT, lambda row: row.sku),
    Field("state", Kind.TEXT, lambda row: row.state.value),
    Field("price", Kind.AMOUNT, lambda row: _amount(row.price)),
    Field("sale_price", Kind.AMOUNT, lambda row: _amount(row.sale_price)),
    Field("price_currency", Kind.TEXT, lambda row: row.price.currency if row.price else ""),
    Field("pieces", Kind.NUMBER, lambda row: row.pieces),
    Field("orders", Kind.NUMBER, lambda row: row.orders),
    Field("revenue", Kind.AMOUNT, lambda row: _amount(row.revenue)),
    Field("revenue_currency", Kind.TEXT, lambda row: row.revenue.currency),
    Field("modified_at", Kind.MOMENT, lambda row: row.modified_at),
)

MEMBERS: Sheet[Member] = (
    Field("email", Kind.TEXT, lambda member: member.email),
    Field("first_name", Kind.TEXT, lambda member: member.first_name),
    Field("last_name", Kind.TEXT, lambda member: member.last_name),
    Field("since", Kind.MOMENT, lambda member: member.since),
)
