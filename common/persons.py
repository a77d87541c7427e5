"""What may be done about one person: being told everything that is kept of them, and having it erased."""

from typing import Any

from pydantic import Field

from common.contacts import ContactDetail
from common.wire import Query, Wire


class PersonErase(Query):
    """*confirm* is the address once more."""

    email: str
    confirm: str


class PersonReadmit(Query):
    email: str


class PersonLookup(Query):
    email: str


class Erased(Wire):
    """`orders` stay as rows that say what was sold, when and for how much, and no longer to whom."""

    orders: int


class Readmitted(Wire):
    email: str


class PersonExport(Wire):
    """Everything that is kept of one person, as rows of named values; times are RFC 3339, amounts minor units.

    `orders` carry the store's own payload as it came; `deliveries` are the webhook calls that named their accounts,
    `edits` what operators did to their tags and lists, `tags_gone` the tags that syncs took away.
    """

    contact: ContactDetail
    tags: list[dict[str, Any]]
    lists: list[dict[str, Any]]
    customers: list[dict[str, Any]]
    subscriptions: list[dict[str, Any]]
    consent_changes: list[dict[str, Any]]
    orders: list[dict[str, Any]]
    refunds: list[dict[str, Any]]
    status_changes: list[dict[str, Any]]
    carts: list[dict[str, Any]]
    deliveries: list[dict[str, Any]]
    edits: list[dict[str, Any]] = Field(default_factory=list)
    tags_gone: list[dict[str, Any]] = Field(default_factory=list)
