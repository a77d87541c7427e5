"""What files for other programs hold: the columns of a contact, of a member and of a delivery."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from common.contacts import ContactRow
from common.inbox import DeliveryRow
from common.money import major_units
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

MEMBERS: Sheet[Member] = (
    Field("email", Kind.TEXT, lambda member: member.email),
    Field("first_name", Kind.TEXT, lambda member: member.first_name),
    Field("last_name", Kind.TEXT, lambda member: member.last_name),
    Field("since", Kind.MOMENT, lambda member: member.since),
)
