"""Every condition that a segment can be made of, as data: parser, builder, compiler and help read it."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from common.personal import Personal
from common.segments.operators import Type


class Group(StrEnum):
    """Where the builder lists a condition."""

    TOTALS = "What they bought in all"
    LAST_ORDER = "Their last order"
    ANY_ORDER = "Any of their orders"
    MARKETING = "Marketing"
    CARTS = "Abandoned carts"
    DETAILS = "Contact details"
    TAGS_AND_LISTS = "Tags and lists"
    GEOGRAPHY = "Geography"
    ONE_ORDER = "One order"
    ONE_LINE = "One product of an order"


@dataclass(frozen=True, slots=True)
class ConditionKind:
    """A thing to ask. *many* = a contact may have several values of it. *example* follows the name in a rule's text.

    Those of the groups ONE_ORDER and ONE_LINE stand only inside `same order (…)` and its kin.
    """

    label: str
    type: Type
    group: Group
    help: str
    example: str
    many: bool = False

    @property
    def name(self) -> str:
        return snake(self.label)

    @property
    def is_of_order(self) -> bool:
        return self.group in (Group.ONE_ORDER, Group.ONE_LINE)

    @property
    def is_per_store(self) -> bool:
        """Whether `on store` may narrow it to one store."""
        return self.group in _PER_STORE and self.name != "has_purchased_from"

    @property
    def has_lines(self) -> bool:
        """Whether `any line` or `all lines` may stand before it."""
        return self.is_of_line or self.name in _ABOUT_LINES

    @property
    def is_of_line(self) -> bool:
        return self.group is Group.ONE_LINE


_PER_STORE = (Group.TOTALS, Group.LAST_ORDER, Group.ANY_ORDER, Group.MARKETING, Group.CARTS)
_ABOUT_LINES = (
    "last_product_id",
    "last_product_sku",
    "last_product_name",
    "last_product_category",
    "product_rating_in_last_order",
    "product_vendor_in_last_order",
)


def snake(label: str) -> str:
    """ "Product name in any order" -> "product_name_in_any_order"."""
    return re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")


def _kinds(group: Group, *rows: tuple[str, Type, str, str], many: bool = False) -> list[ConditionKind]:
    return [ConditionKind(label, kind, group, help_line, example, many) for label, kind, help_line, example in rows]


_KINDS: tuple[ConditionKind, ...] = (
    *_kinds(
        Group.TOTALS,
        (
            "Total revenue",
            Type.MONEY,
            "Completed orders less refunds: those in the currency named, else of all currencies, without conversion",
            "> 500",
        ),
        ("Total orders", Type.NUMBER, "How many completed orders they placed", ">= 3"),
        ("Total products", Type.NUMBER, "How many pieces they bought in completed orders", "between 10 and 20"),
        (
            "Average order value",
            Type.MONEY,
            "Total revenue divided by total orders: of the currency named, else the plain sum over all currencies, "
            "without conversion, by all orders",
            "> 80 USD",
        ),
        ("First order date", Type.DATE, "When their first completed order was placed", "in last 30 days"),
    ),
    *_kinds(
        Group.TOTALS,
        ("Has purchased from", Type.CHOICE, "Stores (by hash) in which they completed an order", 'is "abc123"'),
        many=True,
    ),
    *_kinds(
        Group.LAST_ORDER,
        ("Last order date", Type.DATE, "When their latest completed order was placed", "in last 30 days"),
        ("Last order price", Type.MONEY, "Total of the latest completed order less refunds", ">= 100 EUR"),
        ("Last order currency", Type.TEXT, "Currency of the latest completed order, by its code", 'is "USD"'),
        ("Last order product count", Type.NUMBER, "How many pieces the latest completed order holds", "> 5"),
        ("Last order shipping method", Type.TEXT, "How the latest completed order was shipped", 'contains "express"'),
    ),
    *_kinds(
        Group.LAST_ORDER,
        ("Last product ID", Type.TEXT, "The store's id of any product in the latest completed order", 'is "205"'),
        ("Last product SKU", Type.TEXT, "SKU of any product in the latest completed order", 'starts with "MUG-"'),
        ("Last product name", Type.TEXT, "Name of any product in the latest completed order", 'contains "blue"'),
        (
            "Last product category",
            Type.TEXT,
            "Category of the last line of the latest completed order; with `any line` before it, of any of its lines",
            'is "Shoes"',
        ),
        (
            "Product rating in last order",
            Type.NUMBER,
            "Average review (1 to 5) of any product in the latest completed order when we first saw it",
            ">= 4.5",
        ),
        ("Product vendor in last order", Type.TEXT, "Brand of any product in the latest completed order", 'is "Acme"'),
        many=True,
    ),
    *_kinds(
        Group.LAST_ORDER,
        (
            "Sale product in last order",
            Type.YES_NO,
            "A product in the latest completed order cost its sale price, by the price when we first saw it",
            "",
        ),
    ),
    *_kinds(
        Group.ANY_ORDER,
        (
            "Sale product in any order",
            Type.YES_NO,
            "A product in any completed order cost its sale price, by the price when we first saw it",
            "",
        ),
    ),
    *_kinds(
        Group.ANY_ORDER,
        ("Order date", Type.DATE, "When any of their completed orders was placed", "between 2026-01-01 and 2026-03-31"),
        (
            "Order time",
            Type.TIME,
            "Time of day, in the store's zone, of any completed order",
            "between 18:00 and 23:59",
        ),
        ("Product name in any order", Type.TEXT, "Name of any product in any completed order", 'contains "blue"'),
        ("Product category in any order", Type.TEXT, "Category of any product in any completed order", 'is "Shoes"'),
        ("Product ID in any order", Type.TEXT, "The store's id of any product in any completed order", 'is "205"'),
        ("Product SKU in any order", Type.TEXT, "SKU of any product in any completed order", 'matches "MUG-*"'),
        (
            "Product rating in any order",
            Type.NUMBER,
            "Average review (1 to 5) of any product in any completed order when we first saw it",
            "< 3",
        ),
        ("Product vendor in any order", Type.TEXT, "Brand of any product in any completed order", 'is "Acme"'),
        many=True,
    ),
    *_kinds(
        Group.MARKETING,
        ("Has opted in to marketing", Type.YES_NO, "A customer record of theirs accepts marketing", ""),
        ("Has not opted in to marketing", Type.YES_NO, "A customer record of theirs does not accept marketing", ""),
    ),
    *_kinds(
        Group.CARTS,
        ("Has abandoned a cart", Type.YES_NO, "They left a cart behind at some time, won back or not", ""),
        ("Has not abandoned a cart", Type.YES_NO, "They never left a cart behind", ""),
        ("Has recovered an abandoned cart", Type.YES_NO, "A cart they left behind became an order", ""),
        ("Has not recovered an abandoned cart", Type.YES_NO, "A cart they left behind is still waiting", ""),
    ),
    *_kinds(
        Group.CARTS,
        ("Abandoned cart date", Type.DATE, "When a cart that is still waiting was left behind", "in last 7 days"),
        ("Abandoned cart value", Type.MONEY, "Worth of a cart that is still waiting", "> 50 USD"),
        ("Abandoned product name", Type.TEXT, "Name of a product in a cart that is still waiting", 'contains "tent"'),
        ("Abandoned product ID", Type.TEXT, "The store's id of a product in a cart that is still waiting", 'is "205"'),
        ("Abandoned product SKU", Type.TEXT, "SKU of a product in a cart that is still waiting", 'is "MUG-1"'),
        (
            "Abandoned product category",
            Type.TEXT,
            "Category of a product in a cart that is still waiting",
            'is "Shoes"',
        ),
        many=True,
    ),
    *_kinds(
        Group.DETAILS,
        ("Email", Type.TEXT, "Their address, in lower case", 'contains "@example."'),
        ("Email domain", Type.TEXT, "What stands behind the @ of their address", 'is "example.com"'),
        ("First name", Type.TEXT, "Their first name", 'is "Ann"'),
        ("Last name", Type.TEXT, "Their last name", 'starts with "O\'"'),
        ("Full name", Type.TEXT, "First and last name with a blank between", 'contains "lee"'),
        ("Phone", Type.TEXT, "Their phone number as the store has it", "is not empty"),
        ("Date created", Type.DATE, "When they became known here", "in last 7 days"),
    ),
    *_kinds(
        Group.DETAILS, ("Company", Type.TEXT, "Company on any of their customer records", 'contains "ltd"'), many=True
    ),
    *_kinds(
        Group.TAGS_AND_LISTS,
        ("Tag", Type.CHOICE, "Tags they have", 'has at least one of ("vip", "press")'),
        ("Date tag was added", Type.DATE, "When any of their tags was added", "in last 30 days"),
        ("List", Type.CHOICE, "Lists on which they are active", 'is "Master Contact List"'),
        ("Unsubscribed list", Type.CHOICE, "Lists which they left", "is not empty"),
        ("Subscription date", Type.DATE, "When they joined a list on which they are active", "after 2026-01-01"),
        ("Unsubscribe date", Type.DATE, "When they left a list", "in last 90 days"),
        many=True,
    ),
    *_kinds(
        Group.GEOGRAPHY,
        ("Country", Type.TEXT, "Country to which any order of theirs was billed, by its two-letter code", 'is "DE"'),
        ("State", Type.TEXT, "State or region to which any order of theirs was billed", 'is "California"'),
        ("City", Type.TEXT, "City to which any order of theirs was billed", 'is "Berlin"'),
        ("Postal code", Type.TEXT, "Postal code to which any order of theirs was billed", 'starts with "10"'),
        many=True,
    ),
    *_kinds(
        Group.ONE_ORDER,
        ("Order number", Type.TEXT, "The store's id of the order", 'is "1204"'),
        ("Order date", Type.DATE, "When the order was placed", "in last 90 days"),
        ("Order time", Type.TIME, "Time of day, in the store's zone, at which it was placed", "after 18:00"),
        ("Order total", Type.MONEY, "What the order came to, before refunds", "> 100"),
        ("Order refunded", Type.MONEY, "What was given back on the order", "> 0"),
        ("Order currency", Type.TEXT, "Currency of the order, by its code", 'is "EUR"'),
        ("Order status", Type.TEXT, "Its status as we call it (Completed, Refunded, …)", 'is "Completed"'),
        ("Order store status", Type.TEXT, "Its status as the store calls it", 'is "Awaiting Pickup"'),
        ("Order shipping method", Type.TEXT, "How it is shipped", 'contains "pickup"'),
        ("Order payment method", Type.TEXT, "How it was paid", 'is "PayPal"'),
        ("Order product count", Type.NUMBER, "How many pieces it holds", ">= 10"),
        ("Order discount", Type.MONEY, "What was taken off it", "> 0"),
        ("Order store", Type.TEXT, "Hash of the store it was placed in", 'is "abc123"'),
    ),
    *_kinds(
        Group.ONE_LINE,
        ("Product name", Type.TEXT, "Name of the product when it was bought", 'contains "blue"'),
        ("Product ID", Type.TEXT, "The store's id of the product", 'is "205"'),
        ("Product SKU", Type.TEXT, "Its SKU when it was bought", 'starts with "MUG-"'),
        ("Product quantity", Type.NUMBER, "How many pieces of it were bought", ">= 2"),
        ("Product price", Type.MONEY, "What one piece cost", "> 20"),
        ("Product rating", Type.NUMBER, "Its average review (1 to 5) when we first saw the order", ">= 4.5"),
        ("Product vendor", Type.TEXT, "Its brand when it was bought", 'is "Acme"'),
        ("Product on sale", Type.YES_NO, "It cost its sale price, by the price when we first saw the order", ""),
    ),
    *_kinds(
        Group.ONE_LINE,
        ("Product category", Type.TEXT, "Any of its categories when it was bought", 'is "Shoes"'),
        many=True,
    ),
)

PERSONAL = MappingProxyType(
    {
        "email": Personal.EMAIL,
        "email_domain": Personal.PLACE,
        "first_name": Personal.NAME,
        "last_name": Personal.NAME,
        "full_name": Personal.NAME,
        "company": Personal.NAME,
        "phone": Personal.PHONE,
        "city": Personal.PLACE,
        "postal_code": Personal.PLACE,
    }
)
"""The conditions whose values say who somebody is."""

OF_CONTACTS = MappingProxyType({kind.name: kind for kind in _KINDS if not kind.is_of_order})
"""What can be asked of a contact, by name."""

OF_ORDERS = MappingProxyType({kind.name: kind for kind in _KINDS if kind.is_of_order})
"""What can be asked of one order or of one of its products, by name."""


def kinds_at(*, in_order: bool) -> MappingProxyType[str, ConditionKind]:
    """The conditions that may stand in a rule: inside `same order (…)` those of an order, elsewhere a contact's."""
    return OF_ORDERS if in_order else OF_CONTACTS


def about(words: str, kinds: Iterable[ConditionKind]) -> list[ConditionKind]:
    """Those of *kinds* that have to do with *words*: each of them is said somewhere of the condition.

    First what is called so, then what has all words in its name, then the others, each in the given order.
    """
    wanted = words.lower().split()
    found = [kind for kind in kinds if all(word in _said(kind) for word in wanted)]
    return sorted(found, key=lambda kind: _farness(kind, wanted))


def _said(kind: ConditionKind) -> str:
    return f"{kind.name} {kind.label} {kind.help} {kind.example} {kind.group.value}".lower()


def _farness(kind: ConditionKind, wanted: list[str]) -> int:
    called = f"{kind.label} {kind.name}".lower()
    if called.startswith(" ".join(wanted)) or kind.name.startswith("_".join(wanted)):
        return 0
    return 1 if all(word in called for word in wanted) else 2


def nearest(name: str, names: Iterable[str]) -> str:
    """The one of *names* that was probably meant by *name*; "" = none is near."""
    near = difflib.get_close_matches(snake(name), list(names), n=1, cutoff=0.6)
    return near[0] if near else ""
